"""Every page there is, in light colours on a desk and in dark ones on a phone: nobody is kept out of it, and
it is no wider than its window. `DETECTOR_PICTURES` names a folder for pictures of all of them.

The pages are the app's own, so that a new one fails until it is told here who sees it.
"""

import os
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page

from storage.blobs import Blobs
from storage.database import Database
from storage.settings import settings
from tests.sqlite import migrated_sqlite
from tests.web.conftest import Site, served, sign_in
from tests.web.lived_in import ADA, ANNA, BRAND, LEA, OLGA, live_in
from tests.web.routes import routes
from workers.serve import composed

pytestmark = pytest.mark.slow

PARTS = ("marks", "authorised_sellers", "licensees", "products", "allow")
SEEN = {
    None: ("/signin", "/invitation/{invitation}", "/notice", "{objecting}"),
    OLGA: (
        "/", "/account", "/owners/acmera", "/notifications", "/notifications/hooks/1", "/brands",
        "/brands/new", BRAND,
        *(f"{BRAND}/{part}" for part in ("names", "pictures", "rules", "try", "try/1", "history", "found")),
        f"{BRAND}/attacks", f"{BRAND}/attacks/1",
        *(f"{BRAND}/{part}{more}" for part in PARTS for more in ("", "/new", "/1")),
    ),
    ANNA: (
        "/queue", "/cases/{held}", "/cases/{held}/group", "/cases/{dismissed}", "/cases/{dismissed}/allow",
        "/decisions/{confirmed}", "/exceptions", "/audit",
    ),
    LEA: ("/lead", "/lead/labels", "/teams", "/training", "/audit/{audit}", "/appeals", "/appeals/1"),
    ADA: ("/people", "/owners", "/events", "/retention", "/rescans"),
}  # fmt: skip
"""Who looks at which page. Two of one address are other pages to other people."""
NO_PAGES = re.compile(
    r"/(v1|api)/.*|/(health|live|ready)|/signin/oidc.*|.*\.(csv|zip|\{kind\})|.*/(preview|drawn|ahead|now|export)"
    r"|.*/pictures/\{place\}|.*/references/\{asset\}|/rights/documents/\{public\}|.*/found/summary"
)
"""What programs ask for, and parts of pages, files and pictures."""
_HEIGHT, _BETWEEN = 520, 12
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
_HIGHEST = 100
"""Pixels of a phone's header."""
HEADER = "document.querySelector('header.top').getBoundingClientRect().height"
IN_SIGHT = """[...document.querySelectorAll('nav [aria-current]')].every(here => {
    const place = here.getBoundingClientRect();
    return place.left >= 0 && place.right <= innerWidth;
})"""
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
PLATFORM = """
name: Example Market
contact: appeals@market.example
restrictions:
  trademark: {visibility: [DECISION_VISIBILITY_CONTENT_DISABLED]}
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, dict[str, str]]]:
    """All of the program, in which everybody has been at work."""
    folder = tmp_path_factory.mktemp("house")
    (file := folder / "platform.yaml").write_text(PLATFORM, "utf-8")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DETECTOR_PLATFORM", str(file))
        settings.cache_clear()
        database, blobs = Database(migrated_sqlite(folder)), Blobs(folder / "blobs")
        with served(composed(database, blobs)) as url:
            site = Site(url, database, blobs)
            yield site, live_in(site)
        database.close()
    settings.cache_clear()


def test_every_page_is_looked_at(house) -> None:
    site, values = house
    seen = [address.format(**values) for addresses in SEEN.values() for address in addresses]
    pages = {
        path
        for method, path in routes(composed(site.database, site.blobs))
        if method == "GET" and not NO_PAGES.fullmatch(path)
    }
    unseen = {path for path in pages if not any(_is_of(path, one) for one in seen)}
    assert unseen == set()


def _is_of(path: str, address: str) -> bool:
    return re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)), address) is not None


@pytest.mark.parametrize("who", list(SEEN), ids=lambda who: (who or "nobody").partition("@")[0])
def test_a_page_can_be_used_by_everybody(house, page: Page, who: str | None) -> None:
    site, values = house
    if who:
        sign_in(page, site, who)
    faults = {}
    for address in SEEN[who]:
        answer = page.goto(site.url + address.format(**values))
        assert answer is not None
        assert answer.status == 200, address
        if who == ANNA and address == "/cases/{held}":
            page.wait_for_selector(".picture svg")
            page.keyboard.press("i")
        taken = []
        for scheme, size in (("light", WIDE), ("dark", NARROW)):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.set_viewport_size(size)
            if found := _faults(page):
                faults[f"{address}, {scheme}"] = found
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= size["width"], f"{address} is {wide} wide"
            if size is NARROW and who:
                page.wait_for_function(IN_SIGHT)
                assert page.evaluate(HEADER) <= _HIGHEST, address
            if os.environ.get("DETECTOR_PICTURES"):
                taken.append(page.screenshot())
        if taken:
            _keep(address, taken)
    assert faults == {}


def _faults(page: Page) -> list[str]:
    """What axe-core finds against WCAG 2.2 AA."""
    told = Axe().run(page, options=RULES).response
    assert told["passes"]
    return [f"{one['id']}: {node['html'][:200]}" for one in told["violations"] for node in one["nodes"]]


def _keep(address: str, taken: list[bytes]) -> None:
    """Both side by side, in one small file."""
    shown = [Image.open(BytesIO(data)).convert("RGB") for data in taken]
    sizes = [(one.width * _HEIGHT // one.height, _HEIGHT) for one in shown]
    shown = [one.resize(size, Image.Resampling.LANCZOS) for one, size in zip(shown, sizes, strict=True)]
    together = Image.new("RGB", (sum(one.width for one in shown) + _BETWEEN, _HEIGHT), "white")
    together.paste(shown[0], (0, 0))
    together.paste(shown[1], (shown[0].width + _BETWEEN, 0))
    together.save(Path(os.environ["DETECTOR_PICTURES"]) / f"{_name(address)}.webp", quality=72, method=6)


def _name(address: str) -> str:
    """What a page's picture is called."""
    inner = address.removeprefix(f"{BRAND}/").removeprefix("/brands/acmera/").replace("/1", "/one")
    return re.sub(r"[^a-z]+", "-", inner).strip("-") or "home"
