"""Words that offer a counterfeit, in many languages, read in their guilty sense only.

The list is `data/counterfeit_terms.tsv`; what turns a term innocent (batteries beside AAA, a museum beside a
replica, 'not a' before a fake) is `data/innocent_senses.tsv`. Each list is one Aho-Corasick automaton (Aho &
Corasick, 1975), so that its length costs nothing, and the second is asked only where the first finds
something.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any, Literal
from unicodedata import decimal

import ahocorasick

from detector.result import Span
from detector.text.coarse import coarse
from detector.text.edges import gap, overlap, whole_word, word_end
from detector.text.folding import Reading
from detector.text.tables import rows

Needs = Literal["beside", "anywhere"]
"""Where the brand must stand for the term to count whole: near it, or anywhere in the listing."""

STRENGTHS = {"strong": 1.0, "medium": 0.8, "weak": 0.4}
NEAR = 30
"""Characters between a term and a companion that has to stand near it."""
AROUND = 150
"""Characters between a term and a companion that sets the subject of the whole text."""
MOST, CROWD = 30, 300
"""Terms of one text that are reported, and companions of one that are looked at."""
DENIAL = 20
"""Characters between a term and the words that deny it."""
_WRITTEN_IN_ONE = 7
"""Letters from which an entry of several words is also found in one: shorter ones arise by accident."""

_WORD = re.compile(r"[^\W_]+")
_SENTENCE_ENDS = frozenset(".!?;。！？；\n")
_ITEM = re.compile("(?:^|(?<=[,，、]))[^,，、]*")
"""What stands between two commas of a list."""
_DENIALS = frozenset({"before", "predicate", "warning", "after"})
_ASIDES = frozenset({"object", "quality", "subject", "or", "and", "article", "but"})
"""What may stand between a denial and a term, and whether the denial ends with it."""
_JOINT = re.compile(r"(?<=\S)[/／](?!\s)|、")
"""'Or', as a sign."""
_STRAIGHT = re.compile(r"(?:[\w\s]|(?<=\w)['’-](?=\w))*")
"""Words of one phrase."""
_ASKS = frozenset("?？:：")


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
class Entry:
    """A row of either list: a term with one sense, or the companion that cancels some (`*`: all)."""

    text: str
    stem: bool
    language: str
    senses: frozenset[str]
    strength: float = 0.0
    needs: Needs = "beside"
    position: str = ""
    """Where a companion must stand from the term, as `innocent_senses.tsv` says; empty for a term."""

    @property
    def digits(self) -> str:
        """The digits of the text, which stand for themselves."""
        return _digits(self.text)

    @property
    def sense(self) -> str:
        """The sense of a term."""
        (sense,) = self.senses
        return sense


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    entry: Entry


class _Hits:
    """The hits of one text, found again by where they stand."""

    def __init__(self, hits: Iterable[_Hit]) -> None:
        self._hits = sorted(hits, key=lambda hit: hit.end)
        self._ends = [hit.end for hit in self._hits]

    def since(self, start: int) -> list[_Hit]:
        """The first `CROWD` that end at `start` or behind it."""
        first = bisect_left(self._ends, start)
        return self._hits[first : first + CROWD]

    def within(self, start: int, end: int) -> list[_Hit]:
        """Those that lie in text[start:end]."""
        ends = slice(bisect_left(self._ends, start), bisect_right(self._ends, end))
        return [hit for hit in self._hits[ends] if start <= hit.start]


class TermList:
    """The counterfeit terms, ready to be found."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._terms = _automaton(entry for entry in entries if not entry.position)
        self._companions = _automaton(entry for entry in entries if entry.position)

    def find(self, text: str) -> list[Term]:
        """The terms that stand in the text in their guilty sense, from left to right, none inside another.

        Of a text that is stuffed with them the first `MOST`.
        """
        folded = coarse(text)
        terms = _hits(self._terms, text, folded)
        if not terms:
            return []
        companions, asides = _parted(_hits(self._companions, text, folded))
        listed = _Hits(terms)
        guilty = (
            _term(text, hit)
            for hit in _outermost(terms)
            if not any(
                _cancels(text, companion, hit, listed, asides)
                for companion in companions.since(hit.start - AROUND)
            )
        )
        return list(islice(guilty, MOST))


