"""Decided cases: how many of those that people looked at they confirmed, by reason and by brand.

`decisions.jsonl` is what `detector decisions export` writes. It holds flagged listings alone: it says how
often a flag was right, and nothing of what was never flagged.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import orjson

from benchmarks.figure import Figure, tally

NAME = "decisions"
FILE = "decisions.jsonl"
NEEDS = (FILE,)

_FEWEST = 20
"""Decided cases of a reason or a brand from which on it has a figure of its own."""
_SURE = 0.9
_MISSES = 50


def measure(data: Path) -> Iterator[Figure]:
    """Shares of cases that were confirmed."""
    cases = [orjson.loads(line) for line in (data / FILE).read_bytes().splitlines() if line.strip()]
    wrong = tuple(
        f"{one['listing']['title'][:80]!r} for {one['brand']}: {one['code']}"
        for one in cases
        if not one["infringing"]
    )
    if cases:
        yield Figure(NAME, "confirmed", *tally(one["infringing"] for one in cases), misses=wrong[:_MISSES])
    sure = [one for one in cases if one["risk"] >= _SURE]
    if sure:
        yield Figure(NAME, f"confirmed, of risk {_SURE} or more", *tally(one["infringing"] for one in sure))
    by_reason, by_brand = defaultdict(list), defaultdict(list)
    for one in cases:
        by_brand[one["brand"]].append(one["infringing"])
        for reason in one["reasons"]:
            by_reason[reason].append(one["infringing"])
    for kind, groups in (("reason", by_reason), ("brand", by_brand)):
        for name, outcomes in sorted(groups.items()):
            if len(outcomes) >= _FEWEST:
                yield Figure(NAME, f"confirmed, {kind} {name}", *tally(outcomes))
    for code, count in Counter(one["code"] for one in cases if not one["infringing"]).most_common():
        yield Figure(NAME, f"dismissed as {code}", count, len(cases))
