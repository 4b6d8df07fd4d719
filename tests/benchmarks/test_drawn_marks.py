import re

import pytest

from benchmarks.drawn_marks import drawn_marks, name_of, uploaded
from detector.image.assets import prepared
from detector.image.embedding import embedder
from detector.image.looking import Looker
from detector.sighting import AssetKind


@pytest.mark.parametrize(
    ("labelled", "name"),
    [
        ("Cocacola", "Coca-Cola"),
        ("McDonalds", "McDonald's"),
        ("Citroen", "Citroën"),
        ("RedBull", "Red Bull"),
        ("red-bull", "Red Bull"),
        ("Yahoo", "Yahoo!"),
        ("HP", "HP"),
        ("Sunny Meadow Soap", "Sunny Meadow Soap"),
    ],
)
def test_a_brand_is_known_however_its_name_is_written(labelled, name) -> None:
    assert name_of(labelled) == name


def test_every_mark_is_a_path_alone() -> None:
    drawn = {svg for _, svg in drawn_marks().values()}
    assert len(drawn) > 250
    odd = [
        svg
        for svg in drawn
        if not re.fullmatch(rb'<svg [^<>]+><path d="[-MmLlHhVvCcSsQqTtAaZz\d\s.,e]+"/></svg>', svg)
    ]
    assert odd == []


@pytest.mark.parametrize("brand", ["Apple", "Ford", "Volkswagen"])
def test_a_mark_is_a_picture_that_an_owner_may_upload(brand) -> None:
    [pixels] = prepared(drawn_marks()[brand.casefold()][1], AssetKind.LOGO)
    assert pixels.min() == 0
    assert pixels.max() == 255


@pytest.mark.slow
def test_brands_without_a_mark_are_told_of() -> None:
    looker = Looker(embedder())
    references, lacking = uploaded(
        ["Ford", "Sunny Meadow Soap", "Volkswagen"], lambda pixels: ((), looker.look(pixels))
    )
    assert [each.brand for each in references] == ["Ford", "Ford", "Volkswagen", "Volkswagen"]
    assert lacking == ["Sunny Meadow Soap: simple-icons has no mark of it"]
