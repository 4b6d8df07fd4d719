"""Brands' marks recognised in photos from the wild, from five crops a brand, and from a drawing of the mark.

The crops are the largest marks of five photos, drawn by a seed; all other photos are tested against all
brands' crops. The drawing is the mark of simple-icons alone, of the brands that have one; the same photos are
tested against it. Both pass the gates that an owner's upload passes. What is chosen (thresholds, weights) was
chosen on every other brand in the order of their names; they and the rest are told apart. A photo counts as
traced where a mark of its brand is recognised in it; what reading its text adds is told beside. Edited photos
are composed. A mark that is too faint to be acted on alone counts as recognised; what is left without those
is told too.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.drawn_marks import drawn_mark, name_of
from benchmarks.figure import Figure, tally
from benchmarks.logo_photos import BOXES, EDITS, Boxes, Edit, Photo, as_it_is, labelled, split, unlabelled
from benchmarks.photos import NO_LOGO, pixels_of, png
from benchmarks.uploads import marks_taken
from detector.appearance import Appearance
from detector.brand import Brand
from detector.image.decoding import Pixels
from detector.image.embedding import embedder
from detector.image.geometry import bounds
from detector.image.looking import Looker
from detector.image.marks import MarkIndex
from detector.image.reader import default_reader
from detector.image.regions import overlaps
from detector.judge import Judge
from detector.reading import TextLine
from detector.sighting import Reference

NAME = "logos"
NEEDS = (BOXES, NO_LOGO)

EDITED = 5  # photos of each brand
REGIONS = (16, 32, 0)  # 0: all
SURE = 0.5  # the score of a mark that may be acted on alone
NOWHERE = np.zeros((0, 4), np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What was recognised: brands by their marks with the places, `sure` those whose mark may be acted on
    alone, and brands by their names; `regions` are where it was looked, the likeliest first."""

    photo: Photo
    regions: Boxes
    marks: dict[str, Boxes]
    sure: frozenset[str]
    names: dict[str, Boxes]

    @property
    def traced(self) -> bool:
        return self.photo.brand in self.marks

    @property
    def traced_or_read(self) -> bool:
        return self.traced or self.photo.brand in self.names

    def wrong(self) -> set[str]:
        return set(self.marks) - {self.photo.brand}

    def surely_wrong(self) -> set[str]:
        return set(self.sure) - {self.photo.brand}


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """What one kind of references, one for each of `brands` at least, recognises: in photos with a mark, in
    those without, and in edited ones. `about` begins the names of its figures.
    """

    about: str
    brands: frozenset[str]
    shown: list[Outcome]
    plain: list[Outcome]
    edited: dict[str, list[Outcome]]


def measure(data: Path) -> Iterator[Figure]:
    """Photos traced, boxes found and false alarms; then blurred, covered, mirrored and turned marks. First by
    the crops, then by the drawings."""
    photos = list(labelled(data))
    crops, tested = split(photos)
    brands = sorted(crops)
    seer = _Seer(brands)
    cut = [(brand, png(crop)) for brand in brands for crop in crops[brand]]
    drawn = [(brand, svg) for brand in brands if (svg := drawn_mark(brand))]
    from_crops, refused_crops = marks_taken(cut, seer.read)
    from_drawings, refused_drawings = marks_taken(drawn, seer.read)
    by_crops, by_drawing = _tables({"": from_crops, "a drawing alone, ": from_drawings}, seer, tested, data)
    yield _taken("crops", len(cut), refused_crops)
    yield from _figures(by_crops, set(brands[::2]), aimed=True)
    shown = by_crops.shown
    yield _figure("photos traced by the name alone", shown, lambda one: one.photo.brand in one.names)
    for most in REGIONS:
        name = f"among the first {most} regions" if most else "among all regions"
        yield _boxes_found(name, [(one.photo, one.regions[: most or None]) for one in shown])
    yield _taken(f"drawings, of {len(brands)} brands", len(drawn), refused_drawings)
    yield from _figures(by_drawing, set(brands[::2]), aimed=False)


class _Seer:
    """Reads and looks as a scan does, and holds what it finds against the names and any references."""

    def __init__(self, brands: Sequence[str]) -> None:
        self._looker, self._reader = Looker(embedder()), default_reader()
        self._judge = Judge([Brand(id=brand, name=name_of(brand)) for brand in brands])

    def read(self, pixels: Pixels) -> tuple[tuple[TextLine, ...], Appearance]:
        lines = self._reader.read(png(pixels)).lines
        return lines, self._looker.look(pixels, lines)

    def see(self, photo: Photo, pixels: Pixels, indexes: Iterable[MarkIndex]) -> list[Outcome]:
        """What each of the indexes recognises in the photo, which is read once."""
        lines, look = self.read(pixels)
        names = self._named(lines)
        boxes = look.regions.boxes
        return [Outcome(photo, boxes, *_recognised(index, look), names) for index in indexes]

    def _named(self, lines: Iterable[TextLine]) -> dict[str, Boxes]:
        """Where each brand's name was read."""
        places: dict[str, list[NDArray[np.float32]]] = defaultdict(list)
        for line in lines:
            for brand in {mention.brand for mention in self._judge.index.find(line.text)}:
                places[brand].append(bounds(line.box))
        return {brand: np.stack(boxes) for brand, boxes in places.items()}


