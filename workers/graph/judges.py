"""The judge of a worker's process: of the registry as it is now."""

import time

from sqlalchemy import select

from brand_registry.changes import Registry
from brand_registry.states import BrandState
from brand_registry.stored import stored
from brand_registry.tables import Brand
from detector.judge import Judge
from storage.database import Database
from workers.judges import versions_for

_LOOKED = 1.0


class RegistryJudges:
    """Builds a judge of the brands in the database, again whenever the registry's revision has changed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._looked = 0.0
        self._revision: int | None = None
        self._judge: Judge | None = None

    def current(self) -> Judge:
        if self._judge is None or time.monotonic() - self._looked > _LOOKED:
            self._looked = time.monotonic()
            with self._database.reading() as session:
                revision = session.scalar(select(Registry.revision))
                if self._judge is None or revision != self._revision:
                    judged_with = Brand.state.in_([BrandState.SHADOW, BrandState.LIVE])
                    brands = [one.record for one in stored(session, select(Brand).where(judged_with))]
                    self._judge = Judge(brands, versions=versions_for(f"revision {revision}"))
                    self._revision = revision
        return self._judge
