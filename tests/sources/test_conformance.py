"""What every kind of source keeps to, against a marketplace that is really served."""

import json
from decimal import Decimal

import pytest

from tests.sources.kinds import CASES, SECRETS, Case
from tests.sources.pulls import pull
from workers.catalogue import parse_listing
from workers.demo.shop.server import Marketplace
from workers.fetching.errors import (
    AddressRefused,
    BadAnswer,
    Busy,
    FetchFailed,
    Refused,
    TooLarge,
    TooManyRedirects,
    TooSlow,
)
from workers.sources.errors import BadSource

pytestmark = pytest.mark.slow
SIZE = 57
every = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)


@every
def test_everything_that_is_offered_comes_once(case: Case, market: Marketplace) -> None:
    pulled = pull(case.settings(market), market)
    assert sorted(pulled.ids) == sorted(case.own_id(n) for n in range(1, SIZE + 1))
    assert pulled.problems == []


@every
def test_what_was_said_of_an_offer_arrives(case: Case, market: Marketplace) -> None:
    pulled = pull(case.settings(market), market)
    listing = next(one for one in pulled.listings if one["id"] == case.own_id(3))
    goods = market.shelf.goods[2]
    said = parse_listing(json.dumps(listing).encode())
    assert said.title == goods["title"]
    assert said.description == goods["description"]
    assert said.category == goods["category"]
    assert said.marketplace == "demo"
    assert said.price is not None
    assert said.price.amount == Decimal(goods["price"]["amount"])
    assert said.price.currency == "EUR"
    assert said.images == (f"{market.url}/images/2.png",)
    assert (said.condition or "new").lower() == "new"
    assert case.kind == "ebay" or said.brand == goods["brand"]


@every
def test_a_pull_goes_on_after_any_page(case: Case, market: Marketplace) -> None:
    whole = pull(case.settings(market), market)
    for count in range(1, len(whole.pages)):
        first = pull(case.settings(market), market, pages=count)
        rest = pull(case.settings(market), market, first.cursor)
        assert {*first.ids, *rest.ids} == {*whole.ids}
        assert len(json.dumps(first.cursor)) < 1_000


@every
def test_a_second_pull_of_what_has_not_changed_brings_little(case: Case, market: Marketplace) -> None:
    """A shop that cannot tell what has changed is pulled as a whole again."""
    first = pull(case.settings(market), market)
    second = pull(case.settings(market), market, first.cursor)
    assert second.problems == []
    assert len(second.ids) <= 1 or case.kind == "json"


@every
def test_offers_that_are_sold_meanwhile_cost_no_others(case: Case, market: Marketplace) -> None:
    if not case.moves:
        pytest.skip("it cannot tell, and its documentation says so")
    pulled = pull(case.settings(market, "/bad/shift"), market)
    assert {*pulled.ids} >= {case.own_id(n) for n in range(30, SIZE + 1)}
    assert len(pulled.ids) == len({*pulled.ids})


@every
@pytest.mark.parametrize("kind", ["429x1", "500x2", "brokenx1", "shortx1", "htmlx1", "nothingx1"])
def test_a_fault_that_passes_costs_nothing(kind: str, case: Case, market: Marketplace) -> None:
    if case.kind == "merchant" and kind in {"brokenx1", "htmlx1", "nothingx1"}:
        pytest.skip("a feed that is no feed, or breaks off, is said; its next pull has the rest")
    if case.kind == "pages" and kind in {"brokenx1", "htmlx1", "nothingx1", "429x1"}:
        pytest.skip("a page that is broken is one without a product, and each would be waited for")
    pulled = pull(case.settings(market, f"/bad/{kind}"), market)
    assert sorted(pulled.ids) == sorted(case.own_id(n) for n in range(1, SIZE + 1))


_LASTING = [
    ("500", (Busy,)),
    ("429-tomorrow", (Busy,)),
    ("redirect", (TooManyRedirects,)),
    ("metadata", (AddressRefused,)),
    ("loopback6", (AddressRefused,)),
    ("short", (BadAnswer,)),
    ("bomb", (TooLarge, BadSource)),
    ("not-gzip", (BadAnswer,)),
    ("html", (BadAnswer, BadSource)),
    ("nothing", (BadAnswer, BadSource)),
    ("stall", (TooSlow,)),
]


@every
@pytest.mark.parametrize(("kind", "errors"), _LASTING, ids=[kind for kind, _ in _LASTING])
def test_a_fault_that_lasts_is_said_in_one_sentence(
    kind: str, errors: tuple[type[Exception], ...], case: Case, market: Marketplace
) -> None:
    bounds = {"seconds": 1.0 if kind == "stall" else 20.0, "attempts": 2}
    bounds |= {"bytes": 10**6} if case.kind == "merchant" else {"page_bytes": 10**6}
    if case.kind == "ebay":
        # Who asks for a token is led nowhere.
        errors = (*errors, Refused)
    with pytest.raises(errors) as failed:
        pull(case.settings(market, f"/bad/{kind}", **bounds), market)
    said = str(failed.value)
    assert "\n" not in said
    assert 20 < len(said) < 300
    assert not any(secret in said for secret in SECRETS.values())
    assert isinstance(failed.value, FetchFailed | BadSource)


@every
@pytest.mark.parametrize("budget", [{"listings": 10}, {"requests": 3}, {"bytes": 1000}])
def test_a_budget_ends_a_pull_and_its_cursor_goes_on(
    budget: dict[str, int], case: Case, market: Marketplace
) -> None:
    settings = case.settings(market, budget=budget)
    first = pull(settings, market)
    if not first.spent:
        assert len(first.ids) == SIZE
        return
    assert "its budget allows" in first.spent
    assert len(first.ids) < SIZE or case.kind == "merchant"
    since = first.cursor if first.pages else None
    rest = pull(case.settings(market), market, since)
    assert len({*first.ids, *rest.ids}) == SIZE


@every
def test_secrets_and_settings_never_show(case: Case, market: Marketplace) -> None:
    shown = f"{case.settings(market)!r} {case.settings(market).model_dump_json()}"
    assert not any(secret in shown for secret in SECRETS.values())
