"""What goes out, and what comes back, in a real browser: a case is confirmed, its seller objects by the
signed link, somebody else decides; a notice, and hooks. `DETECTOR_PICTURES` names a folder for pictures.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from brand_registry.people import Role
from brand_registry.states import BrandState
from brand_registry.tables import Brand
from review.outgoing.tables import Hook, Sending, SendState
from review.web import found
from review.web.console import console_part
from storage.settings import settings
from tests.review.test_statements import confirm
from tests.sqlite import migrated_sqlite
from tests.web.conftest import Site, sign_in
from tests.web.console_cases import add_brand, add_shown_case
from tests.web.desk import confirm_by_keys, take_by_key
from workers.graph.pictured import pictures_of

pytestmark = pytest.mark.slow

ANNA, BEN, OLGA = "anna@example.com", "ben@example.com", "olga@acmera.example"
PLATFORM = """
name: Example Market
contact: appeals@market.example
restrictions:
  counterfeit: {visibility: [DECISION_VISIBILITY_CONTENT_REMOVED]}
  trademark: {visibility: [DECISION_VISIBILITY_CONTENT_DISABLED]}
"""
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
TURNED, SHORT, BREAKS = "\u202e", "<script>document.title='taken'</script>", "<img src=x onerror=alert(1)>"


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """One for all: pages look alike on whichever it is, and what they read is tested on both elsewhere."""
    return migrated_sqlite(tmp_path)


@pytest.fixture
def reviewed(make_site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A site on a platform that says what it does, with two reviewers, an owner, and a live brand."""
    (file := tmp_path / "platform.yaml").write_text(PLATFORM, "utf-8")
    monkeypatch.setenv("DETECTOR_PLATFORM", str(file))
    settings.cache_clear()
    monkeypatch.setattr(settings(), "second_look_share", 0.0)
    site = make_site(parts=[found.PART, console_part(pictures_of)])
    for email in (ANNA, BEN):
        site.add_person(email, Role.REVIEWER)
    site.add_person(OLGA, Role.OWNER, "acme")
    add_brand(site)
    with site.database.writing("the test") as session:
        session.scalars(select(Brand)).one().state = BrandState.LIVE
    yield site
    settings.cache_clear()


@pytest.fixture
def ben(browser: Browser) -> Iterator[Page]:
    with browser.new_context(viewport=WIDE) as context:
        yield context.new_page()


@pytest.fixture
def seller(browser: Browser) -> Iterator[Page]:
    """Somebody whom nobody here knows."""
    with browser.new_context(viewport=WIDE) as context:
        yield context.new_page()


def look(page: Page, name: str, *, with_axe: bool = True) -> None:
    """Nobody is kept out of the page, it is no wider than its window, and no stranger's code ran on it."""
    for scheme, size in (("light", WIDE), ("dark", NARROW)):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size(size)
        found = Axe().run(page).response["violations"] if with_axe else []
        grave = [one for one in found if one["impact"] in {"serious", "critical"}]
        assert grave == [], f"{name}: {[(one['id'], one['nodes'][0]['html'][:300]) for one in grave]}"
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= size["width"], f"{name} is {wide} wide"
        assert page.title() != "taken", name
        assert page.locator("main script, main [onerror]").count() == 0, name
        keep(page, f"{name}-{scheme}-{size['width']}")
    page.set_viewport_size(WIDE)
    page.emulate_media(color_scheme="light")


def keep(page: Page, name: str) -> None:
    if folder := os.environ.get("DETECTOR_PICTURES"):
        page.screenshot(path=Path(folder) / f"out-{name}.png", full_page=True)


def test_a_decision_goes_out_and_is_overturned(reviewed: Site, page: Page, ben: Page, seller: Page) -> None:
    number = add_shown_case(reviewed)
    link = confirm_it(page, reviewed, number)
    seller.goto(link)
    look(seller, "objecting")
    object_to_it(seller)
    sign_in(ben, reviewed, BEN)
    decide_it(ben, reviewed)
    seller.reload()
    expect(seller.get_by_text("your listing does not infringe")).to_be_visible()
    expect(seller.get_by_text("They may be sold on.")).to_be_visible()
    look(seller, "answered")
    page.goto(f"{reviewed.url}/appeals")
    look(page, "no-appeals")
    page.goto(f"{reviewed.url}/appeals/1")
    expect(page.get_by_text("by ben@example.com")).to_be_visible()
    look(page, "appeal-decided")
    page.goto(f"{reviewed.url}/cases/{number}")
    expect(page.locator(".past")).to_contain_text("not infringing")
    expect(page.get_by_role("link", name="what goes out")).to_have_count(0)


