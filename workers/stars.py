"""What belongs on one line of `detector shared`: a picture, and those that share a part with it.

Not all that hang together: pictures may share a part each with one collage and have nothing to do with one
another, and one false tie would join what two groups show.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from workers.parts import Part


def stars(parts: Iterable[Part]) -> Iterator[tuple[int, list[Part]]]:
    """Each picture with the parts that tie others to it, the one with most others first; no two pictures are
    tied to each other twice.
    """
    ties: dict[int, dict[int, Part]] = defaultdict(dict)
    for part in sorted(parts, key=lambda part: part.score):  # the surest of two stays
        ties[part.first][part.second] = ties[part.second][part.first] = part
    # Degrees only fall, so a picture is looked at again where it has fewer than when it was put in line.
    waiting: dict[int, list[int]] = defaultdict(list)
    for number in sorted(ties):
        waiting[len(ties[number])].append(number)
    for degree in range(max(waiting, default=0), 0, -1):
        for number in sorted(waiting[degree]):
            left = ties[number]
            if len(left) < degree:
                waiting[len(left)].append(number)
                continue
            around = {number, *left}
            yield number, [left[other] for other in sorted(left)]
            for one in around:
                ties[one] = {other: part for other, part in ties[one].items() if other not in around}
