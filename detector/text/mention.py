"""A place in a text where a mark stands, openly or disguised."""

from dataclasses import dataclass
from enum import StrEnum

from detector.result import Span


class Likeness(StrEnum):
    """How the text relates to the mark. All but `exact` share their name with a reason."""

    EXACT = "exact"
    LOOKALIKE_CHARACTERS = "lookalike_characters"
    SPLIT_OR_PADDED = "split_or_padded"
    MISSPELLING = "misspelling"
    OTHER_SCRIPT = "other_script"
    SOUNDS_ALIKE = "sounds_alike"


@dataclass(frozen=True, slots=True)
class Mention:
    """`found` is the original text of `span`; `mark` is in the owner's spelling.

    `score` is 1 for an exact mention, else how surely the text imitates the mark, 0 to 1. `everyday` says
    that the text is also an ordinary word or name, so that it needs category or context beside it to count.
    """

    brand: str
    mark: str
    span: Span
    found: str
    likeness: Likeness
    score: float
    everyday: bool = False
    detail: str = ""
