"""The whole way of a brand in a real browser, with real workers: registered, tried, in shadow, approved,
live, and found. `DETECTOR_PICTURES` names a folder for pictures of the pages, taken on the way.
"""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Browser, Page, expect

from tests.web.conftest import answers

pytestmark = pytest.mark.slow

PASSWORD = "seven brown ducks on a lake"
PATIENCE = 240_000
"""Milliseconds for what workers do on a machine that does much else: models are loaded on the way."""
PDF = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n%%EOF\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def invitation(home: Path) -> Iterator[str]:
    """`detector serve` with its workers, on a free port; the first administrator's way in."""
    command = [sys.executable, "-m", "workers.cli", "serve", "--port", "0"]
    environment = os.environ | {
        "DETECTOR_HOME": str(home),
        "PYTHONUNBUFFERED": "1",
        "DETECTOR_FIRST_LINK": "1",
    }
    said: list[str] = []
    serving = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    reading = threading.Thread(target=lambda: said.extend(serving.stdout or ()), daemon=True)
    reading.start()
    try:
        deadline = time.monotonic() + 120
        while not (found := re.search(r"((http\S+)/invitation/\S+)", "".join(said))) or not answers(found[2]):
            assert serving.poll() is None, said
            assert time.monotonic() < deadline, said
            time.sleep(0.1)
        yield found[1]
    finally:
        serving.send_signal(signal.SIGINT)
        serving.wait(120)
        reading.join(60)


def pull(home: Path, *listings: dict) -> None:
    """As an operator does it: listings go through the workers to their cases."""
    file = home / f"catalogue-{listings[0]['id']}.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in listings))
    command = [sys.executable, "-m", "workers.cli", "pull", str(file), "--wait"]
    environment = os.environ | {"DETECTOR_HOME": str(home)}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=PATIENCE / 1000, check=False
    )
    assert done.returncode == 0, done.stderr


def drawn(text: str, size: tuple[int, int] = (640, 360), behind: int = 255, kind: str = "PNG") -> bytes:
    """A mark: a shape of its own, and the name beside it."""
    image = Image.new("RGB", size, (behind,) * 3)
    pen = ImageDraw.Draw(image)
    middle = size[1] // 2
    pen.polygon(
        [(60, middle + 80), (130, middle - 90), (200, middle + 80), (130, middle + 20)], fill="#1f5f5b"
    )
    pen.ellipse((105, middle - 30, 155, middle + 20), fill="#e0a030")
    pen.text((230, middle - 45), text, fill="#1f5f5b", font=ImageFont.load_default(84))
    return encoded(image, kind)


def photo() -> bytes:
    grain = np.random.default_rng(5).integers(0, 255, (12, 16, 3), dtype=np.uint8)
    return encoded(Image.fromarray(grain).resize((640, 480), Image.Resampling.BICUBIC), "JPEG")


def encoded(image: Image.Image, kind: str) -> bytes:
    out = BytesIO()
    image.save(out, kind)
    return out.getvalue()


IN_PASSING = {
    "draft",
    "mark-wrong",
    "pictures-sending",
    "pictures",
    "tried-picture",
    "shadow",
    "found-in-shadow",
}
"""Pages in a state that they are in on the way alone; `test_pages` looks at all as they are usually."""


def look(page: Page, name: str) -> None:
    """Nothing on the page keeps anybody out; and a picture of it, where somebody wants one."""
    violations = Axe().run(page).response["violations"] if name in IN_PASSING else []
    grave = [one for one in violations if one["impact"] in {"serious", "critical"}]
    assert grave == [], f"{name}: {[(one['id'], one['nodes'][0]['html']) for one in grave]}"
    folder = os.environ.get("DETECTOR_PICTURES")
    if folder:
        page.screenshot(
            path=Path(folder) / f"portal-{name}.png", full_page=name in {"pictures", "tried-picture"}
        )


