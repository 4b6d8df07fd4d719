"""A brand's own picture, whole or in part, changed or not, in a listing.

needs   the references that were recognised in the pictures
finds   the pictures that a brand's owner gave as theirs, those of its products included
counts  because who has the goods can photograph them, and a borrowed picture shows what a buyer won't get;
        whether the seller may use it only the list of authorised sellers says
"""

from collections.abc import Iterator

from detector.result import Reason
from detector.sighting import Seen
from detector.signals.protocol import Finding
from detector.signals.seen import seen
from detector.view import View


class ImageCopy:
    reasons = (Reason.IMAGE_COPY,)

    def find(self, view: View) -> Iterator[Finding]:
        for where, sighting in view.sightings:
            if sighting.seen is Seen.COPY:
                yield Finding(sighting.reference.brand, seen(Reason.IMAGE_COPY, where, sighting))
