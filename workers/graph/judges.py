"""The judge of a process that judges on and on: of the newest snapshot of the registry."""

from collections.abc import Callable

from brand_registry.judging import RegistryJudge
from brand_registry.snapshots.current import CurrentSnapshot
from brand_registry.snapshots.folder import snapshots
from brand_registry.snapshots.loading import Snapshot
from brand_registry.snapshots.manifest import NoSnapshot
from storage.blobs import blobs
from storage.database import Database
from storage.settings import settings
from workers.judges import judge_of, versions_for
from workers.registry.current import publish, publish_for_readers


class SnapshotJudges:
    """Follows the snapshots; where there is none yet, the first one is published. `idle` is as for
    `CurrentSnapshot`.
    """

    def __init__(
        self,
        database: Database,
        make_judge: Callable[[Snapshot, RegistryJudge | None], RegistryJudge] = judge_of,
        idle: float | None = None,
    ) -> None:
        self._database = database
        self._snapshots = CurrentSnapshot(snapshots(), blobs(), make_judge, idle=idle)
        self._begun = False

    def current(self) -> RegistryJudge:
        if not self._begun:
            publish_for_readers(self._database)
            self._begun = True
        try:
            return self._snapshots.judge()
        except NoSnapshot:
            publish(self._database, wait=True)
            return self._snapshots.judge()


def judge_of_texts(snapshot: Snapshot, before: RegistryJudge | None = None) -> RegistryJudge:
    """For a process that loads no model: it compares no pictures, and refuses to guess what is meant."""
    from workers.prelisting.unsure import NoMeaning

    return RegistryJudge(
        snapshot.records(),
        states={name: one.state for name, one in snapshot.brands.items()},
        meaning=None if settings().text_model == "none" else NoMeaning(),
        versions=versions_for(snapshot.name),
        before=before,
    )
