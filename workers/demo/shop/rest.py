"""The JSON dialects: Shopify, WooCommerce, eBay, and an API of nobody's."""

import base64
import re
import secrets
import time
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from workers.demo.shop.answers import answer, home, number, pictures
from workers.demo.shop.goods import stamp
from workers.demo.shop.shelf import Offered, Shelf

CLIENT_ID, CLIENT_SECRET, KEY = "demo-client", "demo-secret", "demo-key"


class Rest:
    """Endpoints over a shelf. `token_seconds` is how long eBay's token is good for."""

    def __init__(self, shelf: Shelf, token_seconds: int = 7200) -> None:
        self.shelf = shelf
        self.token_seconds = token_seconds
        self._tokens: dict[str, float] = {}

    async def shopify_meta(self, request: Request) -> Response:
        return answer(request, {"id": 77, "name": "Demo shop", "country": "DE", "currency": "EUR"})

    async def shopify(self, request: Request) -> Response:
        limit = number(request, "limit", 30, 250)
        if "since_id" in request.query_params and not request.scope.get("no_ids"):
            offered = self.shelf.after(number(request, "since_id", 0), limit)
        else:
            offered = self.shelf.at((number(request, "page", 1) - 1) * limit, limit)
        return answer(request, {"products": [_shopify(request, one) for one in offered]})

    async def woocommerce(self, request: Request) -> Response:
        limit = number(request, "per_page", 10, 100)
        offset = number(request, "offset", (number(request, "page", 1) - 1) * limit)
        after = request.query_params.get("after")
        if after and request.query_params.get("date_column", "").startswith("modified"):
            standing = [one for one in self.shelf.all() if stamp(one.changed) > after]
            offered, total = standing[offset : offset + limit], len(standing)
        else:
            offered, total = self.shelf.at(offset, limit), len(self.shelf)
        counts = {"X-WP-Total": str(total), "X-WP-TotalPages": str(-(-total // limit))}
        return answer(request, [_woocommerce(request, one) for one in offered], counts)

    async def ebay_token(self, request: Request) -> Response:
        wanted = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        form = await request.form()
        if request.headers.get("authorization") != f"Basic {wanted}":
            return JSONResponse({"error": "invalid_client"}, 401)
        if form.get("grant_type") != "client_credentials" or not form.get("scope"):
            return JSONResponse({"error": "unsupported_grant_type"}, 400)
        token = secrets.token_urlsafe(24)
        self._tokens[token] = time.monotonic() + self.token_seconds
        return JSONResponse(
            {
                "access_token": token,
                "expires_in": self.token_seconds,
                "token_type": "Application Access Token",
            }
        )

    async def ebay(self, request: Request) -> Response:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self._tokens.get(token, 0) < time.monotonic():
            return JSONResponse({"errors": [{"errorId": 1001, "message": "Invalid access token"}]}, 401)
        limit, offset = number(request, "limit", 50, 200), number(request, "offset", 0)
        if offset % limit or offset >= 10_000:
            return JSONResponse({"errors": [{"errorId": 12515, "message": "Invalid offset"}]}, 400)
        window = re.search(r"itemStartDate:\[(.*?)\.\.(.*?)\]", request.query_params.get("filter", ""))
        low, high = window.groups() if window else ("", "")
        low, high = (low.replace(".000Z", "Z"), high.replace(".000Z", "Z"))
        first = len(self.shelf.goods) if not high else _place(high)
        standing, place, total = [], min(first, len(self.shelf.goods)), 0
        while place > 0:
            one = self.shelf.one(place)
            place -= 1
            if one is None:
                continue
            if low and stamp(one.changed) < low:
                break
            if offset <= total < offset + limit:
                standing.append(one)
            total += 1
            if total > offset + limit:
                break
        found = [_ebay(request, one) for one in standing]
        return answer(request, {"total": total, "limit": limit, "offset": offset, "itemSummaries": found})

    async def api(self, request: Request) -> Response:
        """By cursor, with a key. The cursor is opaque; a wrong one is refused as expired."""
        if request.headers.get("x-api-key") != KEY:
            return JSONResponse({"error": "no key"}, 401)
        cursor, limit = request.query_params.get("cursor", ""), number(request, "limit", 100, 500)
        try:
            after = int(base64.urlsafe_b64decode(cursor)) if cursor else 0
        except ValueError:
            return JSONResponse({"error": "cursor expired"}, 410)
        offered = self.shelf.after(after, limit)
        onwards = base64.urlsafe_b64encode(str(offered[-1].number).encode()).decode() if offered else None
        return answer(
            request, {"data": {"items": [_plain(request, one) for one in offered]}, "next": onwards}
        )

    async def api_pages(self, request: Request) -> Response:
        """By page numbers, or by links of RFC 8288 in a header."""
        page, limit = number(request, "page", 1), number(request, "limit", 100, 500)
        offered = self.shelf.at((page - 1) * limit, limit)
        link = f'<{home(request)}/api/pages?page={page + 1}&limit={limit}>; rel="next"'
        return answer(request, [_plain(request, one) for one in offered], {"Link": link} if offered else {})


def _place(when: str) -> int:
    from datetime import datetime

    from workers.demo.shop.goods import changed_at

    return int((datetime.fromisoformat(when) - changed_at(0)).total_seconds() // 60)


def _plain(request: Request, one: Offered) -> dict[str, Any]:
    return {**one.listing, "images": pictures(request, one.listing), "updated": stamp(one.changed)}


def _shopify(request: Request, one: Offered) -> dict[str, Any]:
    listing = one.listing
    return {
        "id": one.number,
        "title": listing["title"],
        "handle": f"item-{one.number}",
        "body_html": f"<p>{listing.get('description', '')}</p><style>p {{ color: red }}</style>",
        "published_at": stamp(one.changed),
        "updated_at": one.changed.isoformat(),
        "vendor": listing.get("brand") or "",
        "product_type": listing.get("category") or "",
        "tags": list(listing.get("attributes", {}).values()),
        "variants": [
            {
                "id": one.number * 10,
                "title": "Default Title",
                "sku": listing["id"],
                "price": str(listing.get("price", {}).get("amount", "0.00")),
            }
        ],
        "images": [{"src": url} for url in pictures(request, listing)],
        "options": [{"name": "Title", "values": ["Default Title"]}],
    }


def _woocommerce(request: Request, one: Offered) -> dict[str, Any]:
    listing, price = one.listing, one.listing.get("price", {"amount": "0", "currency": "EUR"})
    return {
        "id": one.number,
        "name": listing["title"].replace("&", "&amp;"),
        "permalink": f"{home(request)}/item/{one.number}",
        "sku": listing["id"],
        "short_description": "",
        "description": f"<p>{listing.get('description', '')}</p>",
        "prices": {
            "price": str(round(float(price["amount"]) * 100)),
            "currency_code": price["currency"],
            "currency_minor_unit": 2,
        },
        "images": [{"id": 1, "src": url} for url in pictures(request, listing)],
        "categories": [{"name": name} for name in (listing.get("category") or "").split(" > ") if name],
        "brands": [{"name": listing["brand"]}] if listing.get("brand") else [],
        "tags": [],
        "attributes": [
            {"name": name, "terms": [{"name": value}]}
            for name, value in listing.get("attributes", {}).items()
        ],
    }


def _ebay(request: Request, one: Offered) -> dict[str, Any]:
    listing, price = one.listing, one.listing.get("price", {"amount": "0", "currency": "EUR"})
    first, *others = pictures(request, listing) or [""]
    return {
        "itemId": f"v1|{one.number}|0",
        "title": listing["title"],
        "shortDescription": listing.get("description", ""),
        "itemWebUrl": f"{home(request)}/item/{one.number}",
        "condition": "New",
        "price": {"value": str(price["amount"]), "currency": price["currency"]},
        "seller": {"username": listing.get("seller", {}).get("name", "shop"), "feedbackPercentage": "99.1"},
        "itemLocation": {"country": listing.get("seller", {}).get("country", "DE")},
        "categories": [{"categoryId": "1", "categoryName": listing.get("category") or "Things"}],
        "image": {"imageUrl": first},
        "additionalImages": [{"imageUrl": url} for url in others],
        "itemCreationDate": stamp(one.changed).replace("Z", ".000Z"),
    }
