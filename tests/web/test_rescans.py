"""The page and the API of rescans, with real workers: started, paused, resumed and aborted in a browser.

`DETECTOR_PICTURES` names a folder for pictures of the page.
"""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy import select

from brand_registry.access import MAY, Deed
from brand_registry.people import HOUSE, Owner, Role
from brand_registry.tables import Brand
from storage.blobs import Blobs
from tests.faults.conftest import House, open_house, until
from tests.web.conftest import Site, answers, sign_in

pytestmark = pytest.mark.slow
ADA, OLGA, RAY = (f"{name}@example.com" for name in ("ada", "olga", "ray"))


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[tuple[House, Site]]:
    """Workers and pages; thirty listings were judged before their brand joined."""
    home = tmp_path_factory.mktemp("house")
    opened = open_house(home, f"sqlite:///{home / 'd.sqlite'}", DETECTOR_READER="tests.faults.faulty:light")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    opened.start("tests.faults.faulty", "--processes", "1")
    opened.start("workers.cli", "beat")
    opened.start("workers.cli", "serve", "--alone", "--port", str(port))
    site = Site(f"http://127.0.0.1:{port}", opened.database, Blobs(home / "blobs"))
    site.add_person(ADA, Role.ADMINISTRATOR)
    site.add_person(OLGA, Role.OWNER, "globex")
    run = opened.pull(opened.catalogue([{"id": f"L{n}", "title": f"Zephyrra shoes {n}"} for n in range(30)]))
    opened.wait(run)
    with opened.database.writing("test") as session:
        owner = session.scalars(select(Owner).where(Owner.key == HOUSE)).one()
        session.add(Brand(owner=owner, key="zephyra", name="Zephyra"))
    until(lambda: answers(site.url), what="the server did not come up")
    yield opened, site
    opened.end()


def pictured(page: Page, name: str) -> None:
    if folder := os.environ.get("DETECTOR_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_a_rescan_is_started_paused_resumed_and_aborted(house, page: Page) -> None:
    _, site = house
    sign_in(page, site, ADA)
    page.get_by_label("Main").get_by_role("link", name="Rescans").click()
    expect(page.get_by_text("No rescan yet")).to_be_visible()
    pictured(page, "rescans-empty")
    page.get_by_role("textbox", name="Brands").fill("zephyra")
    page.get_by_label("Listings an hour, at most").fill("1")
    page.get_by_role("button", name="Try on a sample").click()
    first = page.locator("#rescan-1")
    expect(first).to_contain_text("Of 30 listings out of 30, 30 would bring new cases")
    pictured(page, "rescans-new")
    first.get_by_role("button", name="Start rescan 1").click()
    expect(first).to_contain_text("1 listing and 0 pictures looked at")
    expect(first).to_contain_text("running")
    first.get_by_role("button", name="Pause rescan 1").click()
    expect(first).to_contain_text("paused")
    pictured(page, "rescans-paused")
    assert Axe().run(page).violations_count == 0
    first.get_by_role("button", name="Resume rescan 1").click()
    expect(first).to_contain_text("running")
    first.get_by_role("button", name="Abort rescan 1").click()
    expect(first).to_contain_text("aborted")
    expect(first).to_contain_text("Somebody ended it")


def test_a_case_says_which_rescan_found_it(house, page: Page) -> None:
    _, site = house
    site.add_person(RAY, Role.REVIEWER)
    sign_in(page, site, RAY)
    page.goto(f"{site.url}/queue")
    page.get_by_role("button", name="Take the next case").click()
    expect(page.get_by_text("found by rescan 1")).to_be_visible()


def test_one_that_is_let_go_completes_and_says_what_came_of_it(house, page: Page) -> None:
    _, site = house
    sign_in(page, site, ADA)
    page.goto(f"{site.url}/rescans")
    page.get_by_role("textbox", name="Brands").fill("zephyra")
    page.get_by_role("button", name="Try on a sample").click()
    latest = page.locator("article").first
    expect(latest).to_contain_text("would bring new cases")
    latest.get_by_role("button", name="Start rescan").click()
    expect(latest).to_contain_text("completed")
    expect(latest).to_contain_text("30 listings and 0 pictures looked at")
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 844})
    pictured(page, "rescans-phone-dark")
    assert Axe().run(page).violations_count == 0


