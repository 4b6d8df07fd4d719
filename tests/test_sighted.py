"""What was recognised in a picture is remembered by its look, and by nothing else."""

from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from detector.appearance import Appearance, LocalFeatures, Regions
from detector.sighted import Sighted
from detector.sighting import Sighting
from tests.looks import NOTHING


@dataclass
class Asked:
    """What was asked for; it never recognises anything, and that is remembered too."""

    looks: list[Appearance] = field(default_factory=list)

    def recognise(self, look: Appearance) -> list[Sighting]:
        self.looks.append(look)
        return []


def copied(look: Appearance) -> Appearance:
    """As it comes from where readings are kept: another object each time."""
    regions, features = look.regions, look.features
    return replace(
        look,
        hashes=look.hashes.copy(),
        regions=Regions(regions.boxes.copy(), regions.embeddings.copy()),
        features=LocalFeatures(features.places.copy(), features.descriptors.copy()),
        thumbnail=look.thumbnail.copy(),
    )


def test_a_picture_that_is_shown_again_is_not_compared_again() -> None:
    asked = Asked()
    sighted = Sighted(asked)
    assert [sighted.of(copied(NOTHING)) for _ in range(3)] == [(), (), ()]
    assert len(asked.looks) == 1


@pytest.mark.parametrize(
    "other",
    [
        replace(NOTHING, width=NOTHING.width + 1),
        replace(NOTHING, engine="another"),
        replace(NOTHING, hashes=NOTHING.hashes ^ 1),
        replace(NOTHING, thumbnail=NOTHING.thumbnail ^ 1),
        replace(
            NOTHING,
            features=LocalFeatures(np.zeros((1, 4), np.float32), np.zeros((1, 128), np.uint8)),
        ),
        replace(NOTHING, regions=Regions(np.ones((1, 4), np.float32), np.ones((1, 4), np.float16))),
    ],
)
def test_another_look_is_asked_for(other: Appearance) -> None:
    asked = Asked()
    sighted = Sighted(asked)
    for look in (NOTHING, other, NOTHING, other):
        sighted.of(look)
    assert len(asked.looks) == 2


def test_the_latest_are_kept() -> None:
    asked = Asked()
    sighted = Sighted(asked, kept=2)
    one, two, three = (replace(NOTHING, width=width) for width in (1, 2, 3))
    for look in (one, two, one, three, one, two):  # two was asked for before one was last
        sighted.of(look)
    assert [look.width for look in asked.looks] == [1, 2, 3, 2]
