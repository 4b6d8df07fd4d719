"""Marks on which other words are read, and marks whose own name is there or nothing that can be read."""

import pytest

from detector.inscriptions import OTHER_WORDS, weighed
from detector.reading import TextLine
from detector.result import Box
from detector.sighting import AssetKind, Reference, Seen, Sighting
from tests.looks import NOTHING

NAMES = ("Velmora", "Velmora Glide")


def box(left: float, top: float, right: float, bottom: float) -> Box:
    return (left, top), (right, top), (right, bottom), (left, bottom)


PLACE = box(0, 0, 100, 40)
ON_IT, BESIDE, PARTLY = box(5, 5, 95, 35), box(110, 0, 200, 40), box(90, 0, 190, 40)


def sighting(seen: Seen = Seen.MARK, points: int = 0) -> Sighting:
    own = Reference("velmora", "mark.png", AssetKind.LOGO, NOTHING)
    return Sighting(own, seen, PLACE, 0.9, None, ((0.0, 0.0, 1.0, 1.0),) * points)


@pytest.mark.parametrize(
    "lines",
    [
        [TextLine("BEER GARDEN", 0.98, ON_IT)],
        [TextLine("BEER", 0.98, box(0, 0, 100, 12)), TextLine("GARDEN", 0.97, box(0, 20, 90, 34))],
        [TextLine("PEDESTRIANS", 0.93, ON_IT, turn=10)],
        [TextLine("BARCLAYS", 0.99, ON_IT), TextLine("velmora", 0.99, BESIDE)],
    ],
)
def test_other_words_on_a_mark_leave_too_little_of_it(lines: list[TextLine]) -> None:
    seen = weighed(sighting(), lines, NAMES)
    assert seen is not None
    assert seen.score == pytest.approx(OTHER_WORDS * 0.9)


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [TextLine("BEER GARDEN", 0.98, BESIDE)],
        [TextLine("BEER GARDEN", 0.98, PARTLY)],
        [TextLine("BEER GARDEN", 0.7, ON_IT)],  # not read surely
        [TextLine("BEER GARDEN", 0.98, ON_IT, turn=180)],  # as nothing stands
        [TextLine("BEER GARDEN", 0.98, ON_IT, mirrored=True)],
        [TextLine("TTTT", 0.98, ON_IT)],  # laces
        [TextLine("Velmora", 0.98, ON_IT)],
        [TextLine("VELM0RA", 0.98, ON_IT)],
        [TextLine("vlmora", 0.98, ON_IT)],  # misread
        [TextLine("velmora running", 0.98, ON_IT)],
        [TextLine("SPORTS", 0.98, ON_IT), TextLine("Velm", 0.6, PARTLY)],
    ],
)
def test_a_mark_stays_where_nothing_or_its_name_is_read(lines: list[TextLine]) -> None:
    seen = sighting()
    assert weighed(seen, lines, NAMES) is seen


def test_many_points_that_agree_and_things_that_are_no_marks_say_what_they_say() -> None:
    other = [TextLine("BEER GARDEN", 0.98, ON_IT)]
    for seen in (sighting(points=20), *map(sighting, (Seen.COPY, Seen.PRODUCT, Seen.OBSCURED))):
        assert weighed(seen, other, NAMES) is seen


def dressed(*points: tuple[float, float]) -> Sighting:
    own = Reference("velmora", "carton.jpg", AssetKind.PRODUCT, NOTHING)
    pairs = tuple((0.0, 0.0, x, y) for x, y in points)
    return Sighting(own, Seen.PRODUCT, box(0, 0, 400, 400), 0.55, "its dress", pairs)


WORDS = [TextLine("BRAILER", 0.98, ON_IT)]
ON_LETTERS = ((10.0, 10.0), (90.0, 30.0), (50.0, 36.0))
DRESSED = {
    "all on the letters of another name": (ON_LETTERS, WORDS, False),
    "one on the dress": ((*ON_LETTERS, (50.0, 300.0)), WORDS, True),
    "on the letters of its own name": (ON_LETTERS, [TextLine("VELM0RA", 0.98, ON_IT)], True),
    "on what is not read surely": (ON_LETTERS, [TextLine("BRAILER", 0.6, ON_IT)], True),
    "where nothing is read": (ON_LETTERS, [], True),
    "without points": ((), WORDS, True),
}


@pytest.mark.parametrize("case", DRESSED)
def test_a_dress_that_is_but_the_letters_of_another_name_is_none(case: str) -> None:
    points, lines, stays = DRESSED[case]
    seen = dressed(*points)
    assert weighed(seen, lines, NAMES) is (seen if stays else None)


def test_a_dress_is_not_weighed_by_names_that_can_not_be_compared() -> None:
    seen = dressed(*ON_LETTERS)
    assert weighed(seen, WORDS, ("耐克", "HP")) is seen


def test_names_in_other_scripts_or_of_two_letters_are_not_compared() -> None:
    other = [TextLine("BEER GARDEN", 0.98, ON_IT)]
    seen = sighting()
    assert weighed(seen, other, ("耐克", "HP")) is seen
