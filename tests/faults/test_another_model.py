"""Another model of pictures comes into use, by workers in earnest, each step as somebody takes it."""

import subprocess
import sys

import psutil
import pytest
from PIL import Image
from sqlalchemy import func, select

from brand_registry.snapshots.manifest import Manifest
from storage.settings import settings_with
from tests.faults.conftest import open_house, until
from tests.rescans.test_brands import cases
from tests.rescans.test_image_model import MARK, model  # noqa: F401 - a fixture
from tests.snapshots.filled import Registry, as_png
from workers.graph.tables import Quarantined, Reading, State
from workers.reading import engine_key, look_engine
from workers.rescans import moving
from workers.rescans.next_readings import NextReading
from workers.rescans.tables import ENDED
from workers.rescans.telling import report

pytestmark = pytest.mark.slow


def processes_that_rescan(house) -> list[psutil.Process]:
    """Those of the queue, but for who started them."""
    every = [one for each in house.processes for one in psutil.Process(each.pid).children(recursive=True)]
    rescans = [one for one in every if "--queues=rescan" in one.cmdline()]
    return [one for one in rescans if one.ppid() in {other.pid for other in rescans}]


def test_workers_look_anew_are_killed_and_switch(tmp_path, model) -> None:  # noqa: F811
    home = tmp_path / "home"
    house = open_house(
        home, f"sqlite:///{tmp_path / 'd.sqlite'}", DETECTOR_LEASE="60", DETECTOR_PATIENCE="60"
    )

    def asked(kind, condition):
        with house.database.reading() as session:
            return session.scalar(select(func.count()).select_from(kind).where(condition))

    def told(number: int):
        with house.database.reading() as session:
            return report(session, moving.known(session, number))

    def run(*words: str) -> str:
        command = [sys.executable, "-m", "workers.cli", *words]
        done = subprocess.run(
            command, env=house.environment, check=False, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start() -> None:
        house.start("workers.cli", "worker", "--processes", "1")
        house.start("workers.cli", "beat")

    def snapshot() -> Manifest:
        return max((one for _, one in registry.snapshots.all()), key=lambda one: one.made_at)

    try:
        registry = Registry(house.database, home)
        registry.put({"id": "zephyra", "name": "Zephyra", "logos": [registry.picture("mark.png", MARK)]})
        start()
        until(lambda: registry.snapshots.all() and snapshot().references, what=house.complaints)
        file = house.catalogue([{"id": f"L{n}", "title": "Shoes", "images": [f"{n}.png"]} for n in range(4)])
        for n in range(4):
            picture = MARK.resize((200 + n, 200 + n)) if n % 2 else Image.radial_gradient("L").rotate(n)
            (file.parent / f"{n}.png").write_bytes(as_png(picture.convert("RGB")))
        house.wait(house.pull(file))
        fakes = {("L1", "zephyra"), ("L3", "zephyra")}
        assert set(cases(house)) == fakes

        run("rescan", "start", "--model", f"image_model={model}")
        until(lambda: asked(NextReading, NextReading.state == State.WORKING), what=house.complaints)
        for one in processes_that_rescan(house):
            one.kill()
        until(lambda: told(1).estimate is not None, what=house.complaints)
        assert (told(1).state, told(1).counts["pictures"], told(1).counts["failed"]) == ("completed", 4, 0)
        assert f"DETECTOR_IMAGE_MODEL={model}" in "".join(run("rescan", "switch", "1").split("\n"))
        assert set(house.stop()) == {0}

        house.processes.clear()
        house.environment["DETECTOR_IMAGE_MODEL"] = model
        start()
        run("rescan", "start", "--rule", "--yes")
        until(lambda: told(2).state in ENDED, what=house.complaints)
        chosen = settings_with({"image_model": model})
        assert (told(2).counts["judged"], told(2).counts["left"], told(2).counts["failed"]) == (4, 0, 0)
        assert snapshot().engine == look_engine(chosen)
        assert asked(Reading, Reading.engine == engine_key(chosen)) == 4
        assert asked(Quarantined, Quarantined.id > 0) == 0
        gone = told(1).estimate["go"]
        assert len(fakes & {key for key, case in cases(house).items() if not case.gone}) == 2 - gone
    finally:
        house.end()
