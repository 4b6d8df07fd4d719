"""In which order cases are looked at: probability × harm × reach, doubled with every three days of waiting.

The logarithm of that grows with time alike for all, so that the order of two cases never changes while they
wait: a case's rank is computed when it comes in, and an index over it is the queue.
"""

import math
import re
from datetime import datetime, timedelta

from detector.listing import Listing

DOUBLES_IN = timedelta(days=3)
"""How long a case waits until it counts twice."""
_TELLS_OF_BUYERS = frozenset({"sold", "sales", "orders", "reviews", "ratings", "views", "watchers"})
"""Attributes in which marketplaces say how many people have met a listing."""
_MOST_BUYERS = 10**7


def rank(probability: float, harm: float, reach: float, opened: datetime) -> float:
    """The higher, the sooner. A probability of 0 counts as one in ten thousand."""
    worth = max(probability, 1e-4) * harm * reach
    return math.log2(worth) - opened.timestamp() / DOUBLES_IN.total_seconds()


def reach_of(listing: Listing) -> float:
    """1 where nobody is known to have met the listing, 2 for ten, 3 for a hundred."""
    said = (value for name, value in listing.attributes.items() if name.casefold() in _TELLS_OF_BUYERS)
    met = max(map(int, filter(re.compile(r"[0-9]{1,11}").fullmatch, said)), default=0)
    return 1 + math.log10(1 + min(met, _MOST_BUYERS))
