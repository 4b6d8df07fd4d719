"""A person signs in, and says what goods cost at least, in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from brand_registry.people import Role
from tests.sqlite import on_sqlite
from tests.web.brand_pages import ACME, ANNA
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


@on_sqlite
def test_prices_of_categories_and_conditions_are_set_changed_and_taken_out(acme: Site, page: Page) -> None:
    sign_in(page, acme, ANNA)
    page.goto(f"{acme.url}{ACME}/category_floors")
    category, condition = page.get_by_label("Category"), page.get_by_label("Condition")
    amount, currency = page.get_by_label("Amount"), page.get_by_label("Currency")
    save, rows = page.get_by_role("button", name="Save"), page.locator("tbody tr")
    wrong, done = page.locator(".field.wrong"), page.locator(".notice.good")

    page.get_by_role("link", name="Add a price").click()
    category.fill("Footwear > Sneakers")
    amount.fill("cheap")
    currency.fill("EUR")
    save.click()
    expect(wrong).to_contain_text("Must be a number, not text ('cheap').")
    expect(category).to_have_value("Footwear > Sneakers")
    amount.fill("85.50")
    save.click()
    expect(done).to_have_text("Saved.")
    expect(rows).to_have_text(["Footwear > Sneakers New 85.50 EUR"], use_inner_text=True)

    page.get_by_role("link", name="Add a price").click()
    category.fill("Footwear > Sneakers")
    amount.fill("30")
    currency.fill("eur")
    save.click()
    expect(page.get_by_role("alert")).to_contain_text("names a category twice in a condition")
    condition.select_option("Used")
    save.click()
    expect(rows).to_have_count(2)

    rows.filter(has_text="Used").get_by_role("link").click()
    expect(amount).to_have_value("30")
    amount.fill("-1")
    save.click()
    expect(wrong).to_contain_text("Is below 0")
    amount.fill("25")
    save.click()
    expect(rows.filter(has_text="Used")).to_contain_text("25 EUR")

    rows.filter(has_text="New").get_by_role("link").click()
    page.get_by_role("button", name="Take out this price").click()
    expect(done).to_contain_text("Taken out.")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Used")
