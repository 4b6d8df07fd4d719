"""What a command ends with: a name that names nothing is wrong usage, whichever command it is given to."""

import json

import pytest

from tests.command import Ended

LISTING = b'{"id": "L1", "title": "Acmelux shoe"}\n'
BRAND = b'{"id": "acme", "name": "Acmelux"}\n'

NAMES_NOTHING = {
    "brands show nobody": "there is no brand with the id 'nobody'",
    "brands history nobody": "there is no brand with the id 'nobody'",
    "brands state nobody live": "there is no brand with the id 'nobody'",
    "brands try nobody c.jsonl": "there is no brand with the id 'nobody'",
    "brands list --owner nobody": "there is no owner 'nobody'",
    "brands list --after nowhere": "",
    "brands export out --owner nobody": "there is no owner 'nobody'",
    "brands import b.jsonl --owner nobody": "there is no owner 'nobody'",
    "people role nobody@example.org reviewer": "there is nobody with the address",
    "people leave nobody@example.org": "there is nobody here",
    "decisions replay 99": "there is no decision 99",
    "quarantine back 99": "nothing is put aside under 99",
    "rescan start --brand nobody": "there is no brand with the id 'nobody'",
    "rescan status 99": "there is no rescan 99",
    "rescan pause 99": "there is no rescan 99",
    "rescan resume 99": "there is no rescan 99",
    "rescan abort 99": "there is no rescan 99",
    "rescan compare 99": "there is no rescan 99",
    "retention lift 99": "there is no hold 99",
    "retention hold case 99 --why because": "there is no case '99'",
    "snapshot verify nothing": "there is no snapshot 'nothing'",
    "pull nowhere": "",
    "worker nothing": "there is no queue 'nothing'",
    "check c.jsonl --id L9 --brands b.jsonl": "has no listing with the id 'L9'",
    "check c.jsonl --line 9 --brands b.jsonl": "has no listing at line 9",
    "attack nobody": "there is no registry yet",
    "attack nobody --brands b.jsonl": "holds no brand with the id 'nobody'; it holds acme",
    "bench nothing": "no part is named 'nothing'",
    "scan gone.jsonl --brands b.jsonl": "gone.jsonl",
    "scan c.jsonl --brands gone": "gone: is not there",
    "fit gone.jsonl --out w.json": "gone.jsonl: cannot be read (No such file or directory); name a file that",
    "nothing": "invalid choice",
}  # fmt: skip


@pytest.mark.parametrize("words", NAMES_NOTHING)
def test_a_name_that_names_nothing_is_wrong_usage(detector_here, tmp_path, words) -> None:
    (tmp_path / "c.jsonl").write_bytes(LISTING)
    (tmp_path / "b.jsonl").write_bytes(BRAND)
    ended: Ended = detector_here(*words.split())
    assert ended.returncode == 2, ended.stderr
    assert NAMES_NOTHING[words] in ended.stderr
    assert "Traceback" not in ended.stderr


def put(folder, brands):
    for name, content in brands.items():
        (folder / "brands" / name).mkdir(parents=True)
        if content is not None:
            (folder / "brands" / name / "brand.json").write_bytes(content)


ASIDE = "brands/notes: has no brand.json, so it is no brand's"
BROKEN = "brands/beta/brand.json: not JSON: a comma stands before the closing bracket"
NAMELESS = "brands/gamma/brand.json: name is missing"


