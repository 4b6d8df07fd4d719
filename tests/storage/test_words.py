import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.words import LONGEST, findable, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Acme Sports", ["acme", "sports"]),
        ("  Ünïque-STRASSE's ", ["unique", "strasse", "s"]),
        ("Straße", ["strasse"]),
        ("a_b/c.d", ["a", "b", "c", "d"]),
        ("Ａｃｍｅ", ["acme"]),
        ("АКМЕ Ёлка", ["акме", "елка"]),
        ("김치", ["김치"]),
        ("+ + +", ["+++"]),
        ("\0 \ud800", []),
        ("", []),
        ("x" * 5_000, ["x" * LONGEST]),
    ],
)
def test_a_text_is_cut_into_words(text, words) -> None:
    assert words_of(text) == words


def test_each_character_begins_a_word_where_none_are_spaced() -> None:
    assert set(findable("資生堂 Group")) == {"資生堂", "生堂", "堂", "group"}


@given(st.text())
def test_a_text_is_found_by_its_own_words(text) -> None:
    there = set(findable(text))
    assert all(word in there and 0 < len(word) <= LONGEST for word in words_of(text))
    assert all(words_of(word) for word in words_of(text))
