"""Case files as the USPTO publishes them daily and yearly ('Trademark applications', XML, DTD version 2.0).

Registered marks with words are taken; applications, what was abandoned or cancelled, and designs without
words are skipped. Nothing but the case at hand is kept in memory.
"""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException, EntitiesForbidden
from defusedxml.ElementTree import DefusedXMLParser

from brand_registry.entry import Entry
from brand_registry.office import Registered, classes_of, entry_of_ended, entry_of_mark
from brand_registry.packed import UNREADABLE, open_packed, why

_BLOCK = 64 * 1024
_LARGEST_CASE = 16 * 1024 * 1024
_LONGEST_TEXT = 10_000
_CASE = "case-file"
_HEADER = "case-file-header/"
_OWNER = "case-file-owners/case-file-owner"
_CLASS = "classifications/classification/international-code"
_DEAD = frozenset({"4", "6", "9"})
"""First digits of the status codes of what has ended: terminated, abandoned, expired."""
_CANCELLED = range(709, 716)


def uspto_entries(path: Path) -> Iterator[Entry]:
    """An entry for each case file, in the order of the file."""
    cases = _Cases()
    # The office's files bring their DTD along; entities in it are refused.
    parser = DefusedXMLParser(target=cases, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    problem = None
    with open_packed(path) as file:
        ended = False
        while not ended and problem is None:
            try:
                block = file.read(_BLOCK)
                ended = not block
                if block:
                    parser.feed(block)
                    cases.waited += len(block)
                else:
                    parser.close()
            except UNREADABLE as error:
                problem = why(error)
            except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
                problem = _why(error)
            if cases.waited > _LARGEST_CASE:
                problem = f"no case file ends within {_LARGEST_CASE // 2**20} MB; the rest was not read"
            for number, case in cases.done:
                yield _entry(f"{path}, case file {number}", path, case)
            cases.done.clear()
    if problem is not None:
        where = f"{path}, after case file {cases.number}"
        yield Entry(where, path.parent, problem=f"cannot be read: {problem}")


Case = dict[str, list[str]]
"""The texts of a case file by their paths in it."""


class _Cases:
    """What the parser reports to: gathers the texts of one case file at a time."""

    def __init__(self) -> None:
        self.done: list[tuple[str, Case]] = []
        self.number = 0
        self.waited = 0
        self._case: Case | None = None
        self._path: list[str] = []
        self._text: list[str] = []
        self._size = 0

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        if self._case is not None:
            self._path.append(tag)
        elif tag == _CASE:
            self._case = {}
            self.number += 1
        self._text.clear()
        self._size = 0

    def data(self, text: str) -> None:
        if self._case is not None and self._size < _LONGEST_TEXT:
            self._text.append(text[:_LONGEST_TEXT])
            self._size += len(text)

    def end(self, _tag: str) -> None:
        if self._case is None:
            return
        if self._path:
            text = "".join(self._text).strip()
            if text and self._path[-1] in _WANTED:
                self._case.setdefault("/".join(self._path), []).append(text)
            self._path.pop()
        else:
            serial = self._case.get("serial-number", [""])[0]
            self.done.append((serial[:20] or f"number {self.number:,}", self._case))
            self._case, self.waited = None, 0
        self._text.clear()

    def close(self) -> None:
        """The parser asks for it at the end."""


_WANTED = frozenset(
    {"serial-number", "registration-number", "registration-date", "status-code", "mark-identification",
     "cancellation-date", "abandonment-date", "status-date", "international-code", "party-type", "party-name"}
)  # fmt: skip


def _entry(where: str, path: Path, case: Case) -> Entry:
    def first(name: str) -> str:
        return case.get(name, [""])[0]

    number, status = first("registration-number").lstrip("0"), first(_HEADER + "status-code")
    if not number:
        return Entry(where, path.parent, skipped="an application that is not registered")
    text = first(_HEADER + "mark-identification")
    over = first(_HEADER + "cancellation-date") or first(_HEADER + "abandonment-date")
    if over or status[:1] in _DEAD or (status.isdigit() and int(status) in _CANCELLED):
        # An expired one has no date of its own, but that of the status which says so.
        last = _day(over or first(_HEADER + "status-date"))
        mark = Registered(number, text, _holder(case), territories=("US",), until=last)
        return entry_of_ended(where, path, mark, "a registration that has ended")
    if not text:
        return Entry(where, path.parent, skipped="a mark without words")
    day = first(_HEADER + "registration-date")
    since = _day(day)
    if day and since is None:
        problem = f"registration-date is {day[:40]!r}, no day such as 20260131"
        return Entry(where, path.parent, problem=problem)
    return entry_of_mark(
        where,
        path,
        Registered(number, text, _holder(case), classes_of(case.get(_CLASS, ())), ("US",), since),
    )


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None


def _holder(case: Case) -> str:
    """Who owns it now: owners come in groups, the later ones of a higher type."""
    names = case.get(f"{_OWNER}/party-name", [])
    types = case.get(f"{_OWNER}/party-type", [])
    if len(types) != len(names):
        return names[-1] if names else ""
    return max(zip(types, names, strict=True), default=("", ""), key=lambda owner: owner[0])[1]


_NOT_XML = {
    "no element found": "it breaks off, or is empty",
    "unclosed": "it breaks off inside a tag",
    "syntax error": "no tag stands where one must",
    "invalid token": "no such character may stand here",
    "mismatched tag": "a tag is closed that is not the one last opened",
    "junk after": "something follows the end",
    "undefined entity": "an entity that XML does not know",
}


def _why(error: Exception) -> str:
    if isinstance(error, EntitiesForbidden):
        return "it declares XML entities, which the office's files need none of and attacks use"
    if isinstance(error, DefusedXmlException):
        return "it refers to things outside the file"
    if not isinstance(error, ParseError):
        return "its encoding is not known; save it as UTF-8"
    line, column = error.position
    what = next((clause for needle, clause in _NOT_XML.items() if needle in str(error)), str(error))
    return f"not well-formed XML at line {line:,}, column {column + 1:,}: {what}"
