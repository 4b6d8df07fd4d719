"""What is called quiet has no mark in it, whatever is written."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from benchmarks.invented import brand_names, descriptions, listings
from detector.brand import Brand
from detector.text.index import MarkIndex

NAMES = (
    "Acmera", "Zephyra", "Red Wing", "HP", "Lego", "Kit Kat Co", "Uni-Ball", "Louis Vuitton", "3M", "H&M",
    "Häagen", "L'Oréal", "Bose", "The North Face", "Vans", "ASUS", "Vera's Secret",
)  # fmt: skip
INDEX = MarkIndex.build([Brand(id=name, name=name) for name in NAMES])
WORDS = (
    "the", "a", "in", "of", "shoes", "t", "shirt", "new", "xl", "5", "s", "brown", "acmera", "acrnera", "acm",
    "era", "zeph", "yra", "zephyrra", "red", "wing", "wimg", "hp", "h", "p", "le", "go", "lego", "1ego",
    "kit", "kat", "co", "uni", "ball", "louis", "vuiton", "3", "m", "n0rth", "north", "face", "v", "ans",
    "lo", "ui", "svu", "itton", "loreal", "l", "oreal", "qxzv", "blorp", "flimz", "bo", "se", "asus", "a$us",
    "as", "us", "adidas", "haagen", "häagen", "bosee", "norht", "fcae", "viutton", "luois", "w1ng", "vera's",
    "v3ra's", "vear's", "secret", "secr3t", "www", "legoshoes", "zephyra5", "cotton",
)  # fmt: skip
SIGNS = (
    " ",
    " ",
    " ",
    " ",
    "-",
    "/",
    ", ",
    ". ",
    "'",
    "_",
    "  ",
    " - ",
    "--",
    "&",
    "!",
    "@",
    "$",
    "|",
    "+",
    "\n",
)

texts = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(SIGNS)), max_size=8).map(
    lambda pairs: "".join(map("".join, pairs))
)
letters = st.text(st.sampled_from("aceghilmoprsuvwyz135 -'$@!."), max_size=30)


@settings(deadline=None, max_examples=500)
@given(texts | st.tuples(st.sampled_from(SIGNS), texts).map("".join) | letters)
@example("a cm era")
@example("in a le-go box")
@example("- - blorp flimz")
@example("l e g o")
def test_what_is_quiet_has_no_mark(text) -> None:
    quiet = INDEX.quiet()
    for typed in (text, text.title(), text.upper()):
        assert not (quiet.is_quiet(typed) and INDEX.find(typed)), typed


@pytest.mark.parametrize(
    "text",
    [
        "Brown shoes of leather, size 42",
        "A cotton t-shirt in a box, new! For the summer (S-XL)",
        "Set of 3 mugs - dishwasher-safe; 250 ml each.",
        "",
        "***",
    ],
)
def test_what_is_plain_is_quiet(text) -> None:
    assert INDEX.quiet().is_quiet(text)
    assert not INDEX.find(text)


def test_most_of_a_catalogue_is_quiet_and_nothing_else() -> None:
    """Of what is generated one of three names a brand, and few of these imitate one of a few."""
    names = brand_names(300)
    few = MarkIndex.build([Brand(id=name, name=name) for name in names[:10]])
    quiet, told = few.quiet(), 0
    said = [one["title"] for one in listings(1_500, names)] + descriptions(500)
    for text in said:
        if quiet.is_quiet(text):
            told += 1
            assert not few.find(text), text
    assert told > 0.8 * len(said)
