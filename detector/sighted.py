"""What was recognised in pictures lately: a picture that many listings show is compared once."""

from threading import Lock

from detector.appearance import Appearance
from detector.sighting import References, Sighting

KEPT = 5_000
"""Pictures whose sightings are kept: most have none, the others some 10 kB, so 50 MB at the very most."""


class Sighted:
    """Asks the references about each look once, for as long as it is among the latest. May be asked from
    several threads.
    """

    def __init__(self, references: References, kept: int = KEPT) -> None:
        self._references, self._kept = references, kept
        self._known: dict[bytes, tuple[Sighting, ...]] = {}  # what was asked for last stands last
        self._lock = Lock()

    def of(self, look: Appearance) -> tuple[Sighting, ...]:
        """What of the references the picture shows, the surest first."""
        key = look.digest()
        with self._lock:
            known = self._known.pop(key, None)
        seen = tuple(self._references.recognise(look)) if known is None else known
        with self._lock:
            self._known[key] = seen
            if len(self._known) > self._kept:
                del self._known[next(iter(self._known))]
        return seen
