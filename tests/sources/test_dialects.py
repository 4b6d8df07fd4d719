"""What is particular to one kind of source: feeds that lie, tokens that end, pages that move."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.sources.kinds import CASES, SECRETS, Case
from tests.sources.pulls import Pulled, pull
from workers.demo.shop.server import Marketplace
from workers.fetching.errors import BadAnswer, Refused
from workers.sources.errors import BadSource
from workers.sources.merchant import MerchantSettings
from workers.sources.pulling import of_the_next_pull
from workers.sources.sitemaps import read_sitemap

_BY_NAME = {case.name: case for case in CASES}
_ALL = [f"G{n:07}" for n in range(1, 58)]
_NEW = datetime(2099, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)


def _case(name: str) -> Case:
    return _BY_NAME[name]


@pytest.mark.parametrize("name", ["feed in XML", "feed in TSV"])
def test_a_feed_in_utf_16_is_read_as_what_it_is(name: str, market: Marketplace) -> None:
    pulled = pull(_case(name).settings(market, "/bad/utf16"), market)
    assert pulled.ids == _ALL
    assert "日本" in pulled.listings[0]["description"]


def test_a_feed_with_a_lying_charset_rejects_what_is_no_text(market: Marketplace) -> None:
    pulled = pull(_case("feed in TSV").settings(market, "/bad/latin"), market)
    assert len(pulled.ids) + len(pulled.problems) == 57
    assert all("not UTF-8" in problem for problem in pulled.problems)
    assert pulled.problems


def test_an_xml_feed_with_a_lying_charset_is_said(market: Marketplace) -> None:
    with pytest.raises(BadSource, match="not well-formed XML"):
        pull(_case("feed in XML").settings(market, "/bad/latin"), market)


def test_an_xml_bomb_does_not_unfold(market: Marketplace) -> None:
    with pytest.raises(BadSource, match="declares XML entities"):
        pull(_case("feed in XML").settings(market, "/bad/xml-bomb"), market)


def test_a_feed_that_breaks_off_gives_what_came_and_is_fetched_again(market: Marketplace) -> None:
    settings = _case("feed in XML").settings(market, "/bad/brokenx1")
    first = pull(settings, market)
    assert 0 < len(first.ids) < 57
    assert len(first.problems) == 1
    assert "breaks off" in first.problems[0]
    second = pull(settings, market, first.cursor)
    assert second.ids == _ALL


def test_prices_of_the_continent(market: Marketplace) -> None:
    market.shelf.edit(1, _NEW, price={"amount": "1299.00", "currency": "EUR"})
    for name in ("feed in XML", "feed in TSV"):
        assert pull(_case(name).settings(market), market).listings[0]["price"]["amount"] == "1299.00"


def _feed(path: Path, content: str | bytes, market: Marketplace, since: Any = None) -> Pulled:
    if content:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return pull(MerchantSettings(name="disk", kind="merchant", path=path), market, since)


def test_a_feed_on_a_disk(tmp_path: Path, market: Marketplace) -> None:
    rows = "id\ttitle\tprice\n" + "".join(f"{n}\tMug\t1.299,00 €\n" for n in range(1_200))
    first = _feed(tmp_path / "feed.tsv", rows, market)
    assert len(first.ids) == 1_200
    assert len(first.pages) == 3
    assert first.listings[0]["price"] == {"amount": "1299.00", "currency": "EUR"}
    assert first.listings[0]["marketplace"] == "disk"
    assert _feed(tmp_path / "feed.tsv", "", market, first.cursor).ids == []
    assert _feed(tmp_path / "feed.tsv", rows + "x\tMug\t\n", market, first.cursor).ids[-1] == "x"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\n", "line 1"),
        (b"<html><p>closed", "not well-formed XML"),
        (b"<rss></rss>", "no <item>"),
        (b"name\tprice\n", "no column is named id"),
        (b"\x00" * 100, "no column is named id"),
    ],
)
def test_a_file_that_is_no_feed_is_said(
    content: bytes, reason: str, tmp_path: Path, market: Marketplace
) -> None:
    path = tmp_path / ("feed.xml" if content.startswith(b"<") else "feed.tsv")
    with pytest.raises(BadSource, match=reason) as failed:
        _feed(path, content, market)
    assert str(path) in str(failed.value)


def test_ids_that_repeat(tmp_path: Path, market: Marketplace) -> None:
    """As they were they are dropped; with other content they are given, and both are counted."""
    rows = "id\ttitle\n1\tMug\n2\tCup\n1\tMug\n2\tPot\n"
    pulled = _feed(tmp_path / "feed.tsv", rows, market)
    assert [(one["id"], one["title"]) for one in pulled.listings] == [
        ("1", "Mug"),
        ("2", "Cup"),
        ("2", "Pot"),
    ]
    assert (pulled.counts.repeats, pulled.counts.changed) == (1, 1)


def test_ebay_asks_for_a_token_once_and_anew_when_it_ends(market: Marketplace) -> None:
    pulled = pull(_case("ebay").settings(market), market)
    asked = [path for path, _ in market.asked]
    assert asked.count("/identity/v1/oauth2/token") == 1
    assert len(pulled.ids) == 57
    wrong = _case("ebay").settings(market, client_secret="${EBAY_ID}")
    with pytest.raises(Refused, match="it wants other credentials"):
        pull(wrong, market)


def test_ebay_brings_what_was_listed_since(market: Marketplace) -> None:
    first = pull(_case("ebay").settings(market), market)
    assert pull(_case("ebay").settings(market), market, first.cursor).ids == []
    since = {"since": "2026-01-01T00:50:00Z"}
    assert pull(_case("ebay").settings(market), market, since).ids == [f"v1|{n}|0" for n in range(57, 49, -1)]


def test_woocommerce_brings_what_was_changed_since(market: Marketplace) -> None:
    first = pull(_case("woocommerce").settings(market), market)
    market.shelf.edit(5, _NEW, title="Another")
    again = pull(_case("woocommerce").settings(market), market, first.cursor)
    assert [(one["id"], one["title"]) for one in again.listings] == [("5", "Another")]


@pytest.mark.slow
def test_pages_that_have_not_changed_are_not_fetched(market: Marketplace) -> None:
    first = pull(_case("pages").settings(market), market)
    market.asked.clear()
    market.shelf.edit(5, _NEW, title="Another")
    again = pull(_case("pages").settings(market), market, first.cursor)
    assert [one["title"] for one in again.listings] == ["Another"]
    assert [path for path, _ in market.asked if "/item/" in path] == ["/item/5"]


@pytest.mark.slow
def test_robots_txt_is_kept_to(market: Marketplace) -> None:
    settings = _case("pages").settings(market, include="", sitemap=None)
    pulled = pull(settings, market)
    assert pulled.problems == ["robots.txt asks not to fetch it"]
    assert not any("/secret/" in path for path, _ in market.asked)


@pytest.mark.slow
def test_a_page_that_is_gone_is_a_reject(market: Marketplace) -> None:
    settings = _case("pages").settings(market)
    pulled = pull(settings, market, between=lambda _: market.shelf.sell(30))
    assert len(pulled.ids) == 56
    assert "answered 410: it is gone" in pulled.problems[0]


def test_a_cursor_that_the_shop_no_longer_knows_begins_again(market: Marketplace) -> None:
    pulled = pull(_case("JSON by cursor").settings(market), market, {"cursor": "long-ago!", "began": "2026"})
    assert pulled.ids == _ALL


def test_a_shop_that_gives_one_page_for_all_numbers_comes_to_an_end(market: Marketplace) -> None:
    pulled = pull(_case("JSON by page").settings(market, "/bad/same-page"), market)
    assert pulled.ids == _ALL[:10]


def test_json_that_is_not_utf_8_is_said(market: Marketplace) -> None:
    settings = _case("JSON by page").settings(market, "/bad/latin", attempts=1)
    with pytest.raises(BadAnswer, match="not UTF-8"):
        pull(settings, market)
    assert pull(_case("JSON by page").settings(market, "/bad/utf16"), market).ids == _ALL


def test_items_that_are_not_where_they_were_said_to_be(market: Marketplace) -> None:
    with pytest.raises(BadSource, match="check `items`"):
        pull(_case("JSON by page").settings(market, items="data"), market)


def test_links_and_keys_stay_with_the_shop(market: Marketplace) -> None:
    """A key goes with each request to the shop, and a page that lies elsewhere is not followed."""
    paging = {"by": "link", "next": "'http://169.254.169.254/next'"}
    settings = _case("JSON by cursor").settings(market, paging=paging)
    with pytest.raises(BadSource, match="lies elsewhere"):
        pull(settings, market)
    assert {headers.get("x-api-key") for _, headers in market.asked} == {SECRETS["API_KEY"]}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>",
        b"\x1f\x8b\x08bad",
        b"<!DOCTYPE x [<!ENTITY a 'b'>]><urlset><url><loc>&a;</loc></url></urlset>",
    ],
)
def test_what_is_no_sitemap_is_said(content: bytes) -> None:
    with pytest.raises(BadSource, match=r"s\.xml"):
        read_sitemap(content, "s.xml")


@pytest.mark.slow
def test_a_large_feed_takes_no_memory(tmp_path: Path) -> None:
    """Peak memory after 60 MB is hardly above that after 3 MB."""
    code = """
