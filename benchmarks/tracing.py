"""What the shipped path says of a listing, and what plain peers say of the same text."""

from collections.abc import Callable, Iterable, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from detector.brand import Brand
from detector.judge import Judge
from detector.listing import Listing
from detector.scoring import FLAG_FROM
from detector.signals.imitation import Imitation
from detector.text.folding import fold
from detector.text.tokens import words_of

IMPERSONATION = frozenset(Imitation.reasons)
"""The reasons that say that a name is written to pass for another."""


def key_of(name: str) -> str:
    """A name by its letters alone: Coca-Cola and Cocacola are one."""
    return "".join(words_of(fold(name).plain.text))


def suspected(judge: Judge, listing: Listing) -> set[str]:
    """The names (as `key_of`) of the brands that a flagged case says are impersonated."""
    return {
        key_of(judge.brands[case.brand].name)
        for case in judge.judge(listing).cases
        if case.risk >= FLAG_FROM and not IMPERSONATION.isdisjoint(case.reasons)
    }


Peer = Callable[[str], set[str]]
"""From a title to the registered names that the peer suspects it imitates."""


def peers(brands: Iterable[Brand]) -> dict[str, Peer]:
    """Plain edit distances from every token to every name, both of five letters or more, equal ones left out.

    Shorter ones are left out in the peers' favour: with them they flag nearly every title.
    """
    keys = sorted(key for brand in brands for name in brand.names() if len(key := key_of(name)) > 4)
    return {
        "OSA <= 1": lambda title: _near(title, keys, OSA.distance, 1),
        "OSA <= 2": lambda title: _near(title, keys, OSA.distance, 2),
        "Jaro-Winkler >= 0.92": lambda title: _near(title, keys, JaroWinkler.similarity, 0.92),
    }


def _near(title: str, keys: Sequence[str], scorer: Callable[..., float], cutoff: float) -> set[str]:
    found: set[str] = set()
    for token in {word for word in words_of(fold(title).plain.text) if len(word) > 4}:
        for key, _, _ in process.extract_iter(token, keys, scorer=scorer, score_cutoff=cutoff):
            if key != token:
                found.add(key)
    return found
