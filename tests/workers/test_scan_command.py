"""The real command in a process of its own: what it writes, how it ends, and what survives an
interruption.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from tests.hostile_catalogue import BAD_LINES, ENTITY_BOMB, GOOD, ODD_BUT_SOUND, hostile_catalogue

pytestmark = pytest.mark.slow

BRANDS = b'{"id": "acme", "name": "Acmelux"}\n{"id": "beta", "name": "Betamora", "aliases": ["BTM One"]}\n'
DETECTOR = [sys.executable, "-m", "workers.cli"]


@pytest.fixture
def shop(tmp_path):
    (tmp_path / "brands.jsonl").write_bytes(BRANDS)
    return tmp_path


def command(folder, *words, brands="brands.jsonl"):
    return [*DETECTOR, "scan", *map(str, words), *(["--brands", str(folder / brands)] if brands else [])]


def scan(folder, *words, **options):
    words = command(folder, *words, **options)
    return subprocess.run(words, capture_output=True, timeout=300, cwd=folder, env=environment(), check=False)


def environment():
    return os.environ | {"PYTHONPATH": str(Path(__file__).parents[2]), "COLUMNS": "80"}


def results(file):
    return [json.loads(line) for line in file.read_bytes().splitlines()]


def catalogue(folder, count, name="c.jsonl"):
    titles = (
        "Blue cotton shirt {}",
        "Acme1ux running shoe {}",
        "Betamora watch strap {}",
        "Soap dish {}, ceramic",
    )
    lines = []
    for n in range(count):
        lines.append(
            json.dumps(
                {"id": f"L{n}", "title": titles[n % 4].format(n), "description": "As good as new. " * 8}
            )
        )
        if n % 50 == 7:
            lines.append("{broken")
        if n % 70 == 9:
            lines.append(json.dumps({"id": f"L{n - 3}", "title": "The same id again"}))
    (folder / name).write_text("\n".join(lines) + "\n")
    return folder / name


def test_every_row_comes_out_once_in_its_order(shop) -> None:
    file = catalogue(shop, 3000)
    done = scan(shop, file, "--out", "o.jsonl", "--workers", "3")
    assert done.returncode == 0, done.stderr
    assert [result["listing_id"] for result in results(shop / "o.jsonl")] == [f"L{n}" for n in range(3000)]
    rejects = results(shop / "o.rejects.jsonl")
    assert [reject["line"] for reject in rejects] == sorted(reject["line"] for reject in rejects)
    assert {reject["reason"].split(":")[0] for reject in rejects} >= {"not JSON"}
    assert len(rejects) == 60 + 43
    assert b"acme" in done.stderr  # in the summary
    # Paths and commands are left whole, so that they can be copied.
    assert max(len(line) for line in done.stderr.decode().splitlines() if str(shop) not in line) <= 80


def test_one_worker_and_four_write_the_same(shop) -> None:
    file = catalogue(shop, 1500)
    for workers in ("1", "4"):
        assert scan(shop, file, "--out", f"{workers}.jsonl", "--workers", workers).returncode == 0
    assert (shop / "1.jsonl").read_bytes() == (shop / "4.jsonl").read_bytes()
    assert (shop / "1.rejects.jsonl").read_bytes() == (shop / "4.rejects.jsonl").read_bytes()


def test_without_out_the_results_go_to_standard_output(shop) -> None:
    done = scan(shop, catalogue(shop, 10))
    assert len(done.stdout.splitlines()) == 10
    assert b"rejected" in done.stderr


def test_a_reader_that_closes_early_ends_it_quietly(shop) -> None:
    file = catalogue(shop, 12_000)
    with subprocess.Popen(
        command(shop, file), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    ) as run:
        assert run.stdout.readline()
        run.stdout.close()
        assert b"Traceback" not in run.stderr.read()


def test_every_bad_line_is_named_and_the_scan_goes_on(shop) -> None:
    (shop / "c.jsonl").write_bytes(hostile_catalogue())
    done = scan(shop, "c.jsonl", "--out", "o.jsonl")
    assert done.returncode == 0, done.stderr
    assert len(results(shop / "o.jsonl")) == 1 + len(ODD_BUT_SOUND)
    rejects = results(shop / "o.rejects.jsonl")
    assert len(rejects) == len(BAD_LINES)
    for bad, reject in zip(BAD_LINES, rejects, strict=True):
        assert bad.reason in reject["reason"]
        assert reject["raw"][:40] == bad.line[:40].decode(errors="replace")


def interrupted(folder, file, number, *, workers="2"):
    """Starts a scan, sends it a signal once results are there, and gives what it left."""
    words = command(folder, file, "--out", folder / "o.jsonl", "--workers", workers)
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()) as run:
        while not ((folder / "o.jsonl").exists() and (folder / "o.jsonl").stat().st_size > 20_000):
            assert run.poll() is None, run.stderr.read()
            time.sleep(0.005)
        run.send_signal(number)
        _, said = run.communicate(timeout=60)
        return run.returncode, said.decode()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_interrupted_scan_goes_on_as_if_nothing_had_been(shop, number) -> None:
    file = catalogue(shop, 12_000)
    assert scan(shop, file, "--out", "whole.jsonl").returncode == 0
    status, said = interrupted(shop, file, number)
    before = (shop / "o.jsonl").read_bytes()
    assert 0 < len(before) < (shop / "whole.jsonl").stat().st_size
    if number != signal.SIGKILL:
        assert status == 1
        assert "--resume" in said
        assert before.endswith(b"\n")
    done = scan(shop, file, "--out", shop / "o.jsonl", "--resume")
    assert done.returncode == 0, done.stderr
    assert (shop / "o.jsonl").read_bytes() == (shop / "whole.jsonl").read_bytes()
    assert (shop / "o.rejects.jsonl").read_bytes() == (shop / "whole.rejects.jsonl").read_bytes()
    assert (shop / "o.jsonl").read_bytes().startswith(before[: before.rindex(b"\n") + 1])


def test_going_on_after_the_end_changes_nothing(shop) -> None:
    file = catalogue(shop, 200)
    scan(shop, file, "--out", "o.jsonl")
    before = (shop / "o.jsonl").read_bytes()
    done = scan(shop, file, "--out", "o.jsonl", "--resume")
    assert done.returncode == 0
    assert (shop / "o.jsonl").read_bytes() == before


def children(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_a_killed_worker_costs_nothing(shop) -> None:
    file = catalogue(shop, 12_000)
    assert scan(shop, file, "--out", "whole.jsonl").returncode == 0
    words = command(shop, file, "--out", shop / "o.jsonl", "--workers", "2")
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()) as run:
        while not ((shop / "o.jsonl").exists() and (shop / "o.jsonl").stat().st_size > 20_000):
            assert run.poll() is None, run.stderr.read()
            time.sleep(0.005)
        os.kill(children(run.pid)[0], signal.SIGKILL)
        run.communicate(timeout=120)
        assert run.returncode == 0
    assert (shop / "o.jsonl").read_bytes() == (shop / "whole.jsonl").read_bytes()


def test_the_processes_end_when_their_parent_is_killed(shop) -> None:
    file = catalogue(shop, 12_000)
    words = command(shop, file, "--out", shop / "o.jsonl", "--workers", "3")
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()) as run:
        while len(children(run.pid)) < 3:
            assert run.poll() is None, run.stderr.read()
        run.kill()
        # Standard error closes when the last process that holds it is gone.
        run.communicate(timeout=60)


def test_pictures_that_are_not_there_or_no_pictures_are_named_missing(shop) -> None:
    (shop / "images").mkdir()
    (shop / "images" / "text.jpg").write_text("I am no picture")
    (shop.parent / "outside.jpg").write_bytes(b"x")
    images = ["images/text.jpg", "images/gone.jpg", "../outside.jpg", "https://shop.test/a.jpg"]
    (shop / "c.jsonl").write_text(
        json.dumps({"id": "1", "title": "Blue shirt", "images": images}) + "\n" + GOOD.decode()
    )
    done = scan(shop, "c.jsonl", "--out", "o.jsonl")
    assert done.returncode == 0, done.stderr
    first, second = results(shop / "o.jsonl")
    assert (first["verdict"], second["verdict"]) == ("incomplete", "clear")
    assert [missing["where"] for missing in first["missing"]] == [f"image:{n}" for n in range(4)]
    for missing, image in zip(first["missing"], images, strict=True):
        assert image in missing["why"]


def printed(file, words):
    picture = Image.new("RGB", (640, 480), "#dde")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((120, 120, 520, 420), fill="#335")
    draw.text((180, 220), words, fill="white", font=ImageFont.load_default(64))
    picture.save(file)


def test_a_check_names_a_folder_of_pictures_only_where_it_wrote_one(shop) -> None:
    printed(shop / "a.png", "SOAP")
    (shop / "c.jsonl").write_text('{"id": "1", "title": "Blue cup", "images": ["a.png"]}\n')
    words = [*DETECTOR, "check", "c.jsonl", "--brands", "brands.jsonl"]
    check = subprocess.run(words, capture_output=True, cwd=shop, env=environment(), check=False)
    assert check.returncode == 0, check.stderr
    assert b"Nothing was found in its pictures" in check.stdout
    assert not (shop / "checked").exists()
    words += ["--id=1", "--line=1"]
    both = subprocess.run(words, capture_output=True, cwd=shop, env=environment(), check=False)
    assert both.returncode == 2
    assert b"not allowed with argument" in both.stderr


def test_a_brand_printed_on_a_picture_is_found_and_explained(shop) -> None:
    printed(shop / "a.png", "ACMELUX")
    (shop / "c.jsonl").write_text('{"id": "1", "title": "Blue cup", "images": ["a.png"]}\n')
    assert scan(shop, "c.jsonl", "--out", "o.jsonl").returncode == 0
    (result,) = results(shop / "o.jsonl")
    (case,) = result["cases"]
    assert case["brand"] == "acme"
    assert case["reasons"] == ["hidden_text"]
    words = [*DETECTOR, "check", "c.jsonl", "--brands", "brands.jsonl", "--out", "boxes"]
    check = subprocess.run(words, capture_output=True, cwd=shop, env=environment(), check=False)
    assert check.returncode == 0, check.stderr
    assert b"hidden text" in check.stdout
    with Image.open(shop / "boxes" / "image-0.png") as boxed, Image.open(shop / "a.png") as plain:
        assert boxed.size == plain.size
        assert boxed.tobytes() != plain.convert("RGB").tobytes()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["gone.jsonl"], "gone.jsonl: cannot be opened"),
        (["."], "is a folder"),
        (["brands.txt"], "is no catalogue"),
        (["c.jsonl", "--out", "nowhere/o.jsonl"], "cannot be written"),
        (["c.jsonl", "--out", "c.jsonl"], "is the catalogue itself"),
        (["c.jsonl", "--out", "o.jsonl", "--rejects", "o.jsonl"], "name the same file"),
        (["c.jsonl", "--out", "brands.jsonl"], "holds the brands"),
        (["c.jsonl", "--resume"], "--resume needs the --out file"),
        (["c.jsonl", "--readings", "c.jsonl"], "c.jsonl: cannot keep readings (file is not a database)"),
        (["c.jsonl", "--readings", "nowhere/r.sqlite"], "cannot keep readings (unable to open"),
        (["c.jsonl", "--readings", "r", "--spread"], "leave out --spread"),
        (["c.jsonl", "--readings", "r", "--no-pictures"], "leave out --no-pictures"),
        (["c.jsonl", "--readings", "r", "--out", "r"], "name another file for --readings"),
        (["c.jsonl", "--workers", "0"], "--workers must be 1 to"),
        (["c.jsonl", "--workers", "100000"], "--workers must be 1 to"),
        (["c.jsonl", "--workers", "many"], "invalid int value"),
        (["c.jsonl", "--nonsense"], "unrecognized arguments"),
        ([], "CATALOGUE"),
        (["bomb.xml", "--out", "o.jsonl"], "declares XML entities"),
        (["html.xml", "--out", "o.jsonl"], "holds no <item>"),
    ],
)
def test_wrong_usage_and_unreadable_input_end_with_two_and_one_sentence(
    detector_here, shop, words, said
) -> None:
    (shop / "c.jsonl").write_bytes(GOOD)
    (shop / "brands.txt").write_text("nothing")
    (shop / "bomb.xml").write_bytes(ENTITY_BOMB)
    (shop / "html.xml").write_bytes(b"<html></html>")
    done = detector_here("scan", *words, "--brands", shop / "brands.jsonl")
    assert done.returncode == 2
    assert said in " ".join(done.stderr.split())
    assert (shop / "c.jsonl").read_bytes() == GOOD


@pytest.mark.parametrize(("name", "content"), [("c.jsonl", b""), ("c.csv", b"id,title\n")])
def test_a_catalogue_without_rows_is_said_to_be_one(shop, name, content) -> None:
    (shop / name).write_bytes(content)
    done = scan(shop, name, "--out", "o.jsonl")
    assert done.returncode == 0
    assert b"The catalogue holds no row" in done.stderr


def test_without_brands_it_says_what_to_give(detector_here, shop) -> None:
    (shop / "c.jsonl").write_bytes(GOOD)
    done = detector_here("scan", "c.jsonl")
    assert done.returncode == 2
    assert "which brands?" in done.stderr
    assert "--brands PATH" in done.stderr


def test_the_results_of_another_catalogue_are_not_written_over_by_resume(shop) -> None:
    scan(shop, catalogue(shop, 20), "--out", "o.jsonl")
    (shop / "other.jsonl").write_bytes(GOOD)
    done = scan(shop, "other.jsonl", "--out", "o.jsonl", "--resume")
    assert done.returncode == 2
    assert b"does not belong to this catalogue" in done.stderr
    assert len(results(shop / "o.jsonl")) == 20
