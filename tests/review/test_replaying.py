"""A past decision is replayed with what it saw, and with what is there now."""

from datetime import date

import orjson
import pytest
from sqlalchemy import select, text

from brand_registry.people import HOUSE, Owner
from brand_registry.tables import Allowed, Brand, Mark
from detector.listing import Listing
from review.decisions.deciding import decide
from review.decisions.replaying import Seen, differences
from review.decisions.rules import Outcome, Policy, Ruling
from review.queue.claiming import claim
from storage.settings import settings
from tests.review.conftest import ANNA, AT, add_case
from workers.cli import main
from workers.graph.opinions import to_open
from workers.judges import judge_of
from workers.registry.current import publish, snapshot_to_judge_with

LISTING = Listing(id="L1", title="Acrnera running shoes", marketplace="demo", seller={"id": "s1"})


@pytest.fixture
def decided(database, database_url, monkeypatch, tmp_path) -> int:
    """A decision on what the registry of that time found."""
    monkeypatch.setattr(settings(), "database", database_url)
    monkeypatch.setattr(settings(), "home", tmp_path / "home")
    monkeypatch.setattr(settings(), "text_model", "none")
    with database.writing("the test") as session:
        owner = session.scalars(select(Owner).where(Owner.key == HOUSE)).one()
        brand = Brand(owner_id=owner.id, key="acme", name="Acmera", categories=[])
        rest = {"script": "Latin", "classes": [], "territories": [], "common_word": False}
        brand.marks = [Mark(text="Acmera", position=0, **rest)]
        session.add(brand)
    publish(database, wait=True)
    judge = judge_of(snapshot_to_judge_with(print))
    ruled = judge.ruled(LISTING)
    result = orjson.loads(ruled.shown.to_json())
    result["cases"] = [case for case, _ in to_open(ruled, judge.flags(LISTING))]
    case = add_case(database, result, **LISTING.model_dump(mode="json", exclude_defaults=True))
    ruling = Ruling(Outcome.CONFIRMED, Policy.TRADEMARK, result["cases"][0]["reasons"][0])
    with database.writing(ANNA.name) as session:
        claim(session, ANNA, case, AT)
        how = {"seen": 1, "token": "t", "at": AT, "chance": lambda: 1.0}
        return decide(session, ANNA, case, ruling, **how).decision


@pytest.mark.slow
def test_a_decision_is_replayed_with_what_it_saw_and_with_today(database, decided, capsys) -> None:
    assert main(["decisions", "replay", str(decided)]) == 0
    out = capsys.readouterr().out
    assert "the audit log has it as it is" in out
    for said in (
        "1: confirmed (trademark",
        "“Acrnera running shoes”",
        "same registry, r",
        "the same is found",
    ):
        assert said in out
    assert "U+2068" not in out
    with database.writing("its owner") as session:
        brand = session.query(Brand).one()
        brand.allow = [Allowed(scope="seller", value="s1", position=0, until=date(2999, 1, 1))]
    publish(database, wait=True)
    assert main(["decisions", "replay", str(decided)]) == 0
    assert "the same is found" in capsys.readouterr().out
    assert main(["decisions", "replay", str(decided), "--today"]) == 0
    out = capsys.readouterr().out
    for said in ("today's registry, r", "0% now", "found no more:", "registry: r"):
        assert said in out
    assert main(["decisions", "replay", str(decided), "--today", "--json"]) == 0
    told = orjson.loads(capsys.readouterr().out)
    assert (told["differences"]["risk"], told["differences"]["same"]) == (0, False)
    assert told["then"]["seen"]["evidence"][0]["mark"] == "Acmera"


@pytest.mark.slow
def test_what_was_changed_since_is_told(database, decided, capsys) -> None:
    dropped = "DROP TRIGGER decisions_no_update"
    if database.engine.dialect.name != "sqlite":
        dropped = "DROP TRIGGER decisions_no_change ON decisions"
    with database.writing("mallory") as session:
        session.execute(text(dropped))
        session.execute(text("UPDATE decisions SET note = 'it was well done'"))
    assert main(["decisions", "replay", str(decided)]) == 0
    assert "THE AUDIT LOG DOES NOT HAVE IT" in capsys.readouterr().out
    assert main(["decisions", "replay", "7"]) == 2
    assert "there is no decision 7" in capsys.readouterr().err


ONE = {"kind": "logo", "where": "image:0", "asset": "a.png", "score": 0.9}


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ([ONE], {"same": True}),
        ([ONE | {"score": 0.902}], {"same": True}),
        ([ONE | {"score": 0.7}], {"same": False, "scores": [(ONE, 0.7)]}),
        ([], {"same": False, "gone": [ONE]}),
        ([ONE, ONE | {"where": "image:1"}], {"same": False, "new": [ONE | {"where": "image:1"}]}),
    ],
)
def test_what_differs(now, told) -> None:
    class Decided:
        seen = {"risk": 0.8, "missing": [], "versions": {"registry": "r1"}, "evidence": [ONE]}  # noqa: RUF012

    seen = Seen(Decided(), "acme", 1, 1, {}, [ONE], True)
    result = {"cases": [{"brand": "acme", "risk": 0.8, "evidence": now}], "missing": [], "versions": {}}
    found = differences(seen, result)
    assert {name: getattr(found, name) for name in told} == told
    assert found.versions == {"registry": ("r1", None)}
    assert differences(seen, result | {"cases": []}).risk == 0
