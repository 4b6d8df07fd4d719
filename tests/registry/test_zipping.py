import io
import zipfile

import pytest

from brand_registry.access import brands_by_id, operator
from brand_registry.batch import Fate
from brand_registry.export import exported
from brand_registry.files import json_entries
from brand_registry.importing import Import
from brand_registry.zipping import PictureLost, refuse_where_lost, zipped
from storage.blobs import Blobs, place_of
from storage.errors import StorageError
from tests.registry.given import PNG, brands_file, picture

ACME = {
    "id": "acme", "name": "Acmelux", "logos": ["logos/mark.png"],
    "products": [{"name": "One", "images": ["one.png"]}], "colour": "red",
}  # fmt: skip
ONE = picture("ONE")


@pytest.fixture
def acme(database, tmp_path):
    """The blobs, and what is exported of a brand with two pictures."""
    (tmp_path / "logos").mkdir()
    (tmp_path / "logos" / "mark.png").write_bytes(PNG)
    (tmp_path / "one.png").write_bytes(ONE)
    blobs = Blobs(tmp_path / "blobs")
    put(database, blobs, brands_file(tmp_path, ACME))
    with database.reading() as session:
        return blobs, next(exported(session, brands_by_id(operator(), "acme")))


def put(database, blobs, path):
    importing = Import(database, blobs, operator(), "house")
    return [one.fate for outcomes in importing.outcomes(json_entries(path)) for one in outcomes]


def test_what_comes_out_is_taken_in_the_same(database, tmp_path, acme) -> None:
    parts = list(zipped(*acme))
    # A part for the record and for each picture, and the list at the end: none waits for another.
    assert [PNG in part for part in parts] == [False, True, False, False]
    archive = zipfile.ZipFile(io.BytesIO(b"".join(parts)))
    assert archive.testzip() is None
    assert sorted(archive.namelist()) == ["acme/brand.json", "acme/logos/mark.png", "acme/one.png"]
    archive.extractall(tmp_path / "out")
    assert (tmp_path / "out" / "acme" / "one.png").read_bytes() == ONE
    assert put(database, acme[0], tmp_path / "out") == [Fate.SAME]
    assert list(zipped(*acme)) == parts


def test_what_is_lost_or_damaged_is_told(acme) -> None:
    blobs, one = acme
    refuse_where_lost(blobs, one)
    place = blobs.folder / place_of(one.pictures["one.png"])
    place.write_bytes(b"damaged")
    with pytest.raises(StorageError, match="is damaged"):
        list(zipped(blobs, one))
    place.unlink()
    with pytest.raises(PictureLost, match=r"of 'acme' the picture 'one.png' is no longer kept"):
        refuse_where_lost(blobs, one)
