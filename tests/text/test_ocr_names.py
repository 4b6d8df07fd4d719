"""Names in what was read of a picture."""

import pytest

from detector.reading import TextLine
from detector.text.mention import Likeness, Mention
from detector.text.ocr_names import well_read

EXACT, ALIKE, MISSPELT = Likeness.EXACT, Likeness.LOOKALIKE_CHARACTERS, Likeness.MISSPELLING


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
    line = TextLine(found, score, ((0, 0), (9, 0), (9, 3), (0, 3)))
    assert well_read(line, Mention("brand", mark, (0, len(found)), found, likeness, 0.9)) is counts
