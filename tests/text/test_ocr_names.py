"""Names in what was read of a picture."""

import pytest

from detector.reading import TextLine
from detector.text.mention import Likeness, Mention
from detector.text.ocr_names import well_read

EXACT, ALIKE, MISSPELT = Likeness.EXACT, Likeness.LOOKALIKE_CHARACTERS, Likeness.MISSPELLING


def line_of(text: str, score: float, turn: int = 0, mirrored: bool = False) -> TextLine:
    return TextLine(text, score, ((0, 0), (9, 0), (9, 3), (0, 3)), turn, mirrored)


@pytest.mark.parametrize(
    ("found", "mark", "likeness", "score", "counts"),
    [
        ("Panasonic", "Panasonic", EXACT, 0.99, True),
        ("Panasonic", "Panasonic", EXACT, 0.55, True),
        ("Panasonic", "Panasonic", EXACT, 0.45, False),
        ("Panas0nic", "Panasonic", ALIKE, 0.6, True),
        ("Panasonlc", "Panasonic", MISSPELT, 0.95, True),
        ("Panasonlc", "Panasonic", MISSPELT, 0.7, False),
        ("SEZET", "Suzuki", MISSPELT, 0.71, False),
        ("Asdo", "Asda", MISSPELT, 0.99, False),
        ("ORDEE", "Nordic Semiconductor", MISSPELT, 0.95, False),
    ],
)
def test_tells_a_name_from_junk(
    found: str, mark: str, likeness: Likeness, score: float, counts: bool
) -> None:
    assert (
        well_read(line_of(found, score), Mention("brand", mark, (0, len(found)), found, likeness, 0.9))
        is counts
    )


@pytest.mark.parametrize(
    ("mark", "score", "turn", "mirrored", "counts"),
    [
        ("Panasonic", 0.6, 40, False, True),
        ("Panasonic", 0.6, 320, False, True),
        ("Panasonic", 0.6, 180, False, False),
        ("Panasonic", 0.6, 0, True, False),
        ("Panasonic", 0.9, 180, True, True),
        ("Asda", 0.96, 0, False, True),
        ("Asda", 0.9, 0, False, False),
        ("Asda", 0.96, 180, False, False),
        ("IBM", 0.96, 0, False, False),
        ("IBM", 0.99, 0, False, True),
        ("IBM", 0.99, 0, True, False),
        ("HP", 0.99, 0, False, False),
        ("HP", 0.998, 0, False, True),
    ],
)
def test_asks_more_of_short_names_and_odd_ways_round(
    mark: str, score: float, turn: int, mirrored: bool, counts: bool
) -> None:
    mention = Mention("brand", mark, (0, len(mark)), mark, EXACT, 1.0)
    assert well_read(line_of(mark, score, turn, mirrored), mention) is counts


@pytest.mark.parametrize(("score", "counts"), [(0.97, True), (0.75, False)])
def test_takes_for_the_same_only_what_looks_the_same(score: float, counts: bool) -> None:
    mention = Mention("brand", "Asda", (0, 4), "A5da", ALIKE, score)
    assert well_read(line_of("A5da", 0.99), mention) is counts
