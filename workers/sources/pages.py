"""Shops by their own pages: sitemaps name them, robots.txt allows them, schema.org tells what they offer."""

import asyncio
import re
from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated, ClassVar
from urllib.parse import urljoin

import httpx
from protego import Protego
from pydantic import AfterValidator, BeforeValidator, Field

from detector.problems import not_a_pattern
from workers.catalogue import Row
from workers.fetching.errors import AddressRefused, BadAnswer, Refused, TooLarge, TooManyRedirects, UrlRefused
from workers.fetching.fetcher import USER_AGENT
from workers.fetching.urls import shown
from workers.sources.listing import row
from workers.sources.product_page import fields, products
from workers.sources.protocol import Cursor, Page
from workers.sources.settings import HttpSettings, SourceSettings, Url, size
from workers.sources.sitemaps import Named, read_sitemap
from workers.sources.watch import Watch
from workers.sources.web import Web

_AGENT = USER_AGENT.partition("/")[0]
_OF_A_PAGE = 20
"""Pages of the shop that make one page of a pull."""
_MOST_SITEMAPS = 10_000
_LONGEST_DELAY = 60.0


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(not_a_pattern(error)) from None
    return text


class PagesSettings(HttpSettings):
    """`url` is the shop's address. Its sitemaps are those that robots.txt names, unless `sitemap` does."""

    sitemap: Url | None = None
    include: Annotated[str, AfterValidator(_pattern)] = ""
    """A regular expression that an address must hold to be fetched, such as `/product/`."""
    page_bytes: Annotated[int, BeforeValidator(size), Field(ge=1000)] = 4 * 2**20


class Pages:
    """Goes through the sitemaps in their order, and leaves out pages that say they have not changed.

    The cursor: `sitemap` and `last`, the address up to which it is done; `since` and `began` as ever.
    """

    Settings: ClassVar[type[SourceSettings]] = PagesSettings

    def __init__(self, settings: PagesSettings, web: Web) -> None:
        self.name = settings.name
        self._settings, self._web = settings, web
        self._host = httpx.URL(settings.url).host
        self._count = 0

    async def pull(self, since: Cursor | None) -> AsyncIterator[Page]:
        watch, cursor = Watch.of(since), since or {}
        robots = await self._robots()
        pause = min(float(robots.crawl_delay(_AGENT) or 0), _LONGEST_DELAY) - self._settings.delay
        waiting = cursor.get("sitemap")
        async for sitemap, named in self._sitemaps(robots):
            if waiting not in (None, sitemap):
                continue
            last = cursor.get("last") if waiting else None
            waiting = None
            for some in _handfuls(_after(named, last)):
                rows: list[Row] = []
                for one in some:
                    if watch.since and one.changed and one.changed < watch.since:
                        continue
                    rows += await self._page(one.url, robots, pause)
                if rows:
                    yield Page(tuple(rows), watch.going({"sitemap": sitemap, "last": some[-1].url}))
        if waiting:
            # That sitemap is not there any more, so nothing of it was done again: all from the front.
            async for page in self.pull(
                {name: cursor[name] for name in ("since", "began") if name in cursor}
            ):
                yield page
            return
        yield Page((), watch.done())

    async def _robots(self) -> Protego:
        """What may be crawled: all where there is no such file (RFC 9309), nothing where it cannot be had."""
        try:
            got = await self._web.content(urljoin(self._settings.url, "/robots.txt"))
        except Refused:
            return Protego.parse("")
        return Protego.parse((got.content or b"")[: 512 * 1024].decode("utf-8", "replace"))

    async def _sitemaps(self, robots: Protego) -> AsyncIterator[tuple[str, tuple[Named, ...]]]:
        """Sitemaps that name pages, those within others in place of these."""
        named = list(robots.sitemaps) or [urljoin(self._settings.url, "/sitemap.xml")]
        waiting = [self._settings.sitemap] if self._settings.sitemap else named[::-1]
        seen: set[str] = set()
        while waiting and len(seen) < _MOST_SITEMAPS:
            url = waiting.pop()
            if url in seen:
                continue
            seen.add(url)
            got = await self._web.content(url)
            sitemap = read_sitemap(got.content or b"", shown(url))
            waiting += [one.url for one in reversed(sitemap.sitemaps) if self._ours(one.url)]
            pages = tuple(one for one in sitemap.pages if re.search(self._settings.include, one.url))
            if pages:
                yield url, pages

    def _ours(self, url: str) -> bool:
        try:
            return httpx.URL(url).host == self._host
        except httpx.InvalidURL:
            return False

    async def _page(self, url: str, robots: Protego, pause: float) -> list[Row]:
        """The rows of one page of the shop; one that says why there are none."""
        self._count += 1
        here = self._count
        if not self._ours(url):
            return [
                Row(here, url.encode(), problem="lies on another host than the shop, so it was not fetched")
            ]
        if not robots.can_fetch(url, _AGENT):
            return [Row(here, url.encode(), problem="robots.txt asks not to fetch it")]
        if pause > 0:
            await asyncio.sleep(pause)
        try:
            got = await self._web.content(url, {"Accept": "text/html"})
        except (Refused, TooLarge, TooManyRedirects, UrlRefused, AddressRefused, BadAnswer) as why:
            return [Row(here, url.encode(), problem=str(why))]
        final = str(got.answer.url)
        found = products(got.content or b"", got.answer.headers.get("content-type", ""), final)
        if not found:
            return [Row(here, url.encode(), problem=f"{shown(final)} names no schema.org Product")]
        listing = partial(fields, url=final, marketplace=self._settings.shown_as)
        return [row(here, one, partial(listing, place=place)) for place, one in enumerate(found)]


def _after(named: tuple[Named, ...], last: str | None) -> list[Named]:
    """Those after an address, all where it isn't there."""
    at = next((place for place, one in enumerate(named) if one.url == last), -1)
    return list(named[at + 1 :])


def _handfuls(named: list[Named]) -> list[list[Named]]:
    return [named[at : at + _OF_A_PAGE] for at in range(0, len(named), _OF_A_PAGE)]
