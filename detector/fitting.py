"""Fits the weights of the scoring table on labelled cases: logistic regression that knows what can't be.

Weights of evidence can't be negative and those of qualifiers not positive. Each is drawn towards the one
before by a normal prior, so that what the cases tell nothing of stays what it was (MAP; Bishop, 2006, 4.5).
Then the sums are calibrated on other cases, by Platt's line (1999) or isotonic steps (Zadrozny and Elkan,
2002), whichever does better on brands that it was not made from; and so are, by `steepening`, the reasons.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import log

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression, minimize

from detector.counted import counted
from detector.errors import DetectorError
from detector.result import Evidence, Qualification, Qualifier, Reason
from detector.scoring import AGAIN, BASE, SUPPORTING, features, weight_of
from detector.steepening import steepened, steepnesses
from detector.weights import PAIRS, Calibration, Steepness, Weights

FEWEST, FEWEST_OF_A_CLASS = 60, 15
"""Labelled cases, and those of the rarer label, below which nothing is fitted."""
STEEPNESS_STRAYING, THRESHOLD_STRAYING, STRAYING = 1.0, 0.01, 0.15
"""The prior's standard deviations: of the logarithms of the base and of the scores from which reasons flag
alone, and of all else, in shares of the base."""
INDEPENDENT = 0.1
"""Cases of one seller, or of one mould, tell less than as many strangers' do."""
SHIFT_STRAYING = 0.02
"""That of Platt's shift, in log-odds."""
STEPS_FROM = 1_000
"""Cases of the rarer label from which on isotonic steps are tried."""
_LEAST = 0.05
_MARGIN = 0.1
"""Log-odds that supporting evidence stays below what flags."""
_ROUNDS = 3

Floats = NDArray[np.float64]
_Key = Reason | Qualifier | str
KEYS: tuple[_Key, ...] = (BASE, AGAIN, *Reason, *PAIRS, *Qualifier)


class FittingRefused(DetectorError):
    """The labelled cases can't be fitted on; the weights before stay."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A case that somebody, or who composed it, said to be infringing or not. `weight` is how many such there
    are in the world; `calibrates` says that it is kept for calibration. `name` is for messages.
    """

    name: str
    brand: str
    infringing: bool
    evidence: tuple[Evidence, ...]
    qualifiers: tuple[Qualification, ...]
    weight: float = 1.0
    calibrates: bool = False


@dataclass(frozen=True, slots=True)
class Fitted:
    weights: Weights
    calibration: str
    """'platt' or 'isotonic'."""


def fit(cases: Sequence[Labelled], before: Weights) -> Fitted:
    """New weights, drawn towards those before. Raises `FittingRefused`, `BadScore`."""
    _refuse(cases)
    fitted_on = [case for case in cases if not case.calibrates]
    kept = [case for case in cases if case.calibrates]
    if min(len({case.infringing for case in some}) for some in (fitted_on, kept)) < 2:
        raise FittingRefused(
            "the cases to fit on, or those kept to calibrate on, hold one label only; cases are split by "
            "their brand, so add decided cases of more brands"
        )
    weights = before
    for _ in range(_ROUNDS):  # which self-declared qualifier is strongest hangs on the weights
        weights = _fitted(fitted_on, weights, before)
    return _calibrated(kept, weights)


def calibrate(cases: Sequence[Labelled], weights: Weights) -> Weights:
    """The same weights, with what those of the cases that are kept to calibrate on say of each reason. Raises
    `FittingRefused`, `BadScore`.
    """
    _refuse(cases)
    kept = [case for case in cases if case.calibrates]
    return replace(weights, by_reason=_by_reason(kept, weights, _half_of_brands(kept)))


def _refuse(cases: Sequence[Labelled]) -> None:
    count, true = len(cases), sum(case.infringing for case in cases)
    rarer = min(true, count - true)
    if count and not rarer:
        label = "infringing" if true else "not infringing"
        raise FittingRefused(f"all {count:,} labelled cases are {label}; fitting needs both kinds")
    if count < FEWEST or rarer < FEWEST_OF_A_CLASS:
        raise FittingRefused(
            f"{counted(count, 'labelled case')} with {rarer:,} of the rarer label are too few to fit on; at "
            f"least {FEWEST} with {FEWEST_OF_A_CLASS} of each are needed"
        )
    told: dict[tuple[object, ...], bool] = {}
    against = [
        case.name
        for case in cases
        if told.setdefault((case.name, case.brand, frozenset(case.evidence)), case.infringing)
        != case.infringing
    ]
    if against:
        names = ", ".join(dict.fromkeys(against[:3]))
        raise FittingRefused(
            f"{counted(len(against), 'case is', 'cases are')} labelled both infringing and not, for the "
            f"same brand and by the same evidence: {names}; settle which holds and take the other out"
        )


