"""The schema.org products that a page names, as JSON-LD or microdata."""

from collections.abc import Iterator, Mapping
from typing import Any

from workers.sources.listing import attributes, filled, joined, named, objects, plain, price, some, text

_DEEPEST = 8
_KINDS = frozenset({"Product", "IndividualProduct", "ProductModel", "ProductGroup", "Vehicle"})
_ABOUT = (
    "mpn",
    "color",
    "material",
    "size",
    "model",
    "pattern",
    "gtin",
    "gtin8",
    "gtin12",
    "gtin13",
    "gtin14",
)
_CONDITIONS = {"newcondition": "new", "usedcondition": "used", "refurbishedcondition": "refurbished",
               "damagedcondition": "damaged"}  # fmt: skip


def products(html: bytes, content_type: str, url: str) -> list[Mapping[str, Any]]:
    """Nodes of products, the page's own first. What cannot be parsed holds none."""
    import extruct
    from w3lib.encoding import html_to_unicode

    _, page = html_to_unicode(content_type, html, auto_detect_fun=_charset)
    if not page.strip():
        return []
    try:
        said = extruct.extract(page, url, syntaxes=["json-ld", "microdata"], uniform=True, errors="ignore")
    except Exception:
        return []
    found = list(_products(said.get("json-ld", []), 0))
    return found or list(_products(said.get("microdata", []), 0))


def _charset(html: bytes) -> str:
    try:
        html.decode()
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _products(node: object, depth: int) -> Iterator[Mapping[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(node, list):
        for one in node:
            yield from _products(one, depth)
    elif isinstance(node, Mapping):
        if {str(kind).rpartition("/")[2] for kind in some(node.get("@type"))} & _KINDS:
            yield node
            return
        for name in ("@graph", "mainEntity", "itemListElement", "item", "hasVariant"):
            yield from _products(node.get(name), depth + 1)


def fields(product: Mapping[str, Any], url: str, place: int, marketplace: str) -> Mapping[str, Any]:
    """The fields of a listing. `place` is which of the page's products it is, from 0."""
    offers = objects(product.get("offers"))
    offer: Mapping[str, Any] = offers[0] if offers else {}
    condition = text(product.get("itemCondition") or offer.get("itemCondition"))
    own = next((text(product.get(name)) for name in ("productID", "sku") if text(product.get(name))), None)
    category = product.get("category")
    return {
        "id": (own or (f"{url}#{place}" if place else url))[:500],
        "marketplace": marketplace,
        "url": url,
        "title": plain(product.get("name")),
        "description": plain(product.get("description")),
        "brand": next(filter(None, map(named, some(product.get("brand")))), None),
        "category": " > ".join(filter(None, map(named, some(category)))),
        "condition": _CONDITIONS.get((condition or "").rpartition("/")[2].lower(), condition),
        "price": _price(offer),
        "seller": filled({"name": next(filter(None, map(named, some(offer.get("seller")))), None)}),
        "images": [joined(url, image) for image in map(_image, some(product.get("image"))) if image],
        "attributes": attributes(
            {
                **{name: product.get(name) for name in _ABOUT},
                "sku": product.get("sku"),
                **{
                    str(one.get("name")): one.get("value")
                    for one in objects(product.get("additionalProperty"))
                    if text(one.get("name"))
                },
            }
        ),
    }


def _price(offer: Mapping[str, Any]) -> dict[str, str] | None:
    specified = next(iter(objects(offer.get("priceSpecification"))), {})
    for holder in (offer, specified, *objects(offer.get("offers"))):
        amount = holder.get("price", holder.get("lowPrice"))
        found = price(amount, holder.get("priceCurrency") or offer.get("priceCurrency"))
        if found:
            return found
    return None


def _image(image: object) -> str | None:
    if isinstance(image, Mapping):
        return text(image.get("url")) or text(image.get("contentUrl")) or text(image.get("@id"))
    return text(image)
