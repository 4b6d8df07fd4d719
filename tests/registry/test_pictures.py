import pytest
from sqlalchemy import select

from brand_registry.access import NotThere, operator
from brand_registry.editing import Part, register
from brand_registry.moving import NotYet, move
from brand_registry.people import Owner
from brand_registry.pictures import NotTaken, Shows, add_picture, bring_back, keep, retire, show_as, state_of
from brand_registry.previews import LONGEST_SIDE, Preview, in_small, make_preview
from brand_registry.states import BrandState
from brand_registry.tables import Asset, Brand
from detector.errors import PictureRefused
from detector.image.decoding import decode, sniff
from detector.sighting import AssetKind
from storage.blobs import Blobs
from storage.errors import ChangedMeanwhile
from tests.hostile import encoded, photo

ANNA = operator()
LOGO, IMAGE = Shows(AssetKind.LOGO), Shows(AssetKind.IMAGE)


@pytest.fixture
def blobs(tmp_path) -> Blobs:
    return Blobs(tmp_path / "blobs")


@pytest.fixture
def acme(database):
    with database.writing("anna") as session:
        register(session, ANNA, "house", {"name": "Acme", "products": [{"name": "One"}, {"name": "Two"}]})
    return database


def add(database, upload, shows=LOGO) -> tuple[int, str]:
    with database.writing("anna") as session:
        asset = add_picture(session, ANNA, "acme", upload, shows)
        return asset.id, asset.path


def assets(database):
    with database.reading() as session:
        return [(one.path, one.state) for one in session.scalars(select(Asset).order_by(Asset.position))]


def test_pictures_lie_under_clean_names_and_each_once(acme, blobs) -> None:
    mark = keep(blobs, encoded(photo(), "PNG"), "../../mark.png.exe")
    other = keep(blobs, encoded(photo(90, 90), "JPEG"), "mark.gif")
    third = keep(blobs, encoded(photo(91, 90), "PNG"), "mark.png")
    added = [add(acme, upload) for upload in (mark, other, third, mark)]
    assert [path for _, path in added] == [
        "logos/mark.png",
        "logos/mark.jpg",
        "logos/mark (2).png",
        "logos/mark.png",
    ]
    assert added[3] == added[0]
    assert add(acme, mark, IMAGE)[1] == "images/mark.png"
    assert blobs.get(mark.sha256) == encoded(photo(), "PNG")


def test_what_is_no_picture_is_not_even_kept(blobs) -> None:
    for data in (b"", b"PK\x03\x04" + b"\0" * 50, b"<svg><script>x()</script></svg>"):
        with pytest.raises(PictureRefused):
            keep(blobs, data, "front.png")
    assert not blobs.folder.exists()


def test_a_picture_of_a_product_names_one_of_this_brand(acme, blobs) -> None:
    upload = keep(blobs, encoded(photo(), "PNG"), "two.png")
    with acme.reading() as session:
        two = session.scalars(select(Brand)).one().products[1].id
    with pytest.raises(NotTaken, match="which product"):
        add(acme, upload, Shows(AssetKind.PRODUCT))
    with pytest.raises(NotTaken, match="which product"):
        add(acme, upload, Shows(AssetKind.PRODUCT, 9_999))
    number, path = add(acme, upload, Shows(AssetKind.PRODUCT, two))
    assert path == "products/two.png"
    with acme.writing("anna") as session:
        show_as(session, ANNA, "acme", number, LOGO)
    with acme.writing("anna") as session:
        one = session.scalars(select(Brand)).one().products[0].id
        Part(session, ANNA, "acme", "products").remove(one)
    assert assets(acme) == [("products/two.png", "uploaded")]


def test_what_a_picture_shows_is_checked_anew(acme, blobs) -> None:
    number, _ = add(acme, keep(blobs, encoded(photo(), "PNG"), "a.png"))
    with acme.writing("worker") as session:
        asset = session.get_one(Asset, number)
        asset.state, asset.why = "refused", "the picture is all one colour"
    with acme.writing("anna") as session:
        show_as(session, ANNA, "acme", number, LOGO)
    assert assets(acme)[0][1] == "refused"
    with acme.writing("anna") as session:
        assert show_as(session, ANNA, "acme", number, IMAGE).why is None
    assert assets(acme)[0][1] == "uploaded"


def test_a_retired_picture_can_be_brought_back(acme, blobs) -> None:
    upload = keep(blobs, encoded(photo(), "PNG"), "a.png")
    number, _ = add(acme, upload)
    with acme.writing("anna") as session:
        retire(session, ANNA, "acme", number)
    assert add(acme, upload)[1] == "logos/a (2).png"
    with acme.writing("anna") as session:
        bring_back(session, ANNA, "acme", number)
    assert assets(acme) == [("logos/a.png", "uploaded"), ("logos/a (2).png", "uploaded")]
    with pytest.raises(ChangedMeanwhile), acme.writing("anna") as session:
        retire(session, ANNA, "acme", 9_999)
    with pytest.raises(NotThere), acme.writing("anna") as session:
        retire(session, ANNA, "globex", number)


def test_a_brand_goes_live_by_way_of_shadow_and_of_a_verified_owner(acme, blobs) -> None:
    with acme.writing("root") as session:
        session.scalars(select(Owner)).one().verified = False
    number, _ = add(acme, keep(blobs, encoded(photo(), "PNG"), "a.png"))

    def go(to: BrandState) -> str:
        with acme.writing("anna") as session:
            brand = move(session, ANNA, "acme", to)
            return state_of(session.get_one(Asset, number), brand)

    with pytest.raises(NotYet, match="from which it goes to shadow or retired, not to live"):
        go(BrandState.LIVE)
    with acme.writing("worker") as session:
        session.get_one(Asset, number).state = "checked"
    assert go(BrandState.DRAFT) == "checked"
    assert go(BrandState.SHADOW) == "shadow"
    with pytest.raises(NotYet, match="is not verified yet"):
        go(BrandState.LIVE)
    with acme.writing("root") as session:
        session.scalars(select(Owner)).one().verified = True
    assert go(BrandState.LIVE) == "live"
    assert go(BrandState.RETIRED) == "retired"
    with pytest.raises(NotYet):
        go(BrandState.DRAFT)
    assert go(BrandState.SHADOW) == "shadow"


def test_a_preview_is_drawn_anew(acme, blobs) -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path fill="#fff" d="M0 0h5v5z"/></svg>'
    for data, size in ((encoded(photo(1200, 60), "PNG"), (1200, 60)), (svg, (512, 512))):
        small, own = in_small(data)
        assert own == size
        assert sniff(small) == "WEBP"
        assert max(decode(small).pixels.shape) <= LONGEST_SIDE
        assert decode(small).pixels.std() > 20
    sha256 = blobs.put(svg)
    for _ in range(2):
        make_preview(acme, blobs, sha256)
    with acme.reading() as session:
        (preview,) = session.scalars(select(Preview)).all()
    assert blobs.get(preview.blob).startswith(b"RIFF")


def test_a_picture_that_breaks_has_no_preview(acme, blobs) -> None:
    whole = encoded(photo(), "JPEG")
    with pytest.raises(PictureRefused, match="cut short"):
        make_preview(acme, blobs, blobs.put(whole[: len(whole) // 2]))
