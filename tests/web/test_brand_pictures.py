"""A brand's pictures over HTTP: sent, refused, shown, given back, and kept from those who may not."""

import http.client
import io
import shutil
import zipfile
from html import unescape

import orjson
import pytest
from sqlalchemy import select

from brand_registry.people import Role
from brand_registry.previews import make_preview
from brand_registry.tables import Asset
from tests.hostile import encoded, photo
from tests.web.brand_pages import ACME, ANNA, text_of

pytestmark = pytest.mark.slow


def send(client, *files, **typed):
    parts = [("files", (name, data, "image/png")) for name, data in files]
    return client.post(f"{ACME}/pictures", files=parts, data=typed, headers={"Accept": "application/json"})


def test_pictures_are_sent_shown_and_retired(acme) -> None:
    anna = acme.client(ANNA)
    data = encoded(photo(), "PNG")
    assert send(anna, ("../../mark.png.exe", data), kind="logo").status_code == 201
    assert "mark.png" in anna.get(f"{ACME}/pictures/now").text
    assert 'hx-trigger="uploaded, every 2s"' in anna.get(f"{ACME}/pictures").text
    with acme.database.reading() as session:
        asset = session.scalars(select(Asset)).one()
    address = f"{ACME}/pictures/{asset.id}"
    assert anna.get(f"{address}/preview").status_code == 404
    make_preview(acme.database, acme.blobs, asset.sha256)
    drawn = anna.get(f"{address}/preview")
    assert (drawn.headers["content-type"], drawn.content[:4]) == ("image/webp", b"RIFF")
    assert anna.post(f"{address}/shows", data={"kind": "image"}).status_code == 303
    assert anna.post(f"{address}/retire").status_code == 303
    assert "retired" in anna.get(f"{ACME}/pictures").text
    assert anna.post(f"{address}/bring-back").status_code == 303
    with acme.database.reading() as session:
        asset = session.scalars(select(Asset)).one()
        assert (asset.kind, asset.state) == ("image", "uploaded")


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("empty.png", b"", "the picture is empty (0 bytes)"),
        ("photo.png", b"PK\x03\x04" + b"\0" * 99, "this is a ZIP archive, which is not read"),
        ("mark.svg", b"<svg><script>alert(1)</script></svg>", "the SVG holds <script>"),
        ("page.png", b"<!doctype html><html></html>", "this is a web page, not a picture"),
    ],
)
def test_what_is_no_picture_is_told_and_not_kept(acme, name, data, said) -> None:
    anna = acme.client(ANNA)
    answer = send(anna, (name, data), kind="logo")
    assert (answer.status_code, answer.json()["detail"].startswith(said)) == (422, True)
    form = anna.post(f"{ACME}/pictures", files=[("files", (name, data))], data={"kind": "logo"})
    assert form.status_code == 422
    assert said in unescape(form.text)
    assert not acme.blobs.folder.exists()


def test_a_file_of_two_gigabytes_is_refused_by_what_it_says(acme) -> None:
    anna = acme.client(ANNA)
    asking = http.client.HTTPConnection(acme.url.removeprefix("http://"), timeout=60)
    asking.putrequest("POST", f"{ACME}/pictures")
    told = {"Content-Length": str(2 * 2**30), "Content-Type": "multipart/form-data; boundary=x"}
    for name, value in (told | {"Origin": acme.url, "Cookie": f"session={anna.cookies['session']}"}).items():
        asking.putheader(name, value)
    asking.endheaders(b"--x")
    assert asking.getresponse().status == 413
    asking.close()


def test_a_body_that_goes_on_and_on_is_cut_off(acme) -> None:
    anna = acme.client(ANNA)
    head = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.png"\r\n\r\n'
    body = (head if number == 0 else b"x" * 2**20 for number in range(60))
    answer = anna.post(
        f"{ACME}/pictures", content=body, headers={"Content-Type": "multipart/form-data; boundary=x"}
    )
    assert answer.status_code == 413


def test_a_brand_is_taken_away_with_its_pictures(acme) -> None:
    anna, data = acme.client(ANNA), encoded(photo(), "PNG")
    assert "export.zip" not in anna.get(ACME).text
    send(anna, ("mark.png", data), kind="logo")
    assert f'href="{ACME}/export.zip"' in anna.get(ACME).text
    for address in (f"{ACME}/export.zip", f"/v1{ACME}/export"):
        answer = anna.get(address)
        assert answer.headers["content-disposition"] == 'attachment; filename="acme.zip"'
        archive = zipfile.ZipFile(io.BytesIO(answer.content))
        assert archive.read("acme/logos/mark.png") == data
        assert orjson.loads(archive.read("acme/brand.json"))["logos"] == ["logos/mark.png"]
        acme.add_person(f"{len(address)}@other.example", Role.OWNER, "other")
        assert acme.client(f"{len(address)}@other.example").get(address).status_code == 404
    shutil.rmtree(acme.blobs.folder)
    lost = anna.get(f"{ACME}/export.zip")
    assert (lost.status_code, "is no longer kept; take it out of use" in text_of(lost.text)) == (422, True)


UPLOADS = [
    (f"{ACME}/pictures", "files"),
    (f"{ACME}/try", "picture"),
    ("/owners/acme/rights", "files"),
    (f"/v1{ACME}/pictures", "file"),
    (f"/v1{ACME}/try/picture", "picture"),
]


def test_of_what_is_sent_without_the_right_to_nothing_is_kept(acme) -> None:
    acme.add_person("otto@other.example", Role.OWNER, "other")
    acme.add_person("ray@house.example", Role.REVIEWER)
    strangers = [acme.client("otto@other.example"), acme.client("ray@house.example"), acme.client()]
    for address, field in UPLOADS:
        for stranger in strangers:
            sent = {field: ("mark.png", encoded(photo(), "PNG"), "image/png")}
            answer = stranger.post(address, files=sent, data={"kind": "logo", "title": "Acme"})
            assert answer.status_code in {303, 401, 403, 404}, address
            assert "/signin" in answer.headers.get("location", "/signin"), address
            assert not acme.blobs.folder.exists(), address
    for address, field in UPLOADS:
        sent = {field: ("mark.png", encoded(photo(), "PNG"), "image/png")}
        acme.client(ANNA).post(address, files=sent, data={"kind": "logo", "title": "Acme"})
    assert acme.blobs.folder.exists()