def _matrix(cases: Sequence[Labelled], weights: Weights) -> Floats:
    """A row a case, a column a key."""
    column = {key: number for number, key in enumerate(KEYS)}
    rows = np.zeros((len(cases), len(KEYS)))
    for number, case in enumerate(cases):
        for each in features(case.evidence, case.qualifiers, weights):
            rows[number, column[each.key]] += each.value
    return rows


def _labels(cases: Sequence[Labelled]) -> tuple[Floats, Floats]:
    """Label and weight of each, the weights in mean 1."""
    weight = np.array([case.weight for case in cases], float)
    return np.array([case.infringing for case in cases], float), weight / weight.mean()


def _fitted(cases: Sequence[Labelled], current: Weights, before: Weights) -> Weights:
    """In shares of the base: a reason by the score from which it flags alone, all else by how much of that it
    is worth. So the base says how steep risks are, and what signals take for enough hardly moves.
    """
    rows = _matrix(cases, current)
    label, weight = _labels(cases)
    weight = weight * INDEPENDENT
    prior = np.array([_share(key, before) for key in KEYS])
    stray = np.array([STEEPNESS_STRAYING if key == BASE else _straying(key) for key in KEYS])

    def loss(guess: Floats) -> float:
        total = rows @ _values(guess)
        error = np.logaddexp(0, total) - label * total
        return float(weight @ error + (((guess - prior) / stray) ** 2).sum() / 2)

    found = minimize(loss, prior, method="L-BFGS-B", bounds=[_bounds(key) for key in KEYS]).x
    value = dict(zip(KEYS, map(float, _values(found)), strict=True))
    return Weights(
        value[BASE],
        value[AGAIN],
        {reason: value[reason] for reason in Reason},
        {pair: value[pair] for pair in PAIRS},
        {qualifier: value[qualifier] for qualifier in Qualifier},
        thresholds=before.thresholds,
        provenance=before.provenance,
    )


def _share(key: _Key, weights: Weights) -> float:
    """What is fitted of a weight: of the base and of a reason the logarithm."""
    value = weight_of(key, weights)
    if key == BASE:
        return log(-value)
    return log(value / -weights.base) if isinstance(key, Reason) else value / -weights.base


def _values(shares: Floats) -> Floats:
    """The weights that shares stand for."""
    steep = np.exp(shares[0])
    values: Floats = np.where(_IS_REASON, np.exp(np.where(_IS_REASON, shares, 0)), shares) * steep
    values[0] = -steep
    return values


_IS_REASON = np.array([isinstance(key, Reason) for key in KEYS])


def _straying(key: _Key) -> float:
    return THRESHOLD_STRAYING if isinstance(key, Reason) else STRAYING


def _bounds(key: _Key) -> tuple[float | None, float | None]:
    if isinstance(key, Reason) or key == BASE:
        return None, None
    return (None, -_LEAST) if isinstance(key, Qualifier) else (0.0, None)


def _calibrated(cases: Sequence[Labelled], weights: Weights) -> Fitted:
    """By the way with the smaller log loss on the half of the brands that it was not made from; few cases by
    Platt's alone, as steps overfit (Niculescu-Mizil and Caruana, 2005)."""
    total = _matrix(cases, weights) @ np.array([weight_of(key, weights) for key in KEYS])
    label, weight = _labels(cases)
    half = _half_of_brands(cases)
    ways: dict[str, Callable[[Floats, Floats, Floats], Calibration]] = {"platt": platt}
    if min(label.sum(), len(label) - label.sum()) >= STEPS_FROM:
        ways["isotonic"] = isotonic
    losses = {
        name: sum(
            _loss(make(total[side], label[side], weight[side]), total[~side], label[~side], weight[~side])
            for side in (half, ~half)
            if side.any() and (~side).any()
        )
        for name, make in ways.items()
    }
    best = min(losses, key=lambda name: losses[name])
    made = ways[best](total, label, weight)
    calibrated = _supporting(
        _folded(weights, made) if best == "platt" else replace(weights, calibration=made)
    )
    return Fitted(replace(calibrated, by_reason=_by_reason(cases, calibrated, half)), best)


