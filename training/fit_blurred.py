"""Fits the trees that tell blurred patches: python -m training.fit_blurred DATA.

On half of the photos of the evaluation data, by the hash of their names; the other half is what
`detector evaluate --part obscured` reports. Nothing of a photo is kept but thresholds of measures.
"""

import argparse
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.model_selection import GroupKFold

from benchmarks.blurs import Box, background_unfocused, mark_unfocused, smeared
from benchmarks.edits import jpeg
from benchmarks.photos import pixels_of
from benchmarks.quality.obscured import FOLDERS, LARGEST, SMALLEST, fitting, marks_of, reported, seed_of
from detector.image.blurred import CERTAIN, DEPTH, TREES, candidates
from detector.image.decoding import Pixels

SEED = 7
BLURS = 3  # of each photo with marks
FALSE = 0.01  # of the untouched photos may be taken for blurred
ON_IT, OFF_IT = 0.25, 0.02  # of their union that a window and the blurred place have in common
LEAVES = 1 << DEPTH
NUMBER, RATE, PART, FEWEST = 150, 0.08, 0.6, 12

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Picture:
    """What was measured of a picture's windows, and how much of each lies on its blurred place."""

    photo: str
    kind: str
    measures: Floats
    common: Floats


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="the folder of the evaluation data")
    arguments = parser.parse_args()
    fit(_pictures(arguments.data))


def fit(seen: Iterable[Picture]) -> None:
    """Writes the trees, and tells what they find of photos that they were not fitted on."""
    pictures = sorted((each for each in seen if len(each.measures)), key=lambda each: (each.photo, each.kind))
    measures = np.concatenate([each.measures for each in pictures])
    common = np.concatenate([each.common for each in pictures])
    groups = np.concatenate([np.full(len(each.common), seed_of(Path(each.photo))) for each in pictures])
    known = (common >= ON_IT) | (common < OFF_IT)
    labels = common >= ON_IT
    odds = np.zeros(len(labels))
    for others, rest in GroupKFold(5).split(measures, labels, groups):
        some = others[known[others]]
        odds[rest] = _model().fit(measures[some], labels[some]).decision_function(measures[rest])
    least = _threshold(pictures, odds)
    for kind, share in _shares(pictures, odds, least).items():
        print(f"{kind}: {share}")
    model = _model().fit(measures[known], labels[known])
    trees = exported(model)
    # All start from the same odds, moved so that the threshold is where CERTAIN is.
    start = np.log(labels[known].mean() / (1 - labels[known].mean()))
    trees[0, -LEAVES:] += start + CERTAIN - least
    np.save(TREES, trees.astype(np.float32))


def _pictures(data: Path) -> Iterator[Picture]:
    for folder in FOLDERS:
        for path in sorted((data / folder).iterdir()):
            if path.suffix.lower() not in (".jpg", ".jpeg", ".png") or reported(path):
                continue
            dice = np.random.default_rng([SEED, seed_of(path)])
            pixels = fitting(pixels_of(path))
            yield _seen(path, "untouched", pixels)
            if dice.random() < 0.5:
                yield _seen(path, "resized, soft or coarse", _spoilt(pixels, dice))
            if not folder.startswith("logos") and (box := _varied(pixels, dice)):
                yield _seen(path, "blurred elsewhere", smeared(pixels, box, dice), box)
                if dice.random() < 0.25:
                    yield _seen(path, "background out of focus", background_unfocused(pixels, box, dice))
                    yield _seen(path, "place out of focus", mark_unfocused(pixels, box, dice))
    for path, pixels, marks in marks_of(data, lambda path: not reported(path)):
        dice = np.random.default_rng([SEED, seed_of(path)])
        for _ in range(BLURS):
            box = marks[int(dice.integers(len(marks)))]
            yield _seen(path, "mark blurred", smeared(pixels, box, dice), box)
        box = marks[int(dice.integers(len(marks)))]
        yield _seen(path, "mark's background out of focus", background_unfocused(pixels, box, dice))
        yield _seen(path, "mark out of focus", mark_unfocused(pixels, box, dice))


