"""The judge of a process that judges on and on: of the newest snapshot of the registry, with its rules."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from brand_registry.rules import Rules, apply, rules_of
from brand_registry.snapshots.current import CurrentSnapshot
from brand_registry.snapshots.folder import snapshots
from brand_registry.snapshots.loading import Snapshot
from brand_registry.snapshots.manifest import NoSnapshot
from brand_registry.states import BrandState
from detector.judge import Judge
from detector.listing import Listing
from detector.reading import PictureReading
from detector.result import Missing
from storage.blobs import blobs
from storage.database import Database
from storage.settings import settings
from workers.graph.opinions import Opinion, opinion_of
from workers.judges import judge_of, versions_for
from workers.registry.current import publish


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


class SnapshotJudges:
    """Follows the snapshots; where there is none yet, the first one is published."""

    def __init__(self, database: Database, make_judge: Callable[[Snapshot], Judge] = judge_of) -> None:
        self._database = database
        self._snapshots = CurrentSnapshot(snapshots(), blobs(), make_judge)
        self._held: RegistryJudge | None = None

    def current(self) -> RegistryJudge:
        try:
            judge = self._snapshots.judge()
        except NoSnapshot:
            publish(self._database, wait=True)
            judge = self._snapshots.judge()
        held, snapshot = self._held, self._snapshots.snapshot
        if snapshot is None or (held is not None and held.plain is judge):
            return held or RegistryJudge(judge, {})
        self._held = RegistryJudge(judge, _rules(snapshot))
        return self._held


def judge_of_texts(snapshot: Snapshot) -> Judge:
    """For a process that loads no model: it compares no pictures, and refuses to guess what is meant."""
    from workers.prelisting.unsure import NoMeaning

    meaning = None if settings().text_model == "none" else NoMeaning()
    return Judge(snapshot.records(), meaning=meaning, versions=versions_for(snapshot.name))


def _rules(snapshot: Snapshot) -> Rules:
    found = ((name, rules_of(one.record, BrandState(one.state))) for name, one in snapshot.brands.items())
    return {name: rules for name, rules in found if rules is not None}
