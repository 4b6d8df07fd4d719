"""A listing that stands for goods which it doesn't show, or leads the buyer away to where they are shown.

needs   a brand that the goods are said or shown to be of; the texts, the lines read in pictures
finds   how to reach the seller elsewhere (telephone, e-mail, a name on another service), in texts or in
        pictures; words that ask to be asked ('message me for pictures', 私信); words for a listing that is
        only paid through ('order link', 补差价); rising prices in a row for what isn't told; a picture that
        is none ('no image available', or one plain colour)
counts  because counterfeits are sold by links whose listing shows nothing; alone it flags nothing, since
        honest shops give their number too. Of two kinds at once it is surer than of one, of three surer still
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import ahocorasick

from detector.fair_use import authorised
from detector.result import Box, Evidence, Reason, Span
from detector.signals.meant import meant
from detector.signals.protocol import Finding
from detector.text.contacts import CUES, contacts
from detector.text.edges import whole_word
from detector.text.tables import phrases
from detector.text.tokens import lower
from detector.view import DESCRIPTION, TITLE, Passage, View

SURE = {1: 0.3, 2: 0.9}
"""Of how many kinds it is how sure; of more it could not be surer."""
_LADDER = 4
"""Rising prices from which on a row of them is one."""
_SIGNS = ("$", "€", "£", "¥", "₽", "元", "usd", "eur", "gbp", "rub")
_CONTACT, _MONEY = "contact", "money"
_PRICE = re.compile(
    r"(?:[$€£¥₽]|\b(?:usd|eur|gbp|rub))\s?(\d{1,6}(?:[.,]\d{1,2})?)"
    r"|(\d{1,6}(?:[.,]\d{1,2})?)\s?(?:[$€£¥₽元]|(?:usd|eur|gbp|rub)\b)",
    re.IGNORECASE,
)
_LETTER = re.compile(r"[^\W\d_]")
_LONGEST = 5_000
"""Characters of a text that are looked at."""
_KINDS = {"ask_me": "asks to be asked", "order_link": "only paid through", "no_picture": "no picture"}


@dataclass(frozen=True, slots=True)
class _Clue:
    kind: str
    where: str
    found: str | None
    span: Span | None = None
    box: Box | None = None


class HiddenLink:
    reasons = (Reason.HIDDEN_LINK,)

    def find(self, view: View) -> Iterator[Finding]:
        if not view.mentioned and not view.sightings:
            return
        clues = {clue.kind: clue for clue in _clues(view)}
        if not clues:
            return
        score = SURE.get(len(clues), 1.0)
        for brand in dict.fromkeys(meant(view)):
            if authorised(view.listing, view.brands[brand]):
                continue
            for clue in clues.values():
                evidence = Evidence(
                    Reason.HIDDEN_LINK, clue.where, clue.found, score, clue.span, clue.box, detail=clue.kind
                )
                yield Finding(brand, evidence)


def _clues(view: View) -> Iterator[_Clue]:
    seller = view.listing.seller
    country = seller.country if seller else None
    for passage in view.passages:
        if passage.line is None and passage.where not in (TITLE, DESCRIPTION):
            continue
        text = passage.text[:_LONGEST]
        said = _said(text)
        for start, end in contacts(text, country, cued=_CONTACT in said):
            yield _clue("contact details", passage, start, end)
        if not said:
            continue
        for kind, detail in _KINDS.items():
            if kind in said and (passage.line is not None or kind != "no_picture"):
                yield _clue(detail, passage, *max(said[kind], key=lambda span: span[1] - span[0]))
        if len(said.get(_MONEY, ())) >= _LADDER and (span := _ladder(text)) is not None:
            yield _clue("a ladder of prices", passage, *span)
    if not view.blank:
        return
    shown = {where for where, _ in (*view.sightings, *view.patches)} | {p.where for p in view.pictured}
    for where in view.blank:
        if where not in shown:
            yield _Clue(_KINDS["no_picture"], where, None)


def _clue(kind: str, passage: Passage, start: int, end: int) -> _Clue:
    line = passage.line
    return _Clue(
        kind,
        passage.where,
        passage.text[start:end],
        None if line else (start, end),
        line.box if line else None,
    )


def _said(text: str) -> dict[str, list[Span]]:
    """Where phrases of the list, cues of contact details and of money stand, by their kind."""
    found: dict[str, list[Span]] = {}
    for last, (kind, length) in _phrases().iter(lower(text)):
        start, end = last - length + 1, last + 1
        if kind not in _KINDS or whole_word(text, start, end):
            found.setdefault(kind, []).append((start, end))
    return found


@cache
def _phrases() -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for kind, written in (
        (_CONTACT, CUES), (_MONEY, _SIGNS), *((kind, phrases(kind)) for kind in _KINDS),
    ):  # fmt: skip
        for phrase in written:
            automaton.add_word(phrase.lower(), (kind, len(phrase)))
    automaton.make_automaton()
    return automaton


def _ladder(text: str) -> Span | None:
    """Where so many different prices stand in a row, each above the one before, and nothing says of what."""
    prices = [(float((m[1] or m[2]).replace(",", ".")), m.start(), m.end()) for m in _PRICE.finditer(text)]
    first = 0
    for at, (one, other) in enumerate(pairwise(prices), 1):
        if other[0] <= one[0] or _LETTER.search(text, one[2], other[1]):
            first = at
        elif at - first + 1 >= _LADDER:
            return prices[first][1], other[2]
    return None
