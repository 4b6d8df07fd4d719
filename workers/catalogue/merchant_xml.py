"""Google Merchant feeds as RSS or Atom, pulled through a parser that keeps no more than the item at hand."""

from collections.abc import Iterator
from xml.etree.ElementTree import ParseError

import orjson
from defusedxml import DefusedXmlException, EntitiesForbidden
from defusedxml.ElementTree import DefusedXMLParser

from detector.errors import UnreadableInput
from workers.catalogue.fields import listing_fields
from workers.catalogue.lines import LONGEST_LINE, CutShort, Source
from workers.catalogue.row import Row, row_of_fields

_BLOCK = 64 * 1024
_ITEMS = frozenset({"item", "entry"})
_DEEPEST = 8
"""Levels inside an item that are told apart by name; what lies deeper counts for the level above it."""


def merchant_xml_rows(source: Source) -> Iterator[Row]:
    """A row for each item, numbered by items: many feeds are one single line.

    Raises `UnreadableInput` where the XML holds no item at all.
    """
    items = _Items()
    parser = DefusedXMLParser(target=items, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    problem = None
    while problem is None:
        try:
            block = source.read(_BLOCK)
            if block:
                parser.feed(block)
                items.waited += len(block)
            else:
                parser.close()
        except CutShort as cut:
            problem = str(cut)
        except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
            problem = _why(error)
        if items.waited > LONGEST_LINE:
            problem = f"a tag longer than {LONGEST_LINE // 2**20} MB; the rest was not read"
        yield from items.rows
        items.rows.clear()
        if problem is None and not block:
            break
    if problem is not None:
        yield Row(items.number + (not items.inside), b"", problem=problem, last=True)
    elif not items.number:
        raise UnreadableInput(f"{source.path}: holds no <item> and no <entry>; is it a Google Merchant feed?")


class _Items:
    """What the parser reports to: gathers the columns of one item at a time."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.number = 0
        self.waited = 0
        self._path: list[str] = []
        self._depth = 0
        self._columns: list[tuple[str, str]] | None = None
        self._text: list[str] = []
        self._size = 0

    @property
    def inside(self) -> bool:
        """Whether an item has begun and not ended."""
        return self._columns is not None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.waited = 0
        name = tag.rpartition("}")[2]
        if self._columns is not None:
            self._depth += 1
            if self._depth <= _DEEPEST:
                self._path.append(name)
            self._text.clear()
            if "href" in attributes and name == "link":
                self._add("link", attributes["href"])
        elif name in _ITEMS:
            self._columns, self._size = [], 0
            self.number += 1

    def data(self, text: str) -> None:
        self.waited = 0
        if self._columns is not None:
            self._size += len(text)
            if self._size <= LONGEST_LINE:
                self._text.append(text)

    def end(self, _tag: str) -> None:
        self.waited = 0
        if self._columns is None:
            return
        if self._depth:
            self._add(".".join(self._path), "".join(self._text).strip())
            self._text.clear()
            if self._depth <= _DEEPEST:
                self._path.pop()
            self._depth -= 1
            return
        raw = orjson.dumps(self._columns)
        if self._size > LONGEST_LINE:
            problem = f"longer than {LONGEST_LINE // 2**20} MB, more than any listing takes"
            self.rows.append(Row(self.number, raw, problem=problem))
        else:
            self.rows.append(row_of_fields(self.number, raw, listing_fields(self._columns)))
        self._columns = None

    def close(self) -> None:
        """The parser asks for it at the end."""

    def _add(self, name: str, text: str) -> None:
        if not text or self._columns is None:
            return
        self._size += len(name)
        if self._size <= LONGEST_LINE:
            self._columns.append((name, text))


_NOT_XML = {
    "no element found": "it breaks off",
    "unclosed": "it breaks off inside a tag",
    "syntax error": "no tag stands where one must",
    "invalid token": "no such character may stand here; write & as &amp; and < as &lt;, and save as UTF-8",
    "mismatched tag": "a tag is closed that is not the one last opened",
    "duplicate attribute": "a tag names an attribute twice",
    "junk after": "something follows the end of the feed",
    "undefined entity": "an entity that XML does not know; write the character itself",
    "unbound prefix": 'a prefix is not declared; g: needs xmlns:g="http://base.google.com/ns/1.0"',
    "encoding": "its encoding is not known or another than it says; save it as UTF-8",
}


def _why(error: Exception) -> str:
    if isinstance(error, EntitiesForbidden):
        return "declares XML entities, which a feed needs none of and attacks use; the rest was not read"
    if isinstance(error, DefusedXmlException):
        return "refers to things outside the file, which a feed has no need of; the rest was not read"
    if not isinstance(error, ParseError):
        return "not well-formed XML: its encoding is not known; save it as UTF-8"
    line, column = error.position
    what = next((clause for needle, clause in _NOT_XML.items() if needle in str(error)), str(error))
    return f"not well-formed XML at line {line:,} of the file, column {column + 1:,}: {what}"
