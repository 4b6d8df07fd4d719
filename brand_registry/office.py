"""What a trade mark office lists, as brands: a brand for all marks of one text and one holder."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from anyascii import anyascii

from brand_registry.entry import Ended, Entry, entry_of_fields


@dataclass(frozen=True, slots=True)
class Registered:
    """A mark in an office's register."""

    number: str
    text: str
    holder: str = ""
    classes: tuple[int, ...] = ()
    territories: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None


def entry_of_mark(where: str, path: Path, mark: Registered) -> Entry:
    """The brand that the mark belongs to, with it alone: it is added to those that the brand has."""
    given: dict[str, Any] = {
        "text": mark.text,
        "registration_number": mark.number,
        "holder": mark.holder or None,
        "classes": mark.classes,
        "territories": mark.territories,
        "since": mark.since,
        "until": mark.until,
    }
    fields = {"id": _brand_id(mark), "name": mark.text}
    return entry_of_fields(
        where, path.parent, fields | {"marks": [{k: v for k, v in given.items() if v}]}, adds=True
    )


def entry_of_ended(where: str, path: Path, mark: Registered, skipped: str) -> Entry:
    """A mark that is over, on the day `until` where the office says it; `skipped` says so in words."""
    ended = Ended(_brand_id(mark), mark.number, mark.until) if mark.number and mark.text else None
    return Entry(where, path.parent, skipped=skipped, ended=ended)


def classes_of(texts: Iterable[str]) -> tuple[int, ...]:
    """The Nice classes among numbers such as '025', each once; an office's own classes are left out."""
    numbers = {int(text) for text in texts if text.isascii() and text.isdigit()}
    return tuple(sorted(number for number in numbers if 1 <= number <= 45))


def _brand_id(mark: Registered) -> str:
    """The same for the same text and holder, however they are punctuated."""
    same = "\n".join(re.sub(r"[\W_]+", " ", one.casefold()).strip() for one in (mark.text, mark.holder))
    words = re.sub(r"[^a-z0-9]+", "-", anyascii(mark.text).lower()).strip("-")[:60].strip("-")
    digest = hashlib.sha256(same.encode(errors="surrogatepass")).hexdigest()[:8]
    return f"{words}-{digest}" if words else digest
