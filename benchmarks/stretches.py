"""Two ways to the same results compared over the same stretch: their second half, when all models are loaded
and nothing starts any more.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import psutil

_EVERY = 0.05
"""Seconds between two looks at how far it is."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """The second half of so many listings. `processor` is the seconds that all processes computed in it,
    which a busy machine bends less (the same scan varied by 7% there).
    """

    listings: int
    seconds: float
    processor: float

    @property
    def rate(self) -> float:
        return self.listings / self.seconds

    @property
    def cost(self) -> float:
        """Seconds of a processor a listing."""
        return self.processor / self.listings


def second_half(total: int, done: Callable[[], int], pids: Sequence[int], longest: float) -> Stretch:
    """Waits until all are done. Raises `TimeoutError` where that takes too long."""
    until = time.monotonic() + longest
    began: tuple[float, float, int] | None = None
    while (count := done()) < total:
        if time.monotonic() > until:
            raise TimeoutError(f"{count} of {total} listings were done after {longest:.0f} seconds")
        if began is None and count >= total / 2:
            began = time.monotonic(), computed(pids), count
        time.sleep(_EVERY)
    if began is None:
        raise TimeoutError(f"all {total} listings were done between two looks: too few to measure")
    at, processor, count = began
    return Stretch(total - count, time.monotonic() - at, computed(pids) - processor)


def computed(pids: Sequence[int]) -> float:
    """Seconds that these processes and all that they started have computed."""
    total = 0.0
    for pid in pids:
        try:
            parent = psutil.Process(pid)
            for process in (parent, *parent.children(recursive=True)):
                times = process.cpu_times()
                total += times.user + times.system + times.children_user + times.children_system
        except psutil.NoSuchProcess:
            continue
    return total
