"""`detector brands`: what it keeps, says and leaves behind when it is killed, as a process of its own."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from brand_registry.changes import Change
from brand_registry.tables import Alias, Brand, Mark
from storage.database import Database
from tests.registry.given import PNG, brands_file, picture
from tests.sqlite import migrated_sqlite

pytestmark = pytest.mark.slow

BRANDS = 200
_KILLED = """
import os, signal, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
from brand_registry import importing
importing.BRANDS_AT_ONCE = 20
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have had it ignored
left, number = int(sys.argv.pop(1)), int(sys.argv.pop(1))
@event.listens_for(Engine, "after_cursor_execute")
def _count(connection, cursor, statement, *others):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), number)
from tests.sqlite import migrated_sqlite
from workers.cli import main
sys.exit(main(sys.argv[1:]))
"""


def environment(folder, url=None):
    own = {"PYTHONPATH": str(Path(__file__).parents[2]), "COLUMNS": "100"}
    own |= {"DETECTOR_HOME": str(folder / "home")} | ({"DETECTOR_DATABASE": url} if url else {})
    return os.environ | own


def ended(words, folder, url=None):
    own = environment(folder, url)
    return subprocess.run(words, capture_output=True, text=True, env=own, timeout=300, check=False)


def detector(folder, *words, url=None):
    return ended([sys.executable, "-m", "workers.cli", *map(str, words)], folder, url)


def many(folder, count=BRANDS):
    return brands_file(
        folder,
        *(
            {
                "id": f"b{n}",
                "name": f"Brandix {n}",
                "aliases": [f"Brix {n}"],
                "marks": [{"text": f"BRANDIX {n}"}, {"text": f"Brixo {n}"}],
            }
            for n in range(count)
        ),
    )


def counted(url):
    database = Database(url)
    with database.reading() as session:
        found = [
            session.scalar(select(func.count()).select_from(kind)) for kind in (Brand, Alias, Mark, Change)
        ]
    database.close()
    return tuple(found)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
@pytest.mark.parametrize("statements", [12, 55, 93])
def test_an_import_interrupted_anywhere_leaves_whole_brands_and_goes_on(
    database_url, tmp_path, statements, number
) -> None:
    file = many(tmp_path)
    words = [sys.executable, "-c", _KILLED, str(statements), str(int(number)), "brands", "import", str(file)]
    killed = ended(words, tmp_path, database_url)
    brands, aliases, marks, changes = counted(database_url)
    assert brands < BRANDS, "it was over before it was to be killed"
    if number is signal.SIGKILL:
        assert killed.returncode == -signal.SIGKILL
    else:
        assert "stopped" in killed.stderr.lower()
        assert "Traceback" not in killed.stderr
    assert (aliases, marks, changes) == (brands, 2 * brands, brands)
    assert brands % 20 == 0
    again = detector(tmp_path, "brands", "import", file, url=database_url)
    assert again.returncode == 0, again.stderr
    assert counted(database_url) == (BRANDS, BRANDS, 2 * BRANDS, BRANDS)


def test_two_imports_at_once_keep_each_brand_once(database_url, tmp_path) -> None:
    file = many(tmp_path)
    command = [sys.executable, "-m", "workers.cli", "brands", "import", str(file)]
    running = [subprocess.Popen(command, env=environment(tmp_path, database_url)) for _ in range(3)]
    assert [one.wait(timeout=300) for one in running] == [0, 0, 0]
    assert counted(database_url) == (BRANDS, BRANDS, 2 * BRANDS, BRANDS)


_FULL = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
from brand_registry import importing
importing.BRANDS_AT_ONCE = 20
from workers.cli import main
sys.exit(main(sys.argv[1:]))
"""


def test_a_disk_that_is_full_is_told_and_loses_nothing_that_was_taken(tmp_path) -> None:
    file, url = many(tmp_path, 600), migrated_sqlite(tmp_path)
    words = [sys.executable, "-c", _FULL, "brands", "import", str(file)]
    full = ended(words, tmp_path, url)
    assert full.returncode == 1
    assert "the disk" in full.stderr
    assert "Traceback" not in full.stderr
    brands, aliases, marks, _ = counted(url)
    assert 0 < brands < 600
    assert (aliases, marks) == (brands, 2 * brands)
    assert detector(tmp_path, "brands", "import", file, url=url).returncode == 0
    assert counted(url)[0] == 600