import asyncio, json, sys
from pathlib import Path
from workers.sources.merchant import MerchantSettings
from workers.sources.pulling import of_the_next_pull
from workers.sources.opening import opened
async def run():
    count = 0
    async with opened(MerchantSettings(name="large", kind="merchant", path=Path(sys.argv[1]))) as pull:
        async for page in pull.pages(None):
            count += len(page.rows)
    return count
had = asyncio.run(run())
# Of this process alone: what getrusage tells begins with the peak of whoever started it.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM:"))
print(json.dumps([had, int(peak.split()[1]) / 1024]))
"""
    peaks = []
    for count in (1_000, 20_000):
        feed = tmp_path / f"{count}.xml"
        with feed.open("w") as file:
            file.write('<rss xmlns:g="http://base.google.com/ns/1.0"><channel>')
            for n in range(count):
                file.write(f"<item><g:id>{n}</g:id><g:title>Mug</g:title><g:x>{'y' * 3000}</g:x></item>")
            file.write("</channel></rss>")
        run = subprocess.run(
            [sys.executable, "-c", code, str(feed)], capture_output=True, text=True, check=True, timeout=300
        )
        had, peak = json.loads(run.stdout)
        assert had == count
        peaks.append(peak)
    assert peaks[1] < peaks[0] + 40
    assert peaks[1] < 300


def test_a_pull_in_stretches_has_one_budget(market: Marketplace) -> None:
    settings = _case("shopify").settings(market, budget={"listings": 30})
    first = pull(settings, market, pages=2)
    rest = pull(settings, market, first.cursor)
    assert len(first.ids) + len(rest.ids) == 30
    assert rest.spent == "30 listings were pulled, as many as its budget allows"
    following = pull(settings, market, of_the_next_pull(rest.cursor))
    assert len({*first.ids, *rest.ids, *following.ids}) == 57
