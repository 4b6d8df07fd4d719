"""The judge of a worker's process: of the registry as it is now, with its rules."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select

from brand_registry.changes import Registry
from brand_registry.rules import Rules, apply, rules_of
from brand_registry.states import BrandState
from brand_registry.stored import in_force, public_id, stored
from brand_registry.tables import Brand
from detector.judge import Judge
from detector.listing import Listing
from detector.reading import PictureReading
from detector.result import Missing
from storage.database import Database
from workers.graph.opinions import Opinion, opinion_of
from workers.judges import versions_for

_LOOKED = 1.0


@dataclass(frozen=True, slots=True)
class RegistryJudge:
    """A judge, and what the registry rules of its results."""

    plain: Judge
    rules: Rules

    @property
    def compares_pictures(self) -> bool:
        return self.plain.compares_pictures

    def judge(
        self, listing: Listing, readings: Mapping[int, PictureReading], missing: Sequence[Missing]
    ) -> Opinion:
        result = self.plain.judge(listing, readings, missing)
        return opinion_of(apply(result, listing, self.rules, datetime.now(UTC).date()), self.rules)


class RegistryJudges:
    """Builds a judge of the brands in the database, again whenever the registry's revision has changed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._looked = 0.0
        self._revision: int | None = None
        self._judge: RegistryJudge | None = None

    def current(self) -> RegistryJudge:
        if self._judge is None or time.monotonic() - self._looked > _LOOKED:
            self._looked = time.monotonic()
            with self._database.reading() as session:
                revision = session.scalar(select(Registry.revision))
                if self._judge is None or revision != self._revision:
                    today = datetime.now(UTC).date()
                    judged_with = Brand.state.in_([BrandState.SHADOW, BrandState.LIVE])
                    found = [
                        in_force(one, today) for one in stored(session, select(Brand).where(judged_with))
                    ]
                    named = {public_id(one.owner, one.record.id): one for one in found}
                    records = [one.record.model_copy(update={"id": name}) for name, one in named.items()]
                    rules = {
                        name: own
                        for name, one in named.items()
                        if (own := rules_of(one.record, BrandState(one.state))) is not None
                    }
                    versions = versions_for(f"revision {revision}")
                    self._judge = RegistryJudge(Judge(records, versions=versions), rules)
                    self._revision = revision
        return self._judge
