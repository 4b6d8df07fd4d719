"""A brand's product or package in a picture, without the brand's name in any text that shoppers search.

needs   the references that were recognised in the pictures
finds   a product of a brand that no title, brand field or description names; less where they say that the
        goods fit the brand's
counts  because a package that has the dress of another and not its name sells by the likeness
"""

from collections.abc import Iterator

from detector.result import Reason
from detector.sighting import Seen
from detector.signals.protocol import Finding
from detector.signals.said import FITS, said
from detector.signals.seen import seen
from detector.view import View


class ProductLookalike:
    reasons = (Reason.PRODUCT_LOOKALIKE,)

    def find(self, view: View) -> Iterator[Finding]:
        products = [(where, s) for where, s in view.sightings if s.seen is Seen.PRODUCT]
        written, fitted = said(view, {sighting.reference.brand for _, sighting in products})
        for where, sighting in products:
            if sighting.reference.brand not in written:
                fits = fitted.get(sighting.reference.brand, [])
                evidence = seen(Reason.PRODUCT_LOOKALIKE, where, sighting, FITS if fits else 1.0)
                yield Finding(sighting.reference.brand, evidence, tuple(fits))
