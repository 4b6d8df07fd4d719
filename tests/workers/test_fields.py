import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.catalogue.fields import listing_fields


@pytest.mark.parametrize(
    ("written", "amount", "currency"),
    [
        ("19.90 EUR", "19.90", "EUR"),
        ("EUR 19,90", "19.90", "EUR"),
        ("€19.9", "19.9", "EUR"),
        ("1.234,50 €", "1234.50", "EUR"),
        ("$1,234.50", "1234.50", "USD"),
        ("1 234,50 PLN", "1234.50", "PLN"),
        ("1,234 JPY", "1234.0", "JPY"),
        ("15.000 USD", "15.000", "USD"),
        ("1'250.00 CHF", "1250.00", "CHF"),
        ("5 usd", "5.0", "USD"),
    ],
)
def test_prices_as_people_write_them(written, amount, currency) -> None:
    assert listing_fields([("g:price", written)])["price"] == {"amount": amount, "currency": currency}


def test_a_price_with_its_currency_in_another_column() -> None:
    fields = listing_fields([("Price", "19,90"), ("Currency", "eur")])
    assert fields == {"price": {"amount": "19.90", "currency": "EUR"}}


@pytest.mark.parametrize("written", ["19.90", "on request", "5 to 10 EUR", "12 bananas"])
def test_what_is_no_price_stays_an_attribute(written) -> None:
    assert listing_fields([("price", written)]) == {"attributes": {"price": written}}


@pytest.mark.parametrize(
    ("cell", "images"),
    [
        ("a.jpg|b.jpg", ["a.jpg", "b.jpg"]),
        ("a.jpg, b.jpg", ["a.jpg", "b.jpg"]),
        ('["a.jpg", "b.jpg"]', ["a.jpg", "b.jpg"]),
        (["a.jpg", None], ["a.jpg"]),
        ("https://x.test/a,1.jpg,https://x.test/b.jpg", ["https://x.test/a,1.jpg", "https://x.test/b.jpg"]),
        ("[broken", ["[broken"]),
        (" | ", None),
    ],
)
def test_pictures_in_a_cell(cell, images) -> None:
    assert listing_fields([("images", cell)]).get("images") == images


@pytest.mark.parametrize(
    ("columns", "category"),
    [
        ([("category", "A"), ("product_type", "B")], "A"),
        ([("google_product_category", "Apparel"), ("product_type", "B")], "B"),
        ([("google product category", "Apparel")], "Apparel"),
        ([("google_product_category", "1604")], None),
    ],
)
def test_the_most_telling_category_counts(columns, category) -> None:
    assert listing_fields(columns).get("category") == category


def test_sellers_and_what_is_not_known() -> None:
    fields = listing_fields([("seller", "Bob"), ("Seller ID", "s1"), ("Colour", "red"), ("Empty", "")])
    assert fields == {"seller": {"name": "Bob", "id": "s1"}, "attributes": {"Colour": "red"}}


@given(st.lists(st.tuples(st.text(max_size=12), st.text(max_size=30))))
def test_nothing_that_is_written_is_lost(columns) -> None:
    fields = listing_fields([(f"x {name}", value) for name, value in columns])
    kept = "; ".join(fields.get("attributes", {}).values())
    assert all(value in kept for _, value in columns)
