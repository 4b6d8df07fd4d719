"""A mark written so that shoppers read it and filters don't.

needs   the mentions that the mark index found; the brand's categories for those that are everyday words
finds   every one that is not exact, under the kind of its disguise; an everyday word ('Channel' for Chanel)
        only where a maker's name is expected, on goods of the kind that the brand makes
counts  because nobody disguises a name that they may use
"""

from collections.abc import Iterable, Iterator
from functools import cache

from detector.result import Reason
from detector.signals.protocol import Finding
from detector.text.folding import fold
from detector.text.mention import Likeness, Mention
from detector.text.tokens import words_of
from detector.view import BRAND, Passage, View

_EVERYDAY = 0.9
"""What is left of the score where the words themselves are innocent."""


class Imitation:
    reasons = (
        Reason.MISSPELLING,
        Reason.LOOKALIKE_CHARACTERS,
        Reason.SPLIT_OR_PADDED,
        Reason.OTHER_SCRIPT,
        Reason.SOUNDS_ALIKE,
    )

    def find(self, view: View) -> Iterator[Finding]:
        for passage in view.texts:  # what pictures misspell may be misread: `hidden_text` weighs it
            for mention in passage.mentions:
                if mention.likeness is Likeness.EXACT:
                    continue
                if mention.everyday and not stands_for_a_maker(view, passage, mention):
                    continue
                score = mention.score * (_EVERYDAY if mention.everyday else 1)
                evidence = passage.evidence(Reason(mention.likeness.value), mention, score)
                yield Finding(mention.brand, evidence, view.qualifiers(passage, mention))


def stands_for_a_maker(view: View, passage: Passage, mention: Mention) -> bool:
    """Whether an everyday word is used where a brand's name is expected, on goods that the brand makes."""
    categories = view.brands[mention.brand].categories
    if (
        not categories
        or passage.is_label
        or (passage.where != BRAND and mention.span[0] > len(passage.text) // 2)
    ):
        return False
    return of_its_kind(view, categories)


def of_its_kind(view: View, categories: tuple[str, ...]) -> bool:
    """Whether category or title share a word with a brand's categories."""
    said = f"{view.listing.category or ''} {view.listing.title}"
    return not _kinds(categories).isdisjoint(_words(said))


@cache
def _kinds(categories: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_words(" ".join(categories)))


def _words(text: str) -> Iterable[str]:
    """The words of a text without the plural's s, so that `Handbags` meets `handbag`."""
    return {word.removesuffix("s") for word in words_of(fold(text).plain.text) if len(word) > 2}