def test_the_way_of_a_brand_from_a_file_and_back(detector_here, tmp_path) -> None:
    (tmp_path / "mark.png").write_bytes(PNG)
    file = brands_file(
        tmp_path,
        {"id": "acme", "name": "Acmelux", "logos": ["mark.png"], "aliases": ["AMX\u202e"]},
        {"id": "the", "name": "the"},
        {"id": "bad", "name": "Badmark", "products": [{"name": "x", "gtin": "1"}]},
    )
    rejects = tmp_path / "rejects.jsonl"
    dry = detector_here("brands", "import", file, "--dry-run")
    assert "Would be imported; nothing was changed" in dry.stderr
    assert "holds no brand yet" in detector_here("brands", "list").stdout
    done = detector_here("brands", "import", file, "--rejects", rejects)
    assert done.returncode == 0, done.stderr
    assert "'the' is an everyday word and is taken as one" in done.stderr
    told = [json.loads(line) for line in rejects.read_bytes().splitlines()]
    assert [(one["brand"], one["fate"]) for one in told] == [
        ("acme", "new"),
        ("the", "new"),
        ("bad", "refused"),
    ]
    listed = detector_here("brands", "list", "--json")
    assert [json.loads(line)["id"] for line in listed.stdout.splitlines()] == ["acme", "the"]
    assert "The registry holds 2 live" in detector_here("brands", "list").stdout
    shown = detector_here("brands", "show", "acme")
    assert "Acmelux" in shown.stdout
    assert "\u202e" not in shown.stdout
    assert json.loads(detector_here("brands", "show", "acme", "--json").stdout)["state"] == "live"
    assert detector_here("brands", "state", "acme", "shadow").stdout == "acme is shadow now\n"
    history = detector_here("brands", "history", "acme")
    assert "state was live" in history.stdout
    assert "command line" in history.stdout
    out = detector_here("brands", "export", tmp_path / "out.csv")
    assert "2 brands of house" in out.stderr
    again = detector_here("brands", "import", tmp_path / "out.csv")
    assert re.search(r"same +2 ", again.stderr)


WRONG = [
    (("brands", "import", "gone"), 2, "gone: is not there"),
    (("brands", "import", "empty.csv"), 2, "is empty"),
    (("brands", "import", "one.jsonl", "--owner", "nobody"), 2, "there is no owner 'nobody'"),
    (("brands", "import", "one.jsonl", "--rejects", "gone/r.jsonl"), 2, "in a folder that exists"),
    (("brands", "show", "nope"), 2, "there is no brand with the id 'nope'"),
    (("brands", "state", "nope", "live"), 2, "there is no brand"),
    (("brands", "try", "nope", "one.jsonl"), 2, "there is no brand"),
    (("brands", "list", "--limit", "0"), 2, "--limit must be 1 to 200"),
    (("brands", "list", "--after", "x"), 2, "begin at the first page"),
    (("brands", "export", "one.jsonl"), 2, "is there already"),
]


@pytest.mark.parametrize(("words", "status", "said"), WRONG)
def test_what_makes_no_sense_ends_with_one_sentence(detector_here, tmp_path, words, status, said) -> None:
    brands_file(tmp_path, {"id": "acme", "name": "Acmelux"}, name="one.jsonl")
    (tmp_path / "empty.csv").write_bytes(b"")
    done = detector_here(*words)
    assert done.returncode == status, done.stderr
    (line,) = done.stderr.splitlines()
    assert said in line


def test_a_brand_is_tried_on_a_catalogue_with_pictures_before_it_is_live(tmp_path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "poster.png").write_bytes(picture("ACMELUX", (800, 400)))
    listings = [
        {"id": "L1", "title": "Acme1ux running shoes"},
        {"id": "L2", "title": "Blue cup"},
        {"id": "L3", "title": "Poster", "images": ["poster.png"]},
    ]
    catalogue = brands_file(tmp_path / "shop", *listings, b"{broken", name="catalogue.jsonl")
    brand = {"id": "acme", "name": "Acmelux", "state": "draft"}
    brand["policies"] = [{"reason": "hidden_text", "mode": "shadow"}]
    detector(tmp_path, "brands", "import", brands_file(tmp_path, brand))
    done = detector(tmp_path, "brands", "try", "acme", catalogue, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["listings"], told["flagged"], told["rejected"], told["only_counted"]) == (3, 1, 1, 1)
    assert [one["listing_id"] for one in told["gravest"]] == ["L1"]
    shown = detector(tmp_path, "brands", "try", "acme", catalogue, "--no-pictures")
    assert "Live, Acmelux would flag 1 of 3 listings" in shown.stdout
    assert "Acme1ux running shoes" in shown.stdout


_MEASURED = """
import sys
from workers.cli import main
main(sys.argv[1:])
print(open("/proc/self/status").read())
"""


def test_memory_of_an_import_stays_flat(tmp_path) -> None:
    peaks = []
    for count in (2_000, 12_000):
        file, url = many(tmp_path, count), f"sqlite:///{tmp_path / str(count)}.sqlite"
        words = [sys.executable, "-c", _MEASURED, "brands", "import", str(file)]
        done = ended(words, tmp_path, url)
        peaks.append(int(done.stdout.partition("VmHWM:")[2].split()[0]))
    assert peaks[1] < peaks[0] * 1.3


def test_a_scan_counts_what_is_in_shadow_and_shows_it_nowhere(tmp_path) -> None:
    brands = [{"id": "acme", "name": "Acmelux", "state": "shadow"}, {"id": "beta", "name": "Betamora"}]
    detector(tmp_path, "brands", "import", brands_file(tmp_path, *brands))
    listings = [{"id": "L1", "title": "Acme1ux shoes"}, {"id": "L2", "title": "Betam0ra shoes"}]
    catalogue, out = brands_file(tmp_path, *listings, name="catalogue.jsonl"), tmp_path / "out.jsonl"
    done = detector(tmp_path, "scan", catalogue, "--out", out, "--workers", "1")
    assert done.returncode == 0, done.stderr
    results = {one["listing_id"]: one for one in map(json.loads, out.read_bytes().splitlines())}
    assert (results["L1"]["verdict"], results["L1"]["cases"]) == ("clear", [])
    assert [case["brand"] for case in results["L2"]["cases"]] == ["beta"]
    assert re.search(r"in shadow, not shown +1 +acme", done.stderr)