def come_in(page: Page, link: str, name: str, email: str | None = None) -> None:
    page.goto(link)
    if email:
        page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Come in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def test_a_brand_from_its_name_to_what_is_found(
    browser: Browser, page: Page, invitation: str, home: Path
) -> None:
    url = invitation.partition("/invitation/")[0]
    come_in(page, invitation, "Ada", "ada@house.example")
    page.goto(f"{url}/owners")
    page.get_by_label("Name", exact=True).fill("Acmera Outdoor")
    page.get_by_label("Key", exact=True).fill("acmera")
    page.get_by_role("button", name="Add").click()
    page.goto(f"{url}/owners/acmera")
    page.get_by_label("E-mail address").fill("olga@acmera.example")
    page.get_by_role("button", name="Make a link").click()
    link = page.locator("#link").inner_text()

    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        olga = context.new_page()
        olga.set_default_timeout(60_000)
        come_in(olga, link, "Olga")
        register(olga, url)
        upload(olga)
        try_listings(olga)
        go_into_shadow(olga, home)
        hand_in(olga, url)
        approve(page, url)
        go_live(olga, url, home)


def register(page: Page, url: str) -> None:
    page.goto(f"{url}/brands")
    look(page, "brands-empty")
    page.get_by_role("link", name="Register your first brand").click()
    page.get_by_label("Name of the brand").fill("Acmera")
    look(page, "register")
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("heading", name="Next: say what is registered")).to_be_visible()
    look(page, "draft")
    page.get_by_role("link", name="Add a mark").click()
    page.get_by_label("Mark", exact=True).fill("Acmera")
    page.get_by_label("Nice classes").fill("25, 99")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Holds 99; Nice classes are 1 to 45.")).to_be_visible()
    look(page, "mark-wrong")
    page.get_by_label("Nice classes").fill("18, 25")
    page.get_by_label("Territories").fill("EU, US")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Acmera", exact=True)).to_be_visible()
    look(page, "marks")
    page.get_by_role("link", name="Products").click()
    page.get_by_role("link", name="Add a product").click()
    page.get_by_label("Name", exact=False).first.fill("Trail Pack 22")
    page.get_by_label("GTIN").fill("4006381333931")
    page.get_by_label("Serial numbers").fill("[A-Z]{2}\\d{8}")
    page.get_by_label("Try a serial number").fill("AB12345678")
    expect(page.get_by_text("This is a serial number of yours.")).to_be_visible()
    look(page, "product")
    page.get_by_role("button", name="Save").click()
    for name in ("Names", "Authorised sellers", "Licensees", "Exceptions", "Rules", "History"):
        page.get_by_role("navigation", name="This brand").get_by_role("link", name=name).click()
        look(page, name.lower().replace(" ", "-"))


def upload(page: Page) -> None:
    """Five files, of which two are bad: one is no picture, one shows nothing."""
    page.get_by_role("link", name="Pictures").click()
    look(page, "pictures-empty")
    page.get_by_label("They show").select_option("logo")
    blank = encoded(Image.new("RGB", (300, 200), "white"), "PNG")
    files = {"acmera.png": drawn("Acmera"), "acmera-small.webp": drawn("Acmera", (520, 300), kind="WEBP"),
             "../../blank.png.exe": blank, "marks.png": b"PK\x03\x04" + b"\0" * 500}  # fmt: skip
    page.locator("#files").set_input_files(
        [{"name": name, "mimeType": "image/png", "buffer": data} for name, data in files.items()]
    )
    expect(page.locator(".sending .done")).to_have_count(3)
    expect(page.locator(".sending .wrong")).to_have_text(
        re.compile("marks.png.*Not taken: this is a ZIP archive")
    )
    page.get_by_label("They show").select_option("image")
    page.locator("#files").set_input_files(
        {"name": "campaign.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    )
    look(page, "pictures-sending")
    states = page.locator(".picture .badge")
    expect(states).to_have_text(["checked", "refused", "checked", "checked"], timeout=PATIENCE)
    expect(page.locator(".picture.refused")).to_contain_text("blank.png")
    expect(page.locator(".picture.refused .why")).to_contain_text("all one colour")
    expect(page.locator(".picture img")).to_have_count(4)
    page.reload()
    look(page, "pictures")


def try_listings(page: Page) -> None:
    page.get_by_role("link", name="Try it").click()
    look(page, "try")
    page.get_by_label("Title").fill("Acrnera trail shoes, replica 1:1")
    page.get_by_label("Description").fill("Fits Acmera insoles. Same factory.")
    page.get_by_role("button", name="Try this listing").click()
    expect(page.get_by_role("heading", name="This would be flagged")).to_be_visible()
    expect(page.locator("mark.against").first).to_have_text("Acrnera")
    look(page, "tried")
    page.get_by_role("link", name="Try another").click()
    page.get_by_label("Title").fill("Great backpack for the trail")
    page.get_by_label("A picture").set_input_files(
        {"name": "offer.png", "mimeType": "image/png", "buffer": drawn("Acmera", (900, 700), behind=236)}
    )
    page.get_by_role("button", name="Try this listing").click()
    expect(page.get_by_role("heading", name="This would be flagged")).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".boxed polygon.against").first).to_be_visible()
    look(page, "tried-picture")


