"""Registered names among the words that people labelled on real photos: read as they stand, nothing drawn.

A word counts where it is a registered name letter for letter but for its case, with three letters or more.
Names found and false names pass the same gate. There are two: names that were read letter for letter, which
is all that the peers have, and what the judge names a brand for. It forgives misreadings, and takes an
everyday word ('RED', 'here') for itself unless it stands alone. A name is false where no labelled word, nor a
row of them, says it letter for letter; small words are not always labelled, so some of these are there.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.figure import Figure
from benchmarks.ocr_peers import peers
from benchmarks.photos import WORDS, named, pixels_of, words
from benchmarks.quality.hidden_text import reported
from benchmarks.registry import registry
from detector.image.reader import default_reader
from detector.judge import Judge
from detector.reading import PictureReading
from detector.text.mention import Likeness

NAME = "scene_text"
NEEDS = (WORDS,)

Names = dict[str, str]
"""Ids of brands, and the words in which they were read."""


def measure(data: Path) -> Iterator[Figure]:
    """For each gate the labelled names that pass it, then the photos where another name does, beside
    PaddleOCR as it comes and exact names."""
    brands = registry(data)
    judge = Judge(brands)
    reader = default_reader()
    plain = peers(judge.index)
    photos = {photo: names for photo, names in named(data, brands).items() if names}
    readings = {photo: reader.read(photo.read_bytes()) for photo in photos}
    by_peer = {
        name: {photo: dict.fromkeys(peer(pixels_of(photo)), "") for photo in photos}
        for name, peer in plain.items()
    }
    labelled = {photo: _said(judge, words(data)[photo]) for photo in photos}
    gates: dict[str, tuple[Callable[[PictureReading], Names], float | None]] = {
        "read letter for letter": (lambda reading: _exact(judge, reading), 0.9),
        "named by the judge": (lambda reading: reported(judge, reading), None),
    }
    for gate, (passes, target) in gates.items():
        passed = {photo: passes(reading) for photo, reading in readings.items()}
        missed = _missed(photos, passed)
        total = sum(map(len, photos.values()))
        yield Figure(
            NAME,
            f"labelled words that are registered names: {gate}",
            total - len(missed),
            total,
            target,
            peers=tuple((name, 1 - len(_missed(photos, seen)) / total) for name, seen in by_peer.items()),
            misses=missed,
        )
        false = _false(labelled, passed)
        yield Figure(
            NAME,
            f"photos of these with a false name: {gate}",
            len(false),
            len(photos),
            at_most=True,
            peers=tuple((name, len(_false(labelled, seen)) / len(photos)) for name, seen in by_peer.items()),
            misses=false,
        )


def _missed(photos: dict[Path, Names], passed: dict[Path, Names]) -> tuple[str, ...]:
    return tuple(
        f"{photo.name}: {word}"
        for photo, names in photos.items()
        for brand, word in names.items()
        if brand not in passed[photo]
    )


def _false(labelled: dict[Path, set[str]], passed: dict[Path, Names]) -> tuple[str, ...]:
    """A line for each photo with a name that nobody labelled."""
    false = (
        (photo, [f"{brand} ({text})" for brand, text in names.items() if brand not in labelled[photo]])
        for photo, names in passed.items()
    )
    return tuple(f"{photo.name}: {', '.join(found)}" for photo, found in false if found)


def _exact(judge: Judge, reading: PictureReading) -> Names:
    return {
        mention.brand: mention.found
        for line in reading.lines
        for mention in judge.index.find(line.text)
        if mention.likeness is Likeness.EXACT
    }


def _said(judge: Judge, on_it: list[str]) -> set[str]:
    """The brands that the labelled words say letter for letter, one word alone or several in a row."""
    return {
        mention.brand
        for text in (*on_it, " ".join(on_it))
        for mention in judge.index.find(text)
        if mention.likeness is Likeness.EXACT
    }
