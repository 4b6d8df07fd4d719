"""The judge of the newest snapshot, for processes that judge on and on."""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from brand_registry.judging import RegistryJudge, today
from brand_registry.snapshots.folder import Snapshots
from brand_registry.snapshots.loading import Snapshot, load, without_collecting
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
        make_judge: "Callable[[Snapshot, RegistryJudge | None], RegistryJudge]",
        *,
        every: float = 2.0,
        idle: float | None = None,
        say: Callable[[str], None] = _LOG.warning,
    ) -> None:
        """`make_judge` is given a snapshot, and the judge of the one before if there is one. `every` is how
        often, in seconds, it is looked for a newer one at most. Whoever has not asked for `idle` seconds
        waits until a newer one is loaded: what it holds may be of yesterday.
        """
        self._snapshots, self._blobs, self._make_judge = snapshots, blobs, make_judge
        self._every, self._idle, self._say = every, idle, say
        self._lock = threading.Lock()
        self._held: tuple[Snapshot, RegistryJudge] | None = None
        self._loading: threading.Thread | None = None
        self._refused: tuple[Path, int] | None = None
        self._told = ""
        self._asked = 0.0

    def judge(self) -> RegistryJudge:
        """The judge to use now. The first call loads it, and raises `NoSnapshot` or `BadSnapshot`."""
        held = self._held
        if held is None:
            with self._lock:
                held = self._held = self._held or self._loaded(self._snapshots.current())
        elif (since := time.monotonic() - self._asked) >= self._every:
            self._look_for_newer(held[0])
            if self._idle is not None and since >= self._idle and self._loading is not None:
                self._loading.join()
                held = self._held or held
        return held[1]

    def _look_for_newer(self, used: Snapshot) -> None:
        if not self._lock.acquire(blocking=False):
            return  # somebody else is looking
        try:
            self._asked = time.monotonic()
            if self._loading is not None and self._loading.is_alive():
                return
            newest = self._snapshots.current()
            same = newest == used.folder and today() <= used.until
            # One that was built over has the same name, and is another folder.
            if same or (made := (newest, newest.stat().st_ino)) == self._refused:
                return
            self._loading = threading.Thread(target=self._swap, args=(made, used.name), daemon=True)
            self._loading.start()
        except (DetectorError, OSError) as error:
            self._tell(f"{error}; the snapshot {used.name} stays in use")
        finally:
            self._lock.release()

    def _swap(self, made: tuple[Path, int], used: str) -> None:
        try:
            self._held = self._loaded(made[0], *(self._held or ()))
        except Exception as error:  # whatever is wrong with it, judging goes on
            self._refused = made
            self._tell(f"{error}; the snapshot {used} stays in use")

    def _tell(self, what: str) -> None:
        if what != self._told:
            self._told = what
            self._say(what)

    def _loaded(
        self, folder: Path, before: Snapshot | None = None, judge: RegistryJudge | None = None
    ) -> tuple[Snapshot, RegistryJudge]:
        with without_collecting():
            snapshot = load(folder, self._blobs, before=before)
            return snapshot, self._make_judge(snapshot, judge)
