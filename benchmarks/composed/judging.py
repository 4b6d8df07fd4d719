"""Judges all composed cases with what ships."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from benchmarks.composed import gallery
from benchmarks.composed.case import Composed, Part
from benchmarks.composed.gallery import Gallery
from benchmarks.composed.peers import Peers
from benchmarks.composed.pictures import picture_cases
from benchmarks.composed.readings import Readings
from benchmarks.composed.texts import text_cases
from benchmarks.composed.world import World
from detector.image.references import ReferenceIndex
from detector.judge import Judge
from detector.result import Result
from detector.sighting import Reference


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """A case, what is said of it, and what plain methods say, where they were asked."""

    case: Composed
    result: Result
    peers: dict[str, float]


def judged(
    data: Path, parts: Collection[Part], *, pictures: bool = True, peers: bool = False
) -> Iterator[Judged]:
    """The cases of some parts; of text alone where the data has no pictures, or by wish. `peers` asks plain
    methods too.
    """
    world = World(data)
    brands, references, cases = world.brands, list[Reference](), text_cases(world)
    readings: Readings | None = None
    if pictures and all((data / needed).exists() for needed in gallery.NEEDS):
        shown, readings = Gallery(world), Readings()
        references = shown.references(readings)
        brands = [*brands, *shown.makers()]
        cases = chain(cases, picture_cases(world, shown))
    index = ReferenceIndex(references) if references else None
    judge = Judge(brands, references=index)
    plain = Peers(brands, references) if peers else None
    for case in (each for each in cases if each.part in parts):
        reading = readings.read(case.picture()) if case.picture and readings else None
        result = judge.judge(case.listing, {} if reading is None else {0: reading})
        yield Judged(case, result, plain.scores(case.listing.title, reading) if plain else {})
