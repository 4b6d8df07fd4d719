"""A person signs in, in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from brand_registry.people import Role
from tests.web.conftest import Site, sign_in

pytestmark = pytest.mark.slow


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