def _recognised(index: MarkIndex, look: Appearance) -> tuple[dict[str, Boxes], frozenset[str]]:
    """The places of each brand's marks, and the brands of the sure ones."""
    places: dict[str, list[NDArray[np.float32]]] = defaultdict(list)
    found = index.recognise(look)
    for one in found:
        for outline in one.places:
            places[index.marks[one.number].brand].append(bounds(outline))
    sure = frozenset(index.marks[one.number].brand for one in found if one.places and one.score >= SURE)
    return {brand: np.stack(boxes) for brand, boxes in places.items()}, sure


def _tables(
    references: dict[str, list[Reference]], seer: _Seer, tested: list[Photo], data: Path
) -> Iterator[Table]:
    """A table for each kind of references."""
    indexes = [MarkIndex(some) for some in references.values()]

    def seen(photos: Iterable[Photo], change: Edit = as_it_is) -> list[list[Outcome]]:
        each = [seer.see(photo, change(pixels_of(photo.path), photo), indexes) for photo in photos]
        return [list(outcomes) for outcomes in zip(*each, strict=True)]

    shown, plain = seen(tested), seen(unlabelled(data))
    few = list(_few_of_each(tested))
    edited = {name: seen(few, change) for name, change in EDITS.items()}
    for n, (about, some) in enumerate(references.items()):
        brands = frozenset(reference.brand for reference in some)
        yield Table(about, brands, shown[n], plain[n], {name: each[n] for name, each in edited.items()})


def _few_of_each(photos: Iterable[Photo]) -> Iterator[Photo]:
    taken: dict[str, int] = defaultdict(int)
    for photo in photos:
        taken[photo.brand] += 1
        if taken[photo.brand] <= EDITED:
            yield photo


def _figures(table: Table, fitted: set[str], aimed: bool) -> Iterator[Figure]:
    """Of the table's brands; with the targets where it is `aimed` at them."""
    shown = [one for one in table.shown if one.photo.brand in table.brands]
    groups: tuple[tuple[str, Callable[[Outcome], bool]], ...] = (
        ("all brands", lambda _: True),
        ("brands that were fitted on", lambda one: one.photo.brand in fitted),
        ("the other brands", lambda one: one.photo.brand not in fitted),
        ("small marks, under 5% of the picture", lambda one: one.photo.small),
    )
    by_mark = f"{table.about}photos traced by the mark"
    for name, group in groups:
        some = [one for one in shown if group(one)]
        target = 0.85 if aimed and name == "all brands" else None
        yield _figure(f"{by_mark}: {name}", some, lambda one: one.traced, target)
    yield _figure(f"{by_mark}, acted on alone", shown, lambda one: one.photo.brand in one.sure)
    either = 0.85 if aimed else None
    yield _figure(f"{by_mark} or the name", shown, lambda one: one.traced_or_read, either)
    own = [(one.photo, one.marks.get(one.photo.brand, NOWHERE)) for one in shown]
    yield _boxes_found(f"{table.about}as the brand's", own, 0.75 if aimed else None)
    read = [(photo, np.concatenate([places, one.names.get(photo.brand, NOWHERE)]))
            for (photo, places), one in zip(own, shown, strict=True)]  # fmt: skip
    yield _boxes_found(f"{table.about}as the brand's, or its name read there", read)
    hits, total = tally(
        bool((overlaps(place, photo.boxes) >= 0.5).any()) for photo, places in own for place in places
    )
    yield Figure(NAME, f"{table.about}places told to be the brand's: a labelled mark (IoU 0.5)", hits, total)
    yield from _false(table, aimed)
    for name, edited in table.edited.items():
        some = [one for one in edited if one.photo.brand in table.brands]
        yield _figure(f"{by_mark}: {name}", some, lambda one: one.traced)


def _taken(what: str, uploads: int, refused: list[str]) -> Figure:
    name = f"taken as references: {what}"
    return Figure(NAME, name, uploads - len(refused), uploads, misses=tuple(refused))


def _figure(
    name: str, outcomes: list[Outcome], right: Callable[[Outcome], bool], target: float | None = None
) -> Figure:
    missed = [f"{one.photo.file}: {one.photo.brand}" for one in outcomes if not right(one)]
    return Figure(NAME, name, len(outcomes) - len(missed), len(outcomes), target, misses=tuple(missed))


def _boxes_found(how: str, places: list[tuple[Photo, Boxes]], target: float | None = None) -> Figure:
    hits, total = tally(
        bool((overlaps(box, some) >= 0.5).any()) for photo, some in places for box in photo.boxes
    )
    return Figure(NAME, f"labelled marks in place (IoU 0.5): {how}", hits, total, target)


def _false(table: Table, aimed: bool) -> Iterator[Figure]:
    """Wrong brands a photo, then those whose mark would be acted on alone; then photos with any."""
    ways: tuple[tuple[str, Callable[[Outcome], set[str]]], ...] = (
        ("flagged", Outcome.wrong),
        ("acted on alone", Outcome.surely_wrong),
    )
    kinds = (("photos without a mark", table.plain), ("other brands' photos", table.shown))
    for (name, some), (how, wrong_of) in product(kinds, ways):
        wrong = tuple(f"{one.photo.file}: {brand}" for one in some for brand in sorted(wrong_of(one)))
        pairs = sum(len(table.brands - {one.photo.brand}) for one in some)
        target = 0.01 if aimed and how == "flagged" else None
        title = f"{table.about}{name} × brands: {how}"
        yield Figure(NAME, title, len(wrong), pairs, target, at_most=True, misses=wrong)
    for name, some in (("photos without a mark", table.plain), ("photos with a mark", table.shown)):
        hits = sum(bool(one.wrong()) for one in some)
        title = f"{table.about}{name}: flagged for any wrong brand"
        yield Figure(NAME, title, hits, len(some), at_most=True)