def test_a_scan_with_broken_brands_goes_on_and_says_so_at_both_ends(detector_here, tmp_path) -> None:
    put(tmp_path, {"acme": BRAND, "beta": b'{"id": "beta",}', "gamma": b'{"id": "gamma"}', "notes": None})
    (tmp_path / "c.jsonl").write_bytes(b'{"id": "L1", "title": "Acme1ux running shoe"}\n')
    ended: Ended = detector_here(
        "scan", "c.jsonl", "--brands", "brands", "--out", "o.jsonl", "--workers", "1", "--no-pictures"
    )
    assert ended.returncode == 1
    first, last = ended.stderr.split("Scanned")
    assert [one in first for one in (BROKEN, NAMELESS, ASIDE)] == [True] * 3
    assert "brands: going on without these, with 1 brand" in first
    assert "Not looked for, as they could not be read:" in last
    assert [one in last for one in (BROKEN, NAMELESS, ASIDE)] == [True, True, False]
    (result,) = map(json.loads, (tmp_path / "o.jsonl").read_bytes().splitlines())
    assert (result["verdict"], result["cases"][0]["brand"]) == ("flag", "acme")


def test_a_folder_that_holds_no_brand_is_told_and_is_no_failure(detector_here, tmp_path) -> None:
    put(tmp_path, {"acme": BRAND, "notes": None})
    (tmp_path / "c.jsonl").write_bytes(LISTING)
    ended: Ended = detector_here("scan", "c.jsonl", "--brands", "brands", "--workers", "1", "--no-pictures")
    assert ended.returncode == 0, ended.stderr
    assert ASIDE in ended.stderr
    assert "could not be read" not in ended.stderr


def test_where_no_brand_can_be_read_nothing_is_begun(detector_here, tmp_path) -> None:
    put(tmp_path, {"beta": b'{"id": "beta",}', "gamma": b'{"id": "gamma"}'})
    (tmp_path / "c.jsonl").write_bytes(LISTING)
    ended: Ended = detector_here("scan", "c.jsonl", "--brands", "brands", "--out", "o.jsonl")
    assert ended.returncode == 2
    assert BROKEN in ended.stderr
    assert NAMELESS in ended.stderr
    assert "brands: holds no brand that can be read; mend what was said above" in ended.stderr
    assert not (tmp_path / "o.jsonl").exists()


def test_a_check_with_a_broken_brand_explains_and_says_so(detector_here, tmp_path) -> None:
    put(tmp_path, {"acme": BRAND, "beta": b'{"id": "beta",}'})
    (tmp_path / "c.jsonl").write_bytes(LISTING)
    ended: Ended = detector_here("check", "c.jsonl", "--brands", "brands")
    assert (ended.returncode, BROKEN in ended.stderr, "no case" in ended.stdout) == (1, True, True)


def test_folders_without_a_brand_are_told_by_an_import(detector_here, tmp_path) -> None:
    put(tmp_path, {"acme": BRAND, "beta": b'{"id": "beta",}', "notes": None})
    ended: Ended = detector_here("brands", "import", "brands")
    assert ended.returncode == 0
    assert BROKEN in ended.stderr
    assert "skipped 1: has no brand.json, so it is no brand's" in ended.stderr
    assert "(brands/notes)" in ended.stderr
    assert detector_here("brands", "import", "brands/notes").returncode == 2


def test_rows_in_another_encoding_are_counted_with_what_to_do(detector_here, tmp_path) -> None:
    (tmp_path / "b.jsonl").write_bytes(BRAND)
    rows = ['{"id": "1", "title": "caf\xe9"}', '{"id": "2", "title": "x"}', '{"id": "3", "title": "\xfc"}']
    (tmp_path / "c.jsonl").write_bytes("\n".join(rows).encode("latin-1"))
    (tmp_path / "c.csv").write_bytes("id,title\n1,caf\xe9\n2,x".encode("latin-1"))
    for name, said in (("c.jsonl", "2 rows are not in UTF-8"), ("c.csv", "1 row is not in UTF-8")):
        ended: Ended = detector_here(
            "scan", name, "--brands", "b.jsonl", "--workers", "1", "--out", "o.jsonl"
        )
        assert ended.returncode == 0, ended.stderr
        assert f"{said}, and so not looked at: likely in Latin-1 or Windows-1252" in ended.stderr
        assert "iconv -f WINDOWS-1252 -t UTF-8 OLD > NEW" in ended.stderr
