"""Names drawn onto real photos the ways in which sellers hide them, read and judged by what ships.

Composed cases, seeded: `benchmarks/rendered_text.py` says how each is drawn. A name counts as found where the
judge names its brand for a listing that says nothing of it. How many of each kind it flags is a figure of its
own: a brand that is an everyday word ('Packer', 'Selenium') is shown, but flagged only if more speaks against
it. Photos without a brand pass the same two gates.

DETECTOR_CASES sets how many there are of each kind. PaddleOCR as it comes reads every third.
"""

import os
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from benchmarks.figure import Figure, tally
from benchmarks.ocr_peers import peers
from benchmarks.photos import NO_LOGO, WORDS, named, pixels_of, png, without_logo
from benchmarks.registry import registry
from benchmarks.rendered_text import KINDS, NoRoom, Rendered, ground, spelled
from detector.brand import Brand
from detector.image.reader import default_reader
from detector.judge import Judge
from detector.listing import Listing
from detector.reading import PictureReading
from detector.result import Result
from detector.scoring import FLAG_FROM

NAME = "hidden_text"
NEEDS = (NO_LOGO, WORDS)

_CASES = int(os.environ.get("DETECTOR_CASES", "40"))
_PHOTOS = 100
_BY_PEERS = 3  # the peers read one case in so many: they take most of the time
_TARGETS = {
    "upright, 14 px": 0.97,
    "upright, 18 px": 0.97,
    "upright, 24 px": 0.97,
    "upright, 40 px": 0.97,
    "any angle": 0.9,
    "upside down": 0.9,
    "mirrored": 0.9,
    "faint": 0.9,
    "curved": 0.9,
}


def measure(data: Path) -> Iterator[Figure]:
    """Found of each kind beside PaddleOCR as it comes, then the photos without a brand that raise one."""
    brands = registry(data)
    judge = Judge(brands)
    reader = default_reader()
    plain = peers(judge.index)
    photos = without_logo(data) + list(named(data, brands))
    outcomes: dict[str, list[Outcome]] = {}
    for kind in KINDS:
        seen: list[Outcome] = []
        by_peer: dict[str, list[bool]] = {name: [] for name in plain}
        misses: list[str] = []
        for number, (brand, picture) in enumerate(_cases(kind, photos, brands)):
            seen.append(outcome(judge, reader.read(png(picture.pixels)), brand.id))
            if not seen[-1].found:
                misses.append(picture.name)
            if number % _BY_PEERS == 0:
                for name, peer in plain.items():
                    by_peer[name].append(brand.id in peer(picture.pixels))
        outcomes[kind] = seen
        shares = tuple((name, sum(hits) / len(hits)) for name, hits in by_peer.items())
        hits, total = tally(each.found for each in seen)
        yield Figure(NAME, kind, hits, total, _TARGETS.get(kind), peers=shares, misses=tuple(misses))
        yield Figure(NAME, f"{kind}, flagged", *tally(each.flagged for each in seen))
    upright = [each for kind, seen in outcomes.items() if kind.startswith("upright") for each in seen]
    yield Figure(NAME, "upright, all sizes", *tally(each.found for each in upright), 0.97)
    yield Figure(NAME, "upright, all sizes, flagged", *tally(each.flagged for each in upright))
    every = [each for seen in outcomes.values() for each in seen]
    yield Figure(NAME, "all kinds", *tally(each.found for each in every))
    yield Figure(NAME, "all kinds, flagged", *tally(each.flagged for each in every))
    yield from _wrong(data, brands, judge)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether a brand was named at all, and whether that was enough to flag the listing for it."""

    found: bool
    flagged: bool


def outcome(judge: Judge, reading: PictureReading, brand: str) -> Outcome:
    risks = [case.risk for case in _judged(judge, reading).cases if case.brand == brand]
    return Outcome(bool(risks), any(risk >= FLAG_FROM for risk in risks))


def reported(judge: Judge, reading: PictureReading, least: float = 0.0) -> dict[str, str]:
    """The brands named with a risk of at least so much for a listing whose only trace of them is this
    picture, and what was read.
    """
    cases = _judged(judge, reading).cases
    return {
        case.brand: case.evidence[0].found or "" for case in cases if case.evidence and case.risk >= least
    }


def _judged(judge: Judge, reading: PictureReading) -> Result:
    return judge.judge(Listing(id="1", title="As pictured", images=("1.png",)), {0: reading})


def _cases(kind: str, photos: list[Path], brands: list[Brand]) -> Iterator[tuple[Brand, Rendered]]:
    draw = random.Random(f"{kind} 7")
    written = [brand for brand in brands if drawable(brand.name)]
    made = 0
    for _ in count():
        brand, photo = draw.choice(written), draw.choice(photos)
        try:
            picture = KINDS[kind](ground(pixels_of(photo)), spelled(brand.name, draw), draw)
        except NoRoom:
            continue
        yield brand, picture
        made += 1
        if made == _CASES:
            return


def drawable(name: str) -> bool:
    """Latin, five letters or more, short enough for a photo of 800 px."""
    return (
        bool(re.fullmatch(r"[A-Za-z][A-Za-z &.'-]*", name))
        and sum(map(str.isalpha, name)) >= 5
        and len(name) <= 22
    )


def _wrong(data: Path, brands: list[Brand], judge: Judge) -> Iterator[Figure]:
    """Photos without a brand: those without a logo, and a sample of those with text but no registered
    name.
    """
    with_text = [photo for photo, names in named(data, brands).items() if not names]
    sample = random.Random(7).sample(with_text, min(_PHOTOS, len(with_text)))
    reader = default_reader()
    for name, photos in (
        ("wrong brand on photos without a logo", without_logo(data)),
        ("wrong brand on photos with text but no name", sample),
    ):
        readings = {photo: reader.read(photo.read_bytes()) for photo in photos}
        for gate, least, target in (("", 0.0, 0.01), (", flagged", FLAG_FROM, None)):
            shown = tuple(
                f"{photo.name}: {', '.join(f'{b} ({t})' for b, t in names.items())}"
                for photo, reading in readings.items()
                if (names := reported(judge, reading, least))
            )
            yield Figure(NAME, name + gate, len(shown), len(photos), target, at_most=True, misses=shown)
