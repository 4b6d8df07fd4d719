from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from detector.appearance import Appearance, LocalFeatures, Regions
from detector.image.growing import grown
from detector.image.nearest import Nearest
from detector.image.references import IndexParts, parted
from detector.sighting import AssetKind, Reference

WIDTH = 16
LOGO, IMAGE = AssetKind.LOGO, AssetKind.IMAGE


def reference(number: int, kind: AssetKind) -> Reference:
    """One that resembles no other."""
    dice = np.random.default_rng(number)
    vector = dice.normal(size=(1, WIDTH))
    unit = (vector / np.linalg.norm(vector)).astype(np.float16)
    points = LocalFeatures(
        dice.uniform(1, 100, (20, 4)).astype(np.float32), dice.integers(0, 256, (20, 128), np.uint8)
    )
    look = Appearance(
        width=100,
        height=100,
        hashes=dice.integers(0, 256, (8, 32), np.uint8),
        hash_quality=100,
        regions=Regions(np.array([[0, 0, 100, 100]], np.float32), unit),
        features=points,
        thumbnail=np.zeros((8, 8, 3), np.uint8),
        engine="another model's",
    )
    return Reference("acme", f"{number}.png", kind, look)


def parts_of(references: Sequence[Reference], *, in_lists: bool) -> IndexParts:
    parts = IndexParts.of(references)
    return replace(parts, nearest=Nearest(parts.marks.vectors, exact_up_to=0)) if in_lists else parts


@pytest.mark.parametrize("in_lists", [False, True], ids=["exact", "in lists"])
@pytest.mark.parametrize("marks", [0, 1, 3], ids="{} marks".format)
@pytest.mark.parametrize("pictures", [0, 1, 3], ids="{} pictures".format)
@pytest.mark.parametrize("gone", [0, 2], ids="{} gone".format)
def test_what_grew_finds_what_stays_and_what_is_new(
    in_lists: bool, marks: int, pictures: int, gone: int
) -> None:
    old = [
        [reference(number, kind) for number in range(begin, begin + 40)]
        for begin, kind in ((0, LOGO), (100, IMAGE))
    ]
    new = [
        [reference(number, kind) for number in range(begin, begin + count)]
        for begin, kind, count in ((200, LOGO, marks), (300, IMAGE, pictures))
    ]
    stay = np.arange(40) >= gone
    parts = grown(parts_of(old[0] + old[1], in_lists=in_lists), stay, stay, new[0], new[1])

    now = [before[gone:] + fresh for before, fresh in zip(old, new, strict=True)]
    assert parted(now[0] + now[1]) == (now[0], now[1])
    assert len(parts.marks.owner) == len(parts.nearest)
    vectors = np.concatenate([mark.appearance.regions.embeddings for mark in now[0]])
    likest = parts.nearest.search(vectors, 1)[1][:, 0]
    assert parts.marks.owner[likest].tolist() == list(range(len(now[0])))
    assert np.array_equal(parts.hashes, [picture.appearance.hashes[0] for picture in now[1]])
    for number, picture in enumerate(now[1]):
        assert parts.votes.candidates(picture.appearance.features, 1) == [number]
    # In lists what is gone stays, and belongs to nobody.
    left = [owner for owner in parts.marks.owner if owner < 0]
    assert len(left) == (gone if in_lists else 0)
