"""Pictures that a rescan for a brand compares in full: whether what the judge finds is among them.

The judge holds each picture against the marks of all brands (five crops each) and all registered pictures. A
rescan for one brand, or one picture, proposes by hashes and vectors alone which pictures it hands to the
judge: from the vectors themselves, and from the codes beside them in a shard. What the judge finds and no
rescan proposes is lost to it.

Thresholds were chosen on every other brand in the order of their names, and every other registered picture:
these and the rest are told apart. No photo is in both halves, and none that crops were cut from is tested.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.copied_photos import PHOTOS, distinct, edited, kin_of, pixels_at, split
from benchmarks.edits import EDITS
from benchmarks.figure import Figure
from benchmarks.logo_photos import BOXES, labelled, unlabelled
from benchmarks.logo_photos import split as crops_and_rest
from benchmarks.photos import NO_LOGO, pixels_of, png
from benchmarks.uploads import marks_taken
from detector.appearance import Appearance
from detector.image.decoding import Pixels
from detector.image.embedding import embedder
from detector.image.looking import Looker
from detector.image.reader import default_reader
from detector.image.references import ReferenceIndex
from detector.reading import PictureReading, TextLine
from detector.sighting import AssetKind, Reference
from workers.rescans.resembling import Resembling
from workers.shards.content import Looks, looks_from, looks_of_files, looks_to_files

NAME = "rescans"
NEEDS = (BOXES, NO_LOGO, *PHOTOS)
EACH = 3  # edits of the two dozen that are made of a registered picture, by turns
STRANGERS = 60


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """`shows` is the brand, or the registered picture, that it was made of, '' for none. `fitted` says
    whether thresholds were chosen looking at it.
    """

    name: str
    shows: str
    fitted: bool
    look: Appearance


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """Pictures held against references by their brands: what the judge finds in each, and what is proposed
    for each brand, from vectors and from codes, (pictures,) each.
    """

    pictures: Sequence[Picture]
    fitted: dict[str, bool]
    found: Sequence[frozenset[str]]
    proposed: dict[str, NDArray[np.bool_]]
    by_codes: dict[str, NDArray[np.bool_]]

    def of_half(self, fitted: bool) -> Iterator[tuple[int, str]]:
        """Pictures, by their places, and brands that are both of one half."""
        for at, one in enumerate(self.pictures):
            if one.fitted is fitted:
                yield from ((at, brand) for brand, own in self.fitted.items() if own is fitted)


def measure(data: Path) -> Iterator[Figure]:
    """Marks in photos and copies of pictures: what is among the candidates, and how many these are."""
    eyes = _Eyes()
    marks = tried(*marked_photos(data, eyes))
    copies = tried(*copied_pictures(data, eyes))
    for fitted, half in ((True, "thresholds were chosen on"), (False, "the others")):
        target = None if fitted else 0.99
        for what, trial in (("marks", marks), ("copies", copies)):
            yield _lost(f"{what} that the judge finds, among the candidates: {half}", [trial], fitted, target)
        yield _lost(f"both: {half}", [marks, copies], fitted, target)
        yield _kept(f"proposed by vectors, and by their codes too: {half}", [marks, copies], fitted)
    yield from (
        _compared(f"compared in full for a brand of five marks: {name}", marks, which)
        for name, which in (
            ("photos of another's", lambda one, brand: one.shows not in {"", brand}),
            ("photos without a mark", lambda one, brand: not one.shows),
        )
    )
    others = _compared(
        "compared in full for a picture: what was made of another", copies,
        lambda one, brand: one.shows != brand,
    )  # fmt: skip
    yield others


class _Eyes:
    """Reads and looks as workers do; of what is made of registered pictures it takes the look alone, as
    regions of text tell nothing of copies.
    """

    def __init__(self) -> None:
        self._looker, self._reader = Looker(embedder()), default_reader()

    def read(self, pixels: Pixels) -> tuple[tuple[TextLine, ...], Appearance]:
        lines = self._reader.read(png(pixels)).lines
        return lines, self._looker.look(pixels, lines)

    def look(self, pixels: Pixels) -> Appearance:
        return self._looker.look(pixels)


def marked_photos(data: Path, eyes: _Eyes) -> tuple[list[Picture], list[Reference], dict[str, bool]]:
    """Photos that show brands' marks or none, the marks cut from others, and each brand's half."""
    crops, rest = crops_and_rest(list(labelled(data)))
    fitted = _halves(crops)
    marks, _ = marks_taken([(brand, png(crop)) for brand in fitted for crop in crops[brand]], eyes.read)
    halves: dict[Path, set[bool]] = defaultdict(set)
    for one in rest:
        halves[one.path].add(fitted[one.brand])
    shown = [(one, fitted[one.brand]) for one in rest if len(halves[one.path]) == 1]
    plain = [(one, n % 2 == 0) for n, one in enumerate(unlabelled(data))]
    pictures = [
        Picture(one.file, one.brand, half, eyes.read(pixels_of(one.path))[1]) for one, half in shown + plain
    ]
    return pictures, marks, fitted


def copied_pictures(data: Path, eyes: _Eyes) -> tuple[list[Picture], list[Reference], dict[str, bool]]:
    """Edited copies of registered pictures and some strangers, the registered, and the half of each."""
    registered, strangers = split(every := list(distinct(data)))
    originals = edited(registered)
    kin = kin_of(data, every)
    plain = [path for path in strangers if not kin[str(path)]][:STRANGERS]
    filler = [pixels_at(path) for path in plain]
    of_brands = _halves(one.brand for one in labelled(data))
    pictures, fitted = [], {}
    for n, path in enumerate(originals):
        shown = [of_brands[each] for each in sorted(kin[str(path)]) if each in of_brands]
        half = fitted[str(path)] = shown[0] if shown else n % 2 == 0
        for m in range(EACH):
            edit = EDITS[(EACH * n + m) % len(EDITS)]
            look = eyes.look(edit(pixels_at(path), 100 * n + m, filler))
            pictures.append(Picture(f"{path}: {edit.name}", str(path), half, look))
    pictures += [
        Picture(str(path), "", n % 2 == 0, eyes.look(pixels_at(path))) for n, path in enumerate(plain)
    ]
    references = [Reference(name, name, AssetKind.IMAGE, eyes.look(pixels_at(Path(name)))) for name in fitted]
    return pictures, references, fitted


def _halves(brands: Iterable[str]) -> dict[str, bool]:
    """Every other brand in the order of their names, as for `logos`."""
    return {brand: n % 2 == 0 for n, brand in enumerate(sorted(set(brands)))}


def tried(pictures: Sequence[Picture], references: Sequence[Reference], fitted: dict[str, bool]) -> Trial:
    """Both ways of asking, of a shard of all the pictures as it comes from its files."""
    index = ReferenceIndex(references)
    looks = shard_of([one.look for one in pictures])
    found = [frozenset(each.reference.brand for each in index.recognise(one.look)) for one in pictures]
    known = {brand: half for brand, half in fitted.items() if index.of([brand]) is not None}
    asked = {brand: Resembling([own]) for brand in known if (own := index.of([brand])) is not None}
    plain = replace(looks, codes=None)
    return Trial(
        pictures, known, found,
        {brand: one.suspected(plain) for brand, one in asked.items()},
        {brand: one.suspected(looks) for brand, one in asked.items()},
    )  # fmt: skip


def shard_of(looks: Sequence[Appearance]) -> Looks:
    made = looks_from(
        (n, f"{n}", "", PictureReading("", look.width, look.height, (), "", 0, look))
        for n, look in enumerate(looks)
    )
    return looks_of_files(looks_to_files(made), made.vectors.shape[1])


def _lost(name: str, trials: Sequence[Trial], fitted: bool, target: float | None) -> Figure:
    pairs = [
        (trial.by_codes[brand][at], f"{trial.pictures[at].name}: {brand}")
        for trial in trials
        for at, brand in trial.of_half(fitted)
        if brand in trial.found[at]
    ]
    misses = tuple(told for kept, told in pairs if not kept)
    return Figure(NAME, name, len(pairs) - len(misses), len(pairs), target, misses=misses)


def _kept(name: str, trials: Sequence[Trial], fitted: bool) -> Figure:
    kept = [
        bool(trial.by_codes[brand][at])
        for trial in trials
        for at, brand in trial.of_half(fitted)
        if trial.proposed[brand][at]
    ]
    return Figure(NAME, name, sum(kept), len(kept))


def _compared(name: str, trial: Trial, which: Callable[[Picture, str], bool]) -> Figure:
    proposed = [
        bool(trial.by_codes[brand][at])
        for at, one in enumerate(trial.pictures)
        for brand in trial.fitted
        if which(one, brand)
    ]
    return Figure(NAME, name, sum(proposed), len(proposed), at_most=True)
