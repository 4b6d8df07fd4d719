"""Sitemaps: which pages a shop has, and when each last changed."""

import zlib
from dataclasses import dataclass
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from workers.sources.errors import BadSource
from workers.sources.listing import utc

_LARGEST = 50 * 2**20
_MOST = 50_000
"""Of one sitemap, by the protocol: bytes unpacked, and addresses."""


@dataclass(frozen=True, slots=True)
class Named:
    """An address, and its last change as ISO 8601 in UTC, '' where the sitemap does not say."""

    url: str
    changed: str


@dataclass(frozen=True, slots=True)
class Sitemap:
    """Pages, or other sitemaps."""

    pages: tuple[Named, ...]
    sitemaps: tuple[Named, ...]


def read_sitemap(content: bytes, where: str) -> Sitemap:
    """Raises `BadSource` where it is none, or larger than one may be."""
    if content.startswith(b"\x1f\x8b"):
        content = _unpacked(content, where)
    told = _Told()
    parser = DefusedXMLParser(target=told, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    try:
        parser.feed(content)
        parser.close()
    except DefusedXmlException:
        raise BadSource(f"{where}: declares XML entities, which a sitemap needs none of; not read") from None
    except (ParseError, ValueError, LookupError):
        raise BadSource(f"{where}: is no sitemap: its XML is broken") from None
    return Sitemap(tuple(told.found["url"][:_MOST]), tuple(told.found["sitemap"][:_MOST]))


def _unpacked(content: bytes, where: str) -> bytes:
    unpacker = zlib.decompressobj(31)
    try:
        unpacked = unpacker.decompress(content, _LARGEST)
    except zlib.error:
        raise BadSource(f"{where}: its gzip data is damaged") from None
    if unpacker.unconsumed_tail:
        raise BadSource(f"{where}: has more than {_LARGEST // 2**20} MB, more than a sitemap may have")
    return unpacked


class _Told:
    """What the parser reports to."""

    def __init__(self) -> None:
        self.found: dict[str, list[Named]] = {"url": [], "sitemap": []}
        self._entry: dict[str, str] = {}
        self._text: list[str] = []

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        self._text.clear()
        if tag.rpartition("}")[2] in self.found:
            self._entry = {}

    def data(self, text: str) -> None:
        self._text.append(text)

    def end(self, tag: str) -> None:
        name = tag.rpartition("}")[2]
        if name in self.found:
            if self._entry.get("loc"):
                self.found[name].append(Named(self._entry["loc"], utc(self._entry.get("lastmod"))))
        else:
            # The first counts: pictures and videos in an entry have a `loc` of their own.
            self._entry.setdefault(name, "".join(self._text).strip())
        self._text.clear()

    def close(self) -> None:
        """The parser asks for it at the end."""
