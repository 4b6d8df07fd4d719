"""The judge of a registry: what it says of a listing has gone through the registry's rules.

What is shown is found with the live brands alone. Anybody may bring in a brand called almost like another's
and put it in shadow: judged together, its exact name would take the other's imitation from its case.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from brand_registry.record import Record
from brand_registry.rules import BrandRules, Ruled, apply, rules_of
from brand_registry.states import BrandState
from detector.brand import Brand
from detector.judge import Judge
from detector.listing import Listing
from detector.reading import PictureReading
from detector.result import Case, Missing, Result
from detector.sighting import References
from detector.thresholds import Goods
from detector.view import View
from detector.weights import Weights

if TYPE_CHECKING:
    from detector.text.meaning import Meaning


def today() -> date:
    return datetime.now(UTC).date()


_NO_RULES = BrandRules()


class RegistryJudge(Judge):
    """`judge` and `explain` say what is shown, `ruled` what is only counted too.

    `states` are those of the brands that aren't live, by their ids; `shadowed` are the references of those in
    shadow, `references` the others'; `day` tells which day it is. `before` is as for `Judge`. `unseen` says
    why nothing can be compared with the brands' pictures, though there are some: then neither is given.
    `unread` says of other brands that were asked for why they are not among these.
    """

    def __init__(
        self,
        brands: Iterable[Record],
        *,
        states: Mapping[str, str] | None = None,
        meaning: "Meaning | None" = None,
        references: References | None = None,
        shadowed: References | None = None,
        versions: Mapping[str, str] | None = None,
        day: Callable[[], date] = today,
        weights: Weights | None = None,
        before: "RegistryJudge | None" = None,
        unseen: str | None = None,
        unread: Sequence[str] = (),
    ) -> None:
        of_state: dict[BrandState, list[Record]] = {state: [] for state in BrandState}
        states, self._rules = states or {}, {}
        for one in brands:
            state = BrandState(states.get(one.id, BrandState.LIVE))
            of_state[state].append(one)
            if (own := rules_of(one, state)) is not None:
                self._rules[one.id] = own
        super().__init__(
            of_state[BrandState.LIVE],
            meaning=meaning,
            references=references,
            versions=versions,
            weights=weights,
            before=before,
        )
        self._counting: Judge | None = None
        if shadow := of_state[BrandState.SHADOW]:
            counted = None if before is None else before._counting
            self._counting = Judge(
                shadow, meaning=meaning, references=shadowed, weights=weights, before=counted
            )
        self._day, self.unseen, self.unread = day, unseen, unread

    @property
    def compares_pictures(self) -> bool:
        counting = self._counting
        compares = super().compares_pictures or (counting is not None and counting.compares_pictures)
        return compares or self.unseen is not None

    def judged_with(self, ids: Iterable[str]) -> list[Brand]:
        """Of the brands with these ids, those that are live or in shadow."""
        counting = {} if self._counting is None else self._counting.brands
        found = (self.brands.get(name) or counting.get(name) for name in ids)
        return [brand for brand in found if brand is not None]

    def references_of(self, ids: Collection[str]) -> list[References]:
        """What pictures of these brands there are to compare with, apart by whether the brands are live."""
        held = (self.references, None if self._counting is None else self._counting.references)
        found = (one.of(ids) for one in held if one is not None)
        return [one for one in found if one is not None]

    def explain(
        self,
        listing: Listing,
        readings: Mapping[int, PictureReading] | None = None,
        missing: Sequence[Missing] = (),
    ) -> tuple[Result, View]:
        result, view = super().explain(listing, readings, missing)
        return apply(result, listing, self._rules, self._day(), self.weights).shown, view

    def flags(self, listing: Listing) -> Callable[[Case], bool]:
        """Whether a case of this listing asks for a person, by its owner's thresholds and the house's."""
        goods = Goods(listing)

        def flagged(case: Case) -> bool:
            own = self._rules.get(case.brand, _NO_RULES)
            return case.risk >= own.threshold(case, goods, self.weights)

        return flagged

    def ruled(
        self,
        listing: Listing,
        readings: Mapping[int, PictureReading] | None = None,
        missing: Sequence[Missing] = (),
    ) -> Ruled:
        """What is shown of a listing, and what is only counted."""
        result, _ = super().explain(listing, readings, missing)
        day = self._day()
        ruled = apply(result, listing, self._rules, day, self.weights)
        if self._counting is None:
            return ruled
        apart = apply(
            self._counting.judge(listing, readings, missing), listing, self._rules, day, self.weights
        )
        return Ruled(ruled.shown, ruled.counted + apart.counted)
