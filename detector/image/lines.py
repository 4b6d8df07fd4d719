"""Reads one line every way round, cheap recogniser first."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from detector.image.crops import Strip, facing
from detector.image.decoding import Pixels
from detector.image.engine import TextRecogniser

# The right way round scores highest in 99% of lines that can be read at all, with either model. A wrong way
# round exceeds SURE in 1%, the right one in four of five.
SURE = 0.97

CERTAIN = 0.99  # above it the dear recogniser says the same

NOTHING = 0.35  # below it all four ways are texture

# The detector's score below which a place is worth one reading, not four: most are texture.
HALF_BELIEVED = 0.3

LEGIBLE = 0.9  # a line read less surely is read in the copy with raised contrast too

# So short a word may read as another one the wrong way round, and as surely: 'libuv' mirrored as 'vudil'.
AMBIGUOUS = 8  # letters and digits; what is longer hardly ever does

NEARLY = 0.15  # how much less sure than the best another way round may be, to be kept beside it

REACH = (1.2, 3.0)  # heights beyond either end of a line, one after the other
WORTH_FOLLOWING = 0.8
LONGEST_FOLLOWED = 24  # letters; what is longer is no name

WAYS = ((False, False), (True, False), (False, True), (True, True))


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a crop says when it is turned by 180 degrees and then mirrored, or not."""

    text: str
    score: float
    turned: bool = False
    mirrored: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """A strip and what it says, best first."""

    strip: Strip
    attempts: list[Attempt]

    @property
    def score(self) -> float:
        return self.attempts[0].score if self.attempts else 0.0


def read(
    copies: Sequence[Pixels], strip: Strip, believed: float, first: TextRecogniser, second: TextRecogniser
) -> Iterator[Read]:
    """Reads a strip, and where words came out of it, what stands beyond its ends.

    `copies` show the same picture, the plain one first; the others are read where that leaves doubt. Words go
    on beyond their ends because detectors stop where the ground behind them changes.
    """
    found, copy = Read(strip, []), copies[0]
    for each in copies:
        tried = Read(strip, attempts(strip.crop(each), believed, first, second))
        if tried.attempts:
            yield tried
        if tried.score > found.score:
            found, copy = tried, each
        if found.score >= LEGIBLE:
            break
    for ends in REACH:
        if found.score < WORTH_FOLLOWING or len(found.attempts[0].text) > LONGEST_FOLLOWED:
            return
        best = found.attempts[0]
        longer = strip.longer(ends)
        crop = facing(longer.crop(copy), best.turned, best.mirrored)
        for recogniser in (first, second):
            text, score = recogniser.recognise(crop)
            if score < WORTH_FOLLOWING or len(text) <= len(best.text):
                return
        found = Read(longer, [Attempt(text, score, best.turned, best.mirrored)])
        yield found


def attempts(crop: Pixels, believed: float, first: TextRecogniser, second: TextRecogniser) -> list[Attempt]:
    """The readings worth keeping, best first; none where nothing can be read.

    `believed` is how surely a detector says that this is text, 0 to 1.
    """

    def tried_by(by: TextRecogniser, turned: bool, mirrored: bool) -> Attempt:
        text, score = by.recognise(facing(crop, turned, mirrored))
        return Attempt(text, score if _tells(text) else 0.0, turned, mirrored)

    tried = [tried_by(first, *WAYS[0])]
    if tried[0].score < NOTHING and believed < HALF_BELIEVED:
        return []
    if tried[0].score < SURE or _letters(tried[0].text) <= AMBIGUOUS:
        tried += [tried_by(first, *way) for way in WAYS[1:]]
    tried.sort(key=_score, reverse=True)
    best = tried[0]
    if best.score < (NOTHING if believed >= HALF_BELIEVED else 0.5):
        return []
    rivals = [rival for rival in tried[1:] if rival.score > best.score - NEARLY]
    again = [tried_by(second, best.turned, best.mirrored)] if best.score < CERTAIN else []
    if again and again[0].score < SURE and rivals:
        again.append(tried_by(second, rivals[0].turned, rivals[0].mirrored))
    kept: dict[str, Attempt] = {}
    for attempt in sorted([best, *rivals[:1], *again], key=_score, reverse=True):
        if attempt.score >= NOTHING:
            kept.setdefault(attempt.text, attempt)
    return list(kept.values())[:4]


_score: Callable[[Attempt], float] = lambda attempt: attempt.score  # noqa: E731


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))


def _tells(text: str) -> bool:
    """Whether it has two different letters or digits: laces and seams read as 'TTTT' or 'I'."""
    return len({c for c in text.casefold() if c.isalnum()}) > 1
