import pytest

from benchmarks.drawn_marks import drawn_mark, name_of
from benchmarks.uploads import marks_taken
from detector.image.assets import prepared
from detector.image.embedding import embedder
from detector.image.looking import Looker
from detector.sighting import AssetKind

RING = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">
<circle cx="12" cy="12" r="10" fill="none" stroke="black" stroke-width="3"/></svg>"""


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


def test_a_brand_that_simple_icons_lacks_has_no_mark() -> None:
    assert drawn_mark("Sunny Meadow Soap") is None


@pytest.mark.parametrize("brand", ["Apple", "Citroen", "Yahoo", "Volkswagen"])
def test_a_mark_is_a_picture_that_an_owner_may_upload(brand) -> None:
    svg = drawn_mark(brand)
    assert svg is not None
    for pixels in prepared(svg, AssetKind.LOGO):
        assert (pixels.min(), pixels.max()) == (0, 255)


@pytest.mark.slow
def test_marks_are_taken_or_refused_with_their_brand() -> None:
    looker = Looker(embedder())
    uploads = [("Ford", drawn_mark("Ford") or b""), ("Round", RING), ("Puma", drawn_mark("Puma") or b"")]
    references, refused = marks_taken(uploads, lambda pixels: ((), looker.look(pixels)))
    assert {each.brand for each in references} == {"Ford", "Puma"}
    assert [line[:40] for line in refused] == ["Round: the mark is hardly more than a ri"]
