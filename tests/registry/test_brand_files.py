import gzip
import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brand_registry.files import read_described
from brand_registry.record import Record
from brand_registry.version import registry_version
from detector.brand import Brand
from detector.errors import UnreadableInput

ACME = {"id": "acme", "name": "Acme", "logos": ["logos/mark.svg"], "unknown": 1}
BETA = {"id": "beta", "name": "Beta"}


def put(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


def read_brands(path):
    return [one.brand for one in read_described(path).brands]


def lines(*brands):
    return b"\n".join(json.dumps(brand).encode() for brand in brands)


def test_a_folder_of_brand_folders(tmp_path) -> None:
    put(tmp_path / "b" / "brand.json", BETA)
    put(tmp_path / "a" / "brand.json", ACME)
    put(tmp_path / "notes" / "readme.txt", b"no brand")
    assert [brand.id for brand in read_brands(tmp_path)] == ["acme", "beta"]


def test_one_brand_by_its_folder_or_file(tmp_path) -> None:
    file = put(tmp_path / "acme" / "brand.json", ACME)
    assert read_brands(file) == read_brands(file.parent) == [Record.model_validate(ACME)]


@pytest.mark.parametrize("name", ["b.jsonl", "b.jsonl.gz", "brands.txt"])
def test_json_lines(tmp_path, name) -> None:
    content = b"\xef\xbb\xbf" + lines(ACME, BETA).replace(b"\n", b"\r\n\n")
    file = put(tmp_path / name, gzip.compress(content) if name.endswith("gz") else content)
    assert [brand.name for brand in read_brands(file)] == ["Acme", "Beta"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "line 1: not JSON: it breaks off"),
        (lines(BETA) + b"\nnot json", "line 2: not JSON: there is no such word"),
        (b"[]", "line 1: not a JSON object but a list"),
        (lines({"name": "Acme"}), "line 1: id is missing"),
        (lines({"id": "acme"}), "line 1: name is missing"),
        (lines({"id": "", "name": "Acme"}), "line 1: id is empty"),
        (lines({"id": "acme", "name": ""}), "line 1: name is empty"),
        (lines({"id": 5, "name": "Acme"}), "line 1: id must be text"),
        (lines(ACME | {"aliases": "ACME"}), "line 1: aliases must be a list"),
        (lines(ACME | {"marks": [{"classes": [25]}]}), "line 1: marks.0.text is missing"),
        (
            lines(ACME | {"price_floor": {"amount": "much", "currency": "EUR"}}),
            "line 1: price_floor.amount must be a number",
        ),
        (lines(BETA, ACME, BETA), r"line 3: the brand id 'beta' stands at .*line 1 too"),
        (lines(ACME | {"logos": ["../secret.svg"]}), "line 1: logos names '../secret.svg', outside"),
        (lines(ACME | {"logos": ["..\\\\secret.svg"]}), "outside the brand's folder"),
        (lines(ACME | {"images": ["/etc/passwd"]}), "line 1: images names '/etc/passwd', outside"),
        (lines(ACME | {"images": ["file:///etc/passwd"]}), "outside the brand's folder"),
        (
            lines(ACME | {"products": [{"name": "One", "images": ["a/../../b"]}]}),
            r"line 1: products\.0\.images",
        ),
        (b'{"id": "acme", "name": "' + b"x" * 17_000_000 + b'"}', "line 1: is longer than 16 MB"),
        (b'{"id": "acme", "name": "Acme \xff"}', "line 1: not UTF-8: byte 30 is no text"),
    ],
)
def test_what_is_wrong_is_said_with_line_and_field(tmp_path, content, said) -> None:
    unread = read_described(put(tmp_path / "brands.jsonl", content)).unread
    assert len(unread) == 1
    assert re.search(said, unread[0])
    assert str(tmp_path) in unread[0]