@cache
def default_terms() -> TermList:
    """The list that comes with the detector."""
    return TermList([*_terms(), *_companions()])


def _automaton(entries: Iterable[Entry]) -> Any:
    spelt: dict[str, list[Entry]] = {}
    for entry in entries:
        for spelling in _spellings(entry.text):
            spelt.setdefault(spelling, []).append(entry)
    automaton = ahocorasick.Automaton()
    for spelling, same in spelt.items():
        automaton.add_word(spelling, (len(spelling), same))
    automaton.make_automaton()
    return automaton


def _hits(automaton: Any, text: str, folded: Reading) -> list[_Hit]:
    hits = []
    for last, (length, entries) in automaton.iter(folded.text):
        start, end = folded.span(last - length + 1, last + 1)
        for entry in entries:
            stop = word_end(text, end) if entry.stem else end
            if whole_word(text, start, stop) and _same_kind(text[start:end], entry):
                hits.append(_Hit(start, stop, entry))
    return sorted(hits, key=lambda hit: hit.end)


def _terms() -> Iterator[Entry]:
    for row in rows("counterfeit_terms.tsv"):
        yield Entry(
            text=row["term"].removesuffix("*"),
            stem=row["term"].endswith("*"),
            language=row["language"],
            senses=frozenset({row["sense"]}),
            strength=STRENGTHS[row["strength"]],
            needs="anywhere" if row["needs"] == "anywhere" else "beside",
        )


def _companions() -> Iterator[Entry]:
    for row in rows("innocent_senses.tsv"):
        yield Entry(
            text=row["phrase"].removesuffix("*"),
            stem=row["phrase"].endswith("*"),
            language=row["language"],
            senses=frozenset(row["senses"].split(",")),
            position=row["position"],
        )


def _spellings(text: str) -> set[str]:
    folded = coarse(text).text
    joined = folded.replace(" ", "")
    return {folded, joined} if len(joined) >= _WRITTEN_IN_ONE else {folded}


def _same_kind(found: str, entry: Entry) -> bool:
    """Whether the hit is more than an accident of folding: 'class 4' is no 'class A', 'l:l' is no '1:1'.

    A digit may stand for a letter inside a word ('1st c0py'); a digit of the entry stands for itself.
    """
    if not entry.digits and found.isalpha():
        return True
    words, listed = _WORD.findall(found), _WORD.findall(entry.text)
    if len(words) != len(listed):  # written in one, or with something between the letters
        words, listed = ["".join(words)], ["".join(listed)]
    return all(
        _digits(word) == digits if (digits := _digits(as_listed)) else not word.isdecimal()
        for word, as_listed in zip(words, listed, strict=True)
    )


def _digits(text: str) -> str:
    return "".join(str(decimal(c)) for c in text if c.isdecimal())


def _outermost(hits: list[_Hit]) -> Iterator[_Hit]:
    """Without what lies inside a longer hit, and one entry for each place."""
    reached = 0
    for hit in sorted(hits, key=lambda h: (h.start, -h.end, -h.entry.strength)):
        if hit.end > reached:
            reached = hit.end
            yield hit


def _parted(hits: Sequence[_Hit]) -> tuple[_Hits, _Hits]:
    """The companions, without a denial that lies inside a longer one ('no' in 'no es'), and the asides."""
    asides = [hit for hit in hits if hit.entry.position in _ASIDES]
    others = [hit for hit in hits if hit.entry.position not in _ASIDES | _DENIALS]
    reached = start = 0
    for hit in sorted(hits, key=lambda h: (h.start, -h.end)):
        if hit.entry.position not in _DENIALS:
            continue
        if hit.end > reached or (hit.start, hit.end) == (start, reached):
            start, reached = hit.start, hit.end
            others.append(hit)
    return _Hits(others), _Hits(asides)


def _cancels(text: str, companion: _Hit, term: _Hit, terms: _Hits, asides: _Hits) -> bool:
    """Whether the companion makes the term innocent; an unmistakable one only a denial does."""
    denial = "*" in companion.entry.senses
    if not denial and (term.entry.needs == "anywhere" or term.entry.sense not in companion.entry.senses):
        return False
    span, beside = (term.start, term.end), (companion.start, companion.end)
    match companion.entry.position:
        case "before" | "predicate" | "warning":
            between = (companion.end, term.start)
            return _reaches(text, between) and _denies(text, between, companion.entry, terms, asides)
        case "after":
            between = (term.end, companion.start)
            return _reaches(text, between) and _is_denied(text, between, companion.entry, terms, asides)
        case "answer":
            return _answers(text, term.end, companion)
        case where:
            return not overlap(span, beside) and gap(span, beside) <= (NEAR if where == "near" else AROUND)


