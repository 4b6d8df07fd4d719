"""What the registry's rules make of a result: which cases are shown, and which are only counted.

| rule | what it does |
| --- | --- |
| state | a brand in shadow is counted and never shown; a draft or retired one is neither |
| allow: seller, listing | no case: the owner knows of this seller, or of this listing |
| allow: text | what was found inside the allowed words is no evidence |
| allow: mark | what was found to be like that mark is no evidence |
| allow: brand | no case of the brand, on that marketplace |
| licensee | a seller of that name is an authorised one; goods of its make are licensed |
| policy off | evidence for that reason doesn't count |
| policy shadow | it is only counted |
| policy threshold | the risk from which a case is flagged: of its reasons the lowest one counts |
| threshold | the same for goods of a category or a harm, before the policy's (`detector.thresholds`) |

What ends on a day counts on that day for the last time.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from brand_registry.record import Allowed, Licensee, Policy, Record
from brand_registry.states import BrandState
from detector import scoring
from detector.listing import Listing
from detector.result import Case, Evidence, Qualification, Qualifier, Reason, Result, Verdict
from detector.thresholds import Goods, Threshold, Thresholds
from detector.view import BRAND, SELLER, texts_of
from detector.weights import Weights, default_weights


@dataclass(frozen=True, slots=True)
class BrandRules:
    """Of one brand."""

    state: BrandState = BrandState.LIVE
    allow: tuple[Allowed, ...] = ()
    licensees: tuple[Licensee, ...] = ()
    policies: Mapping[Reason, Policy] = field(default_factory=dict)
    thresholds: Thresholds = field(default_factory=Thresholds)

    def threshold(self, case: Case, goods: Goods, weights: Weights) -> float:
        """The risk from which a person is asked; `weights` have the house's thresholds."""
        if not (self.thresholds or self.policies):
            return scoring.asked_from(case, goods, weights)
        return min((self._of(reason, goods, weights) for reason in case.reasons), default=scoring.FLAG_FROM)

    def _of(self, reason: Reason, goods: Goods, weights: Weights) -> float:
        policy = self.policies.get(reason)
        asked = (
            self.thresholds.of(goods, reason),
            None if policy is None else policy.threshold,
            weights.thresholds.of(goods, reason),
        )
        return next((one for one in asked if one is not None), scoring.FLAG_FROM)


@dataclass(frozen=True, slots=True)
class Counted:
    """A case that nobody is shown; `flagged` says whether it would ask for a person."""

    case: Case
    flagged: bool


@dataclass(frozen=True, slots=True)
class Ruled:
    """`shown` is the result without what is only `counted`."""

    shown: Result
    counted: tuple[Counted, ...] = ()


Rules = Mapping[str, BrandRules]
"""By the ids of brands as results name them; a brand without any is live, and all of it is shown."""


def rules_of(record: Record, state: BrandState = BrandState.LIVE) -> BrandRules | None:
    """What a brand's record rules; None where it rules nothing."""
    ruling = record.allow or record.licensees or record.policies or record.thresholds
    if state is BrandState.LIVE and not ruling:
        return None
    policies = {policy.reason: policy for policy in record.policies}
    thresholds = Thresholds(
        Threshold(one.scope, one.value, one.threshold, one.reason) for one in record.thresholds
    )
    return BrandRules(state, record.allow, record.licensees, policies, thresholds)


def apply(result: Result, listing: Listing, rules: Rules, day: date, weights: Weights | None = None) -> Ruled:
    """What is shown and what is counted of a result on a day. `weights` are those it was judged with."""
    if not any(case.brand in rules for case in result.cases):
        return Ruled(result)
    shown: list[Case] = []
    counted: list[Counted] = []
    flagged = False
    goods, house = Goods(listing), weights or default_weights()
    for case in result.cases:
        own = rules.get(case.brand, _NONE)
        if own.state in {BrandState.DRAFT, BrandState.RETIRED}:
            continue
        whole = _allowed(case, listing, own, day, weights)
        if whole is None:
            continue
        seen = None if own.state is BrandState.SHADOW else _without(whole, own, "shadow", weights)
        if seen is not None:
            shown.append(seen)
            flagged |= seen.risk >= own.threshold(seen, goods, house)
        if seen != whole:
            counted.append(Counted(whole, whole.risk >= own.threshold(whole, goods, house)))
    shown.sort(key=lambda case: -case.risk)
    verdict = Verdict.FLAG if flagged else Verdict.INCOMPLETE if result.missing else Verdict.CLEAR
    risk = shown[0].risk if shown else 0.0
    return Ruled(replace(result, cases=tuple(shown), risk=risk, verdict=verdict), tuple(counted))


