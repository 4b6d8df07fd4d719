"""A measured speed or size, beside what was aimed at and what a plain peer reaches in the same run."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measurement:
    """`value` in `unit` ('listings/s', 'MB', 's', …). `target` is a lower bound, an upper one where
    `at_most` is set.

    `peers` maps a plain method's name to its value, in the same unit, on the same work. `note` says what the
    number can't: how much was measured, or what the peer misses.
    """

    part: str
    name: str
    value: float
    unit: str
    target: float | None = None
    at_most: bool = False
    peers: tuple[tuple[str, float], ...] = ()
    note: str = ""

    @property
    def met(self) -> bool | None:
        if self.target is None:
            return None
        return self.value <= self.target if self.at_most else self.value >= self.target
