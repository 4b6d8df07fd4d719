"""The dialects of documents: Google Merchant feeds, and pages with JSON-LD behind a sitemap."""

from collections.abc import Iterator
from html import escape
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from workers.demo.shop.answers import answer, home, pictures
from workers.demo.shop.goods import stamp
from workers.demo.shop.shelf import Offered, Shelf

OF_A_SITEMAP = 1_000
_COLUMNS = ("id", "title", "description", "link", "image_link", "price", "brand", "condition", "product_type")
_XML = '<?xml version="1.0" encoding="UTF-8"?>'
_MAP = _XML + '<{0} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{1}</{0}>'
_PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>{title}</title>
<script type="application/ld+json">{data}</script></head><body><h1>{title}</h1></body></html>"""


class Documents:
    """Endpoints over a shelf."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf

    async def feed_xml(self, request: Request) -> Response:
        return self._feed(request, _xml(request, self.shelf), "application/xml")

    async def feed_tsv(self, request: Request) -> Response:
        return self._feed(request, _tsv(request, self.shelf), "text/tab-separated-values; charset=utf-8")

    def _feed(self, request: Request, pieces: Iterator[str], media_type: str) -> Response:
        etag = f'"{len(self.shelf.goods)}-{hash((frozenset(self.shelf.sold), str(self.shelf.edits)))}"'
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers={"ETag": etag})
        return StreamingResponse(pieces, headers={"ETag": etag}, media_type=media_type)

    async def robots(self, request: Request) -> Response:
        rules = (
            "User-agent: *\nDisallow: /secret/\nDisallow: /bad/*/secret/\nCrawl-delay: 0.01\n"
            f"Sitemap: {home(request)}/sitemap.xml\n"
        )
        return answer(request, rules.encode(), media_type="text/plain")

    async def sitemap(self, request: Request) -> Response:
        parts = range(-(-len(self.shelf.goods) // OF_A_SITEMAP))
        listed = "".join(f"<sitemap><loc>{home(request)}/sitemap-{n}.xml</loc></sitemap>" for n in parts)
        return answer(request, _MAP.format("sitemapindex", listed).encode(), media_type="application/xml")

    async def part_of_sitemap(self, request: Request) -> Response:
        first = request.path_params["part"] * OF_A_SITEMAP
        offered = (self.shelf.one(n) for n in range(first + 1, first + OF_A_SITEMAP + 1))
        listed = "".join(
            f"<url><loc>{home(request)}/item/{one.number}</loc><lastmod>{stamp(one.changed)}</lastmod></url>"
            for one in offered
            if one
        )
        secret = f"<url><loc>{home(request)}/secret/1</loc></url>" if not first else ""
        body = _MAP.format("urlset", listed + secret).encode()
        return answer(request, body, media_type="application/xml")

    async def item(self, request: Request) -> Response:
        one = self.shelf.one(request.path_params["number"])
        if one is None:
            return Response("gone", 410)
        data = orjson.dumps(_json_ld(request, one)).decode()
        html = _PAGE.format(title=escape(one.listing["title"]), data=data)
        return answer(request, html.encode(), media_type="text/html; charset=utf-8")

    async def secret(self, request: Request) -> Response:
        return answer(request, _PAGE.format(title="Secret", data="{}").encode(), media_type="text/html")


def _json_ld(request: Request, one: Offered) -> dict[str, Any]:
    listing, price = one.listing, one.listing.get("price", {})
    product = {
        "@type": "Product",
        "@id": f"{home(request)}/item/{one.number}#product",
        "sku": listing["id"],
        "name": listing["title"],
        "description": listing.get("description", ""),
        "category": listing.get("category"),
        "image": pictures(request, listing),
        "brand": {"@type": "Brand", "name": listing.get("brand")},
        "gtin13": listing.get("attributes", {}).get("gtin"),
        "offers": {
            "@type": "Offer",
            "price": price.get("amount"),
            "priceCurrency": price.get("currency"),
            "itemCondition": "https://schema.org/NewCondition",
            "seller": {"@type": "Organization", "name": listing.get("seller", {}).get("name")},
        },
    }
    return {"@context": "https://schema.org", "@graph": [{"@type": "BreadcrumbList"}, product]}


def _cells(request: Request, one: Offered) -> tuple[str, ...]:
    listing = one.listing
    price = listing.get("price") or {"amount": "0", "currency": "EUR"}
    whole, _, cents = f"{float(price['amount']):,.2f}".replace(",", " ").partition(".")
    # As shops on the continent write it.
    written = f"{whole.replace(' ', '.')},{cents} {price['currency'].replace('EUR', '€')}"
    return (
        listing["id"], listing["title"], listing.get("description", ""), f"{home(request)}/item/{one.number}",
        ",".join(pictures(request, listing)), written, listing.get("brand") or "",
        listing.get("condition") or "", listing.get("category") or "",
    )  # fmt: skip


def _xml(request: Request, shelf: Shelf) -> Iterator[str]:
    yield f'{_XML}\n<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>'
    for one in shelf.all():
        cells = zip(_COLUMNS, _cells(request, one), strict=True)
        yield "<item>" + "".join(f"<g:{name}>{escape(cell)}</g:{name}>" for name, cell in cells) + "</item>\n"
    yield "</channel></rss>"


def _tsv(request: Request, shelf: Shelf) -> Iterator[str]:
    yield "\t".join(_COLUMNS) + "\n"
    for one in shelf.all():
        yield "\t".join(cell.replace("\t", " ") for cell in _cells(request, one)) + "\n"
