"""What the pages and the API of rescans do, for whoever may."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from brand_registry.access import Viewer, one_brand
from brand_registry.stored import public_id
from detector.errors import UnreadableInput
from storage.database import Database
from workers.graph.outbox import announce, announcing
from workers.registry.current import current_revision
from workers.rescans import moving
from workers.rescans.rereading import checked
from workers.rescans.switching import comparable, ready
from workers.rescans.tables import Kind, Rescan
from workers.rescans.telling import Report, report, reports

SHOWN = 20


def _compare(session: Session, number: int) -> Rescan:
    """Has a worker tell anew what would change."""
    rescan = comparable(session, number)
    announce(session, "estimate", [number])
    return rescan


def _switch(session: Session, number: int) -> Rescan:
    """Has a worker put what was read where settings find it, which takes a while."""
    rescan = ready(session, number)
    if rescan.switched is None:
        rescan.why = "what it read is being put where settings that name the model find it"
        announce(session, "switch", [number])
    return rescan


DEEDS = {
    "resume": moving.resume, "pause": moving.pause, "abort": moving.abort, "compare": _compare,
    "switch": _switch,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rescans:
    """Those of a database, for a viewer."""

    database: Database
    viewer: Viewer

    def all(self) -> list[Report]:
        """The newest, the newest first."""
        with self.database.reading() as session:
            return reports(session, SHOWN)

    def one(self, number: int) -> Report:
        """Raises `NoSuchRescan`."""
        with self.database.reading() as session:
            return report(session, moving.known(session, number))

    def begin(
        self, brands: Sequence[str], budget: int | None, cap: int | None, reads: Sequence[str] = ()
    ) -> Report:
        """One that waits for a yes; workers tell meanwhile what it would bring. Without brands it is for all;
        with `reads`, settings as they are typed, pictures are read again by another model. Raises `NotThere`,
        `UnreadableInput` or `BadSetting`.
        """
        if brands and reads:
            raise UnreadableInput("a model reads all pictures again; name brands or a model, not both")
        with announcing(self.database, self.viewer.name) as session:
            names = [self._known(session, name) for name in brands]
            kind = Kind.BRAND if names else Kind.MODEL if reads else Kind.RULE
            chosen = checked(reads, shipped=True) if reads else None
            rescan = moving.begin(session, moving.Wish(kind, names, budget, cap, chosen), self.viewer.name)
            if not reads:
                announce(session, "estimate", [rescan.id])
            return report(session, rescan)

    def move(self, number: int, deed: str) -> Report:
        """Raises `NoSuchRescan`."""
        with announcing(self.database, self.viewer.name) as session:
            rescan = DEEDS[deed](session, number)
            moving.advance(session, rescan, current_revision())
            return report(session, rescan)

    def _known(self, session: Session, name: str) -> str:
        brand = one_brand(session, self.viewer, name.strip())
        return public_id(brand.owner.key, brand.key)
