"""pictures of 800 x 800 read afresh: seconds, memory, and the names found, beside PaddleOCR as it comes

Photos that scikit-image carries, each with one name upon it in one of the ways in which sellers hide it.
Every reader has a process of its own with one thread; all read the same pictures, one reader after the other.
"""

import json
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.measurement import Measurement
from detector.image.decoding import Pixels

NAME = "pictures"

_EACH = 2
_OURS = "detector"
_PHOTOS = ("astronaut", "chelsea", "coffee", "rocket", "immunohistochemistry", "hubble_deep_field", "gravel")


@dataclass(frozen=True, slots=True)
class _Run:
    """Mean seconds of one core a picture, peak MB of the process, in how many pictures the name was found."""

    seconds: float
    megabytes: float
    found: int
    pictures: int


def measure() -> Iterator[Measurement]:
    """Ours first, then PaddleOCR with its small and its tiny models."""
    ours = _in_a_process(_OURS)
    others = {f"PaddleOCR {model}": _in_a_process(model) for model in ("small", "tiny")}
    names = f"{ours.found} of {ours.pictures} names found; " + ", ".join(
        f"{name} {run.found}" for name, run in others.items()
    )
    yield Measurement(
        NAME,
        "read afresh, a second of one core",
        1 / ours.seconds,
        "pictures/s",
        4.0,
        peers=tuple((name, 1 / run.seconds) for name, run in others.items()),
        note=names,
    )
    yield Measurement(
        NAME,
        "names found",
        ours.found / ours.pictures,
        "share",
        peers=tuple((name, run.found / run.pictures) for name, run in others.items()),
    )
    yield Measurement(
        NAME,
        "peak memory of the process",
        ours.megabytes,
        "MB",
        1500,
        at_most=True,
        peers=tuple((name, run.megabytes) for name, run in others.items()),
    )


def _in_a_process(reader: str) -> _Run:
    run = subprocess.run(
        [sys.executable, "-m", __name__, reader],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    return _Run(**json.loads(run.stdout.splitlines()[-1]))


def _run(reader: str) -> _Run:
    from benchmarks.photos import png

    pictures = list(_pictures())
    read = _ours() if reader == _OURS else _peer(reader)
    read(png(pictures[0][0]))
    found, seconds = 0, 0.0
    for pixels, name in pictures:
        data = png(pixels)
        began = time.process_time()
        lines = read(data)
        seconds += time.process_time() - began
        found += any(_plain(name) in _plain(line) for line in lines)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return _Run(seconds / len(pictures), peak, found, len(pictures))


def _ours() -> Callable[[bytes], list[str]]:
    from detector.image.reader import default_reader

    reader = default_reader()
    return lambda data: [line.text for line in reader.read(data).lines]


def _peer(model: str) -> Callable[[bytes], list[str]]:
    from benchmarks.ocr_peers import paddle_ocr
    from detector.image.decoding import decode

    lines = paddle_ocr(model)
    return lambda data: lines(decode(data).pixels)


def _pictures() -> Iterator[tuple[Pixels, str]]:
    from skimage import data

    from benchmarks.quality.hidden_text import drawable
    from benchmarks.registry import simple_icons
    from benchmarks.rendered_text import KINDS, NoRoom, ground, spelled

    draw = random.Random(11)
    photos = [np.atleast_3d(getattr(data, name)()) for name in _PHOTOS]
    photos = [np.broadcast_to(photo[..., :3], (*photo.shape[:2], 3)) for photo in photos]
    names = [brand.name for brand in simple_icons() if drawable(brand.name)]
    for kind in KINDS.values():
        made = 0
        while made < _EACH:
            name = draw.choice(names)
            try:
                picture = kind(ground(draw.choice(photos)), spelled(name, draw), draw)
            except NoRoom:
                continue
            made += 1
            yield picture.pixels, name


def _plain(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


if __name__ == "__main__":
    from dataclasses import asdict

    print(json.dumps(asdict(_run(sys.argv[1]))))
