"""What a trade mark office lists, as brands: a brand for all marks of one text and one holder."""

import hashlib
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from anyascii import anyascii
from pydantic import ValidationError

from brand_registry.entry import Ended, Entry, entry_of_fields
from brand_registry.record import Mark


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
    if not (mark.number and mark.text):
        return Entry(where, path.parent, skipped=skipped)
    with suppress(ValidationError):  # a text too long for a mark: none like it was taken
        of = Mark(text=mark.text, registration_number=mark.number, territories=mark.territories)
        return Entry(where, path.parent, skipped=skipped, ended=Ended(_brand_id(mark), of, mark.until))
    return Entry(where, path.parent, skipped=skipped)


def same_registration(one: Mark, other: Mark) -> bool:
    """Whether two are one entry of an office's register: of one number and text, and in the same territory as
    far as both name any, as several offices may give one number.
    """
    return (
        one.registration_number is not None
        and one.registration_number == other.registration_number
        and _same(one.text) == _same(other.text)
        and (not (one.territories and other.territories) or bool({*one.territories} & {*other.territories}))
    )


def classes_of(texts: Iterable[str]) -> tuple[int, ...]:
    """The Nice classes among numbers such as '025', each once; an office's own classes are left out."""
    numbers = {int(text) for text in texts if text.isascii() and text.isdigit()}
    return tuple(sorted(number for number in numbers if 1 <= number <= 45))


def _brand_id(mark: Registered) -> str:
    """The same for the same text and holder, however they are punctuated."""
    same = "\n".join(map(_same, (mark.text, mark.holder)))
    words = re.sub(r"[^a-z0-9]+", "-", anyascii(mark.text).lower()).strip("-")[:60].strip("-")
    digest = hashlib.sha256(same.encode(errors="surrogatepass")).hexdigest()[:8]
    return f"{words}-{digest}" if words else digest


def _same(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text.casefold()).strip()