def go_into_shadow(page: Page, home: Path) -> None:
    page.get_by_role("link", name="Overview").click()
    page.get_by_role("button", name="Put into shadow").click()
    expect(page.get_by_role("heading", name="In shadow: counted, and shown to nobody")).to_be_visible()
    wait_for_a_snapshot(home)
    pull(home, {"id": "s1", "title": "Acrnera trail shoes, replica 1:1"}, {"id": "s2", "title": "Green tea"})
    page.reload()
    expect(page.locator(".figure")).to_have_text("1")
    look(page, "shadow")
    page.get_by_role("link", name="would have been found").click()
    expect(page.locator(".case mark.against").first).to_have_text("Acrnera")
    look(page, "found-in-shadow")
    page.get_by_role("link", name="Try it").click()
    page.get_by_role("button", name="Try the last catalogue").click()
    expect(page.get_by_role("heading", name="1 of 2 listings would be flagged")).to_be_visible(
        timeout=PATIENCE
    )
    look(page, "tried-catalogue")


def hand_in(page: Page, url: str) -> None:
    page.get_by_role("link", name="Overview").click()
    page.get_by_role("link", name="Get verified").first.click()
    page.get_by_label("Documents").set_input_files(
        {"name": "certificate.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_text("certificate.pdf")).to_be_visible()


def approve(page: Page, url: str) -> None:
    page.goto(f"{url}/owners/acmera")
    expect(page.get_by_text("certificate.pdf")).to_be_visible()
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("verified")


def go_live(page: Page, url: str, home: Path) -> None:
    page.goto(f"{url}/brands/acmera/acmera")
    page.get_by_role("button", name="Go live").click()
    expect(page.get_by_role("heading", name="Live: what is found goes to reviewers")).to_be_visible()
    wait_for_a_snapshot(home)
    pull(home, {"id": "l1", "title": "Genuine looking Acrnera boots, mirror quality"})
    page.reload()
    look(page, "live")
    page.get_by_role("link", name="wait for a reviewer").click()
    expect(page.locator(".case mark.against").first).to_have_text("Acrnera")
    expect(page.locator(".case")).to_contain_text("waits for a reviewer")
    look(page, "found")
    page.goto(f"{url}/brands?q=acm")
    expect(page.get_by_role("link", name="Acmera", exact=True)).to_be_visible()
    look(page, "brands")
    page.goto(f"{url}/brands/acmera/acmera/history")
    look(page, "history")


def wait_for_a_snapshot(home: Path) -> None:
    """Until what is judged with holds the brands as they are now."""
    command = [sys.executable, "-m", "workers.cli", "snapshot", "build"]
    environment = os.environ | {"DETECTOR_HOME": str(home)}
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=PATIENCE / 1000)