def _seen(path: Path, kind: str, pixels: Pixels, blurred: Box | None = None) -> Picture:
    windows, measures, scale = candidates(pixels)
    common = np.zeros(len(windows))
    if blurred is not None:
        box = np.array(blurred, np.float64)
        windows = windows / scale
        low, high = np.maximum(windows[:, :2], box[:2]), np.minimum(windows[:, 2:], box[2:])
        shared = np.maximum(high - low, 0).prod(axis=1)
        whole = (windows[:, 2:] - windows[:, :2]).prod(axis=1) + (box[2:] - box[:2]).prod()
        common = shared / (whole - shared)
    return Picture(path.name, kind, measures, common)


def _spoilt(pixels: Pixels, dice: Generator) -> Pixels:
    """As pictures come: smaller, larger than they were, soft all over, saved at a low quality."""
    how = int(dice.integers(4))
    if how == 3:
        return jpeg(pixels, int(dice.integers(35, 70)))
    if how == 2:
        return jpeg(np.asarray(cv2.GaussianBlur(pixels, (0, 0), dice.uniform(0.7, 3)), np.uint8), 85)
    scale = dice.uniform(0.4, 0.9) if how == 0 else dice.uniform(1.3, 2.5)
    size = [max(1, round(side * scale)) for side in pixels.shape[1::-1]]
    resized = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    return jpeg(np.asarray(resized, np.uint8), int(dice.integers(70, 95)))


def _varied(pixels: Pixels, dice: Generator) -> Box | None:
    """A place with something to hide: with edges, as a mark has."""
    height, width = pixels.shape[:2]
    edges = np.abs(cv2.Laplacian(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), cv2.CV_32F))
    for _ in range(12):
        shorter = dice.uniform(0.1, 0.35) * min(height, width)
        aspect = dice.choice([1.0, 1.6, 3.0, 0.7])
        wide, high = int(shorter * max(1, aspect)), int(shorter * max(1, 1 / aspect))
        if shorter < SMALLEST or wide >= width or high >= height or wide * high > LARGEST * width * height:
            continue
        left, top = int(dice.integers(width - wide)), int(dice.integers(height - high))
        if edges[top : top + high, left : left + wide].mean() > 1.2 * edges.mean() + 3:
            return left, top, left + wide, top + high
    return None


def _model() -> GradientBoostingClassifier:
    return GradientBoostingClassifier(
        n_estimators=NUMBER,
        learning_rate=RATE,
        max_depth=DEPTH,
        subsample=PART,
        max_features=0.2,
        min_samples_leaf=FEWEST,
        random_state=SEED,
    )


def _most(pictures: list[Picture], odds: Floats) -> Iterator[tuple[Picture, float]]:
    """Each picture with the odds of its likeliest window; of those with a blurred place, of one that is on
    it."""
    at = 0
    for each in pictures:
        some = odds[at : at + len(each.common)]
        at += len(each.common)
        if "blurred" in each.kind:
            some = some[each.common >= 0.1]
        yield each, float(some.max(initial=-np.inf))


def _threshold(pictures: list[Picture], odds: Floats) -> float:
    most = [likeliest for each, likeliest in _most(pictures, odds) if each.kind == "untouched"]
    return float(np.quantile(most, 1 - FALSE))


def _shares(pictures: list[Picture], odds: Floats, least: float) -> dict[str, str]:
    kinds: dict[str, list[bool]] = {}
    for each, likeliest in _most(pictures, odds):
        kinds.setdefault(each.kind, []).append(likeliest > least)
    return {kind: f"{np.mean(found):.1%} of {len(found)}" for kind, found in kinds.items()}


def exported(model: GradientBoostingClassifier) -> Floats:
    """The trees as rows: which measure each node asks for, the most that leads left, what each leaf adds."""
    rows = np.zeros((len(model.estimators_), 3 * LEAVES - 2))
    for row, (estimator,) in zip(rows, model.estimators_, strict=True):
        tree = estimator.tree_
        at = [0]  # the node of sklearn's that stands at each of ours; a leaf stands for all below it
        for node in range(LEAVES - 1):
            here = at[node]
            inner = tree.children_left[here] >= 0
            row[node] = tree.feature[here] if inner else 0
            row[LEAVES - 1 + node] = tree.threshold[here] if inner else np.inf
            at += [tree.children_left[here], tree.children_right[here]] if inner else [here, here]
        row[-LEAVES:] = [RATE * tree.value[here, 0, 0] for here in at[LEAVES - 1 :]]
    return rows


if __name__ == "__main__":
    main()
