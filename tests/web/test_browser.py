"""A person signs in, in a real browser."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from brand_registry.people import Role
from tests.sqlite import on_sqlite
from tests.web.conftest import Site, sign_in

pytestmark = pytest.mark.slow


@on_sqlite
def test_a_person_signs_in_and_out(site: Site, page: Page) -> None:
    site.add_person("anna@example.com", Role.ADMINISTRATOR)
    page.goto(site.url)
    page.get_by_label("E-mail address").fill("anna@example.com")
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("The address or the password is wrong.")
    sign_in(page, site, "anna@example.com")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Anna")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{site.url}/signin")


ANNA, OLGA = "anna@example.com", "olga@acme.example"
PAGES = {ANNA: ("/", "/account", "/people", "/owners", "/owners/acme", "/events"), OLGA: ("/owners/acme",)}


@pytest.fixture
def peopled(site: Site) -> Site:
    site.add_person(ANNA, Role.ADMINISTRATOR)
    site.add_person(OLGA, Role.OWNER, "acme")
    data = {"name": "a program with a rather long name", "role": "administrator", "days": "90"}
    assert "detector_" in site.client(ANNA).post("/account/keys", data=data).text
    site.add_person("somebody.with.a.long.name@marketplace.example", Role.BRAND_MANAGER, "acme")
    site.client(OLGA).post(
        "/owners/acme/rights", files={"files": ("certificate.pdf", b"%PDF-1.7")}, data={"note": "Ours"}
    )
    return site


@on_sqlite
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_can_be_used_by_everybody(peopled: Site, page: Page, scheme) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{peopled.url}/signin")
    found = {"/signin": _faults(page)}
    for email, paths in PAGES.items():
        sign_in(page, peopled, email)
        for path in paths:
            page.goto(peopled.url + path)
            found[f"{email} {path}"] = _faults(page)
        page.goto(peopled.url)
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url(f"{peopled.url}/signin")
    assert {where: faults for where, faults in found.items() if faults} == {}


@on_sqlite
@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_is_wider_than_its_window(peopled: Site, page: Page, width) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    sign_in(page, peopled, ANNA)
    for path in PAGES[ANNA]:
        page.goto(peopled.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


@on_sqlite
def test_a_key_is_made_and_revoked_with_the_keyboard(peopled: Site, page: Page) -> None:
    sign_in(page, peopled, OLGA)
    page.goto(f"{peopled.url}/account")
    page.get_by_label("Name", exact=True).focus()
    page.keyboard.type("nightly export")
    page.keyboard.press("Enter")
    expect(page.locator("#made")).to_contain_text("detector_")
    page.get_by_role("button", name="Revoke nightly export").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("nightly export")).to_have_count(0)


def _faults(page: Page) -> list[str]:
    """What axe-core finds against WCAG 2.2 AA."""
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
    told = Axe().run(page, options=rules).response
    assert told["passes"]
    return [f"{one['id']}: {node['html'][:120]}" for one in told["violations"] for node in one["nodes"]]
