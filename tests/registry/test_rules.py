from dataclasses import replace
from datetime import date

import pytest

from brand_registry.record import Record
from brand_registry.rules import BrandRules, apply, rules_of
from brand_registry.states import BrandState
from detector.judge import Judge
from detector.listing import Listing
from detector.result import Reason, Result, Verdict
from detector.thresholds import Goods
from detector.weights import default_weights

DAY = date(2026, 5, 1)
RECORD = {"id": "acme", "name": "Acmelux"}


def listing(title="Acme1ux running shoes", **fields):
    return Listing.model_validate({"id": "L1", "title": title, "marketplace": "demo"} | fields)


def ruled(rules, one, *, state=BrandState.LIVE, day=DAY):
    record = Record.model_validate(RECORD | rules)
    judge = Judge([record, Record(id="beta", name="Betamora")])
    own = rules_of(record, state)
    result = judge.judge(one)
    return result, apply(result, one, {} if own is None else {"acme": own}, day)


def seller(**fields):
    return {"seller": {"id": "s1", "name": "Shoe Barn"} | fields}


STATES = [
    (BrandState.LIVE, Verdict.FLAG, 0),
    (BrandState.SHADOW, Verdict.CLEAR, 1),
    (BrandState.DRAFT, Verdict.CLEAR, 0),
    (BrandState.RETIRED, Verdict.CLEAR, 0),
]


@pytest.mark.parametrize(("state", "verdict", "counted"), STATES)
def test_a_brand_in_shadow_is_counted_and_never_shown(state, verdict, counted) -> None:
    result, after = ruled({}, listing(), state=state)
    assert result.verdict is Verdict.FLAG
    assert (after.shown.verdict, len(after.counted)) == (verdict, counted)
    assert [case.brand for case in after.shown.cases] == (["acme"] if state is BrandState.LIVE else [])
    assert after.shown.risk == (result.risk if state is BrandState.LIVE else 0)
    assert [one.flagged for one in after.counted] == [True] * counted


def test_another_brand_is_shown_beside_one_in_shadow() -> None:
    result, after = ruled({}, listing("Acme1ux and Betam0ra shoes"), state=BrandState.SHADOW)
    assert {case.brand for case in result.cases} == {"acme", "beta"}
    assert [case.brand for case in after.shown.cases] == ["beta"]
    assert after.shown.verdict is Verdict.FLAG
    assert [one.case.brand for one in after.counted] == ["acme"]


def test_a_listing_with_a_picture_missing_is_never_clear_for_what_was_taken_out() -> None:
    _, after = ruled({}, listing(images=["gone.jpg"]), state=BrandState.SHADOW)
    assert after.shown.verdict is Verdict.INCOMPLETE


ALLOWED = [
    ({"scope": "seller", "value": "s1"}, True),
    ({"scope": "seller", "value": "s2"}, False),
    ({"scope": "seller", "value": "Shoe Barn"}, False),  # anybody can take a name
    ({"scope": "seller", "value": "s1", "marketplace": "demo"}, True),
    ({"scope": "seller", "value": "s1", "marketplace": "other"}, False),
    ({"scope": "listing", "value": "L1"}, True),
    ({"scope": "listing", "value": "L2"}, False),
    ({"scope": "seller", "value": "L1"}, False),
    ({"scope": "listing", "value": "L1", "until": "2026-05-01"}, True),
    ({"scope": "listing", "value": "L1", "until": "2026-04-30"}, False),
    ({"scope": "text", "value": "ACME1UX Running"}, True),
    ({"scope": "text", "value": "acme1ux walking"}, False),
    ({"scope": "text", "value": "Acme1"}, False),
    ({"scope": "text", "value": "Acme1ux", "marketplace": "other"}, False),
    ({"scope": "text", "value": "Acme1ux", "until": "2026-04-30"}, False),
]


@pytest.mark.parametrize(("entry", "is_allowed"), ALLOWED)
def test_what_is_allowed_is_no_case(entry, is_allowed) -> None:
    _, after = ruled({"allow": [entry]}, listing(**seller()))
    assert after.counted == ()
    assert (after.shown.cases == ()) == is_allowed
    assert after.shown.verdict is (Verdict.CLEAR if is_allowed else Verdict.FLAG)


