"""the look of pictures of 800 x 800: what each step costs, and the whole beside registries of growing size

Photos that scikit-image carries, cut and turned by a seed. The references of a large registry are composed:
each holds a stretch of points and a vector that were taken from real pictures and moved a little, so that an
index has as much to tell apart as with pictures of its own. One process, one thread. The plain peer compares
a picture with every reference in earnest; it is measured on one and multiplied.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from io import BytesIO
from typing import Any

import numpy as np

from benchmarks.measurement import Measurement
from detector.appearance import Appearance, LocalFeatures, Regions
from detector.image.decoding import Pixels
from detector.sighting import AssetKind, Reference

NAME = "looks"

_SIZES = (100, 10_000, 100_000)
_PICTURES = 24
_POINTS = {AssetKind.LOGO: 400, AssetKind.IMAGE: 800, AssetKind.PRODUCT: 800}
"""Of a composed reference: as many as cut-out marks have on average, and studio pictures nearly always."""
_POOL = 200_000
_PHOTOS = ("astronaut", "chelsea", "coffee", "rocket", "immunohistochemistry", "hubble_deep_field", "gravel")


@dataclass(frozen=True, slots=True)
class _Run:
    """Seconds of one core a picture by step, to build the index, and peak MB of the process."""

    steps: dict[str, float]
    recognising: float
    one_by_one: float
    building: float
    megabytes: float


def measure() -> Iterator[Measurement]:
    """Steps and the whole with a hundred references; then how the whole grows with the registry."""
    runs = {size: _in_a_process(size) for size in _SIZES}
    few = runs[_SIZES[0]]
    for step, seconds in few.steps.items():
        yield Measurement(NAME, step, 1000 * seconds, "ms")
    whole = {size: sum(run.steps.values()) + run.recognising for size, run in runs.items()}
    for size, run in runs.items():
        yield Measurement(
            NAME,
            f"compared with {size:,} reference pictures",
            1000 * run.recognising,
            "ms",
            peers=(("each compared in earnest", 1000 * run.one_by_one * size),),
            note=f"index built in {run.building:.0f} s; the process took {run.megabytes:,.0f} MB at its peak",
        )
    yield Measurement(
        NAME, "all signals, 100 references", 1 / whole[_SIZES[0]], "pictures/s", 2.0, note="one core"
    )
    times = whole[_SIZES[-1]] / whole[_SIZES[0]]
    yield Measurement(NAME, "100,000 references beside 100, the whole", times, "times", 2.0, at_most=True)


def _in_a_process(size: int) -> _Run:
    run = subprocess.run(
        [sys.executable, "-m", __name__, str(size)],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        check=True,
    )
    return _Run(**json.loads(run.stdout.splitlines()[-1]))


def _run(size: int) -> _Run:
    from detector.image.references import ReferenceIndex

    shown = list(pictures())
    steps, looks = _steps(shown)
    composed = list(references(size, looks))
    began = time.process_time()
    index = ReferenceIndex(composed)
    building = time.process_time() - began
    index.recognise(looks[0])
    recognising = _timed(index.recognise, looks)
    alone = ReferenceIndex(composed[:1])
    one_by_one = _timed(alone.recognise, looks)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return _Run(steps, recognising, one_by_one, building, peak)


def _steps(pictures: list[Pixels]) -> tuple[dict[str, float], list[Appearance]]:
    """Mean seconds of each step a picture, and the looks."""
    from detector.image.blurred import blurred
    from detector.image.embedding import MarkEmbedder
    from detector.image.hashes import pdq_hashes
    from detector.image.keypoints import local_features
    from detector.image.looking import Looker
    from detector.image.obscured import pixelated
    from detector.image.reader import default_reader
    from detector.image.regions import RegionFinder

    reader, finder, embedder = default_reader(), RegionFinder(), MarkEmbedder()
    looker = Looker(embedder)
    nothing = np.zeros((0, 4), np.float32)
    looker.look(pictures[0])
    reader.read(_jpeg(pictures[0]))
    regions = [finder.proposals(pixels, nothing) for pixels in pictures]
    steps = {
        "reading text": _timed(reader.read, [_jpeg(pixels) for pixels in pictures]),
        "hashes in eight turns": _timed(pdq_hashes, pictures),
        "finding regions": _timed(lambda pixels: finder.proposals(pixels, nothing), pictures),
        "vectors of regions": _timed(
            lambda pair: embedder.embed(*pair), list(zip(pictures, regions, strict=True))
        ),
        "local features": _timed(local_features, pictures),
        "patches of blocks": _timed(pixelated, pictures),
        "blurred patches": _timed(blurred, pictures),
    }
    return steps, [looker.look(pixels) for pixels in pictures]


def _timed(work: Callable[[Any], object], items: Sequence[Any]) -> float:
    began = time.process_time()
    for item in items:
        work(item)
    return (time.process_time() - began) / len(items)


def pictures() -> Iterator[Pixels]:
    import cv2
    from skimage import data

    dice = np.random.default_rng(5)
    for number in range(_PICTURES):
        photo = np.atleast_3d(getattr(data, _PHOTOS[number % len(_PHOTOS)])())[..., :3]
        tall, wide = (int(side * dice.uniform(0.5, 1)) for side in photo.shape[:2])
        top, left = (int(dice.integers(0, 1 + photo.shape[n] - cut)) for n, cut in enumerate((tall, wide)))
        part = np.broadcast_to(photo[top : top + tall, left : left + wide], (tall, wide, 3))
        turned = np.ascontiguousarray(np.rot90(part, int(dice.integers(4))))
        yield cv2.resize(turned, (800, 800), interpolation=cv2.INTER_AREA).astype(np.uint8)


def _jpeg(pixels: Pixels) -> bytes:
    """As marketplaces serve pictures."""
    from PIL import Image

    out = BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=90)
    return out.getvalue()


def references(size: int, looks: list[Appearance]) -> Iterator[Reference]:
    """A third are marks, a third pictures, a third products."""
    dice = np.random.default_rng(9)
    places = np.concatenate([look.features.places for look in looks])
    descriptors = np.concatenate([look.features.descriptors for look in looks])
    vectors = np.concatenate([look.regions.embeddings for look in looks]).astype(np.float32)
    drawn = dice.integers(0, len(places), _POOL)
    moved = descriptors[drawn] + dice.normal(0, 14, (_POOL, descriptors.shape[1]))
    pool = LocalFeatures(places[drawn], np.clip(moved, 0, 255).astype(np.uint8))
    kinds = list(AssetKind)
    for number in range(size):
        kind = kinds[number % len(kinds)]
        start = int(dice.integers(0, _POOL - _POINTS[kind]))
        part = slice(start, start + _POINTS[kind])
        a, b = vectors[dice.integers(0, len(vectors), 2)]
        vector = a * dice.uniform(0.3, 0.7) + b * 0.5 + dice.normal(0, 0.04, a.shape)
        unit = (vector / np.linalg.norm(vector)).astype(np.float16)[None]
        look = replace(
            looks[number % len(looks)],
            hashes=dice.integers(0, 256, (8, 32), dtype=np.uint8),
            regions=Regions(looks[0].regions.boxes[:1], unit),
            features=LocalFeatures(pool.places[part], pool.descriptors[part]),
        )
        yield Reference(f"b{number}", f"{number}.png", kind, look)


if __name__ == "__main__":
    print(json.dumps(asdict(_run(int(sys.argv[1])))))