def confirm_it(page: Page, site: Site, number: int) -> str:
    """With the keyboard; returns the link that the seller is given."""
    sign_in(page, site, ANNA)
    assert take_by_key(page, site) == number
    confirm_by_keys(page)
    page.wait_for_url("**/queue?after=1")
    page.goto(f"{site.url}/cases/{number}")
    page.get_by_role("link", name="what goes out").click()
    expect(page.get_by_text("Dear seller,")).to_be_visible()
    look(page, "decision")
    page.get_by_role("link", name="Deutsch").press("Enter")
    expect(page.get_by_text("Guten Tag,")).to_be_visible()
    return page.get_by_role("link", name="/appeal/").inner_text()


def object_to_it(page: Page) -> None:
    page.get_by_label("Why is the decision wrong?").fill("x" * 19)
    page.get_by_label("Why is the decision wrong?").evaluate("one => one.minLength = 0")
    page.get_by_role("button", name="Object").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("20 to 5,000 characters")
    look(page, "objecting-wrong")
    said = "These are genuine shoes.\n\nI bought them in a shop in Lyon, and have the invoice."
    page.get_by_label("Why is the decision wrong?").fill(said)
    page.get_by_label("Your e-mail address").fill("seller@shop.example")
    page.get_by_role("button", name="Object").press("Enter")
    expect(page.get_by_text("Your objection came in")).to_be_visible()
    look(page, "objected")