def test_allowed_words_excuse_nothing_elsewhere_in_the_listing() -> None:
    allow = {"allow": [{"scope": "text", "value": "Acme1ux Street"}]}
    both = listing("Shop at Acme1ux Street", description="Genuine acmeIux shoes")
    result, after = ruled(allow, both)
    assert {one.where for one in result.cases[0].evidence} == {"title", "description"}
    (case,) = after.shown.cases
    assert {one.where for one in case.evidence} == {"description"}
    assert case.risk <= result.cases[0].risk


LICENSED = [
    ({"name": "Shoe Barn"}, {}, "authorised_seller", True),
    ({"name": "SHOE BARN "}, {}, "authorised_seller", True),
    ({"name": "Shoe Barn", "until": "2026-05-01"}, {}, "authorised_seller", True),
    ({"name": "Shoe Barn", "until": "2026-04-30"}, {}, None, False),
    ({"name": "Shoe"}, {}, None, False),
    ({"name": "Bricko"}, {"brand": "Bricko"}, "licensed_product", False),
]


@pytest.mark.parametrize(("licensee", "fields", "qualifier", "cleared"), LICENSED)
def test_who_has_a_licence_is_told_as_such(licensee, fields, qualifier, cleared) -> None:
    result, after = ruled({"licensees": [licensee]}, listing(**seller(), **fields))
    (case,) = after.shown.cases
    said = {one.kind.value for one in case.qualifiers} - {
        one.kind.value for one in result.cases[0].qualifiers
    }
    assert said == ({qualifier} if qualifier else set())
    assert (case.risk < result.cases[0].risk) == bool(qualifier)
    assert (after.shown.verdict is Verdict.CLEAR) == cleared


POLICIES = [
    ({"mode": "on"}, Verdict.FLAG, 1, 0),
    ({"mode": "off"}, Verdict.CLEAR, 0, 0),
    ({"mode": "shadow"}, Verdict.CLEAR, 0, 1),
    ({"threshold": 0.99}, Verdict.CLEAR, 1, 0),
    ({"threshold": 0.2}, Verdict.FLAG, 1, 0),
]


@pytest.mark.parametrize(("policy", "verdict", "shown", "counted"), POLICIES)
def test_a_reason_is_on_in_shadow_or_off_and_asks_from_its_threshold(policy, verdict, shown, counted) -> None:
    one = listing("Akmelux running shoes")
    record = Record.model_validate(RECORD)
    (reason,) = Judge([record]).judge(one).cases[0].reasons
    _, after = ruled({"policies": [{"reason": reason.value} | policy]}, one)
    assert after.shown.verdict is verdict
    assert (len(after.shown.cases), len(after.counted)) == (shown, counted)


def test_what_other_reasons_find_stays_and_is_weighed_anew() -> None:
    one = listing("Acme1ux shoes, 1:1 replica of Acmelux")
    result = Judge([Record.model_validate(RECORD)]).judge(one)
    assert Reason.COUNTERFEIT_TERMS in result.cases[0].reasons
    _, after = ruled({"policies": [{"reason": "counterfeit_terms", "mode": "shadow"}]}, one)
    (case,) = after.shown.cases
    assert Reason.COUNTERFEIT_TERMS not in case.reasons
    assert case.risk < result.risk
    (counted,) = after.counted
    assert counted.case == result.cases[0]


def test_a_lower_threshold_flags_what_the_house_would_not() -> None:
    one = listing("Strap for Akmelux watch")
    record = Record.model_validate(RECORD)
    (case,) = Judge([record]).judge(one).cases
    doubtful = Result(one.id, Verdict.CLEAR, 0.3, (replace(case, risk=0.3),))
    policies = [{"reason": str(reason), "threshold": 0.2} for reason in case.reasons]
    own = rules_of(Record.model_validate(RECORD | {"policies": policies}))
    assert own is not None
    assert apply(doubtful, one, {"acme": own}, DAY).shown.verdict is Verdict.FLAG
    assert apply(doubtful, one, {"acme": BrandRules()}, DAY).shown.verdict is Verdict.CLEAR


def test_a_brand_without_rules_is_left_as_it_is() -> None:
    result, after = ruled({}, listing())
    assert after.shown is result
    assert rules_of(Record.model_validate(RECORD)) is None
    assert BrandRules().threshold(result.cases[0], Goods(listing()), default_weights()) == 0.5


def test_a_brand_called_the_does_not_flood_the_queue() -> None:
    judge = Judge([Record(id="the", name="the"), Record(id="water", name="Water")])
    for title in ("The best shoes in the world", "THE shoes", "Water bottle for the gym"):
        assert judge.judge(Listing(id="1", title=title)).verdict is Verdict.CLEAR
