"""Registered names among the words that people labelled on real photos: read as they stand, nothing drawn.

A word counts where it is a registered name letter for letter but for its case, with three letters or more.
It is found where any reading of the photo mentions its brand, everyday words too: what those weigh is the
judge's to say. False names are those that the judge reports, and that no labelled word or row of words says;
small words are not always labelled, so some of them are really there.
"""

from collections.abc import Iterator
from pathlib import Path

from benchmarks.figure import Figure
from benchmarks.ocr_peers import peers
from benchmarks.photos import WORDS, named, pixels_of, words
from benchmarks.quality.hidden_text import reported
from benchmarks.registry import registry
from detector.image.reader import default_reader
from detector.judge import Judge

NAME = "scene_text"
NEEDS = (WORDS,)


def measure(data: Path) -> Iterator[Figure]:
    """Found of the names beside PaddleOCR as it comes, then the photos on which a false name was reported."""
    brands = registry(data)
    judge = Judge(brands)
    reader = default_reader()
    plain = peers(judge.index)
    found: list[tuple[str, bool]] = []
    by_peer: dict[str, list[bool]] = {name: [] for name in plain}
    false: list[str] = []
    photos = {photo: names for photo, names in named(data, brands).items() if names}
    for photo, names in photos.items():
        reading = reader.read(photo.read_bytes())
        mentioned = {mention.brand for line in reading.lines for mention in judge.index.find(line.text)}
        found += [(f"{photo.name}: {word}", brand in mentioned) for brand, word in names.items()]
        for name, peer in plain.items():
            seen = peer(pixels_of(photo))
            by_peer[name] += [brand in seen for brand in names]
        said = {mention.brand for mention in judge.index.find(" ".join(words(data)[photo]))}
        false += [
            f"{photo.name}: {brand} ({text})"
            for brand, text in reported(judge, reading).items()
            if brand not in said
        ]
    shares = tuple((name, sum(hits) / len(hits)) for name, hits in by_peer.items())
    missed = tuple(what for what, got in found if not got)
    yield Figure(
        NAME,
        "labelled words that are registered names",
        sum(got for _, got in found),
        len(found),
        0.9,
        peers=shares,
        misses=missed,
    )
    yield Figure(
        NAME,
        "photos of these with a false name",
        len({f.split(":")[0] for f in false}),
        len(photos),
        misses=tuple(false),
    )
