"""A brand's mark in a picture that no text says which shoppers search.

needs   the references that were recognised in the pictures
finds   a mark of a brand that no title, brand field or description names; less where they say that the goods
        fit the brand's
counts  because the mark is what sells the goods, and a name that is left out is what a filter would find
"""

from collections.abc import Iterator

from detector.result import Reason
from detector.sighting import Seen
from detector.signals.protocol import Finding
from detector.signals.seen import shown_unnamed
from detector.view import View


class Logo:
    reasons = (Reason.LOGO,)

    def find(self, view: View) -> Iterator[Finding]:
        yield from shown_unnamed(view, Seen.MARK, Reason.LOGO)
