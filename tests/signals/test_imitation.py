from typing import Any

import pytest

from detector.brand import Brand
from detector.judge import Judge
from detector.listing import Listing
from detector.result import Reason

CHANEL = Brand(id="chanel", name="Chanel", categories=("Handbags", "Perfumes"))
NIKE = Brand(id="nike", name="Nike")


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge([CHANEL, NIKE])


def reasons(judge: Judge, **listing: Any) -> set[Reason]:
    result = judge.judge(Listing.model_validate({"id": "1", **listing}))
    return {reason for case in result.cases for reason in case.reasons}


@pytest.mark.parametrize(
    ("listing", "reason"),
    [
        ({"title": "Nіke air shoes"}, Reason.LOOKALIKE_CHARACTERS),
        ({"title": "N i k e air shoes"}, Reason.SPLIT_OR_PADDED),
        ({"title": "air shoes", "brand": "Nkie"}, Reason.MISSPELLING),
        ({"title": "кроссовки найк"}, Reason.OTHER_SCRIPT),
        ({"title": "Channel quilted handbag"}, Reason.SPLIT_OR_PADDED),
        ({"title": "Quilted bag", "brand": "Channel", "category": "Bags > Handbags"}, Reason.SPLIT_OR_PADDED),
        ({"title": "Air shoes", "category": "Shoes > Nіke"}, Reason.LOOKALIKE_CHARACTERS),
        ({"title": "Air shoes", "attributes": {"Nіke colour": "red"}}, Reason.LOOKALIKE_CHARACTERS),
    ],
)
def test_imitations_are_evidence(judge: Judge, listing: dict[str, Any], reason: Reason) -> None:
    assert reason in reasons(judge, **listing)


@pytest.mark.parametrize(
    "listing",
    [
        {"title": "Nike air shoes", "brand": "Nike"},
        {"title": "5.1 channel receiver", "category": "Electronics"},
        {"title": "Handbag organiser made of felt with one big channel for a bottle and two pockets"},
        {"title": "blue bottle"},
        {
            "title": "Felt organiser",
            "category": "Channel > Handbags",
            "attributes": {"Channel handbags": "1"},
        },
        {"title": "Running shoes", "category": "Nike > Shoes", "attributes": {"Fits Nike": "yes"}},
    ],
)
def test_open_and_everyday_words_are_none(judge: Judge, listing: dict[str, Any]) -> None:
    disguises = {
        Reason.MISSPELLING,
        Reason.LOOKALIKE_CHARACTERS,
        Reason.SPLIT_OR_PADDED,
        Reason.OTHER_SCRIPT,
        Reason.SOUNDS_ALIKE,
    }
    assert not disguises & reasons(judge, **listing)


def test_everyday_words_need_the_brands_categories() -> None:
    without = Judge([Brand(id="chanel", name="Chanel")])
    assert not reasons(without, title="Channel quilted handbag", category="Handbags")
