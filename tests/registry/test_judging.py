"""The judge of a registry: what is shown of a listing is the live brands' alone."""

import pytest

from brand_registry.judging import RegistryJudge
from brand_registry.record import Record
from brand_registry.states import BrandState
from detector.listing import Listing
from detector.result import Verdict

ACMERA = Record(id="acmera", name="Acmera")
FAKE = Listing(id="1", title="Acrnera running shoes")


@pytest.mark.parametrize("name", ["Acrnera", "Acrnera running", "Acrnera running shoes", "running shoes"])
@pytest.mark.parametrize("state", [state for state in BrandState if state is not BrandState.LIVE])
def test_a_brand_that_is_not_live_changes_nothing_of_what_is_shown(name, state) -> None:
    alone = RegistryJudge([ACMERA]).judge(FAKE)
    assert alone.verdict is Verdict.FLAG
    judge = RegistryJudge([ACMERA, Record(id="mallory/x", name=name)], states={"mallory/x": state})
    assert judge.judge(FAKE) == judge.explain(FAKE)[0] == judge.ruled(FAKE).shown == alone


def test_each_is_counted_that_is_in_shadow() -> None:
    records = [ACMERA, Record(id="beta", name="Betamora"), Record(id="gamma", name="Gammaris")]
    judge = RegistryJudge(records, states={"beta": "shadow", "gamma": "draft"})
    ruled = judge.ruled(Listing(id="1", title="Acrnera, Betam0ra and Gammar1s shoes"))
    assert [case.brand for case in ruled.shown.cases] == ["acmera"]
    assert [(one.case.brand, one.flagged) for one in ruled.counted] == [("beta", True)]


def test_with_every_brand_in_shadow_nothing_is_shown() -> None:
    ruled = RegistryJudge([ACMERA], states={"acmera": "shadow"}).ruled(FAKE)
    assert (ruled.shown.verdict, ruled.shown.cases) == (Verdict.CLEAR, ())
    assert [one.flagged for one in ruled.counted] == [True]
