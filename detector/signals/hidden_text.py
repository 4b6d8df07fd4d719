"""A brand's name in a picture that none of the listing's texts says.

needs   the lines that were read in the pictures
finds   a brand's name in a line, open or disguised, that no text of the listing mentions; a short or
        everyday name only where it was read exactly, alone and with confidence
counts  because who sells the genuine article writes its name where shoppers search, and who hides it from a
        search of texts leaves it in the picture
"""

from collections.abc import Iterator

from detector.reading import TextLine
from detector.result import Reason
from detector.signals.protocol import Finding
from detector.text.mention import Likeness, Mention
from detector.view import View

SHORT = 4
"""Names of up to so many letters arise in a picture's junk and in other words."""
CONFIDENT = 0.85
READABLE = 0.5


class HiddenText:
    reasons = (Reason.HIDDEN_TEXT,)

    def find(self, view: View) -> Iterator[Finding]:
        if not view.pictured:
            return
        written = {mention.brand for passage in view.texts for mention in passage.mentions}
        for passage in view.pictured:
            for mention in passage.mentions:
                if passage.line is None or mention.brand in written:
                    continue
                if score := _trust(passage.line, mention):
                    evidence = passage.evidence(Reason.HIDDEN_TEXT, mention, score)
                    yield Finding(mention.brand, evidence, view.qualifiers(passage, mention))


def _trust(line: TextLine, mention: Mention) -> float:
    """How surely the name stands in the picture, 0 where it may well not."""
    if line.score < READABLE:
        return 0.0
    exact = mention.likeness is Likeness.EXACT
    letters = sum(c.isalnum() for c in mention.mark)
    if letters <= SHORT or mention.everyday:
        sure = exact and line.score >= CONFIDENT and _stands_alone(line, mention)
        return line.score * mention.score if sure else 0.0
    return line.score * mention.score


def _stands_alone(line: TextLine, mention: Mention) -> bool:
    """Whether the name is all that the line says: an everyday word in a sentence is an everyday word."""
    start, end = mention.span
    rest = line.text[:start] + line.text[end:]
    return not any(c.isalnum() for c in rest)
