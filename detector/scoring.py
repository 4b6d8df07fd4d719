"""How evidence becomes a risk: a table of features and qualifiers with their weights, in log-odds.

| feature | counts |
| --- | --- |
| a reason | its weight times the score of its strongest evidence |
| again | for every further piece of evidence of a kind, up to three of them |
| disguised and cheap | a disguised name beside a price that the genuine can't have |
| posing and claiming | a shop that poses as the brand, and goods claimed as the brand's |
| talk and disguise | words that offer a counterfeit, and a disguised name |
| a qualifier | its weight; of what a seller only has to write, the strongest alone |
| a model in the middle | what `detector/middle/band.py` lets its opinion count, after calibration |

Beside look-alike characters or a name cut up, words that a seller only has to write count less, unless one
slip of the fingers explains the disguise. Where the words say that goods fit the brand's, all that pictures
show of it counts once: honest accessories are shown on what they fit.

risk = 1 / (1 + exp(-calibrated(base + sum of weights))): how many of such cases are abuses, where one listing
of twenty is one. A case is for a person to see from 0.5 on, or from what is set for goods of its category or
harm (`detector.thresholds`). What is calibrated is the sum, then how far from 0.5 cases with one reason or
another are: of several reasons the one that leaves the most risk counts. The weights are `data/weights.json`,
fitted by `detector fit`; more evidence never lowers a risk, and a qualifier never raises it.
"""

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from math import exp, isfinite, log

from detector.errors import DetectorError
from detector.result import Case, Evidence, Opinion, Qualification, Qualifier, Reason
from detector.text.slips import is_slip
from detector.thresholds import Goods
from detector.weights import Steepness, Weights, default_weights

FLAG_FROM = 0.5

MOST_AGAIN = 3
"""Pieces of evidence of one kind, beside the strongest, that count."""

DISGUISED = frozenset(
    {
        Reason.LOOKALIKE_CHARACTERS,
        Reason.MISSPELLING,
        Reason.SPLIT_OR_PADDED,
        Reason.OTHER_SCRIPT,
        Reason.SOUNDS_ALIKE,
    }
)
"""What a name is written like that is not the brand's own."""

SELF_DECLARED = frozenset(
    {
        Qualifier.LICENSED_PRODUCT,
        Qualifier.COMPATIBLE_WITH,
        Qualifier.GENUINE_RESALE,
        Qualifier.HOMAGE_OWN_BRAND,
    }
)
"""What a seller only has to write: of these the strongest counts, or a few sentences would acquit anybody."""

DELIBERATE = frozenset({Reason.LOOKALIKE_CHARACTERS, Reason.SPLIT_OR_PADDED})
"""Disguises that nobody types by mistake, unless they are a slip."""
DISTRUST = 0.9
"""The share that a deliberate disguise takes from what the seller only has to write."""

SHOWN = frozenset(
    {
        Reason.HIDDEN_TEXT,
        Reason.LOGO,
        Reason.OBSCURED_LOGO,
        Reason.PRODUCT_LOOKALIKE,
    }
)
"""What a picture shows of the goods that an accessory is for."""

SUPPORTING: frozenset[Reason] = frozenset({Reason.PRICE_ANOMALY, Reason.MISMATCH, Reason.HIDDEN_LINK})
"""What flags nothing alone, however sure."""
HINTS = frozenset({Reason.MISMATCH, Reason.HIDDEN_LINK})
"""Of these, where there is nothing else but a price, the heavier counts: honest shops can have both."""


class BadScore(DetectorError):
    """A signal gave a score that is no number."""


@dataclass(frozen=True, slots=True)
class Weight:
    """One line of the sum: what counted, and by how much."""

    name: str
    weight: float

    def __str__(self) -> str:
        return f"{self.name} {self.weight:+.1f}"


@dataclass(frozen=True, slots=True)
class Feature:
    """What a case has of one row of the table. `key` names the row, `name` says it for a person."""

    key: Reason | Qualifier | str
    value: float
    name: str


BASE, AGAIN = "base", "again"
"""Rows that are no reason, pair or qualifier."""


def features(
    evidence: Iterable[Evidence], qualifiers: Iterable[Qualification], weights: Weights
) -> Iterator[Feature]:
    """The rows that a case has, its base first; `weights` tell which self-declared qualifier is strongest.

    Raises `BadScore`.
    """
    yield Feature(BASE, 1.0, BASE)
    by_kind: dict[Reason, list[Evidence]] = {}
    for item in evidence:
        if not isfinite(item.score):
            raise BadScore(
                f"{item.kind.value} in {item.where} came with a score that is no number; the signal that "
                "gave it is at fault, and the listing is not judged"
            )
        by_kind.setdefault(item.kind, []).append(item)
    told = dict.fromkeys(q.kind for q in qualifiers)
    if Qualifier.COMPATIBLE_WITH in told:
        _show_once(by_kind, weights)
    if by_kind.keys() <= SUPPORTING:
        _hint_once(by_kind, weights)
    strongest: dict[Reason, float] = {}
    for kind, items in by_kind.items():
        first, *more = sorted(items, key=lambda e: -e.score)
        strongest[kind] = first.score
        yield Feature(kind, first.score, f"{kind.value} in {first.where}")
        if more:
            yield Feature(AGAIN, float(min(len(more), MOST_AGAIN)), f"{kind.value} again")
    said = [each for each in told if each in SELF_DECLARED]
    acquits = min(said, key=lambda each: weights.qualifiers[each], default=None)
    yield from _pairs(strongest)
    deliberate = max(
        (item.score for kind in DELIBERATE for item in by_kind.get(kind, ()) if not _is_slip(item)),
        default=0.0,
    )
    for each in told:
        if each is acquits:
            yield Feature(each, 1 - DISTRUST * deliberate, each.value)
        elif each not in said:
            yield Feature(each, 1.0, each.value)


