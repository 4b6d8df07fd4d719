"""Reads one line every way round, cheap recogniser first."""

from collections.abc import Callable
from dataclasses import dataclass

from detector.image.crops import facing
from detector.image.decoding import Pixels
from detector.image.engine import TextRecogniser

# The right way round scores highest in 99% of lines that can be read at all, with either model. A wrong way
# round exceeds SURE in 1%, the right one in four of five.
SURE = 0.97

CERTAIN = 0.993  # above it the dear recogniser would only say the same

NOTHING = 0.35  # below it all four ways are texture

WAYS = ((False, False), (True, False), (False, True), (True, True))


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a crop says when it is turned by 180 degrees and then mirrored, or not."""

    text: str
    score: float
    turned: bool = False
    mirrored: bool = False


def attempts(crop: Pixels, first: TextRecogniser, second: TextRecogniser) -> list[Attempt]:
    """The readings worth keeping, best first; none where nothing can be read."""

    def read(by: TextRecogniser, turned: bool, mirrored: bool) -> Attempt:
        text, score = by.recognise(facing(crop, turned, mirrored))
        return Attempt(text, score if _tells(text) else 0.0, turned, mirrored)

    tried = [read(first, *WAYS[0])]
    if tried[0].score < SURE:
        tried += [read(first, *way) for way in WAYS[1:]]
    tried.sort(key=_score, reverse=True)
    best = tried[0]
    if best.score < NOTHING:
        return []
    if best.score < CERTAIN:
        again = [read(second, best.turned, best.mirrored)]
        rival = tried[1] if len(tried) > 1 else best
        if again[0].score < SURE and rival.score > best.score - 0.15 and rival is not best:
            again.append(read(second, rival.turned, rival.mirrored))
        tried = [*sorted(again, key=_score, reverse=True), best]
    kept: dict[str, Attempt] = {}
    for attempt in tried:
        if attempt.score >= NOTHING:
            kept.setdefault(attempt.text, attempt)
    return list(kept.values())[:3]


_score: Callable[[Attempt], float] = lambda attempt: attempt.score  # noqa: E731


def _tells(text: str) -> bool:
    """Whether it has two different letters or digits: laces and seams read as 'TTTT' or 'I'."""
    return len({c for c in text.casefold() if c.isalnum()}) > 1
