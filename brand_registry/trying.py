"""What a brand would find in listings, before it goes live."""

import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from pydantic import ValidationError

from brand_registry.editing import Fields, NotAccepted
from brand_registry.rules import Ruled, apply, rules_of
from brand_registry.stored import Stored, in_force, public_id
from brand_registry.weighing import chosen_weights
from detector.judge import Judge
from detector.listing import Listing
from detector.problems import by_place
from detector.reading import PictureReading
from detector.result import Missing
from detector.sighting import References

_log = logging.getLogger(__name__)


def listing_of(fields: Fields) -> Listing:
    """The listing that somebody typed. Raises `NotAccepted`."""
    try:
        return Listing.model_validate({"id": "tried"} | {k: v for k, v in fields.items() if v is not None})
    except ValidationError as error:
        raise NotAccepted(by_place(error)) from None


class Trier:
    """Judges as if one brand were live today, and the only one there is, by the weights that are set."""

    def __init__(self, one: Stored, references: References | None = None) -> None:
        self._day = datetime.now(UTC).date()
        record = in_force(one, self._day).record
        record = record.model_copy(update={"id": public_id(one.owner, record.id)})
        rules = rules_of(record)
        self._rules = {record.id: rules} if rules else {}
        self._judge = Judge([record], references=references, weights=chosen_weights(_log.warning))

    def seen_of(self, readings: Mapping[int, PictureReading]) -> int:
        """How many pictures were read as far as it asks: looked at too, where the brand has pictures."""
        looks = self._judge.compares_pictures
        return sum(not looks or reading.appearance is not None for reading in readings.values())

    def of(
        self,
        listing: Listing,
        readings: Mapping[int, PictureReading] | None = None,
        missing: Sequence[Missing] = (),
    ) -> Ruled:
        """What would be shown, and what only counted."""
        judged = self._judge.judge(listing, readings, missing)
        return apply(judged, listing, self._rules, self._day, self._judge.weights)
