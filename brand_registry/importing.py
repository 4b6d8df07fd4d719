"""Brands from files into the registry: a batch is one transaction, and of a brand all is taken or nothing.

What is in already and has not changed is left alone. So whatever interrupts an import, it can simply be run
again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from brand_registry.access import Deed, Viewer, owner_of, refuse_unless
from brand_registry.batch import Batch, Fate, Outcome, Over, Sound
from brand_registry.checks import problems, warnings
from brand_registry.entry import Entry
from brand_registry.given import read_pictures
from brand_registry.moving import NotYet
from brand_registry.record import picture_paths
from brand_registry.states import BrandState
from detector.errors import PictureRefused
from storage.blobs import Blobs
from storage.database import Database, is_taken, refused
from storage.errors import ChangedMeanwhile

BRANDS_AT_ONCE, PICTURES_AT_ONCE = 1_000, 200
"""In one transaction, about: what an interruption costs, and how long others wait to write."""
_TRIES = 3
_SAID = 3
"""Problems of one brand that are named."""

_Checked = Sound | Over | Outcome


class Import:
    """Puts entries into the brands of one owner. With `dry_run` nothing is kept, and the outcomes are those
    that a run would have.

    `state` is that of brands which are new and of which the file says none; without it they are live, or
    drafts where the owner isn't verified.
    """

    def __init__(
        self,
        database: Database,
        blobs: Blobs,
        viewer: Viewer,
        owner: str,
        *,
        state: BrandState | None = None,
        dry_run: bool = False,
    ) -> None:
        self._database, self._blobs, self._viewer, self._owner = database, blobs, viewer, owner
        self._state, self._dry_run = state, dry_run
        self._seen: set[str] = set()
        self._licences: dict[str, frozenset[str]] = {}

    def outcomes(self, entries: Iterable[Entry]) -> Iterator[list[Outcome]]:
        """Of each entry, in their order, a batch at a time; what was given is committed.

        Raises `NotThere` where the viewer has no such owner, `NotAllowed`, `NotYet`, and `StorageError` where
        nothing more can be kept.
        """
        with self._database.reading() as session:
            owner = owner_of(session, self._viewer, self._owner)
            refuse_unless(self._viewer, Deed.CHANGE_BRANDS, owner.id)
            if self._state is BrandState.LIVE and not owner.verified:
                raise NotYet(
                    f"the owner {owner.key!r} is not verified yet, so its brands can't go live; import them "
                    "with --state draft or --state shadow"
                )
        for batch in _batches(entries):
            earlier = frozenset(self._seen if self._dry_run else ())
            yield self._kept([self._checked(entry) for entry in batch], earlier)

    def _checked(self, entry: Entry) -> _Checked:
        """What can be told without the database, and takes the longest: nobody waits for it."""
        record = entry.record
        if entry.ended is not None:
            return Over(entry.where, entry.ended, entry.skipped or "")
        if record is None:
            fate = Fate.REFUSED if entry.skipped is None else Fate.SKIPPED
            return Outcome(entry.where, fate, why=entry.problem or entry.skipped)
        wrong = list(problems(record))
        if record.id in self._seen and not entry.adds:
            wrong.insert(0, f"the id {record.id[:100]!r} stands further up already; give each its own")
        pictures: Mapping[str, str] = {}
        if not wrong:
            try:
                pictures = read_pictures(record, entry.folder, None if self._dry_run else self._blobs)
            except PictureRefused as refusal:
                wrong.append(str(refusal))
        if wrong:
            more = f"; and {len(wrong) - _SAID} more" if len(wrong) > _SAID else ""
            return Outcome(entry.where, Fate.REFUSED, record.id, "; ".join(wrong[:_SAID]) + more)
        self._seen.add(record.id)
        return Sound(entry.where, record, pictures, entry.state, entry.adds, tuple(warnings(record)))

    def _kept(self, batch: Sequence[_Checked], earlier: frozenset[str]) -> list[Outcome]:
        if self._dry_run:
            with self._database.reading() as session, session.no_autoflush:
                return self._put(session, batch, earlier)
        for left in reversed(range(_TRIES)):
            try:
                with self._database.writing(self._viewer.name) as session:
                    done = self._put(session, batch, earlier)
            except (ChangedMeanwhile, IntegrityError) as error:
                # Somebody else changed one of them, or added it: look again.
                if isinstance(error, IntegrityError) and not is_taken(error):
                    raise refused(error, "the brands at hand") from None
                if not left:
                    raise ChangedMeanwhile(
                        "others keep changing the same brands; what was counted is kept, so run it again"
                    ) from None
            else:
                break
        return done

    def _put(self, session: Session, batch: Sequence[_Checked], earlier: frozenset[str]) -> list[Outcome]:
        sound = [one for one in batch if not isinstance(one, Outcome)]
        into = Batch(session, self._viewer, owner_of(session, self._viewer, self._owner), sound)
        into.licences.update(self._licences)
        outcomes = [self._settled(into, one, earlier) for one in batch]
        if self._dry_run:
            self._licences = into.licences
        else:
            into.keep()
        return outcomes

    def _settled(self, into: Batch, one: _Checked, earlier: frozenset[str]) -> Outcome:
        match one:
            case Outcome():
                return one
            case Over():
                return into.end(one)
            case Sound():
                return into.put(one, self._state, earlier)


def _batches(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    batch: list[Entry] = []
    pictures = 0
    for entry in entries:
        batch.append(entry)
        pictures += len(picture_paths(entry.record)) if entry.record else 0
        if len(batch) >= BRANDS_AT_ONCE or pictures >= PICTURES_AT_ONCE:
            yield batch
            batch, pictures = [], 0
    if batch:
        yield batch
