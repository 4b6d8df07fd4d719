"""Workers swap without stopping, and builders come to no harm: real processes, killed where it hurts."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from brand_registry.judging import RegistryJudge
from brand_registry.snapshots.current import CurrentSnapshot
from brand_registry.snapshots.loading import load
from brand_registry.snapshots.manifest import NoSnapshot
from brand_registry.snapshots.publishing import publish_snapshot
from detector.listing import Listing
from tests.snapshots.filled import ENGINE, Registry, drawn, named
from tests.sqlite import on_sqlite

ROOT = Path(__file__).parents[2]


@pytest.fixture
def registry(database, tmp_path):
    return Registry(database, tmp_path)


def publish(registry):
    return publish_snapshot(registry.database, registry.blobs, registry.snapshots, ENGINE, wait=True)


def current(registry, **how):
    said: list[str] = []
    return CurrentSnapshot(
        registry.snapshots,
        registry.blobs,
        lambda snapshot, before: RegistryJudge(
            snapshot.records(), versions={"registry": snapshot.name}, before=before
        ),
        every=0.0,
        say=said.append,
        **how,
    ), said


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end, "it did not come to it within a minute"
        time.sleep(0.01)


def test_a_newer_snapshot_is_swapped_in_while_others_judge(registry) -> None:
    registry.put(*named(["Acmelux"]))
    publish(registry)
    held, said = current(registry)
    listing = Listing(id="1", title="Betam0ra watch")
    verdicts: list[tuple[str, bool]] = []
    stop = threading.Event()

    def judge_on() -> None:
        while not stop.is_set():
            judge = held.judge()
            result = judge.judge(listing)
            verdicts.append((judge.versions["registry"], bool(result.cases)))

    judging = [threading.Thread(target=judge_on) for _ in range(2)]
    for thread in judging:
        thread.start()
    until(lambda: len(verdicts) > 10)
    registry.put(*named(["Betamora"]))
    newer = publish(registry)
    until(lambda: verdicts[-1][0] == newer.manifest.name)
    stop.set()
    for thread in judging:
        thread.join()
    versions = {version for version, _ in verdicts}
    assert len(versions) == 2
    assert all(found == (version == newer.manifest.name) for version, found in verdicts)
    assert said == []


def test_whoever_was_idle_waits_for_the_newer_one(registry) -> None:
    registry.put(*named(["Acmelux"]))
    publish(registry)
    held, _ = current(registry, idle=0.0)
    held.judge()
    registry.put(*named(["Betamora"]))
    newer = publish(registry)
    assert held.judge().versions["registry"] == newer.manifest.name


def test_what_cannot_be_loaded_is_told_once_and_the_one_before_stays(registry) -> None:
    registry.put(*named(["Acmelux"]))
    first = publish(registry)
    held, said = current(registry)
    used = held.judge()
    registry.put(*named(["Betamora"]))
    second = publish(registry)
    (second.folder / "brands.jsonl").write_bytes(b"{}\n")
    until(lambda: held.judge() is used and bool(said))
    for _ in range(20):
        assert held.judge() is used
    assert len(said) == 1
    assert f"{second.folder / 'brands.jsonl'}: is damaged" in said[0]
    assert said[0].endswith(f"{first.manifest.name} stays in use")
    publish(registry)  # it is built over
    until(lambda: held.judge() is not used)


def test_without_any_the_first_asked_is_told(registry) -> None:
    held, _ = current(registry)
    with pytest.raises(NoSnapshot):
        held.judge()
    registry.put(*named(["Acmelux"]))
    publish(registry)
    assert held.judge().brands.keys() == {"acmelux"}


def test_what_is_in_use_while_it_is_gone_goes_on(registry) -> None:
    registry.put(*named(["Acmelux"]))
    first = publish(registry)
    held, said = current(registry)
    used = held.judge()
    (registry.snapshots.folder / "current").unlink()
    assert held.judge() is used
    assert f"{first.manifest.name} stays in use" in said[0]


_BUILD = """
import os, signal, sys
from brand_registry.snapshots import building, folder, publishing
from brand_registry.snapshots.folder import Snapshots
from storage.blobs import Blobs
from storage.database import Database

url, home, engine, point = sys.argv[1:]

def dies(module, name, after=False):
    real = getattr(module, name)
    def killed(*words, **more):
        done = real(*words, **more) if after else None
        os.kill(os.getpid(), signal.SIGKILL)
        return done
    setattr(module, name, killed)

match point:
    case "before anything is written": dies(building, "_write_brands")
    case "between the brands and the index": dies(building, "_write_references")
    case "before the references are written": dies(building, "write_references")
    case "before the manifest": dies(building, "describe")
    case "while it is written to the disk": dies(building, "sync")
    case "before it is verified": dies(publishing, "load")
    case "before it is published": dies(Snapshots, "publish")
    case "between its place and the switch": dies(Snapshots, "switch")
    case "after the switch": dies(Snapshots, "switch", after=True)
    case "while old ones are pruned": dies(folder.shutil, "rmtree")
    case "never": pass
home = folder.Path(home)
blobs = Blobs(home / "blobs")
done = publishing.publish_snapshot(Database(url), blobs, Snapshots(home / "snapshots"), engine)
print("left" if done is None else f"{done.manifest.name} {done.new}")
"""
POINTS = [line.split('"')[1] for line in _BUILD.splitlines() if line.startswith("    case")][:-1]


def builder(registry, database_url, point="never"):
    words = [sys.executable, "-c", _BUILD, database_url, str(registry.folder), ENGINE, point]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment)


@on_sqlite
@pytest.mark.slow
@pytest.mark.parametrize("point", POINTS)
def test_whoever_is_killed_leaves_what_was_there_and_the_next_goes_on(registry, database_url, point) -> None:
    photo = registry.picture("p.png", drawn(1))
    registry.put({"id": "acme", "name": "Acmelux", "images": [photo]})
    registry.look_at_all()
    for name in ("Betamora", "Gammaris", "Deltora"):  # so that there are old ones to prune
        publish(registry)
        registry.put(*named([name]))
    before = registry.snapshots.current()
    killed = builder(registry, database_url, point)
    assert killed.wait(120) == -signal.SIGKILL
    there = load(registry.snapshots.current(), registry.blobs)
    published = point in {"after the switch", "while old ones are pruned"}
    assert (there.folder != before) == published
    assert ("deltora" in there.brands) == published
    done = publish(registry)
    assert "deltora" in load(registry.snapshots.current(), registry.blobs).brands
    assert done.new != published
    registry.put(*named(["Epsilux"]))
    publish(registry)
    names = {path.name for path in registry.snapshots.folder.iterdir()}
    assert not [name for name in names if name.startswith(".") and name != ".lock"]
    assert len(names - {".lock", "current"}) == 3


@pytest.mark.slow
def test_of_builders_at_once_one_builds(registry, database_url) -> None:
    registry.put(*named(f"Brand{number}lux" for number in range(50)))
    running = [builder(registry, database_url) for _ in range(4)]
    said = [one.communicate(timeout=120)[0].strip() for one in running]
    assert [one.returncode for one in running] == [0] * 4
    assert sum(line.endswith("True") for line in said) == 1
    assert all(line == "left" or line.split()[0] == registry.snapshots.current().name for line in said)
