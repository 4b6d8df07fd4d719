"""Evidence packs and CSV, as they are taken away."""

import csv
import hashlib
import io
import zipfile

import orjson
import pypdfium2
import pytest

from brand_registry.people import Role
from brand_registry.web.told import Piece
from review.audit.tables import Logged
from review.exports import plain_cell
from review.packs.typesetting import document, line, marked
from review.queue.tables import Queued, Stage
from review.web.console import console_part
from tests.review.conftest import ANNA, add_case
from tests.review.test_statements import confirm
from tests.web.conftest import Site
from tests.web.console_cases import add_brand, add_shown_case
from workers.graph.pictured import pictures_of


@pytest.fixture
def console(make_site) -> Site:
    site = make_site(parts=[console_part(pictures_of)])
    site.add_person(ANNA.name, Role.REVIEWER)
    return site


def test_a_pack_holds_everything_and_is_the_same_each_time(console: Site) -> None:
    add_brand(console)
    number = add_shown_case(console, pictures=1, title="Acmerа <b>Runner</b> 跑鞋")
    confirm(console.database, number, reason="logo")
    anna = console.client(ANNA.name)
    asked = anna.get(f"/cases/{number}/evidence.zip")
    assert asked.status_code == 303
    first = anna.get(asked.headers["location"])
    assert first.headers["content-type"] == "application/zip"
    assert first.content == anna.get(asked.headers["location"]).content
    with zipfile.ZipFile(io.BytesIO(first.content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = orjson.loads(files["manifest.json"])
    assert set(manifest["files"]) == set(files) - {"manifest.json"}
    for name, sha256 in manifest["files"].items():
        assert hashlib.sha256(files[name]).hexdigest() == sha256, name
    assert {"overlays/001.png", "pictures/001.webp", "custody.csv"} <= set(files)
    assert manifest["originals"][0]["sha256"]
    assert [one["outcome"] for one in orjson.loads(files["case.json"])["decisions"]] == ["confirmed"]
    assert "跑鞋" in files["listing.json"].decode()
    rows = list(csv.DictReader(io.StringIO(files["custody.csv"].decode())))
    assert [row["did"] for row in rows] == ["took", "decided"]
    text = _text(files["report.pdf"])
    assert "<b>Runner</b> [U+8DD1][U+978B]" in text
    assert "SHA-256 of the file as it was fetched" in text
    assert "Price: 19.90 EUR" in text
    assert "Seller: Sun & Star Trading, number s1, CN" in text
    assert "2. Logo, 93%: “logos/mark.png” in picture 1; found" in text
    assert "Found by: detector 1.2, registry 41" in text
    assert ", because of: Logo; " in text
    assert not [raw for raw in ("{'", "image:0", "lookalike_characters") if raw in text.replace("\r\n", "")]
    assert f"1 / {len(pypdfium2.PdfDocument(files['report.pdf']))}" in text
    assert rows[0]["hash"][:20] in text.replace("\r\n", "")
    # That it was taken away stands in the chain of the next one.
    later = anna.get(f"/cases/{number}/evidence.pdf", follow_redirects=True)
    assert later.content.startswith(b"%PDF")
    assert "took evidence away" in _text(later.content)


def test_a_pack_names_the_pictures_that_it_lacks(console: Site) -> None:
    add_brand(console)
    number = add_shown_case(console, pictures=1, images=["0.png", "1.png"])
    text = _text(
        console.client(ANNA.name).get(f"/cases/{number}/evidence.pdf", follow_redirects=True).content
    )
    assert "Picture 2 cannot be shown: it was not fetched yet" in text
    assert "What people decided\r\nNothing yet." in text


def test_no_pack_goes_up_to_a_row_that_is_still_to_come(console: Site) -> None:
    number = add_case(console.database)
    answer = console.client(ANNA.name).get(f"/cases/{number}/evidence.pdf?upto=999", follow_redirects=True)
    assert answer.url.params["upto"] == "0"
    assert "The log ended with: row 0" in _text(answer.content)


def test_whoever_takes_decisions_away_is_written_down(console: Site) -> None:
    console.client(ANNA.name).get("/decisions.csv?after=7")
    with console.database.reading() as session:
        (row,) = session.query(Logged).all()
    assert (row.who, row.did, row.what) == (ANNA.name, "took the decisions away", '{"after":7}')


def test_what_a_document_leaves_out_is_told() -> None:
    text = _text(document("A thing", [line("a" * 5_000, label="It:")]))
    assert "… (1,000 more characters are left out here)" in text.replace("\r\n", "")
    pieces = [Piece("a" * 3_990), Piece("b" * 10, "against"), Piece("c" * 500), Piece("d" * 5_000, "favour")]
    text = _text(document("A thing", [marked(pieces, "It:")])).replace("\r\n", "")
    assert "b … (5,500 more characters are left out here)" in text


def _text(pdf: bytes) -> str:
    return "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))


def test_decisions_as_csv_hold_no_formula(console: Site) -> None:
    confirm(console.database, add_case(console.database, title='=HYPERLINK("https://evil.example")'))
    anna = console.client(ANNA.name)
    answer = anna.get("/decisions.csv")
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert row["title"] == '\'=HYPERLINK("https://evil.example")'
    assert (row["outcome"], row["policy"]) == ("confirmed", "counterfeit")


def test_the_queue_as_csv_is_in_its_order_and_fits_the_wish(console: Site) -> None:
    shoes = add_case(console.database, title="+Acrnes")
    pills = add_case(console.database, category="Medicine")
    anna = console.client(ANNA.name)
    rows = list(csv.DictReader(io.StringIO(anna.get("/queue.csv").content.decode("utf-8-sig"))))
    assert [row["case"] for row in rows] == [str(pills), str(shoes)]
    assert rows[1]["title"] == "'+Acrnes"
    some = anna.get("/queue.csv?harm=medicine").content.decode("utf-8-sig")
    assert [row["case"] for row in csv.DictReader(io.StringIO(some))] == [str(pills)]


def test_another_ending_is_no_pack(console: Site) -> None:
    number = add_case(console.database)
    anna = console.client(ANNA.name)
    for ending in ("exe", "zip.html", "ZIP"):
        refused = anna.get(f"/cases/{number}/evidence.{ending}")
        assert refused.status_code == 404, ending
    assert anna.get(f"/v1/cases/{number}/notice.docx").status_code == 404


def test_a_pack_tells_no_second_person_what_the_first_decided(console: Site) -> None:
    number = add_case(console.database)
    with console.database.writing("the test") as session:
        session.get_one(Queued, number).stage = Stage.SECOND
    refused = console.client(ANNA.name).get(f"/cases/{number}/evidence.zip?upto=0")
    assert refused.status_code == 403


def test_owners_take_nothing_away(console: Site) -> None:
    number = add_case(console.database)
    console.add_person("owner@example.com", Role.OWNER, "acme")
    owner = console.client("owner@example.com")
    for path in (
        f"/cases/{number}/evidence.zip?upto=1", f"/cases/{number}/evidence.pdf", "/decisions.csv",
        "/queue.csv",
    ):  # fmt: skip
        assert owner.get(path).status_code == 403, path


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", " =1", "＝1"])
def test_a_cell_is_no_formula(text) -> None:
    assert plain_cell(text) == f"'{text}"
    assert plain_cell("Acme = x") == "Acme = x"
