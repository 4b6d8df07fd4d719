"""What the pages and the API of rescans do, for whoever may."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from brand_registry.access import Viewer, one_brand
from brand_registry.stored import public_id
from storage.database import Database
from workers.graph.outbox import announce, announcing
from workers.registry.current import current_revision
from workers.rescans import moving
from workers.rescans.tables import Kind, Rescan
from workers.rescans.telling import Report, report, reports

DEEDS = {"resume": moving.resume, "pause": moving.pause, "abort": moving.abort}
SHOWN = 20


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

    def begin(self, brands: list[str], budget: int | None, cap: int | None) -> Report:
        """One that waits for a yes; workers tell meanwhile what it would bring. Without brands it is for all.
        Raises `NotThere`.
        """
        with announcing(self.database, self.viewer.name) as session:
            names = [self._known(session, name) for name in brands]
            kind = Kind.BRAND if names else Kind.RULE
            rescan = moving.begin(session, moving.Wish(kind, names, budget, cap), self.viewer.name)
            announce(session, "estimate", [rescan.id])
            return report(session, rescan)

    def move(self, number: int, deed: str) -> Report:
        """Raises `NoSuchRescan`."""
        with announcing(self.database, self.viewer.name) as session:
            rescan: Rescan = DEEDS[deed](session, number)
            moving.advance(session, rescan, current_revision())
            return report(session, rescan)

    def _known(self, session: Session, name: str) -> str:
        brand = one_brand(session, self.viewer, name.strip())
        return public_id(brand.owner.key, brand.key)