_NONE = BrandRules()


def _allowed(
    case: Case, listing: Listing, own: BrandRules, day: date, weights: Weights | None
) -> Case | None:
    """The case without what its owner allows or switched off; None where nothing of it remains."""
    allow = [one for one in own.allow if one.until is None or day <= one.until]
    if any(_is_of(one, listing) for one in allow):
        return None
    words = [one.value for one in allow if one.scope == "text" and _on(one, listing)]
    left = _without(case, own, "off", weights)
    marks = {one.value.casefold() for one in allow if one.scope == "mark" and _on(one, listing)}
    if left is not None and marks:
        others = tuple(one for one in left.evidence if (one.mark or "").casefold() not in marks)
        left = _of_evidence(left, others, weights)
    if left is not None and words:
        texts = dict(texts_of(listing))
        kept = tuple(one for one in left.evidence if not _inside(one, words, texts))
        left = _of_evidence(left, kept, weights)
    return left and _licensed(left, listing, own, day, weights)


def _is_of(allowed: Allowed, listing: Listing) -> bool:
    if not _on(allowed, listing):
        return False
    if allowed.scope == "brand":
        return True
    if allowed.scope == "listing":
        return allowed.value == listing.id
    return allowed.scope == "seller" and listing.seller is not None and allowed.value == listing.seller.id


def _on(allowed: Allowed, listing: Listing) -> bool:
    return allowed.marketplace is None or allowed.marketplace == listing.marketplace


def _inside(evidence: Evidence, words: Iterable[str], texts: Mapping[str, str]) -> bool:
    """Whether evidence lies within allowed words where they stand; of a picture's text only what was found
    is known.
    """
    for value in words:
        if evidence.span is None:
            if evidence.found is not None and evidence.found.casefold() == value.casefold():
                return True
        elif any(
            start <= evidence.span[0] and evidence.span[1] <= end
            for start, end in _places(value, texts.get(evidence.where, ""))
        ):
            return True
    return False


def _places(value: str, text: str) -> Iterator[tuple[int, int]]:
    """Where the words stand in a text, whatever their case."""
    sought, length = value.casefold(), len(value)
    for start in range(len(text) - length + 1):
        if text[start : start + length].casefold() == sought:
            yield start, start + length


def _without(case: Case, own: BrandRules, mode: str, weights: Weights | None) -> Case | None:
    """The case without the evidence whose policy is of a mode."""
    kept = tuple(
        one for one in case.evidence if (policy := own.policies.get(one.kind)) is None or policy.mode != mode
    )
    return _of_evidence(case, kept, weights)


def _of_evidence(case: Case, evidence: tuple[Evidence, ...], weights: Weights | None) -> Case | None:
    if not evidence:
        return None
    if evidence == case.evidence:
        return case
    return replace(case, evidence=evidence, risk=scoring.risk(evidence, case.qualifiers, weights))


def _licensed(case: Case, listing: Listing, own: BrandRules, day: date, weights: Weights | None) -> Case:
    seller = (listing.seller.name if listing.seller else None) or ""
    said = []
    for one in own.licensees:
        if one.until is not None and day > one.until:
            continue
        name = one.name.strip().casefold()
        if seller.strip().casefold() == name:
            said.append(_qualification(Qualifier.AUTHORISED_SELLER, SELLER, seller))
        if (listing.brand or "").strip().casefold() == name:
            said.append(_qualification(Qualifier.LICENSED_PRODUCT, BRAND, listing.brand or ""))
    new = tuple(one for one in dict.fromkeys(said) if one not in case.qualifiers)
    if not new:
        return case
    qualifiers = case.qualifiers + new
    return replace(case, qualifiers=qualifiers, risk=scoring.risk(case.evidence, qualifiers, weights))


def _qualification(kind: Qualifier, where: str, text: str) -> Qualification:
    return Qualification(kind, where, text, (0, len(text)), detail="has a licence of the owner's")
