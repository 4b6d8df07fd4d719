"""Catalogues that hostile or careless people send: made here, so that no broken file has to be kept."""

import gzip
import io
import json
from dataclasses import dataclass

GOOD = b'{"id": "good", "title": "Blue shirt"}\n'
MEGABYTE = 2**20


@dataclass(frozen=True, slots=True)
class BadLine:
    """One line that must be rejected for a reason that holds `reason`."""

    name: str
    line: bytes
    reason: str


def _listing(**fields: object) -> bytes:
    return json.dumps({"id": "bad", "title": "Blue shirt"} | fields).encode()


BAD_LINES = (
    BadLine("broken JSON", b'{"id": "bad", "title": "Blue', "not JSON"),
    BadLine("no JSON at all", b"hello", "not JSON"),
    BadLine("a list", b'["id", "title"]', "not a JSON object but a list"),
    BadLine("a number", b"17", "not a JSON object but a number"),
    BadLine("null", b"null", "not a JSON object but null"),
    BadLine("deeply nested", b"[" * 100_000, "not JSON"),
    BadLine("no id", b'{"title": "Blue shirt"}', "id is missing"),
    BadLine("no title", b'{"id": "bad"}', "title is missing"),
    BadLine("empty title", _listing(title=""), "title is empty"),
    BadLine("blank title", _listing(title=" \t "), "title is empty"),
    BadLine("null title", _listing(title=None), "title is missing"),
    BadLine("empty id", _listing(id=""), "id is empty"),
    BadLine("id is a number", _listing(id=17), "id must be text, not a number (17): put it in double quotes"),
    BadLine("title is a list", _listing(title=["Blue"]), "title must be text, not a list"),
    BadLine("images is text", _listing(images="a.jpg"), "images must be a list, not text"),
    BadLine("an image is a number", _listing(images=[5]), "images.0 must be text, not a number (5)"),
    BadLine("price is a number", _listing(price=5), "price must be an object, not a number (5)"),
    BadLine(
        "price is text",
        _listing(price={"amount": "much", "currency": "EUR"}),
        "price.amount must be a number",
    ),
    BadLine("price is below nothing", _listing(price={"amount": -1, "currency": "EUR"}), "price.amount"),
    BadLine(
        "price is not finite",
        b'{"id":"bad","title":"x","price":{"amount":NaN,"currency":"EUR"}}',
        "price.amount",
    ),
    BadLine("no currency", _listing(price={"amount": 1}), "price.currency is missing"),
    BadLine("attributes is a list", _listing(attributes=["red"]), "attributes must be an object, not a list"),
    BadLine(
        "an attribute is a list", _listing(attributes={"colour": ["red"]}), "attributes.colour must be text"
    ),
    BadLine("seller is text", _listing(seller="Bob"), "seller must be an object, not text"),
    BadLine("a NUL character", _listing(title="Blue\0shirt"), "title holds a NUL character"),
    BadLine("a NUL byte", b'{"id": "bad", "title": "Blue\0shirt"}', "not JSON"),
    BadLine("no UTF-8", b'{"id": "bad", "title": "Blue \xff"}', "not UTF-8: byte 30 is no text"),
    BadLine("half a surrogate pair", b'{"id": "bad", "title": "Blue \\ud800"}', "not JSON"),
    BadLine(
        "a title of 10 MB", _listing(title="x" * 10 * MEGABYTE), "title is longer than 10,000 characters"
    ),
    BadLine(
        "a description of 1 MB", _listing(description="x" * MEGABYTE), "description is longer than 200,000"
    ),
    BadLine("a line of 20 MB", _listing(title="x" * 20 * MEGABYTE), "longer than 16 MB"),
    BadLine("ten thousand images", _listing(images=["a.jpg"] * 10_000), "images has more than 100 entries"),
    BadLine("an id that was seen", b'{"id": "good", "title": "Again"}', "'good' stands in an earlier row"),
)

ODD_BUT_SOUND = (
    _listing(id="override", title="Blue \u202etrihs\u202c"),
    _listing(id="nulls", description=None, brand=None, images=None, attributes={"size": None, "weight": 5}),
    _listing(id="emoji", title="👟" * 2000),
    _listing(id="../../etc/passwd\n", title="\u200b\u0301\ufeff."),
    _listing(id="escape", title="\x1b[2J\x1b]0;owned\x07 shirt"),
    _listing(id="extra", unknown={"deep": [1, {"er": None}]}),
    b'\t {"id": "space", "title": "Blue shirt"} \r',
)


def hostile_catalogue() -> bytes:
    """A catalogue of every bad line, each after a sound one's turn, and every odd one."""
    lines = [GOOD.strip(), b"", *(bad.line for bad in BAD_LINES), *ODD_BUT_SOUND]
    return b"\xef\xbb\xbf" + b"\n".join(lines)  # no newline at the end


def gzip_bomb(megabytes: int) -> bytes:
    """One line of that many megabytes, in a thousandth of them."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=9, mtime=0) as file:
        file.write(GOOD)
        for _ in range(megabytes):
            file.write(b"x" * MEGABYTE)
        file.write(b'\n{"id": "after", "title": "Blue shirt"}\n')
    return packed.getvalue()


_TEN_OF_EACH = b"".join(b'<!ENTITY z%d "%s">' % (n + 1, b"&z%d;" % n * 10) for n in range(9))
ENTITY_BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY z0 "acme acme acme">'
    + _TEN_OF_EACH
    + b"]><rss><channel><item><id>1</id><title>&z9;</title></item></channel></rss>"
)

EXTERNAL_ENTITY = b"""<?xml version="1.0"?>
<!DOCTYPE rss [<!ENTITY file SYSTEM "file:///etc/passwd">]>
<rss><channel><item><id>1</id><title>&file;</title></item></channel></rss>
"""

FEED = b"""<?xml version="1.0" encoding="utf-8"?>
<rss xmlns:g="http://base.google.com/ns/1.0" version="2.0"><channel><title>The shop</title>
<item><g:id>A1</g:id><title>Acme shoe &amp; sock</title><link>https://shop.test/1</link>
<g:price>19.90 EUR</g:price>
<g:image_link>https://shop.test/1,a.jpg</g:image_link><g:additional_image_link>images/2.jpg</g:additional_image_link>
<g:brand>Acme</g:brand><g:gtin>4006381333931</g:gtin><g:condition>new</g:condition>
<g:google_product_category>187</g:google_product_category><g:product_type>Shoes &gt; Running</g:product_type>
<g:shipping><g:country>DE</g:country><g:price>1 EUR</g:price></g:shipping></item>
<item><g:id>A2</g:id></item>
<item><g:id>A3</g:id><g:title>Blue sock</g:title></item>
</channel></rss>
"""
