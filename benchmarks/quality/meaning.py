"""Offers of imitations in words that no list has, on sentences kept apart from the model's lessons."""

import csv
import random
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from benchmarks.figure import Figure
from benchmarks.registry import registry
from benchmarks.titles import TITLES, titles
from detector.judge import Judge
from detector.listing import Listing
from detector.result import Verdict
from detector.text.meaning import Cues, Meaning
from detector.text.terms import default_terms

NAME = "meaning"
NEEDS = (TITLES,)

_TITLES = 1000


def measure(data: Path) -> Iterator[Figure]:
    """Sentences believed to offer an imitation. Peer: a term of the list stands in them."""
    meaning = Meaning()
    lines = (files("benchmarks") / "data" / "meanings_held_out.tsv").read_text("utf-8").splitlines()
    cases = list(csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t"))
    guilty = [case["sentence"] for case in cases if case["verdict"] == "guilty"]
    innocent = [case["sentence"] for case in cases if case["verdict"] == "innocent"]
    shop = [title for title, _ in random.Random(25).sample(titles(data), _TITLES)]
    yield _believed(meaning, "offers in other words, believed", guilty, 0.6)
    yield _believed(meaning, "innocent sentences like them, believed", innocent, 0.05, at_most=True)
    yield _believed(meaning, "shop titles, believed", shop, 0.01, at_most=True)
    judge = Judge(registry(data), meaning=meaning)
    yield _flagged(judge, "offers in a listing that names a brand, flagged", guilty, 0.6)
    yield _flagged(judge, "innocent ones in such a listing, flagged", innocent, 0.05, at_most=True)
    asked = [any(Cues.default().sentences(sentence)) for sentence in guilty]
    silent = tuple(s for s, cue in zip(guilty, asked, strict=True) if not cue)
    yield Figure(NAME, "offers in other words with a cue", sum(asked), len(asked), target=0.9, misses=silent)
    cued = [any(Cues.default().sentences(title)) for title, _ in titles(data)]
    yield Figure(NAME, "shop titles with a cue", sum(cued), len(cued), target=0.005, at_most=True)


def _flagged(judge: Judge, name: str, texts: list[str], target: float, *, at_most: bool = False) -> Figure:
    """The whole way: a cue, a brand by name or nickname, the model's answer, the risk."""
    listings = [Listing(id="1", title="Article 12345", description=f"By Adidas. {text}") for text in texts]
    flagged = [judge.judge(listing).verdict is Verdict.FLAG for listing in listings]
    wrong = tuple(text for text, hit in zip(texts, flagged, strict=True) if hit == at_most)
    return Figure(NAME, name, sum(flagged), len(flagged), target=target, at_most=at_most, misses=wrong)


def _believed(
    meaning: Meaning, name: str, texts: list[str], target: float, *, at_most: bool = False
) -> Figure:
    believed = [sure >= 0.5 for sure in meaning.offers_imitation(texts)]
    listed = sum(any(term.strength > 0.5 for term in default_terms().find(text)) for text in texts)
    wrong = tuple(text for text, hit in zip(texts, believed, strict=True) if hit == at_most)
    return Figure(
        NAME,
        name,
        sum(believed),
        len(believed),
        target=target,
        at_most=at_most,
        peers=(("the list alone", listed / len(texts)),),
        misses=wrong,
    )