def _half_of_brands(cases: Sequence[Labelled]) -> NDArray[np.bool_]:
    """Which cases are of every other brand."""
    number = {brand: at for at, brand in enumerate(sorted({case.brand for case in cases}))}
    return np.array([number[case.brand] % 2 == 0 for case in cases], bool)


def _by_reason(
    cases: Sequence[Labelled], weights: Weights, half: NDArray[np.bool_]
) -> dict[Reason, Steepness]:
    """How steep each reason's risks are; nothing where that serves other brands no better."""
    total = _matrix(cases, weights) @ np.array([weight_of(key, weights) for key in KEYS])
    odds = np.array([weights.calibration(each) for each in total])
    label, weight = _labels(cases)
    kinds = [frozenset(item.kind for item in case.evidence) for case in cases]
    without = learnt = 0.0
    for side in (half, ~half):
        own, other = np.flatnonzero(side), np.flatnonzero(~side)
        if len(own) and len(other):
            some = [kinds[at] for at in own]
            made = steepnesses(some, odds[own], label[own], weight[own])
            told = steepened([kinds[at] for at in other], odds[other], made)
            without += float(weight[other] @ _error(odds[other], label[other]))
            learnt += float(weight[other] @ _error(told, label[other]))
    return steepnesses(kinds, odds, label, weight) if learnt < without else {}


def _error(odds: Floats, label: Floats) -> Floats:
    """The log loss of each case."""
    error: Floats = np.logaddexp(0, odds) - label * odds
    return error


def _folded(weights: Weights, line: Calibration) -> Weights:
    """The weights with a straight calibration in them, so that the table is all there is to read."""
    slope = (line.odds[1] - line.odds[0]) / (line.at[1] - line.at[0])
    shift = line.odds[0] - slope * line.at[0]
    return replace(
        weights,
        base=weights.base * slope + shift,
        again=weights.again * slope,
        reasons={key: value * slope for key, value in weights.reasons.items()},
        pairs={key: value * slope for key, value in weights.pairs.items()},
        qualifiers={key: value * slope for key, value in weights.qualifiers.items()},
    )


def _supporting(weights: Weights) -> Weights:
    """With what only supports kept from flagging alone."""
    reasons = dict(weights.reasons)
    for reason in SUPPORTING:
        while weights.calibration(weights.base + reasons[reason]) > -_MARGIN and reasons[reason] > _LEAST:
            reasons[reason] *= 0.95
    return replace(weights, reasons=reasons)


def _loss(calibration: Calibration, total: Floats, label: Floats, weight: Floats) -> float:
    odds = np.array([calibration(each) for each in total])
    return float(weight @ _error(odds, label))


def platt(total: Floats, label: Floats, weight: Floats) -> Calibration:
    """A straight line, its slope positive; as two knots."""

    def loss(line: Floats) -> float:
        odds = line[0] * total + line[1]
        error = weight @ (np.logaddexp(0, odds) - label * odds)
        away = (line - (1, 0)) / (1, SHIFT_STRAYING)
        return float(error + (away**2).sum() / 2)

    slope, shift = minimize(loss, np.array([1.0, 0.0]), method="L-BFGS-B", bounds=[(0.1, 10), (-20, 20)]).x
    reach = float(np.abs(total).max()) + 1
    return Calibration((-reach, reach), (float(shift - slope * reach), float(shift + slope * reach)))


def isotonic(total: Floats, label: Floats, weight: Floats) -> Calibration:
    """The steps of isotonic regression, joined by lines through their middles, so that a stronger case always
    ranks before a weaker one."""
    order = np.argsort(total, kind="stable")
    at, truth, mass = total[order], label[order], weight[order]
    level = isotonic_regression(truth, weights=mass).x
    starts = np.flatnonzero(np.append(True, np.diff(level) > 1e-9))
    ends = np.append(starts[1:], len(level))
    knots: list[tuple[float, float]] = []
    for start, end in zip(starts, ends, strict=True):
        middle = float(np.average(at[start:end], weights=mass[start:end]))
        # As if half a case of each label had been seen too: no share is 0 or 1.
        counted = float(mass[start:end].sum())
        share = (float(level[start]) * counted + 0.5) / (counted + 1)
        odds = log(share / (1 - share))
        if not knots or (middle > knots[-1][0] + 1e-3 and odds > knots[-1][1] + 1e-3):
            knots.append((middle, odds))
    return Calibration(tuple(at for at, _ in knots), tuple(odds for _, odds in knots))
