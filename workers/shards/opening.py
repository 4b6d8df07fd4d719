"""Opens shards, verified; one that is broken is set aside, and what it held is made again."""

from typing import Any

import structlog

from storage.database import Database
from workers.shards.content import Looks, Texts, looks_of_files, texts_of_files
from workers.shards.store import BrokenShard, ShardStore
from workers.shards.tables import Holds, Shard, ShardState

_log = structlog.get_logger()


class OpenShards:
    """Of one process, which keeps the shard that it opened last."""

    def __init__(self, database: Database, store: ShardStore) -> None:
        self._database, self._store = database, store
        self._last: tuple[str, Texts | Looks] | None = None

    def content(self, shard: Shard) -> Texts | Looks | None:
        """What a shard holds; None where it can't be read any more, and the database has to be asked."""
        if self._last is None or self._last[0] != shard.name:
            try:
                self._last = shard.name, self._read(shard)
            except BrokenShard as broken:
                self._quarantine(shard, str(broken))
                return None
        return self._last[1]

    def _read(self, shard: Shard) -> Texts | Looks:
        told: dict[str, Any] = shard.manifest["files"]
        files = {name: self._store.read(shard.name, name, about) for name, about in told.items()}
        if shard.holds == Holds.TEXTS:
            return texts_of_files(files)
        return looks_of_files(files, shard.manifest["width"])

    def _quarantine(self, shard: Shard, why: str) -> None:
        with self._database.writing("shards") as session:
            row = session.get(Shard, shard.id, with_for_update=True)
            if row is None or row.state != ShardState.CURRENT:
                return  # it was replaced meanwhile, and its files removed
            row.state, row.why = ShardState.BROKEN, why
        _log.error("a shard is broken; what it holds is made again", shard=shard.name, why=why)
        self._store.set_aside(shard.name)