def _reaches(text: str, between: Span) -> bool:
    """Whether no more than a few words of the same sentence stand between a denial and a term."""
    start, end = between
    return 0 <= end - start <= DENIAL and _SENTENCE_ENDS.isdisjoint(text[start:end])


def _denies(text: str, between: Span, denial: Entry, terms: _Hits, asides: _Hits) -> bool:
    """Whether the denial ahead governs the term behind, and not only what stands between: 'no fakes, replicas
    or copies', 'no used or replica items', 'not a new replica', but neither 'not used, first copy' nor
    'no box replica'. A warning reaches over things: how to tell an original from a replica.
    """
    start, end = between
    said = asides.within(start, end)
    own = [hit for hit in said if hit.entry.language == denial.language]
    joint = _joint(text, start, end, denial, own)
    if not all(terms.within(*item) for item in _items(text, joint, end)[:-1]):
        return False
    return denial.position == "warning" or not any(
        hit.entry.position in {"object", "quality"}
        and hit.start >= joint
        and not _modifies(text, hit, end, denial, own)
        for hit in said
    )


def _is_denied(text: str, between: Span, denial: Entry, terms: _Hits, asides: _Hits) -> bool:
    """Whether the denial behind governs the term ahead, as `_denies` does the other way."""
    start, end = between
    said = asides.within(start, end)
    joint = min(
        (h.start for h in said if h.entry.position == "or" and h.entry.language == denial.language),
        default=end,
    )
    taken = any(hit.entry.position == "subject" and hit.end <= joint for hit in said)
    return not taken and all(terms.within(*item) for item in _items(text, start, end)[1:])


def _joint(text: str, start: int, end: int, denial: Entry, own: Sequence[_Hit]) -> int:
    """Where the last 'or' between a denial and a term ends, and so what stands before it shares the denial;
    `start` if there is none. 'And' joins only where it leads to the term, behind one thing alone.
    """
    joints = [start, *(start + sign.end() for sign in _JOINT.finditer(text[start:end]))]
    for hit in own:
        joins = hit.entry.position == "or" or (
            hit.entry.position == "and"
            and denial.position != "predicate"
            and not text[hit.end : end].strip()
            and _STRAIGHT.fullmatch(text[start : hit.start]) is not None
        )
        if joins:
            joints.append(hit.end)
    return max(joints)


def _modifies(text: str, quality: _Hit, end: int, denial: Entry, own: Sequence[_Hit]) -> bool:
    """Whether what the denial might deny is said of the term at `end` itself: 'not a new replica', but
    neither 'not new replica' nor 'not an original but a replica'.
    """
    adjective = any(
        hit.entry.position == "quality" and (hit.start, hit.end) == (quality.start, quality.end)
        for hit in own
    )
    articles = [hit for hit in own if hit.entry.position == "article"]
    determined = denial.position != "predicate" or any(hit.end <= quality.start for hit in articles)
    ends = any(
        hit.entry.position in {"article", "but"} and hit.start >= quality.end for hit in own
    ) or not _STRAIGHT.fullmatch(text[quality.end : end])
    return adjective and determined and not ends


def _items(text: str, start: int, end: int) -> list[Span]:
    """What stands between the commas of text[start:end]."""
    return [(start + item.start(), start + item.end()) for item in _ITEM.finditer(text[start:end])]


def _answers(text: str, start: int, companion: _Hit) -> bool:
    """Whether the companion is all that is answered to a question: 'replica? NO! 100% original', but not
    'replica? no box'. It says no more and no less than 'not a replica'.
    """
    asked = text[start : companion.start].strip()
    return asked in _ASKS and not text[companion.end :].lstrip()[:1].isalpha()


def _term(text: str, hit: _Hit) -> Term:
    entry = hit.entry
    return Term(
        span=(hit.start, hit.end),
        found=text[hit.start : hit.end],
        entry=entry.text,
        language=entry.language,
        sense=entry.sense,
        strength=entry.strength,
        needs=entry.needs,
    )
