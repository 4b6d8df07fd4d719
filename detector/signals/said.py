"""What the seller's texts say of a brand in a picture: its name, or only that the goods fit its own."""

from collections.abc import Set

from detector.result import Qualification, Qualifier
from detector.text.mention import Likeness
from detector.view import BRAND, DESCRIPTION, TITLE, View

FITS = 0.6
"""What is left of a find in a picture where the texts say that the goods fit the brand's: too little to flag,
in however many pictures."""
_SAID_IN = frozenset({TITLE, BRAND, DESCRIPTION})
"""Where shoppers search: a seller's name or an attribute hides as well as a picture does."""


def said(view: View, pictured: Set[str]) -> tuple[set[str], dict[str, list[Qualification]]]:
    """Of the brands in pictures those that the texts name, and those that they only say the goods fit, with
    the words that say so."""
    written: set[str] = set()
    fitted: dict[str, list[Qualification]] = {}
    for passage in view.texts:
        for mention in passage.mentions if passage.where in _SAID_IN else ():
            if mention.brand not in pictured or (mention.everyday and mention.likeness is not Likeness.EXACT):
                continue
            found = view.qualifiers(passage, mention)
            if fits := [q for q in found if q.kind is Qualifier.COMPATIBLE_WITH]:
                fitted.setdefault(mention.brand, fits)
            else:
                written.add(mention.brand)
    return written, fitted
