"""The frozen baseline: figures on generated data that no change may make worse unseen.

The cases are the same in each run, so that any other figure is a change of the detector's; a fall beyond the
interval that was frozen with a figure is more than a handful of cases.
"""

import json
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from benchmarks.figure import Estimate, Figure
from detector.errors import UnreadableInput

_DIGITS = 5


@dataclass(frozen=True, slots=True)
class Frozen:
    """A figure as it was; `at_most` says that less is better."""

    share: float
    interval: tuple[float, float]
    total: int
    at_most: bool


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a figure; None where there was none, or is none any more."""

    name: str
    before: Frozen | None
    now: Frozen | None

    @property
    def worse(self) -> float:
        """By how much, below 0 where it is better."""
        if self.before is None or self.now is None:
            return 0.0
        return (self.now.share - self.before.share) * (1 if self.before.at_most else -1)

    @property
    def fell(self) -> bool:
        """Whether it is worse than its interval allows, or gone."""
        if self.before is None:
            return False
        if self.now is None:
            return True
        low, high = self.before.interval
        return self.now.share > high if self.before.at_most else self.now.share < low

    def __str__(self) -> str:
        if self.before is None and self.now is not None:
            return f"{self.name}: new, {self.now.share:.2%}"
        if self.before is None or self.now is None:
            return f"{self.name}: is gone"
        low, high = self.before.interval
        word = "worse" if self.worse > 0 else "better"
        beyond = ", beyond its interval" if self.fell else ""
        was = f"{self.before.share:.2%} ({low:.2%} to {high:.2%}) before"
        return f"{self.name}: {was}, {self.now.share:.2%} now, {word}{beyond}"


def baseline_file() -> Path:
    return Path(str(files("benchmarks"))) / "data" / "baseline.json"


def measured() -> dict[str, Frozen]:
    """The figures of the composed benchmark's words on generated data, but those by language, and of reasons
    that few cases have."""
    from benchmarks.composed.case import Part
    from benchmarks.composed.judging import judged
    from benchmarks.composed.outcome import outcome_of
    from benchmarks.generated import write_data
    from benchmarks.quality.composed import figures

    with tempfile.TemporaryDirectory(prefix="detector-baseline-") as temporary:
        cases = judged(write_data(Path(temporary)), (Part.TEST,), pictures=False)
        outcomes = [outcome_of(one.case, one.result) for one in cases]
    return frozen(figures(outcomes))


def frozen(some: Iterable[Figure | Estimate]) -> dict[str, Frozen]:
    return {
        one.name: Frozen(
            round(one.share, _DIGITS),
            (round(one.interval[0], _DIGITS), round(one.interval[1], _DIGITS)),
            one.total,
            one.at_most,
        )
        for one in some
        if one.total and not _too_fine(one)
    }


def _too_fine(one: Figure | Estimate) -> bool:
    by_reason = one.name.startswith("calibration error, ")
    return ", language " in one.name or (by_reason and one.target is None)


def read(file: Path) -> dict[str, Frozen]:
    """Raises `UnreadableInput`."""
    try:
        return TypeAdapter(dict[str, Frozen]).validate_python(json.loads(file.read_bytes())["figures"])
    except (OSError, KeyError, TypeError, ValueError, ValidationError) as error:
        why = (
            f"cannot be read ({error.strerror})" if isinstance(error, OSError) else "holds no frozen figures"
        )
        raise UnreadableInput(f"{file}: {why}; freeze them anew with `detector evaluate --freeze`") from None


def write(figures: Mapping[str, Frozen], file: Path) -> None:
    """With the version and the day, one line a figure, so that a change is read in a diff."""
    about = {
        "detector": version("listing-infringement-detector"),
        "day": datetime.now(UTC).date().isoformat(),
    }
    lines = [f"  {json.dumps(name)}: {json.dumps(asdict(one))}" for name, one in sorted(figures.items())]
    head = json.dumps(about)[:-1]
    file.write_text(f'{head}, "figures": {{\n' + ",\n".join(lines) + "\n}}\n", encoding="utf-8")


def changes(before: Mapping[str, Frozen], now: Mapping[str, Frozen]) -> list[Change]:
    """Every figure that is another, the worst first."""
    some = [Change(name, before.get(name), now.get(name)) for name in dict.fromkeys((*before, *now))]
    changed = [one for one in some if one.before is None or one.now is None or abs(one.worse) > 1e-9]
    return sorted(changed, key=lambda one: (not one.fell, -one.worse))


def run(*, freeze: bool) -> int:
    """Tells what changed; freezes it, or gives 1 where a figure fell beyond its interval."""
    file = baseline_file()
    before = read(file) if file.exists() or not freeze else {}
    now = measured()
    changed = changes(before, now)
    for one in changed:
        print(one)
    fell = sum(one.fell for one in changed)
    if freeze:
        write(now, file)
        print(f"{len(now)} figures are frozen in {file}; {len(changed)} of them changed, {fell} fell")
        return 0
    print(f"{len(before)} figures: {len(changed)} changed, {fell} fell beyond their intervals")
    return int(fell > 0)
