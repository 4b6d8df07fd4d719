"""A person signs in, in a real browser."""

import pytest
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


@on_sqlite
def test_a_key_is_made_and_revoked_with_the_keyboard(site: Site, page: Page) -> None:
    site.add_person("olga@acme.example", Role.OWNER, "acme")
    sign_in(page, site, "olga@acme.example")
    page.goto(f"{site.url}/account")
    page.get_by_label("Name", exact=True).focus()
    page.keyboard.type("nightly export")
    page.keyboard.press("Enter")
    expect(page.locator("#made")).to_contain_text("detector_")
    page.get_by_role("button", name="Revoke nightly export").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("nightly export")).to_have_count(0)
