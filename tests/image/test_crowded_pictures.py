"""Pictures that are made to keep a detector busy: each step's work is bounded by a count, not by a clock."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from detector.brand import Brand
from detector.image.embedding import embedder
from detector.image.looking import Looker
from detector.image.options import LookOptions
from detector.image.reader import PictureReader, default_reader
from detector.image.references import MIRRORED, PICTURES, ReferenceIndex
from detector.image.regions import FOUND, GRID, LINES
from detector.judge import Judge
from detector.listing import Listing
from detector.result import Verdict
from detector.sighting import AssetKind, Reference
from tests.cartons import APPLE, GRAPE, ORANGE, package
from tests.crowded import CROWDED, collage, tiled

CARTONS = [package(colour, maker) for maker in range(5) for colour in (ORANGE, APPLE, GRAPE)]
OF_REFERENCES = {
    "a reference 400 times": lambda: tiled(CARTONS[0], 20, 1200),
    "four hundred thumbnails": lambda: collage(CARTONS, 20, 1200),
    "sixty packages": lambda: collage(CARTONS, 8, 1600),
}
MOST_REGIONS = 1 + FOUND + LINES + sum(steps**2 for _, steps in GRID)
NOT_READ_WHOLE = {"ten thousand glyphs", "thousands of codes", *OF_REFERENCES}


@pytest.fixture(scope="module")
def reader() -> PictureReader:
    return default_reader(look=LookOptions())


@pytest.fixture(scope="module")
def judge() -> Judge:
    looker = Looker(embedder())  # what the cartons say counts for nothing here, and takes the longest to read
    looks = [looker.look(carton) for carton in CARTONS]
    references = [
        Reference("acme", f"{number}.png", kind, look, "P")
        for kind in AssetKind
        for number, look in enumerate(looks)
    ]
    return Judge([Brand(id="acme", name="Acme")], references=ReferenceIndex(references))


@pytest.mark.slow
@pytest.mark.parametrize("name", [*CROWDED, *OF_REFERENCES])
def test_work_on_a_crowded_picture_is_bounded_and_what_is_left_is_said(
    name: str, reader: PictureReader, judge: Judge
) -> None:
    reading = reader.read(_png((CROWDED | OF_REFERENCES)[name]()))
    look = reading.appearance
    assert look is not None
    assert len(look.regions) <= MOST_REGIONS
    assert len(look.features) <= 800

    result, view = judge.explain(Listing(id="L", title="Tea towel", images=("a.png",)), {0: reading})
    assert len({each.reference for _, each in view.sightings}) <= len(CARTONS) + PICTURES + MIRRORED
    assert (reading.unread > 0) == (name in NOT_READ_WHOLE)
    if reading.unread:
        assert result.verdict is not Verdict.CLEAR
        assert [missing.where for missing in result.missing] == ["image:0"]


def _png(pixels: np.ndarray) -> bytes:
    out = BytesIO()
    Image.fromarray(pixels).save(out, "PNG", compress_level=1)
    return out.getvalue()
