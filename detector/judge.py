"""From a listing, the readings of its pictures and the registry to a verdict with its evidence."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from detector import fair_use, scoring
from detector.appearance import Appearance
from detector.brand import Brand
from detector.inscriptions import weighed
from detector.listing import Listing
from detector.reading import PictureReading, TextLine
from detector.result import Case, Evidence, Missing, Qualification, Result, Verdict
from detector.sighted import Sighted
from detector.sighting import References, Sighting
from detector.signals.brand_claim import BrandClaim
from detector.signals.counterfeit_terms import CounterfeitTerms
from detector.signals.hidden_link import HiddenLink
from detector.signals.hidden_text import HiddenText
from detector.signals.image_copy import ImageCopy
from detector.signals.imitation import Imitation
from detector.signals.logo import Logo
from detector.signals.mismatch import Mismatch
from detector.signals.obscured_logo import ObscuredLogo
from detector.signals.price_anomaly import PriceAnomaly
from detector.signals.product_lookalike import ProductLookalike
from detector.signals.protocol import Finding, Signal
from detector.signals.seller_impersonation import SellerImpersonation
from detector.text.context import default_context
from detector.text.index import MarkIndex
from detector.text.terms import default_terms
from detector.thresholds import Goods
from detector.view import View, passages_of
from detector.weights import Weights, default_weights

if TYPE_CHECKING:
    from detector.text.meaning import Meaning

SIGNALS: tuple[Signal, ...] = (
    Imitation(),
    CounterfeitTerms(),
    HiddenText(),
    BrandClaim(),
    SellerImpersonation(),
    PriceAnomaly(),
    Logo(),
    ObscuredLogo(),
    ImageCopy(),
    ProductLookalike(),
    Mismatch(),
    HiddenLink(),
)

MOST_OF_A_KIND = 10
"""Pieces of evidence of one kind that a case holds: a name that stands a thousand times says no more."""

_CHANGED = 0.1
"""The share of brands, gone or come, beyond which an index is made anew: about as fast then, and compact."""


class Judge:
    """Judges listings against a registry; built once, then fast: reading pictures is not its work.

    `signals` replaces the built-in ones; `meaning` adds offers of imitations in words that no list has, at
    some 10 ms for each sentence that has a cue; `references` are the brands' own pictures, looked for in the
    pictures whose look was read; `versions` is what every result says of its makers; `weights` replace those
    of the scoring table that ship. Of a judge `before` that has mostly the same brands, the very objects, the
    index of their names is taken over and changed, which takes a fraction of the time.
    """

    def __init__(
        self,
        brands: Iterable[Brand],
        *,
        signals: Sequence[Signal] = SIGNALS,
        meaning: "Meaning | None" = None,
        references: References | None = None,
        versions: Mapping[str, str] | None = None,
        weights: Weights | None = None,
        before: "Judge | None" = None,
    ) -> None:
        self.brands = {brand.id: brand for brand in brands}
        self.index = MarkIndex.build(self.brands.values()) if before is None else self._index(before)
        self._signals = [*signals, *self._implied(meaning)]
        self._reads_unnamed = meaning is not None
        self.references = references
        self._sighted = None if references is None else Sighted(references)
        self.versions = versions or {}
        self.weights = weights or default_weights()
        self._terms = default_terms()
        self._context = default_context()

    def _index(self, before: "Judge") -> MarkIndex:
        gone = [one for name, one in before.brands.items() if self.brands.get(name) is not one]
        come = [one for name, one in self.brands.items() if before.brands.get(name) is not one]
        if len(gone) + len(come) > _CHANGED * len(self.brands):
            return MarkIndex.build(self.brands.values())
        return before.index.changed(gone, come) if gone or come else before.index

    def _implied(self, meaning: "Meaning | None") -> Iterator[Signal]:
        if meaning is not None:
            from detector.signals.meaning import ImpliedImitation

            yield ImpliedImitation(meaning, self.brands)

    @property
    def compares_pictures(self) -> bool:
        """Whether it has references, and so wants the look of pictures read, not their text alone."""
        return self.references is not None

    def view(self, listing: Listing, readings: Mapping[int, PictureReading] | None = None) -> View:
        """The listing with its marks found, as the signals see it."""
        readings = readings or {}
        passages = passages_of(listing, readings, self.index.find)
        looks = [
            (f"image:{number}", reading.appearance, reading.lines)
            for number, reading in readings.items()
            if reading.appearance is not None
        ]
        return View(
            listing,
            passages,
            self.brands,
            term_list=self._terms,
            context=self._context,
            sightings=[
                (where, each) for where, look, lines in looks for each in self._recognised(look, lines)
            ],
            patches=[(where, patch) for where, look, _ in looks for patch in look.patches],
            blank=[where for where, look, _ in looks if look.is_blank],
        )

    def _recognised(self, look: Appearance, lines: Sequence[TextLine]) -> Iterator[Sighting]:
        for sighting in () if self._sighted is None else self._sighted.of(look):
            known = weighed(sighting, lines, self.brands[sighting.reference.brand].names())
            if known is not None:
                yield known

    def judge(
        self,
        listing: Listing,
        readings: Mapping[int, PictureReading] | None = None,
        missing: Sequence[Missing] = (),
    ) -> Result:
        """What is said of the listing. `readings` go by the index in `listing.images`, `missing` names the
        others.

        A listing with a picture missing, or read in part, is never `clear`: what was not found may be hidden
        there.
        """
        return self.explain(listing, readings, missing)[0]

    def explain(
        self,
        listing: Listing,
        readings: Mapping[int, PictureReading] | None = None,
        missing: Sequence[Missing] = (),
    ) -> tuple[Result, View]:
        """What `judge` says, and what it was said of."""
        readings = readings or {}
        missing = (*missing, *_not_handed_in(listing, readings, missing), *_read_in_part(readings))
        view = self.view(listing, readings)
        cases = self._cases(view) if view.mentioned or view.sightings or self._reads_unnamed else ()
        risk = cases[0].risk if cases else 0.0
        if any(map(self.flags(listing), cases)):
            verdict = Verdict.FLAG
        else:
            verdict = Verdict.INCOMPLETE if missing else Verdict.CLEAR
        return Result(listing.id, verdict, risk, cases, missing, self.versions or None), view

    def flags(self, listing: Listing) -> Callable[[Case], bool]:
        """Whether a case of this listing asks for a person."""
        goods = Goods(listing)
        return lambda case: case.risk >= scoring.asked_from(case, goods, self.weights)

    def _cases(self, view: View) -> tuple[Case, ...]:
        """A case for each brand that anything was found against, the gravest first."""
        found: dict[str, list[Finding]] = {}
        for signal in self._signals:
            for finding in signal.find(view):
                found.setdefault(finding.brand, []).append(finding)
        cases = [_case(view, brand, findings, self.weights) for brand, findings in found.items()]
        return tuple(sorted(cases, key=lambda case: -case.risk))


def _not_handed_in(
    listing: Listing, readings: Mapping[int, PictureReading], missing: Sequence[Missing]
) -> Iterator[Missing]:
    """The pictures that were neither read nor named as missing."""
    named = {item.where for item in missing}
    for number in range(len(listing.images)):
        if number not in readings and f"image:{number}" not in named:
            yield Missing(f"image:{number}", "nobody read it")


def _read_in_part(readings: Mapping[int, PictureReading]) -> Iterator[Missing]:
    for number, reading in readings.items():
        if reading.unread:
            why = f"{reading.unread} of its places that look like text were left unread, as it holds so many"
            yield Missing(f"image:{number}", why)


def _foremost(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """The strongest of each kind, in the order in which they were found."""
    found = list(evidence)
    kept: set[int] = set()
    for kind in {item.kind for item in found}:
        places = [at for at, item in enumerate(found) if item.kind is kind]
        kept.update(sorted(places, key=lambda at: -found[at].score)[:MOST_OF_A_KIND])
    return tuple(item for at, item in enumerate(found) if at in kept)


def _case(view: View, brand: str, findings: Sequence[Finding], weights: Weights) -> Case:
    evidence = _foremost(dict.fromkeys(finding.evidence for finding in findings))
    qualifiers: tuple[Qualification, ...] = tuple(
        dict.fromkeys(
            [
                *(q for finding in findings for q in finding.qualifiers),
                *fair_use.of_listing(view, view.brands[brand]),
            ]
        )
    )
    return Case(brand, scoring.risk(evidence, qualifiers, weights), evidence, qualifiers)
