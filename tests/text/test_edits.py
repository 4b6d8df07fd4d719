import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA, Hamming

from detector.text.deletes import DeleteIndex
from detector.text.edits import align
from detector.text.famous import FamousNames

letters = st.text(alphabet="abcdeimnorsuvw", min_size=1, max_size=10)


@pytest.mark.parametrize(
    ("wrote", "meant", "says"),
    [
        ("adibas", "adidas", "b for d"),
        ("acrne", "acme", "r n for m"),
        ("adiads", "adidas", "da turned round"),
        ("adidoss", "adidas", "o for a, s added"),
        ("colgte", "colgate", "a left out"),
        ("abibas", "adidas", "b for d"),
        ("filips", "philips", "f for p h"),
    ],
)
def test_what_was_done_can_be_read(wrote: str, meant: str, says: str) -> None:
    assert str(align(wrote, meant)) == says


@pytest.mark.parametrize(
    ("nearer", "farther", "meant"),
    [
        ("adibas", "adizas", "adidas"),  # what looks alike is nearer than what doesn't
        ("adidos", "adidks", "adidas"),  # a vowel for a vowel
        ("adiddas", "adiqdas", "adidas"),  # a letter twice
        ("abibas", "abizas", "adidas"),  # the same change twice is one idea
        ("adiads", "adizzs", "adidas"),  # turned round
        ("acrne", "acxne", "acme"),
        ("plesdk", "plespk", "plesk"),  # s and d hit at once
        ("cvultr", "pvultr", "vultr"),
    ],
)
def test_excused_edits_cost_less(nearer: str, farther: str, meant: str) -> None:
    assert align(nearer, meant).cost < align(farther, meant).cost


@given(letters, letters)
def test_cost_is_zero_for_equals_alone_and_at_most_the_plain_distance(one: str, other: str) -> None:
    cost = align(one, other).cost
    assert (cost == 0) == (one == other)
    assert cost <= OSA.distance(one, other) + 1e-9


@given(st.text("imnorluvw", min_size=3, max_size=3), st.text("imnorluvw", min_size=3, max_size=3))
def test_what_one_cheap_edit_explains_differs_in_one_of_three_letters(one: str, other: str) -> None:
    if align(one, other).cost <= 0.4:  # what `Words` grants a name of three letters
        assert Hamming.distance(one, other) <= 1


@given(letters, st.lists(letters, min_size=1, max_size=20, unique=True))
def test_names_of_like_length_alone_are_looked_at_and_all_of_them(word: str, names: list[str]) -> None:
    alone = {name for name in names if list(FamousNames([name]).resembling(word))}
    assert sorted(FamousNames(names).resembling(word)) == sorted(alone)
    assert {name for name in names if OSA.distance(word, name) <= 2} <= alone


@given(letters, st.lists(letters, min_size=1, max_size=20, unique=True))
def test_the_index_finds_all_that_comparing_with_each_finds(word: str, words: list[str]) -> None:
    index = DeleteIndex(words, [2] * len(words))
    found = {near for near, _ in index.near(word)}
    expected = {w for w in words if OSA.distance(word, w) <= 2 and min(len(w), len(word)) > 2}
    assert expected <= found
    assert all(OSA.distance(word, w) <= 2 for w in found)
