"""A brand's name in a picture that no text says which shoppers search.

needs   the lines that were read in the pictures
finds   a brand's name in a line, open or disguised, that no title, brand field or description says; a short
        name only where it was read whole and alone; an everyday word only so, and not on goods of another
        kind than the brand's; less of a name that the texts only say the goods fit; other letters than the
        name's only where no much surer reading of the place says something else
counts  because who sells the genuine article writes its name where shoppers search, and who hides it from a
        search of texts leaves it in the picture; 'laces for Acme' doesn't say that the shoe shown is Acme's,
        but honest laces are shown on one: that is told, and flags nothing alone

A reader takes I for l and O for 0, so letters that look alike are no disguise here. Several readings of one
place count once, the surest.
"""

from collections.abc import Iterator

from detector.reading import TextLine
from detector.result import Evidence, Reason
from detector.signals.imitation import stands_for_a_maker
from detector.signals.protocol import Finding
from detector.signals.said import FITS, said
from detector.text.mention import Mention
from detector.text.ocr_names import as_read, contradicted, letters_of, well_read
from detector.view import Passage, View

SHORT = 4
"""Names of up to so many letters arise in a picture's junk and in other words."""
EVERYDAY = 0.6
"""What an everyday word counts where nobody says what the brand makes: shown, it flags nothing alone."""


class HiddenText:
    reasons = (Reason.HIDDEN_TEXT,)

    def find(self, view: View) -> Iterator[Finding]:
        if not view.pictured:
            return
        written, fitted = said(view, {m.brand for passage in view.pictured for m in passage.mentions})
        surest: dict[tuple[str, str], tuple[Passage, Mention, Evidence]] = {}
        for passage in view.pictured:
            for mention in passage.mentions:
                if mention.brand in written or not _trusted(view, passage, mention):
                    continue
                left = FITS if mention.brand in fitted else 1.0
                score = _sureness(view, passage, mention) * left
                evidence = passage.evidence(Reason.HIDDEN_TEXT, mention, score)
                place = mention.brand, passage.where
                if place not in surest or surest[place][2].score < evidence.score:
                    surest[place] = passage, mention, evidence
        for passage, mention, evidence in surest.values():
            qualifiers = (*fitted.get(mention.brand, ()), *view.qualifiers(passage, mention))
            yield Finding(mention.brand, evidence, qualifiers)


def _sureness(view: View, passage: Passage, mention: Mention) -> float:
    """How surely the picture says the name and means the brand, 0 to 1."""
    read = passage.line.score if passage.line else 0.0
    likeness = 1.0 if as_read(mention) else mention.score
    meant = EVERYDAY if mention.everyday and not stands_for_a_maker(view, passage, mention) else 1.0
    return read * likeness * meant


def _trusted(view: View, passage: Passage, mention: Mention) -> bool:
    """Whether the name was read well enough for a name of its kind."""
    line = passage.line
    if line is None or not well_read(line, mention):
        return False
    known = view.brands[mention.brand].categories
    if mention.everyday and known and not stands_for_a_maker(view, passage, mention):
        return False
    if mention.everyday or letters_of(mention.mark) <= SHORT:
        return as_read(mention) and _stands_alone(line, mention)
    return as_read(mention) or not contradicted(line, _saying_otherwise(view, passage, mention))


def _saying_otherwise(view: View, passage: Passage, mention: Mention) -> Iterator[TextLine]:
    """The other lines of the picture that don't say the brand's name."""
    for other in view.pictured:
        of_brand = any(also.brand == mention.brand for also in other.mentions)
        if other.line and other.where == passage.where and not of_brand:
            yield other.line


def _stands_alone(line: TextLine, mention: Mention) -> bool:
    """Whether the name is all that the line says: an everyday word in a sentence is an everyday word."""
    start, end = mention.span
    rest = line.text[:start] + line.text[end:]
    return not any(c.isalnum() for c in rest)
