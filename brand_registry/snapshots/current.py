"""The judge of the newest snapshot, for processes that judge on and on."""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from brand_registry.judging import RegistryJudge, today
from brand_registry.snapshots.folder import Snapshots
from brand_registry.snapshots.loading import Snapshot, load
from detector.errors import DetectorError
from storage.blobs import Blobs

_LOG = logging.getLogger(__name__)


class CurrentSnapshot:
    """Gives the judge of the current snapshot, and swaps it without stopping whoever judges.

    A newer one is loaded beside the one in use, in a thread. One that can't be loaded is told of, once, and
    the one before stays. May be asked from several threads.
    """

    def __init__(
        self,
        snapshots: Snapshots,
        blobs: Blobs,
        make_judge: Callable[[Snapshot], RegistryJudge],
        *,
        every: float = 2.0,
        say: Callable[[str], None] = _LOG.warning,
    ) -> None:
        """`every` is how often, in seconds, it is looked for a newer one at most."""
        self._snapshots, self._blobs, self._make_judge = snapshots, blobs, make_judge
        self._every, self._say = every, say
        self._lock = threading.Lock()
        self._held: tuple[Snapshot, RegistryJudge] | None = None
        self._loading: threading.Thread | None = None
        self._refused: Path | None = None
        self._asked = 0.0

    def judge(self) -> RegistryJudge:
        """The judge to use now. The first call loads it, and raises `NoSnapshot` or `BadSnapshot`."""
        held = self._held
        if held is None:
            with self._lock:
                held = self._held = self._held or self._loaded(self._snapshots.current())
        elif time.monotonic() - self._asked >= self._every:
            self._look_for_newer(held[0])
        return held[1]

    @property
    def snapshot(self) -> Snapshot | None:
        """The one in use, None before the first call."""
        return None if self._held is None else self._held[0]

    def _look_for_newer(self, used: Snapshot) -> None:
        if not self._lock.acquire(blocking=False):
            return  # somebody else is looking
        try:
            self._asked = time.monotonic()
            if self._loading is not None and self._loading.is_alive():
                return
            newest = self._snapshots.current()
            if (newest == used.folder and today() <= used.until) or newest == self._refused:
                return
            self._loading = threading.Thread(target=self._swap, args=(newest,), daemon=True)
            self._loading.start()
        except DetectorError as error:
            self._say(f"{error}; {used.name} stays in use")
        finally:
            self._lock.release()

    def _swap(self, newest: Path) -> None:
        try:
            self._held = self._loaded(newest)
        except Exception as error:  # whatever is wrong with it, judging goes on
            self._refused = newest
            self._say(f"{error}; the snapshot before stays in use")

    def _loaded(self, folder: Path) -> tuple[Snapshot, RegistryJudge]:
        snapshot = load(folder, self._blobs)
        return snapshot, self._make_judge(snapshot)
