"""One transaction of an import: sound brands against what the registry holds."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from brand_registry import tables
from brand_registry.access import Viewer
from brand_registry.adding import add
from brand_registry.entry import Ended
from brand_registry.gtin import gtin14
from brand_registry.judging import today
from brand_registry.licences import circle, licences_of
from brand_registry.office import same_registration
from brand_registry.people import Owner
from brand_registry.record import Mark, Record
from brand_registry.states import BrandState
from brand_registry.stored import Stored, public_id, stored
from brand_registry.storing import store

_NONE_LEFT = "none of the brand's marks is left; its name is still looked for until somebody retires it"
_NEW = 0
"""The number of a brand that this batch adds."""


class Fate(StrEnum):
    """What becomes of an entry."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`why` says why an entry was refused or skipped, `warnings` what its owner should look at again."""

    where: str
    fate: Fate
    brand: str | None = None
    why: str | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sound:
    """An entry that nothing is wrong with, taken by itself; `pictures` gives the sha256 of each path."""

    where: str
    record: Record
    pictures: Mapping[str, str]
    state: BrandState | None
    adds: bool
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Over:
    """An entry of a registration that has ended: `why` it is skipped where the registry doesn't hold it."""

    where: str
    ended: Ended
    why: str


class Batch:
    """Puts the brands of one owner into a session that its caller commits, or doesn't.

    `licences` tells for each brand of the owner's which of its brands it has licensed to.
    """

    def __init__(
        self, session: Session, viewer: Viewer, owner: Owner, entries: Sequence[Sound | Over]
    ) -> None:
        self._session, self._owner = session, owner
        batch = [one for one in entries if isinstance(one, Sound)]
        keys = {one.record.id if isinstance(one, Sound) else one.ended.brand for one in entries}
        # A mark that an office lists under another holder by now lies with another brand.
        numbers = {mark.registration_number for one in entries for mark in _registered(one)} - {None}
        holding = select(tables.Mark.brand_id).where(tables.Mark.registration_number.in_(numbers))
        mine = select(tables.Brand).where(
            tables.Brand.owner_id == owner.id, or_(tables.Brand.key.in_(keys), tables.Brand.id.in_(holding))
        )
        self._there = {one.record.id: one for one in stored(session, mine)}
        self._holding: dict[str | None, set[str]] = {}
        for brand in self._there.values():
            self._hold(brand.record)
        licensed = any(licensee.brand for one in batch for licensee in one.record.licensees)
        self.licences = licences_of(session, owner) if licensed else {}
        # Whose an article is, only those are told who may see every owner's.
        self._others = _gtins_of_others(session, owner, batch) if viewer.owners is None else {}

    def put(self, one: Sound, new_state: BrandState | None, earlier: Collection[str]) -> Outcome:
        """`new_state` is what new brands get; `earlier` are the ids in batches before this one that a dry run
        did not keep.
        """
        key, before = one.record.id, self._there.get(one.record.id)
        licensed = frozenset(licensee.brand for licensee in one.record.licensees if licensee.brand)
        way = circle(self.licences, key, licensed)
        if way:
            why = f"its licences go in a circle: {' → '.join(way)}; leave out the one that is none"
            return Outcome(one.where, Fate.REFUSED, key, why)
        if licensed or key in self.licences:
            self.licences[key] = licensed
        said = [*one.warnings, *self._shared(one.record)]
        wanted = one.state or (None if before else new_state or self._first_state())
        if wanted is BrandState.LIVE and not self._owner.verified:
            wanted = None if before else BrandState.DRAFT
            said.append(f"it does not go live, as its owner {self._owner.key!r} is not verified yet")
        if before is not None:
            fate = self._change(one, before, wanted)
        else:
            fate = Fate.CHANGED if key in earlier else Fate.NEW
            state = wanted or self._first_state()
            self._there[key] = Stored(_NEW, self._owner.key, state, one.record, one.pictures)
        self._hold(one.record)
        for mark in _registered(one):
            said += self._pass_on(key, mark)
        return Outcome(one.where, fate, key, warnings=tuple(said))

    def end(self, one: Over) -> Outcome:
        """A mark that an office says is over counts to the last day that it gives, or to today. Where it has
        another holder by now it lies with the brand of the one before.
        """
        (mark,) = _registered(one)
        for key in [one.ended.brand, *sorted(self._holding.get(mark.registration_number, ()))]:
            if over := self._end(key, mark, one.ended.day):
                day, *more = over
                said = f"the mark {str(mark.registration_number)[:50]} ends here on {day}: {one.why}"
                return Outcome(one.where, Fate.CHANGED, key, warnings=(said, *more))
        return Outcome(one.where, Fate.SKIPPED, why=one.why)

    def _hold(self, record: Record) -> None:
        for mark in record.marks:
            if mark.registration_number:
                self._holding.setdefault(mark.registration_number, set()).add(record.id)

    def _pass_on(self, key: str, mark: Mark) -> Iterator[str]:
        """Ends what other brands hold of a mark that an office lists under this one's holder by now."""
        number = str(mark.registration_number)[:50]
        for other in sorted(self._holding.get(mark.registration_number, set()) - {key}):
            if over := self._end(other, mark, None):
                day, *more = over
                yield f"the mark {number} was {other!r}'s, of another holder; it ends there on {day}"
                yield from more

    def _end(self, key: str, like: Mark, day: date | None) -> list[str]:
        """Ends a brand's marks that are one registration with another; returns the day, and what is to be
        said of it, nothing where none was in force.
        """
        before, last = self._there.get(key), min(day or today(), today())
        if before is None:
            return []
        marks, days = list(before.record.marks), list[date]()
        for number, mark in enumerate(marks):
            until = max(last, mark.since or last)
            if same_registration(mark, like) and (mark.until is None or mark.until > until):
                marks[number] = mark.model_copy(update={"until": until})
                days.append(until)
        if not days:
            return []
        self._keep(before, before.record.model_copy(update={"marks": tuple(marks)}), None, before.state)
        left = any(mark.until is None or mark.until > today() for mark in marks)
        return [str(days[0]), *([] if left else [_NONE_LEFT])]

    def keep(self) -> None:
        """Adds the brands that are new, as the last entry that names each has left it."""
        add(self._session, self._owner.id, [one for one in self._there.values() if one.number == _NEW])

    def _first_state(self) -> BrandState:
        return BrandState.LIVE if self._owner.verified else BrandState.DRAFT

    def _change(self, one: Sound, before: Stored, state: BrandState | None) -> Fate:
        record = _with_marks(before.record, one.record) if one.adds else one.record
        pictures = {**before.pictures, **one.pictures} if one.adds else one.pictures
        if state in (None, before.state) and record == before.record and pictures == before.pictures:
            return Fate.SAME
        changed = self._keep(before, record, None if one.adds else pictures, state or before.state)
        return Fate.CHANGED if changed else Fate.SAME

    def _keep(self, before: Stored, record: Record, pictures: Mapping[str, str] | None, state: str) -> bool:
        """Whether anything changed; without `pictures` they stay as they are."""
        kept = before.pictures if pictures is None else pictures
        now = replace(before, record=record, pictures=kept, state=state)
        self._there[record.id] = now
        if now.number == _NEW:
            return True
        brand = self._session.get_one(tables.Brand, now.number)
        if pictures is None:
            pictures = {asset.path: asset.sha256 for asset in brand.assets}
        changed = store(brand, record, pictures)
        if brand.state != state:
            brand.state, changed = state, True
        return changed

    def _shared(self, record: Record) -> list[str]:
        """Articles that another owner has too: one of the two is wrong, or both sell the same."""
        found = []
        for number, product in enumerate(record.products):
            other = self._others.get(gtin14(product.gtin)) if product.gtin else None
            if other:
                found.append(f"products.{number}.gtin {product.gtin!r} is of the brand {other!r} too")
        return found


