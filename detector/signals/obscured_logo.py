"""A mark that somebody made unclear: coarsened to blocks or blurred, covered, or cut off by an edge.

needs   the patches of pictures that were coarsened or blurred, the references recognised, the mentions
finds   a mark that something covers or that the edge cuts, of a brand that the texts don't name; such a
        patch where something else, a recognised picture or an open name, says whose mark it may hide; less
        where the texts say that the goods fit the brand's
counts  because who may show a mark shows it; a patch beside an open name, whatever the picture shows of the
        brand, flags nothing without more, such as a price: people also hide serial numbers, plates and faces,
        and some cloths look coarsened, some things soft
"""

from collections.abc import Iterator

from detector.result import Evidence, Qualification, Reason
from detector.sighting import Seen
from detector.signals.protocol import Finding
from detector.signals.said import FITS, said
from detector.signals.seen import seen
from detector.text.mention import Likeness
from detector.view import BRAND, DESCRIPTION, TITLE, View

NAMED_ONLY = 0.7
_NAMED_IN = frozenset({TITLE, BRAND, DESCRIPTION})


class ObscuredLogo:
    reasons = (Reason.OBSCURED_LOGO,)

    def find(self, view: View) -> Iterator[Finding]:
        unclear = [(where, each) for where, each in view.sightings if each.seen is Seen.OBSCURED]
        written, fitted = said(view, {sighting.reference.brand for _, sighting in unclear})
        for where, sighting in unclear:
            brand = sighting.reference.brand
            if brand not in written:
                fits = fitted.get(brand, [])
                evidence = seen(Reason.OBSCURED_LOGO, where, sighting, FITS if fits else 1.0)
                yield Finding(brand, evidence, tuple(fits))
        if not view.patches:
            return
        recognised = {sighting.reference.brand for _, sighting in view.sightings}
        named = dict(_named(view))
        for where, patch in view.patches:
            a, b, c, d = patch.box
            for brand in {**named, **dict.fromkeys(recognised)}:
                score = patch.score * (NAMED_ONLY if brand in named else 1.0)
                evidence = Evidence(
                    Reason.OBSCURED_LOGO, where, None, score, box=(a, b, c, d), detail=patch.kind
                )
                yield Finding(brand, evidence, named.get(brand, ()))


def _named(view: View) -> Iterator[tuple[str, tuple[Qualification, ...]]]:
    """The brands that the texts name openly, and what is said beside their names."""
    for passage in view.texts:
        for mention in passage.mentions if passage.where in _NAMED_IN else ():
            if mention.likeness is Likeness.EXACT and not mention.everyday:
                yield mention.brand, view.qualifiers(passage, mention)
