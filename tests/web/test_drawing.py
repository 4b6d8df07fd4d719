"""Pictures are drawn in a process of its own, which outlives neither a hard picture nor its server."""

import multiprocessing
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path

import psutil
import pytest
from fastapi.testclient import TestClient

from brand_registry.people import Role
from brand_registry.web.app import create_app
from detector.errors import PictureRefused
from review.web.console import console_part
from review.web.pictures import Drawing
from storage.blobs import Blobs
from tests.hostile import encoded, photo
from tests.sqlite import migrated_sqlite
from tests.web.conftest import PASSWORD, Site, answers
from tests.web.console_cases import add_brand, add_shown_case
from workers.graph.pictured import pictures_of

pytestmark = pytest.mark.slow

ANNA = "anna@example.com"


@pytest.fixture
def database_url(tmp_path) -> str:
    """One is enough: what is kept in it is another test's concern."""
    return migrated_sqlite(tmp_path)


@pytest.fixture
def kept(tmp_path) -> Blobs:
    return Blobs(tmp_path / "home" / "blobs")


@pytest.fixture
def begun() -> Callable[[], list[BaseProcess]]:
    """The processes that began with the test: servers of other tests have some of their own."""
    others = set(multiprocessing.active_children())
    return lambda: [child for child in multiprocessing.active_children() if child not in others]


@pytest.fixture
def make_drawing(begun):
    made: list[Drawing] = []

    def make(**options: float) -> Drawing:
        made.append(Drawing(**options))
        return made[-1]

    yield make
    for drawing in made:
        drawing.close()
    assert begun() == []


def case_for_anna(site: Site) -> int:
    site.add_person(ANNA, Role.REVIEWER)
    add_brand(site)
    return add_shown_case(site)


def test_what_cannot_be_drawn_costs_itself_alone(database, kept, make_drawing) -> None:
    drawing = make_drawing()
    with pytest.raises(PictureRefused):
        drawing.preview(database, kept, kept.put(b"no picture at all"))
    drawn = drawing.preview(database, kept, kept.put(encoded(photo(), "PNG")))
    assert (drawn.width, drawn.height) == (120, 80)


def test_a_process_that_died_is_replaced(database, kept, make_drawing, begun) -> None:
    drawing = make_drawing()
    drawing.preview(database, kept, kept.put(encoded(photo(120), "PNG")))
    (child,) = begun()
    child.kill()
    child.join()
    assert drawing.preview(database, kept, kept.put(encoded(photo(121), "PNG"))).width == 121


def test_a_picture_that_takes_too_long_is_given_up(database, kept, make_drawing, begun) -> None:
    drawing = make_drawing(patience=0.001)
    large = kept.put(encoded(photo(4_000, 3_000), "PNG"))
    for _ in range(2):
        with pytest.raises(PictureRefused, match="crashed or took too long"):
            drawing.preview(database, kept, large)
    assert begun() == []


def test_it_is_closed_with_the_app(database, kept, begun) -> None:
    number = case_for_anna(Site("", database, kept))
    app = create_app(database, kept, [console_part(pictures_of)])
    here = "http://here"
    with TestClient(app, base_url=here, headers={"Accept": "text/html", "Origin": here}) as anna:
        anna.post("/signin", data={"email": ANNA, "password": PASSWORD})
        assert f"/cases/{number}/pictures/0/drawn" in anna.get(f"/cases/{number}/pictures/0").text
        assert len(begun()) == 1
    assert begun() == []


@pytest.mark.parametrize("kind", [signal.SIGKILL, signal.SIGTERM], ids=lambda kind: kind.name)
def test_it_ends_with_its_server(database, database_url, kept, tmp_path, kind) -> None:
    words = [sys.executable, "-m", "workers.cli", "serve", "--alone", "--port", "0"]
    home = {"DETECTOR_HOME": str(tmp_path / "home"), "DETECTOR_DATABASE": database_url}
    environment = os.environ | home | {"PYTHONPATH": str(Path(__file__).parents[2])}
    number = case_for_anna(Site("", database, kept))
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment) as server:
        try:
            assert server.stdout is not None
            address = re.search(r"http://\S+(?=/ )", server.stdout.readline())
            assert address is not None
            end = time.monotonic() + 60
            while not answers(address[0]):
                assert time.monotonic() < end, "the server didn't answer within a minute"
                time.sleep(0.05)
            anna = Site(address[0], database, kept).client(ANNA)
            assert f"/cases/{number}/pictures/0/drawn" in anna.get(f"/cases/{number}/pictures/0").text
            children = psutil.Process(server.pid).children(recursive=True)
            assert children
            server.send_signal(kind)
            _, left = psutil.wait_procs(children, timeout=60)
            assert left == []
        finally:
            server.kill()
