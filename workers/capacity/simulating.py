"""The queues of a day or more, minute by minute, as a fluid: what comes in, what is done, what waits.

A machine's processors do what is due in the order of the queues: judging first, then reading, then rescans.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import cos, pi

MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Costs:
    """Seconds of one processor: `listing` for all steps of the graph but judging and reading, `judge` a
    listing, `read` a picture, `look` what it takes more where brands have pictures, `compare` what each
    picture of a listing takes there that isn't remembered, `rescan` a listing.
    """

    listing: float = 0.036
    judge: float = 2 / 2_360
    read: float = 1 / 4.3
    look: float = 0.32
    compare: float = 0.13
    rescan: float = 60 / 840_000


@dataclass(frozen=True, slots=True)
class Load:
    """What comes in. `pictures` a listing; of these the share `repeated` was read before, of which the share
    `remembered` was compared lately by the process that judges; of the others the share `read` passes what
    gates there are. `swing` is how much more than the mean comes at the busiest time, 0 to 1. `rescanned`
    listings are to be judged again, from the first minute on.
    """

    listings_a_day: float
    pictures: float = 3.0
    repeated: float = 0.8
    remembered: float = 0.0
    read: float = 1.0
    swing: float = 0.5
    looks: bool = True
    rescanned: float = 0.0


@dataclass(frozen=True, slots=True)
class Minute:
    """How it stands at the end of a minute: `busy` is the share of the processors, queues are in listings,
    pictures, and listings of a rescan; `lag` is how many seconds the newest picture waits.
    """

    busy: float
    listings: float
    pictures: float
    rescan: float
    lag: float


def simulate(
    load: Load, processors: float, costs: Costs | None = None, days: float = 1.0
) -> Iterator[Minute]:
    """Minute by minute; the busiest time is at noon."""
    costs = costs or Costs()
    a_listing, a_picture = _each(load, costs)
    room = processors * 60.0
    listings = pictures = 0.0
    rescan = load.rescanned
    for minute in range(int(days * MINUTES)):
        arriving = load.listings_a_day / MINUTES * (1 - load.swing * cos(2 * pi * minute / MINUTES))
        listings += arriving
        pictures += arriving * load.pictures * (1 - load.repeated) * load.read
        left = room
        for_listings = min(listings, left / a_listing)
        left -= for_listings * a_listing
        for_pictures = min(pictures, left / a_picture)
        left -= for_pictures * a_picture
        for_rescan = min(rescan, left / costs.rescan)
        left -= for_rescan * costs.rescan
        listings, pictures, rescan = listings - for_listings, pictures - for_pictures, rescan - for_rescan
        lag = drained(listings, pictures, processors, load, costs)
        yield Minute(1 - left / room, listings, pictures, rescan, lag)


def drained(listings: float, pictures: float, processors: float, load: Load, costs: Costs) -> float:
    """Seconds until so many listings are judged, and so many of their pictures read."""
    a_listing, a_picture = _each(load, costs)
    return (listings * a_listing + pictures * a_picture) / processors


def needed(load: Load, costs: Costs | None = None, most_lag: float = 60.0) -> int:
    """The least number of processors with which nothing of a day waits longer than `most_lag` seconds."""
    low, high = 1, 1
    while not _serves(load, high, costs, most_lag):
        high *= 2
    while low < high:
        middle = (low + high) // 2
        if _serves(load, middle, costs, most_lag):
            high = middle
        else:
            low = middle + 1
    return high


def done_after(minutes: Sequence[Minute]) -> int | None:
    """After how many minutes the rescan is done, None where it isn't."""
    return next((number for number, one in enumerate(minutes, 1) if one.rescan <= 0), None)


def _each(load: Load, costs: Costs) -> tuple[float, float]:
    """Seconds of a processor for a listing without its new pictures, and for a new picture."""
    a_listing, a_picture = costs.listing + costs.judge, costs.read
    if load.looks:
        a_listing += load.pictures * load.repeated * (1 - load.remembered) * costs.compare
        a_picture += costs.look + costs.compare
    return a_listing, a_picture


def _serves(load: Load, processors: int, costs: Costs | None, most_lag: float) -> bool:
    return all(one.lag <= most_lag for one in simulate(load, processors, costs))
