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
from detector.signals.seen import shown_unnamed
from detector.view import View


class ProductLookalike:
    reasons = (Reason.PRODUCT_LOOKALIKE,)

    def find(self, view: View) -> Iterator[Finding]:
        yield from shown_unnamed(view, Seen.PRODUCT, Reason.PRODUCT_LOOKALIKE)
