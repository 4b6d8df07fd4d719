"""The brands' pictures are read where a crash costs one of them, kept, and told where they can't serve."""

import os
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from brand_registry.assets import Asset
from detector.image.references import ReferenceIndex
from detector.sighting import AssetKind
from workers.reading import configured_reader
from workers.references import read_references, without_taken

pytestmark = pytest.mark.slow


def pattern(seed: int, side: int = 300) -> Image.Image:
    chance = np.random.default_rng(seed)
    image = Image.new("RGB", (side, side), "white")
    draw = ImageDraw.Draw(image)
    for _ in range(60):
        x, y, w, h = (int(v) for v in chance.integers(0, side - 40, 4))
        colour = tuple(int(v) for v in chance.integers(0, 256, 3))
        draw.rectangle((x, y, x + 8 + w // 5, y + 8 + h // 5), fill=colour)
    return image


def looking_reader():  # type: ignore[no-untyped-def]
    return configured_reader(looks=True)


@pytest.fixture
def brand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "acme"
    folder.mkdir()
    pattern(1).save(folder / "front.jpg", quality=92)
    Image.new("RGB", (200, 200), "white").save(folder / "white.png")
    dot = Image.new("RGB", (200, 200), "white")
    ImageDraw.Draw(dot).ellipse((40, 40, 160, 160), fill="black")
    dot.save(folder / "dot.png")
    (folder / "page.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>')
    return folder


def test_what_can_serve_is_found_and_the_rest_is_told(brand: Path) -> None:
    names = [
        ("front.jpg", AssetKind.IMAGE),
        ("white.png", AssetKind.LOGO),
        ("page.svg", AssetKind.LOGO),
        ("dot.png", AssetKind.LOGO),
        ("gone.png", AssetKind.LOGO),
        ("../acme/front.jpg", AssetKind.IMAGE),
    ]
    assets = [Asset("acme", brand, path, kind) for path, kind in names]
    read = read_references(assets, looking_reader, 1)
    assert [each.asset for each in read] == assets
    references = [reference for each in read for reference in each.references]
    assert [reference.asset for reference in references] == ["front.jpg"]
    assert [(each.asset.path, each.why) for each in read if each.why] == [
        ("white.png", "the picture is all one colour, or nearly so; upload one that shows the mark"),
        ("page.svg", "the SVG holds <script>, which runs or loads something; take it out"),
        (
            "dot.png",
            "the mark is hardly more than a circle, which would be found everywhere; upload it with the "
            "name, or with what else tells it apart",
        ),
        ("gone.png", "the file is not there"),
        ("../acme/front.jpg", "it leads out of the brand's folder and was not opened"),
    ]
    out = BytesIO()
    pattern(1).transpose(Image.Transpose.FLIP_LEFT_RIGHT).crop((20, 30, 280, 290)).save(out, "JPEG")
    theirs, strange = out.getvalue(), BytesIO()
    pattern(2).save(strange, "JPEG")
    index, reader = ReferenceIndex(references), looking_reader()
    for data, found in ((theirs, ["front.jpg"]), (strange.getvalue(), [])):
        look = reader.read(data).appearance
        assert look is not None
        assert [sighting.reference.asset for sighting in index.recognise(look)] == found


class _Dies:
    """A reader that every picture ends."""

    engine = "dies"

    def read(self, _: bytes):  # type: ignore[no-untyped-def]
        os._exit(1)


def test_who_gave_a_picture_that_ends_its_reader_is_told_what_to_do(brand: Path) -> None:
    (read,) = read_references([Asset("acme", brand, "front.jpg", AssetKind.IMAGE)], _Dies, 1)
    assert read.references == ()
    assert read.why == (
        "reading it crashed the reader; save it anew as PNG or JPEG, smaller if it is large, and upload that"
    )


def test_what_was_read_is_kept_for_the_next_run(brand: Path) -> None:
    assets = [Asset("acme", brand, "front.jpg", AssetKind.IMAGE)]
    (first,), (again,) = (read_references(assets, looking_reader, 1)[0].references for _ in range(2))
    assert np.array_equal(first.appearance.regions.embeddings, again.appearance.regions.embeddings)
    assert len(first.appearance.features) > 50


def test_what_another_brand_registered_first_is_not_compared_with(brand: Path) -> None:
    pattern(1).resize((240, 240)).save(brand / "again.png")
    pattern(2).save(brand / "own.png")
    of = [("acme", "front.jpg"), ("beta", "again.png"), ("beta", "own.png"), ("beta", "gone.png")]
    assets = [Asset(owner, brand, path, AssetKind.IMAGE) for owner, path in of]
    read = read_references(assets, looking_reader, 1)
    shared = without_taken(read, lambda one, other: True)
    assert shared == read
    kept = without_taken(read, lambda one, other: False)
    assert [len(each.references) for each in kept] == [1, 0, 1, 0]
    assert [each.why for each in kept] == [
        None,
        "it shows the same as front.jpg of the brand acme, which was registered first, and one picture can't "
        "stand for two brands; take it out of one of them",
        None,
        "the file is not there",
    ]
    assert [each.sha256 for each in kept] == [each.sha256 for each in read]