def test_another_model_is_read_by_and_switched_to(house, page: Page) -> None:
    opened, site = house
    opened.wait(opened.pull(opened.catalogue([{"id": "P", "title": "Shoes", "images": ["picture.jpg"]}])))
    sign_in(page, site, ADA)
    page.goto(f"{site.url}/rescans")
    page.get_by_label("Or a model that reads pictures again").fill("ocr_recogniser=small")
    page.get_by_role("button", name="Try on a sample").click()
    latest = page.locator("article").first
    expect(latest).to_contain_text("read by ocr_recogniser small")
    latest.get_by_role("button", name="Start rescan").click()
    expect(latest).to_contain_text("completed")
    latest.get_by_role("button", name="Switch to what rescan").click()
    expect(latest).to_contain_text("DETECTOR_OCR_RECOGNISER=small")
    expect(latest).to_contain_text("Switched to, ")
    expect(latest).to_contain_text("1 picture read again")
    expect(latest.get_by_role("button")).to_have_count(0)
    pictured(page, "rescans-model")
    assert Axe().run(page).violations_count == 0


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"reads": "reader=os:getcwd"}, "only models that ship"),
        ({"reads": "ocr_recogniser=small", "brands": "zephyra"}, "not both"),
        ({}, "Name a brand by its id"),
        ({"brands": "nobody"}, "nobody"),
        ({"brands": "zephyra", "cap": "-3"}, "Cap is a number from 1 on"),
    ],
)
def test_what_makes_no_sense_is_told(house, typed, said) -> None:
    _, site = house
    answer = site.client(ADA).post("/rescans", data=typed)
    assert (answer.status_code, said in answer.text) == (422, True)


def test_only_administrators_may(house) -> None:
    _, site = house
    assert MAY[Deed.RESCAN] == {Role.ADMINISTRATOR}
    olga = site.client(OLGA)
    assert "Rescans" not in olga.get("/brands").text
    for asked in (olga.get("/rescans"), olga.post("/rescans", data={"everything": "yes"})):
        assert asked.status_code == 403
    assert olga.post("/v1/rescans", json={}).status_code == 403


def test_the_api_begins_and_moves_them(house) -> None:
    _, site = house
    ada: httpx.Client = site.client(ADA)
    ada.headers["Accept"] = "application/json"
    begun = ada.post("/v1/rescans", json={"brands": ["zephyra"], "cap": 5})
    assert (begun.status_code, begun.json()["state"]) == (201, "new")
    number = begun.json()["number"]
    assert ada.post(f"/v1/rescans/{number}/abort").json()["state"] == "aborted"
    again = ada.post(f"/v1/rescans/{number}/resume")
    assert (again.status_code, "start another one" in again.text) == (422, True)
    assert ada.get(f"/v1/rescans/{number}").json()["state"] == "aborted"
    model = ada.post("/v1/rescans", json={"reads": {"ocr_recogniser": "small"}}).json()
    assert (model["kind"], model["reads"]) == ("model", {"ocr_recogniser": "small"})
    assert ada.post("/v1/rescans", json={"reads": {"reader": "os:getcwd"}}).status_code == 422
    assert ada.post(f"/v1/rescans/{model['number']}/switch").status_code == 422
    assert ada.post(f"/v1/rescans/{number}/compare").status_code == 422
    number = model["number"]
    assert ada.get("/v1/rescans/999").status_code == 404
    assert ada.get("/v1/rescans").json()[0]["number"] == number
