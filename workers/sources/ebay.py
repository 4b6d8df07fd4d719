"""eBay, by its Browse API. An application needs a client id and secret of eBay's developer programme."""

import base64
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any, ClassVar

from pydantic import Field, field_validator

from workers.catalogue import Row
from workers.fetching.errors import Refused
from workers.sources.errors import BadSource
from workers.sources.listing import attributes, filled, objects, plain, price, row, text, utc
from workers.sources.protocol import Cursor, Page
from workers.sources.settings import HttpSettings, SecretField, SourceSettings, Url
from workers.sources.watch import Watch
from workers.sources.web import Web

_MOST = 10_000
"""The last result of a search that eBay gives."""


class EbaySettings(HttpSettings):
    """What is searched for: words (`query`), `categories` by number, or both, on one `site`."""

    url: Url = Field(default="https://api.ebay.com", validate_default=True)
    client_id: SecretField
    client_secret: SecretField
    scope: str = "https://api.ebay.com/oauth/api_scope"
    site: str = Field(default="EBAY_US", pattern="^EBAY_[A-Z]{2,3}$")
    query: str | None = Field(default=None, max_length=100)
    categories: tuple[str, ...] = ()
    page: int = Field(default=200, ge=10, le=200)

    @field_validator("categories")
    @classmethod
    def _numbers(cls, categories: tuple[str, ...]) -> tuple[str, ...]:
        if any(not one.isdigit() for one in categories):
            raise ValueError("must be numbers of categories, in quotes")
        return categories


class Ebay:
    """Walks back in time: each page asks for what was listed no later than the last item before it, so that
    neither new offers nor ended ones move anything, and no search is longer than eBay allows.

    The cursor: `before`, and of the offers of that very second how many pages were read (`page`).
    """

    Settings: ClassVar[type[SourceSettings]] = EbaySettings

    def __init__(self, settings: EbaySettings, web: Web) -> None:
        self.name = settings.name
        self._settings, self._web = settings, web
        self._base = settings.url.rstrip("/")
        self._token, self._good_until = "", 0.0

    async def pull(self, since: Cursor | None) -> AsyncIterator[Page]:
        watch, cursor = Watch.of(since), since or {}
        before, page, number = cursor.get("before"), int(cursor.get("page", 0)), 0
        while True:
            items = await self._search(watch.since, before, page)
            rows = tuple(row(number + n, one, self._listing) for n, one in enumerate(items, start=1))
            number += len(rows)
            oldest = min(filter(None, map(_listed, items)), default=None)
            onwards = oldest is not None and oldest != before
            before, page = (oldest, 0) if onwards else (before, page + 1)
            if not items:
                yield Page(rows, watch.done())
                return
            if page * self._settings.page >= _MOST:
                why = f"more than {_MOST:,} offers were listed in the second {before}, and eBay gives no more"
                yield Page((*rows, Row(number + 1, b"", problem=why)), watch.done())
                return
            yield Page(rows, watch.going({"before": before, "page": page}))

    async def _search(self, since: str | None, before: str | None, page: int) -> list[Any]:
        window = f"itemStartDate:[{_exact(since)}..{_exact(before)}]" if since or before else None
        query = {
            "q": self._settings.query,
            "category_ids": ",".join(self._settings.categories) or None,
            "limit": self._settings.page,
            "offset": page * self._settings.page,
            "sort": "newlyListed",
            "filter": window,
        }
        found = await self._asked(f"{self._base}/buy/browse/v1/item_summary/search", query)
        items = found.get("itemSummaries", []) if isinstance(found, Mapping) else None
        if not isinstance(items, list):
            raise BadSource(f"{self.name}: eBay's answer names no itemSummaries; is its address right?")
        return items

    async def _asked(self, url: str, query: Mapping[str, object]) -> Any:
        for last in (False, True):
            bearer = {"Authorization": f"Bearer {await self._bearer()}"}
            try:
                found, _ = await self._web.json(
                    url, query, {**bearer, "X-EBAY-C-MARKETPLACE-ID": self._settings.site}
                )
            except Refused as refused:
                if refused.status != 401 or last:
                    raise
                # It may have been withdrawn before its time.
                self._good_until = 0.0
            else:
                return found
        raise AssertionError("unreachable")

    async def _bearer(self) -> str:
        if time.monotonic() >= self._good_until:
            ours = f"{self._settings.client_id.text()}:{self._settings.client_secret.text()}"
            form = {"grant_type": "client_credentials", "scope": self._settings.scope}
            basic = f"Basic {base64.b64encode(ours.encode()).decode()}"
            given = await self._web.token(f"{self._base}/identity/v1/oauth2/token", form, basic)
            token = given.get("access_token") if isinstance(given, Mapping) else None
            if not isinstance(token, str) or not token.isprintable():
                raise BadSource(f"{self.name}: eBay gave no access token; are client id and secret right?")
            seconds = given.get("expires_in")
            self._token = token
            self._good_until = time.monotonic() + (seconds - 60 if isinstance(seconds, int) else 0)
        return self._token

    def _listing(self, item: Mapping[str, Any]) -> Mapping[str, Any]:
        images = objects([item.get("image"), *objects(item.get("additionalImages"))])
        offered = item.get("price") if isinstance(item.get("price"), Mapping) else {}
        seller, place = item.get("seller"), item.get("itemLocation")
        name = text(seller.get("username")) if isinstance(seller, Mapping) else None
        return {
            "id": text(item.get("itemId")),
            "marketplace": self._settings.shown_as,
            "url": text(item.get("itemWebUrl")),
            "title": text(item.get("title")),
            "description": plain(item.get("shortDescription")),
            "category": next(
                (text(one.get("categoryName")) for one in objects(item.get("categories"))), None
            ),
            "condition": text(item.get("condition")),
            "price": price(offered.get("value"), offered.get("currency"), exact=True) if offered else None,
            "seller": filled(
                {
                    "id": name,
                    "name": name,
                    "country": text(place.get("country")) if isinstance(place, Mapping) else None,
                }
            ),
            "images": list(dict.fromkeys(filter(None, (text(one.get("imageUrl")) for one in images)))),
            "attributes": attributes({"epid": item.get("epid"), "gtin": item.get("gtin")}),
        }


def _listed(item: object) -> str:
    return utc(item.get("itemCreationDate")) if isinstance(item, Mapping) else ""


def _exact(when: str | None) -> str:
    """As eBay writes times."""
    return when.replace("Z", ".000Z") if when else ""