def test_all_that_is_wrong_is_told_at_once_and_the_others_are_read(tmp_path) -> None:
    put(tmp_path / "acme" / "brand.json", ACME)
    put(tmp_path / "beta" / "brand.json", b'{"id": "beta",}')
    put(tmp_path / "again" / "brand.json", ACME | {"name": "Acme Again"})
    put(tmp_path / "gamma" / "brand.json", {"id": "gamma"})
    put(tmp_path / "delta" / "logos" / "mark.svg", b"<svg/>")
    put(tmp_path / "eps" / "Brand.json.txt", BETA)
    put(tmp_path / "more" / "zeta" / "brand.json", BETA)
    put(tmp_path / ".git" / "config", b"")
    (tmp_path / "lost").mkdir()
    (tmp_path / "lost" / "brand.json").symlink_to("nowhere")
    there = read_described(tmp_path)
    assert [one.brand.name for one in there.brands] == ["Acme"]

    def told(sentences):
        return [one.removeprefix(f"{tmp_path}/") for one in sentences]

    assert told(there.unread) == [
        f"again/brand.json: the brand id 'acme' stands at {tmp_path}/acme/brand.json too, which counts; give "
        "each its own",
        "beta/brand.json: not JSON: a comma stands before the closing bracket, at character 15; remove it",
        "gamma/brand.json: name is missing",
        "lost/brand.json: cannot be read (No such file or directory)",
    ]
    assert told(there.passed) == [
        "delta: has no brand.json, so it is no brand's; add one with an id and a name if it should be",
        "eps: has no brand.json; rename 'Brand.json.txt' if that is meant",
        "more: has no brand.json, but folders in it have; name it to have those",
    ]


def test_a_link_out_of_the_folder_is_refused(tmp_path) -> None:
    put(tmp_path / "secret.svg", b"secret")
    file = put(tmp_path / "acme" / "brand.json", ACME | {"logos": ["mark.svg"]})
    (file.parent / "mark.svg").symlink_to("../secret.svg")
    (unread,) = read_described(tmp_path).unread
    assert "logos names 'mark.svg', outside" in unread


def test_a_missing_path_and_broken_gzip_are_named(tmp_path) -> None:
    with pytest.raises(UnreadableInput, match=r"gone: is not there"):
        read_brands(tmp_path / "gone")
    (unread,) = read_described(put(tmp_path / "b.jsonl.gz", gzip.compress(lines(ACME))[:-9])).unread
    assert "b.jsonl.gz, after line 0: cannot be read" in unread
    for name, content in (("empty.jsonl", b""), ("blank.jsonl", b"\n\n"), ("empty/notes.txt", b"")):
        file = put(tmp_path / name, content)
        with pytest.raises(UnreadableInput, match="holds no brand; add a folder with"):
            read_brands(file.parent if name.endswith("txt") else file)
    put(tmp_path / "outer" / "brands" / "acme" / "brand.json", ACME)
    with pytest.raises(UnreadableInput, match=r"there are some in .*/outer/brands, so name that"):
        read_brands(tmp_path / "outer")


def test_a_million_lines_that_are_no_brands_are_not_all_told(tmp_path) -> None:
    file = put(tmp_path / "c.jsonl", lines(*({"title": f"Shoe {number}"} for number in range(250))))
    unread = read_described(file).unread
    assert len(unread) == 101
    assert unread[-1] == f"{file}: the same or the like of 150 more; mend those above first"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=200))
def test_any_bytes_give_refusals(tmp_path, data) -> None:
    file = put(tmp_path / "brands.jsonl", data)
    try:
        refused = read_described(file).unread
    except UnreadableInput as error:
        refused = [str(error)]
    assert refused
    assert all("brands.jsonl" in one for one in refused)


def test_the_version_changes_with_a_brand_and_not_with_the_order() -> None:
    acme, beta = Brand.model_validate(ACME), Brand.model_validate(BETA)
    assert registry_version([acme, beta], "ab") == registry_version([beta, acme], "ba")
    assert registry_version([acme], "a") != registry_version([acme], "b") != registry_version([acme])
    assert registry_version([acme]) != registry_version([acme.model_copy(update={"aliases": ("AC",)})])
