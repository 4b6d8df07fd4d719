"""Words that offer a counterfeit, in many languages, read in their guilty sense only.

The list is `data/counterfeit_terms.tsv`; what turns a term innocent (batteries beside AAA, a museum beside a replica,
'not a' before a fake) is `data/innocent_senses.tsv`. All of both stand in one Aho-Corasick automaton (Aho & Corasick,
1975), so that the length of the lists costs nothing.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import ahocorasick

from detector.result import Span
from detector.text.skeleton import Skeleton, skeleton

DATA = Path(__file__).parent / "data"

Needs = Literal["beside", "anywhere"]
"""Where the brand must stand for the term to count: near it in the same text, or anywhere in the listing."""

STRENGTHS = {"strong": 1.0, "medium": 0.8, "weak": 0.4}
NEAR = 30
"""Characters between a term and a companion that has to stand near it."""
BEFORE = 20
"""Characters between a negation and the term that it denies."""
LONGEST_ENDING = 6
"""Letters that may follow a stem, written with `*` in the lists."""

_SENTENCE_ENDS = frozenset(".!?;。！？；\n")
_UNSPACED = (("\u0e00", "\u0eff"), ("\u3040", "\u30ff"), ("\u3400", "\u9fff"), ("\uac00", "\ud7a3"))


@dataclass(frozen=True, slots=True)
class Term:
    """A counterfeit term where it stands. `strength` is 0 to 1; `entry` is the list's spelling."""

    span: Span
    found: str
    entry: str
    language: str
    sense: str
    strength: float
    needs: Needs


@dataclass(frozen=True, slots=True)
class _Entry:
    text: str
    language: str
    senses: frozenset[str]
    stem: bool
    digits: str
    strength: float = 0.0
    needs: Needs = "beside"
    position: str = ""
    """Where a companion must stand from the term: `before`, `after`, `near` or `anywhere`; empty for a term."""

    def cancels(self, sense: str) -> bool:
        return sense in self.senses or "*" in self.senses


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    entry: _Entry


class TermList:
    """The counterfeit terms, ready to be found."""

    def __init__(self, entries: Sequence[_Entry]) -> None:
        self._entries: dict[str, list[_Entry]] = {}
        for entry in entries:
            for key in _spellings(entry.text):
                self._entries.setdefault(key, []).append(entry)
        self._automaton = ahocorasick.Automaton()
        for key, named in self._entries.items():
            self._automaton.add_word(key, (len(key), named))
        self._automaton.make_automaton()

    def find(self, text: str) -> list[Term]:
        """The terms that stand in the text in their guilty sense, from left to right, none inside another."""
        folded = skeleton(text)
        hits = list(self._hits(text, folded))
        if not hits:
            return []
        companions = [hit for hit in hits if hit.entry.position]
        terms = _outermost([hit for hit in hits if not hit.entry.position])
        return [
            _term(text, hit) for hit in terms if not any(_innocent(text, hit, other) for other in companions)
        ]

    def _hits(self, text: str, folded: Skeleton) -> Iterator[_Hit]:
        for last, (length, entries) in self._automaton.iter(folded.text):
            start, end = folded.span(last - length + 1, last + 1)
            for entry in entries:
                stop = _word_end(text, end) if entry.stem else end
                if _whole_word(text, start, stop) and _same_kind(text[start:end], entry):
                    yield _Hit(start, stop, entry)


@cache
def default_terms() -> TermList:
    """The list that comes with the detector."""
    return TermList(
        [*_read_terms(DATA / "counterfeit_terms.tsv"), *_read_companions(DATA / "innocent_senses.tsv")]
    )


def _read_terms(path: Path) -> Iterator[_Entry]:
    for row in _rows(path):
        text, stem = _stem(row["term"])
        yield _Entry(
            text=text,
            language=row["language"],
            senses=frozenset({row["sense"]}),
            stem=stem,
            digits=_digits(text),
            strength=STRENGTHS[row["strength"]],
            needs="anywhere" if row["needs"] == "anywhere" else "beside",
        )


def _read_companions(path: Path) -> Iterator[_Entry]:
    for row in _rows(path):
        text, stem = _stem(row["phrase"])
        yield _Entry(
            text=text,
            language=row["language"],
            senses=frozenset(row["senses"].split(",")),
            stem=stem,
            digits=_digits(text),
            position=row["position"],
        )


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t")


def _stem(text: str) -> tuple[str, bool]:
    return text.removesuffix("*"), text.endswith("*")


def _spellings(text: str) -> set[str]:
    """The skeleton of an entry, also written in one word where it is long enough not to arise by accident."""
    folded = skeleton(text).text
    joined = folded.replace(" ", "")
    return {folded, joined} if len(joined) >= 7 else {folded}


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())


def _same_kind(found: str, entry: _Entry) -> bool:
    """Whether the hit is more than an accident of folding: '444' is no 'AAA', 'l:l' is no '1:1'."""
    if entry.digits:
        return _digits(found) == entry.digits
    return sum(c.isdigit() for c in found) * 2 < len(found)


def _unspaced(char: str) -> bool:
    return any(low <= char <= high for low, high in _UNSPACED)


def _whole_word(text: str, start: int, end: int) -> bool:
    return _edge(text, start, -1) and _edge(text, end - 1, 1)


def _edge(text: str, at: int, step: int) -> bool:
    """Whether a word may end at `at`, looking outwards: languages without spaces have no such edges."""
    beyond = at + step
    inner = text[at]
    if not 0 <= beyond < len(text) or not inner.isalnum() or _unspaced(inner):
        return True
    return not text[beyond].isalnum() or _unspaced(text[beyond])


def _word_end(text: str, end: int) -> int:
    stop = end
    while stop < len(text) and text[stop].isalpha() and stop - end < LONGEST_ENDING:
        stop += 1
    return stop


def _outermost(hits: list[_Hit]) -> list[_Hit]:
    """Without what lies inside a longer hit, and one entry for each place."""
    kept: list[_Hit] = []
    for hit in sorted(hits, key=lambda h: (h.start, -h.end, -h.entry.strength)):
        if not kept or hit.end > kept[-1].end:
            kept.append(hit)
    return kept


def _innocent(text: str, term: _Hit, companion: _Hit) -> bool:
    if not companion.entry.cancels(next(iter(term.entry.senses))):
        return False
    before, after = term.start - companion.end, companion.start - term.end
    match companion.entry.position:
        case "before":
            return 0 <= before <= BEFORE and _SENTENCE_ENDS.isdisjoint(text[companion.end : term.start])
        case "after":
            return 0 <= after <= BEFORE and _SENTENCE_ENDS.isdisjoint(text[term.end : companion.start])
        case "near":
            return max(before, after) <= NEAR
        case _:
            return True


def _term(text: str, hit: _Hit) -> Term:
    entry = hit.entry
    return Term(
        span=(hit.start, hit.end),
        found=text[hit.start : hit.end],
        entry=entry.text + "*" * entry.stem,
        language=entry.language,
        sense=next(iter(entry.senses)),
        strength=entry.strength,
        needs=entry.needs,
    )
