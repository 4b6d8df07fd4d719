import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.text.folding import Reading, fold
from detector.text.lookalikes import looks_like, skeleton


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("NIKE", "nike"),
        ("ｎｉｋｅ", "nike"),
        ("Ñandú", "nandu"),
        ("N\u200bi\u00adk\ufeffe", "nike"),
        ("a\u0301di\u0336das", "adidas"),
        ("Straße", "strasse"),
        ("ﬁlm", "film"),
        ("𝓝𝓲𝓴𝓮", "nike"),
        ("Ⓝⓘⓚⓔ", "nike"),
        ("Адидас", "адидас"),
        ("アディダス", "アディダス"),
        ("나이키", "나이키"),
        ("buy \u202eekin\u202c now", "buy nike now"),
        ("Nike™ Air®", "nike  air "),
        ("", ""),
    ],
)
def test_plain(text: str, plain: str) -> None:
    assert fold(text).plain.text == plain


@pytest.mark.parametrize(
    ("text", "look"),
    [
        ("Аdidаs", "adidas"),
        ("ΝΙΚΕ", "nike"),
        ("ɴɪᴋᴇ", "nike"),
        ("🅽🅸🅺🅴", "nike"),
        ("🇳🇮🇰🇪", "nike"),
        ("ßlackßerry", "blackberry"),
        ("ŁACØSTE", "lacoste"),
        ("Я", "r"),
    ],
)
def test_look(text: str, look: str) -> None:
    folded = fold(text)
    assert (folded.look or folded.plain).text == look


@pytest.mark.parametrize(
    ("text", "leet"),
    [("p@ypal", "paypal"), ("$amsung", "samsung"), ("Ad!das", "adidas"), ("N|ke", "nlke")],
)
def test_leet(text: str, leet: str) -> None:
    read = fold(text).leet
    assert read is not None
    assert read.text == leet


@pytest.mark.parametrize("text", ["sale!", "mail me @ home", "5 $", "a|b test".replace("|", " | ")])
def test_signs_that_are_no_letters_stay(text: str) -> None:
    assert fold(text).leet is None


@pytest.mark.parametrize(
    ("one", "other"),
    [("Acrne", "Acme"), ("vvalmart", "walmart"), ("clior", "dior"), ("g00gle", "google"), ("nlke", "nike"),
     ("addidas", "adidas"), ("n1ke", "nike")],
)  # fmt: skip
def test_skeletons_of_what_looks_alike_are_equal(one: str, other: str) -> None:
    assert skeleton(one.lower()) == skeleton(other.lower())


@pytest.mark.parametrize(("one", "other"), [("nike", "mike"), ("puma", "pumo"), ("linear", "inear")])
def test_skeletons_of_others_differ(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


def test_ascii_is_not_moved() -> None:
    assert fold("Plain Text 123").plain == Reading("plain text 123", None)


@given(st.text())
def test_folding_never_fails_and_maps_back_into_the_text(text: str) -> None:
    folded = fold(text)
    for reading in (folded.plain, folded.look, folded.leet):
        if reading is None:
            continue
        if reading.origins is not None:
            assert len(reading.origins) == len(reading.text)
        for at in range(len(reading.text)):
            start, end = reading.span(at, at + 1)
            assert 0 <= start < end <= len(text)


@given(st.text(alphabet=st.characters(min_codepoint=0x80)))
def test_folding_twice_is_folding_once(text: str) -> None:
    plain = fold(text).plain.text
    again = fold(plain).plain.text
    assert fold(again).plain.text == again


@given(st.characters())
def test_a_look_is_latin_or_nothing(character: str) -> None:
    look = looks_like(character)
    assert look == "" or (look.isascii() and look.isalnum())


def test_zalgo_costs_no_more_than_its_length() -> None:
    zalgo = "N" + "\u0336" * 10_000 + "ike"
    assert fold(zalgo).plain.text == "nike"
    assert unicodedata.combining("\u0336")