def _registered(one: Sound | Over) -> Sequence[Mark]:
    """The marks that an office's entry is about."""
    if isinstance(one, Over):
        return [one.ended.mark]
    return one.record.marks if one.adds else ()


def _with_marks(there: Record, given: Record) -> Record:
    """The brand with the marks that were given: in the place of one of the same registration, else behind."""
    marks = list(there.marks)
    for mark in given.marks:
        at = next((number for number, one in enumerate(marks) if same_registration(one, mark)), None)
        if at is not None:
            marks[at] = mark
        elif mark not in marks:
            marks.append(mark)
    return there.model_copy(update={"marks": tuple(marks)})


def _gtins_of_others(session: Session, owner: Owner, batch: Sequence[Sound]) -> dict[str, str]:
    """The ids of other owners' brands by the articles that the batch names too."""
    asked = {gtin14(product.gtin) for one in batch for product in one.record.products if product.gtin}
    if not asked:
        return {}
    rows = session.execute(
        select(tables.Product.gtin14, Owner.key, tables.Brand.key)
        .join(tables.Brand, tables.Brand.id == tables.Product.brand_id)
        .join(Owner, Owner.id == tables.Brand.owner_id)
        .where(tables.Product.gtin14.in_(asked), tables.Brand.owner_id != owner.id)
    )
    return {gtin: public_id(other, key) for gtin, other, key in rows if gtin}
