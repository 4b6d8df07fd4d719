"""Listings that are stuffed to be slow or to drown what matters are judged like others."""

import sys

import pytest

from detector.brand import Brand
from detector.judge import MOST_OF_A_KIND, Judge
from detector.listing import Listing
from detector.result import Verdict
from detector.text.index import MarkIndex

MOST_CALLS = 15
"""Functions of ours that looking for marks calls, a character of the text."""


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge([Brand(id="solvane", name="Solvane")])


@pytest.mark.slow
@pytest.mark.parametrize(
    "stuffing",
    [
        "Solvane replica ",
        "not a replica ",
        "Solvane AAA battery, 1:1 scale ",
        "for Solvane by ",
        "S0lvane ",
        "identical to Solvane! ",
        "高仿",
        "\u202eecirp\u202c \u200b\u0301",
        "\u202eenavloS ",
    ],
)
def test_a_stuffed_description_ends_in_a_result_of_ordinary_size(judge: Judge, stuffing: str) -> None:
    text = stuffing * (150_000 // len(stuffing))
    result = judge.judge(Listing(id="L1", title="Solvane shoes, superfake", description=text))
    assert result.verdict is Verdict.FLAG
    assert all(len(case.evidence) <= MOST_OF_A_KIND * 9 for case in result.cases)
    assert len(result.to_json()) < 100_000


@pytest.mark.parametrize(
    "stuffing", ["1!", "é!", "a b c ", "n i k e ", "s-o-l-v-a-n-e ", "С\u043elvan\u0435 ", "\u202eenavloS "]
)
def test_the_work_grows_with_the_text_alone(stuffing: str) -> None:
    index = MarkIndex.build([Brand(id=name, name=name) for name in ("Solvane", "1&1", "ABC")])
    text = stuffing * (10_000 // len(stuffing))
    index.find(text)  # what is kept of words is no work of the text's
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        index.find(text)
    finally:
        sys.setprofile(before)
    assert 0 < calls < MOST_CALLS * len(text)
