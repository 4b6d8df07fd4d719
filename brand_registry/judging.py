"""The judge of a registry: what it says of a listing has gone through the registry's rules."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from brand_registry.record import Record
from brand_registry.rules import BrandRules, Ruled, apply, rules_of
from brand_registry.states import BrandState
from detector.judge import Judge
from detector.listing import Listing
from detector.reading import PictureReading
from detector.result import Case, Missing, Result
from detector.sighting import References
from detector.view import View

if TYPE_CHECKING:
    from detector.text.meaning import Meaning


def today() -> date:
    return datetime.now(UTC).date()


_NO_RULES = BrandRules()


class RegistryJudge(Judge):
    """`judge` and `explain` say what is shown, `ruled` what is only counted too.

    `states` are those of the brands that aren't live, by their ids; `day` tells which day it is.
    """

    def __init__(
        self,
        brands: Iterable[Record],
        *,
        states: Mapping[str, str] | None = None,
        meaning: "Meaning | None" = None,
        references: References | None = None,
        versions: Mapping[str, str] | None = None,
        day: Callable[[], date] = today,
    ) -> None:
        records = list(brands)
        super().__init__(records, meaning=meaning, references=references, versions=versions)
        self._day = day
        states = states or {}
        rules = ((one.id, rules_of(one, BrandState(states.get(one.id, BrandState.LIVE)))) for one in records)
        self._rules = {brand: own for brand, own in rules if own is not None}

    def explain(
        self,
        listing: Listing,
        readings: Mapping[int, PictureReading] | None = None,
        missing: Sequence[Missing] = (),
    ) -> tuple[Result, View]:
        result, view = super().explain(listing, readings, missing)
        return apply(result, listing, self._rules, self._day()).shown, view

    def flags(self, case: Case) -> bool:
        """Whether a case asks for a person, by its owner's threshold."""
        return case.risk >= self._rules.get(case.brand, _NO_RULES).threshold(case)

    def ruled(
        self,
        listing: Listing,
        readings: Mapping[int, PictureReading] | None = None,
        missing: Sequence[Missing] = (),
    ) -> Ruled:
        """What is shown of a listing, and what is only counted."""
        result, _ = super().explain(listing, readings, missing)
        return apply(result, listing, self._rules, self._day())
