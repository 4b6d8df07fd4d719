"""Counterfeit terms: composed offers that say one, innocent sentences with the same words, real shop titles.

The offers are real titles that open with a registered brand, into which a term of the detector's own list is
put as sellers write it: so their share says how much of a disguise a listed term survives, not how much the
list misses. An offer counts where its own brand is flagged for the term; a disguise is put only on terms that
it changes.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from benchmarks.figure import Figure
from benchmarks.registry import registry
from benchmarks.titles import TITLES, titles
from detector.judge import Judge
from detector.listing import Listing
from detector.result import Case, Reason
from detector.scoring import FLAG_FROM
from detector.text.mention import Likeness
from detector.text.tables import rows

NAME = "terms"
NEEDS = (TITLES,)

Labelled = tuple[str, frozenset[str] | None]
"""A text, and the brands of which one has to be flagged; None: no brand may be, or any."""

_OFFERS = 400
_LEET = str.maketrans("aeio", "4310")

DISGUISES: dict[str, Callable[[str, random.Random], str]] = {
    "as listed": lambda term, rng: term,
    "in capitals": lambda term, rng: term.upper(),
    "a digit for a letter": lambda term, rng: _one_letter(term, rng, lambda c: c.translate(_LEET)),
    "hyphens or dots for spaces": lambda term, rng: term.replace(" ", rng.choice("-._")),
    "full-width": lambda term, rng: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in term),
    "an invisible character inside": lambda term, rng: _one_letter(term, rng, lambda c: c + "\u200b"),
}

INNOCENT = (
    "{} Triple A batteries, pack of 8",
    "{} AAA battery charger",
    "{} piles AAA rechargeables",
    "{} AAA 乾電池 4本",
    "{} wall mirror with wooden frame",
    "{} mirror finish chrome tap",
    "{} scale model 1:18, exact replica of the 1965 car",
    "{} macro lens with 1:1 magnification",
    "{} museum replica coin set",
    "{} home replica jersey 2024, adult",
    "{} 100% genuine, not a replica",
    "{} original, no copies, no fakes",
    "{} never buy fake, buy from us",
    "{} echt, kein Replika und kein Nachbau",
    "{} authentique, pas de contrefaçon",
    "{} original, no es réplica",
    "{} оригинал, не реплика",
    "{} 正品保证 不是高仿",
    "{} 正規品 コピー品ではありません",
    "{} 정품 레플리카 아닙니다",
    "{} ของแท้ ไม่ใช่ของก็อป",
    "{} orijinal ürün, taklit değildir",
    "{} hàng chính hãng, không phải hàng fake",
    "{} original, bukan barang kw",
    "{} أصلي وليس تقليد",
    "{} jacket with fake fur collar",
    "{} shoes in imitation leather",
    "{} faux suede boots, imitation leather sole",
    "{} disk clone software for Windows",
    "{} copy paper A4, 500 sheets",
    "{} counterfeit money detector pen",
    "{} class A amplifier",
    "{} inspired by nature collection",
    "{} kids toy replica sword",
    "{} prop replica helmet for cosplay",
    "{} generator 5 kw diesel",
    "{} 7A fuse, fast blow",
    "{} master copy toner, black",
    "{} AAA title for consoles",
    "{} sealed, factory refurbished",
)


def measure(data: Path) -> Iterator[Figure]:
    """Offers found for their term, innocent texts flagged for one. Peer: any entry of the list, anywhere."""
    rng = random.Random(23)
    judge = Judge(registry(data))
    every_row = titles(data)
    named = [(title, opening) for title, _ in every_row if (opening := _opening(judge, title)).brands]
    terms = [r["term"].rstrip("*") for r in rows("counterfeit_terms.tsv") if r["strength"] != "weak"]
    for disguise, put_on in DISGUISES.items():
        as_listed = disguise == "as listed"
        drawn = (rng.choice(terms) for _ in count())
        written = ((term, put_on(term, rng)) for term in drawn)
        changed = (made for term, made in written if as_listed or made != term)
        offers = [
            (_offer(rng, title, opening.end, term), opening.brands)
            for term, (title, opening) in zip(changed, rng.choices(named, k=_OFFERS), strict=False)
        ]
        yield _figure(judge, f"offers with a term, {disguise}", offers, 0.95 if as_listed else None)
    innocent = [
        (text.format(name), None) for text in INNOCENT for name in ("Sony", "Adidas", "Panasonic", "Lacoste")
    ]
    yield _figure(judge, "innocent texts with the same words", innocent, 0.02, at_most=True)
    yield _figure(judge, "shop titles", [(title, None) for title, _ in every_row], 0.0005, at_most=True)


def _figure(
    judge: Judge, name: str, cases: Sequence[Labelled], target: float | None, *, at_most: bool = False
) -> Figure:
    texts = [text for text, _ in cases]
    found = [_flagged(judge, text, brands) for text, brands in cases]
    wrong = [text for text, hit in zip(texts, found, strict=True) if hit == at_most]
    entries = [r["term"].rstrip("*") for r in rows("counterfeit_terms.tsv")]
    some = random.Random(1).sample(texts, min(1000, len(texts)))
    peer = sum(any(entry in text.lower() for entry in entries) for text in some) / len(some)
    return Figure(
        NAME,
        name,
        sum(found),
        len(found),
        target=target,
        at_most=at_most,
        peers=(("any entry as a substring", peer),),
        misses=tuple(dict.fromkeys(wrong)),
    )


def _flagged(judge: Judge, text: str, brands: frozenset[str] | None) -> bool:
    """Whether one of the brands is flagged for a term; None: any brand."""
    cases = judge.judge(Listing(id="1", title=text)).cases
    return any(_for_a_term(case) and (brands is None or case.brand in brands) for case in cases)


def _for_a_term(case: Case) -> bool:
    return case.risk >= FLAG_FROM and Reason.COUNTERFEIT_TERMS in case.reasons


@dataclass(frozen=True, slots=True)
class _Opening:
    """The brands by whose open name, no everyday word, a title begins (mostly one), and where it ends."""

    brands: frozenset[str]
    end: int


def _opening(judge: Judge, title: str) -> _Opening:
    mentions = [
        m
        for m in judge.index.find(title)
        if m.span[0] == 0 and not m.everyday and m.likeness is Likeness.EXACT
    ]
    return _Opening(frozenset(m.brand for m in mentions), max((m.span[1] for m in mentions), default=0))


def _offer(rng: random.Random, title: str, end: int, term: str) -> str:
    """The title with the term before it, after the name that ends at `end`, or at its end."""
    name, rest = title[:end], title[end:].lstrip()
    return rng.choice((f"{term} {title}", f"{name} {term} {rest}", f"{' '.join(title.split()[:8])} {term}"))


def _one_letter(term: str, rng: random.Random, change: Callable[[str], str]) -> str:
    places = [at for at, char in enumerate(term) if 0 < at < len(term) - 1 and change(char) != char]
    if not places:
        return term
    at = rng.choice(places)
    return term[:at] + change(term[at]) + term[at + 1 :]