def decide_it(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/appeals")
    look(page, "appeals")
    page.locator("th.listing a").press("Enter")
    expect(page.get_by_text("have the invoice")).to_be_visible()
    look(page, "appeal")
    page.get_by_role("radio", name="is overturned").check()
    page.get_by_label("What the seller is told").fill("They may be sold on.\nWe are sorry.")
    page.get_by_role("button", name="Decide").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("code")
    page.get_by_label("Why it does not").select_option(label="Genuine goods resold")
    page.get_by_label("What the seller is told").fill("They may be sold on.\nWe are sorry.")
    page.get_by_role("button", name="Decide").press("Enter")
    expect(page.get_by_text("No appeal waits")).to_be_visible()


def test_a_notice_is_given_and_corrected(reviewed: Site, page: Page) -> None:
    page.goto(f"{reviewed.url}/notice")
    look(page, "notice")
    page.get_by_role("button", name="Give notice").press("Enter")
    expect(page.get_by_role("alert").first).to_contain_text("is not complete")
    look(page, "notice-lacking")
    page.get_by_label("What it breaks").select_option(label="Use of a trademark")
    page.get_by_label("Address of the listing").fill("https://market.example/4711")
    page.get_by_label("Brand").fill("Acmera")
    page.get_by_label("Why it is illegal").fill("The listing uses our trade mark without our consent.")
    page.get_by_label("Your name").fill("Olga Owner")
    page.get_by_label("Your e-mail address").fill("olga@acmera.example")
    page.get_by_label("I believe in good faith").press("Space")
    page.get_by_role("button", name="Give notice").press("Enter")
    expect(page.get_by_text("Your notice 1 came in")).to_be_visible()
    look(page, "notice-given")


def test_hooks_are_made_read_and_ended(reviewed: Site, page: Page) -> None:
    sign_in(page, reviewed, OLGA)
    page.goto(f"{reviewed.url}/notifications")
    look(page, "notifications-empty")
    page.get_by_label("Address").fill("https://hooks.acmera.example/" + "very-long-" * 30)
    page.get_by_role("button", name="Make a hook").press("Enter")
    expect(page.locator("#made")).to_contain_text("whsec_")
    look(page, "notifications")
    decisions = [
        confirm(reviewed.database, add_shown_case(reviewed), reason="logo").decision for _ in range(3)
    ]
    at = datetime.now(UTC)
    with reviewed.database.writing("the test") as session:
        hook = session.scalars(select(Hook)).one().id
        for decision, state in zip(decisions, SendState, strict=True):
            one = Sending(hook_id=hook, decision_id=decision, body="{}", state=state, attempts=3, due=at)
            if state is SendState.SENT:
                one.status, one.sent = 200, at + timedelta(seconds=1)
            elif state is SendState.FAILED:
                one.status, one.why = 500, "the other side answered 500" + SHORT
            session.add(one)
    page.get_by_role("link", name="https://hooks").press("Enter")
    expect(page.get_by_role("button", name="again")).to_have_count(2)
    look(page, "hook")
    page.get_by_role("button", name="Send message 3 again").press("Enter")
    expect(page.get_by_role("button", name="again")).to_have_count(1)
    page.goto(f"{reviewed.url}/notifications")
    page.get_by_role("button", name="End the hook").press("Enter")
    expect(page.get_by_text("None yet.")).to_be_visible()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(SHORT + BREAKS + TURNED + "gnp.exe", id="tags"),
        pytest.param("A" * 10_000, id="one-word"),
        pytest.param(f"{TURNED}حذاء أصلي 😀 " * 700, id="right-to-left"),
    ],
)
def test_what_strangers_write_does_nothing_to_the_pages(
    reviewed: Site, page: Page, seller: Page, text: str, request: pytest.FixtureRequest
) -> None:
    name = f"hostile-{request.node.callspec.id}"
    evidence = [{"kind": "logo", "where": "title", "found": text, "score": 0.9}]
    case = {"brand": "acmera", "risk": 0.9, "reasons": ["logo"], "qualifiers": [], "evidence": evidence}
    number = add_shown_case(
        reviewed, {"cases": [case], "missing": [], "versions": {}}, 0, title=text, id="4711",
        url="https://market.example/4711", description=text, category=text[:200],
        seller={"id": text[:200], "name": text[:2_000]},
    )  # fmt: skip
    give_hostile_notice(page, reviewed, name, text)
    sign_in(page, reviewed, ANNA)
    page.goto(f"{reviewed.url}/cases/{number}")
    look(page, f"{name}-case", with_axe=name.endswith("left"))
    assert TURNED not in page.content()
    page.keyboard.press("t")
    page.wait_for_selector("#decide")
    confirm_by_keys(page, policy="1")
    page.wait_for_url("**/queue?after=1")
    page.goto(f"{reviewed.url}/decisions/1")
    look(page, f"{name}-decision", with_axe=False)
    assert TURNED not in page.content()
    seller.goto(page.get_by_role("link", name="/appeal/").inner_text())
    look(seller, f"{name}-objecting", with_axe=False)
    assert TURNED not in seller.content()
    seller.get_by_label("Why is the decision wrong?").fill((text + " " * 30 + ".")[:5_000])
    seller.get_by_role("button", name="Object").click()
    expect(seller.get_by_text("Your objection came in")).to_be_visible()
    for path in ("/appeals", "/appeals/1"):
        page.goto(reviewed.url + path)
        look(page, name + path.replace("/", "-"), with_axe=False)
        assert TURNED not in page.content()


def give_hostile_notice(page: Page, site: Site, name: str, text: str) -> None:
    page.goto(f"{site.url}/notice")
    page.get_by_label("Address of the listing").fill("https://market.example/4711")
    page.get_by_label("Brand").fill(text[:400])
    page.get_by_label("What it breaks").select_option("counterfeit")
    page.get_by_label("Why it is illegal").fill((text + " " * 30 + ".")[:5_000])
    page.get_by_label("Your name").fill(text[:200])
    page.get_by_label("I believe in good faith").check()
    page.get_by_role("button", name="Give notice").click()
    expect(page.get_by_text("Give an e-mail address.")).to_be_visible()
    look(page, f"{name}-notice", with_axe=False)
    page.get_by_label("Brand").fill("Acmera")
    page.get_by_label("Your e-mail address").fill("n@x.example")
    page.get_by_role("button", name="Give notice").click()
    expect(page.get_by_text("People look at the listing.")).to_be_visible()