def _is_slip(evidence: Evidence) -> bool:
    return evidence.mark is not None and is_slip(evidence.found or "", evidence.mark)


def _show_once(by_kind: dict[Reason, list[Evidence]], weights: Weights) -> None:
    """Leaves of what pictures show the piece that weighs most."""
    shown = [
        (weights.reasons[kind] * item.score, kind, item)
        for kind in SHOWN & by_kind.keys()
        for item in by_kind.pop(kind)
    ]
    if shown:
        _, kind, item = max(shown, key=lambda one: (one[0], one[1].value))
        by_kind[kind] = [item]


def _hint_once(by_kind: dict[Reason, list[Evidence]], weights: Weights) -> None:
    """Leaves of hints that support, and have nothing to support but a price, the kind that weighs most."""
    weighed = sorted(
        (weights.reasons[kind] * max(item.score for item in by_kind[kind]), kind.value, kind)
        for kind in HINTS & by_kind.keys()
    )
    for _, _, kind in weighed[:-1]:
        del by_kind[kind]


def _surest(strongest: Mapping[Reason, float], kinds: Set[Reason]) -> float:
    return max((score for kind, score in strongest.items() if kind in kinds), default=0.0)


def _pairs(strongest: Mapping[Reason, float]) -> Iterator[Feature]:
    disguise = _surest(strongest, DISGUISED)
    claim, cheap = strongest.get(Reason.BRAND_CLAIM, 0.0), strongest.get(Reason.PRICE_ANOMALY, 0.0)
    for name, value in (
        ("disguised and cheap", min(disguise, max(claim, cheap))),
        ("posing and claiming", min(strongest.get(Reason.SELLER_IMPERSONATION, 0.0), claim)),
        ("talk and disguise", min(strongest.get(Reason.COUNTERFEIT_TERMS, 0.0), disguise)),
    ):
        if value > 0:
            yield Feature(name, value, name)


def weight_of(key: Reason | Qualifier | str, weights: Weights) -> float:
    """What a row of the table counts."""
    if isinstance(key, Reason):
        return weights.reasons[key]
    if isinstance(key, Qualifier):
        return weights.qualifiers[key]
    if key == BASE:
        return weights.base
    return weights.again if key == AGAIN else weights.pairs[key]


def explain(
    evidence: Iterable[Evidence],
    qualifiers: Iterable[Qualification],
    weights: Weights | None = None,
    opinion: Opinion | None = None,
) -> list[Weight]:
    """The sum behind a risk, line by line, its base first; what calibration moves it by, and what a model
    said of it, stand last.
    """
    weights = weights or default_weights()
    found = list(evidence)
    lines = [
        Weight(each.name, weight_of(each.key, weights) * each.value)
        for each in features(found, qualifiers, weights)
    ]
    total = sum(line.weight for line in lines)
    moved = _steepened(weights.calibration(total), {item.kind for item in found}, weights) - total
    if moved:
        lines.append(Weight("calibration", moved))
    if opinion is not None:
        lines.append(Weight(f"model in the middle: {opinion.answer.value}", opinion.weight))
    return lines


def _steepened(odds: float, kinds: Set[Reason], weights: Weights) -> float:
    """What the reasons make of calibrated log-odds. The sign stays, and a reason more never makes them less;
    nothing found is the least of all."""
    if not kinds:
        return odds * max([1.0, *(each.below for each in weights.by_reason.values())])
    own = [weights.by_reason.get(kind, Steepness()) for kind in kinds]
    return max(odds * (each.above if odds > 0 else each.below) for each in own)


def risk(
    evidence: Iterable[Evidence],
    qualifiers: Iterable[Qualification],
    weights: Weights | None = None,
    opinion: Opinion | None = None,
) -> float:
    """The probability, 0 to 1, that the listing abuses the brand; by default by the weights that ship."""
    return probability(sum(line.weight for line in explain(evidence, qualifiers, weights, opinion)))


def asked_from(case: Case, goods: Goods, weights: Weights) -> float:
    """The risk from which the house asks a person."""
    own = (weights.thresholds.of(goods, reason) for reason in case.reasons)
    return min((FLAG_FROM if one is None else one for one in own), default=FLAG_FROM)


def probability(odds: float) -> float:
    """Of log-odds."""
    return 1 / (1 + exp(-min(max(odds, -500.0), 500.0)))


def log_odds(probability: float) -> float:
    """Of a probability between 0 and 1, both excluded."""
    return log(probability / (1 - probability))
