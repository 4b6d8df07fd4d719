"""From which risk a person is asked: by brand, category, harm and reason, in a fixed order."""

from dataclasses import replace

import pytest

from brand_registry.judging import RegistryJudge
from brand_registry.record import Record
from brand_registry.rules import rules_of
from detector.listing import Listing
from detector.result import Case, Evidence, Reason, Verdict
from detector.scoring import asked_from
from detector.thresholds import Goods, Threshold, Thresholds
from detector.weights import as_json, default_weights, parsed

CASE = Case("acme", 0.5, (Evidence(Reason.LOGO, "image:0", None, 0.9),))
BOTH = replace(CASE, evidence=(*CASE.evidence, Evidence(Reason.MISSPELLING, "title", "Acmelx", 0.8)))
SNEAKERS = Listing(id="1", title="Shoes", category="Clothing > Footwear > Sneakers")
PILLS = Listing(id="2", title="Pills", category="Health > Medicine")


def weights(**thresholds):
    rows = [Threshold("harm", harm, at) for harm, at in thresholds.get("harms", {}).items()]
    rows += [Threshold("category", name, at) for name, at in thresholds.get("categories", {}).items()]
    return replace(default_weights(), thresholds=Thresholds(rows))


def brand(*thresholds, **policies):
    rows = [dict(zip(("scope", "value", "threshold", "reason"), one, strict=False)) for one in thresholds]
    own = [{"reason": reason, "threshold": at} for reason, at in policies.items()]
    return rules_of(Record.model_validate({"id": "acme", "name": "A", "thresholds": rows, "policies": own}))


CATEGORY, HARM = ("category", "Medicine", 0.3), ("harm", "medicine", 0.4)


@pytest.mark.parametrize(
    ("thresholds", "policies", "house", "asked"),
    [
        ((), {}, {}, 0.5),
        ((), {}, {"harms": {"medicine": 0.45}}, 0.45),
        ((), {}, {"harms": {"medicine": 0.45}, "categories": {"health": 0.6}}, 0.6),
        ((), {}, {"harms": {"food": 0.45}, "categories": {"Food": 0.6}}, 0.5),
        ((), {"logo": 0.7}, {"harms": {"medicine": 0.45}}, 0.7),
        ((HARM,), {"logo": 0.7}, {}, 0.4),
        ((HARM, ("harm", "medicine", 0.8, "logo")), {}, {}, 0.8),
        ((HARM, CATEGORY), {"logo": 0.7}, {}, 0.3),
        ((HARM, CATEGORY, ("category", "Medicine", 0.9, "logo")), {}, {}, 0.9),
        ((("category", "Medicine", 0.9, "misspelling"),), {}, {}, 0.5),
        ((("category", "Medicine", 0.9, "misspelling"), HARM), {}, {}, 0.4),
    ],
)
def test_what_is_said_more_closely_counts_first(thresholds, policies, house, asked) -> None:
    own = brand(*thresholds, **policies)
    found = weights(**house)
    assert (own.threshold if own else asked_from_house)(CASE, Goods(PILLS), found) == asked


def asked_from_house(case, goods, found):
    return asked_from(case, goods, found)


@pytest.mark.parametrize(
    ("values", "asked"),
    [
        ({"Footwear": 0.3}, 0.3),
        ({"footwear>sneakers": 0.3, "Footwear": 0.4}, 0.3),
        ({"Footwear": 0.4, "Sneakers": 0.3}, 0.3),
        ({"Clothing": 0.4, "Footwear": 0.3}, 0.3),
        ({"Sneak": 0.3}, 0.5),
        ({"Clothing > Sneakers": 0.3}, 0.5),
        ({"CLOTHING / FOOTWEAR": 0.3}, 0.3),
    ],
)
def test_of_categories_the_longest_then_the_deepest_counts(values, asked) -> None:
    assert asked_from(CASE, Goods(SNEAKERS), weights(categories=values)) == asked


def test_of_reasons_the_lowest_counts() -> None:
    own = brand(("category", "Sneakers", 0.9, "logo"), misspelling=0.6)
    assert own.threshold(CASE, Goods(SNEAKERS), default_weights()) == 0.9
    assert own.threshold(BOTH, Goods(SNEAKERS), default_weights()) == 0.6
    assert own.threshold(BOTH, Goods(PILLS), default_weights()) == 0.5


@pytest.mark.parametrize(
    ("thresholds", "listed", "verdict"),
    [
        ([], "Footwear", Verdict.FLAG),
        ([{"scope": "category", "value": "Footwear", "threshold": 0.95}], "Footwear", Verdict.CLEAR),
        ([{"scope": "category", "value": "Footwear", "threshold": 0.95}], "Bags", Verdict.FLAG),
        ([{"scope": "harm", "value": "medicine", "threshold": 0.95}], "Medicine", Verdict.CLEAR),
    ],
)
def test_a_brand_flags_by_the_goods(thresholds, listed, verdict) -> None:
    record = Record.model_validate({"id": "acme", "name": "Acmelux", "thresholds": thresholds})
    judge = RegistryJudge([record])
    listing = Listing(id="1", title="Acmelx shoes", category=listed)
    result = judge.ruled(listing).shown
    assert result.verdict is verdict
    assert judge.flags(listing)(result.cases[0]) is (verdict is Verdict.FLAG)


def test_the_house_sets_thresholds_in_its_weights() -> None:
    said = as_json(default_weights()) | {
        "thresholds": {"harms": {"medicine": 0.2}, "categories": {"Bags": 0.9}}
    }
    import json

    found = parsed(json.dumps(said), "w.json")
    assert as_json(found) == said
    assert "thresholds" not in as_json(default_weights())
    judge = RegistryJudge([Record(id="acme", name="Acmelux")], weights=found)
    doubtful = {"title": "pre-owned Akmelux"}
    verdicts = [
        judge.judge(Listing(id="1", category=name, **doubtful)).verdict
        for name in ("Medicine", "Shoes", "Bags")
    ]
    assert verdicts == [Verdict.FLAG, Verdict.CLEAR, Verdict.CLEAR]
    assert judge.judge(Listing(id="1", category="Bags", title="Acmelx")).verdict is Verdict.CLEAR
