"""What a judgement of a rescan does to the queue: cases opened, merged, gone or kept back."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from review.cases import Judged, open_cases
from review.tables import Case, CaseState, Listing, ListingVersion
from workers.graph.counting import new_rows
from workers.graph.opinions import Json
from workers.rescans.judging import Again
from workers.rescans.tables import Kept, Rescan

Effects = Counter[str]
"""How many cases were `opened`, `merged`, `gone` and `kept`, and listings `left` to their own turn."""


class Opening:
    """Opens the cases of one rescan; `cap` is the most a brand, `only` the brands that it is about."""

    def __init__(self, rescan: int, cap: int | None, only: Collection[str] | None) -> None:
        self._rescan, self._cap, self._only = rescan, cap, only

    def open_all(self, session: Session, judged: Sequence[Again]) -> Effects:
        """In the order of the risk, so that what is kept back is the least of them."""
        effects: Effects = Counter()
        opened = self._opened(session)
        for one in sorted(judged, key=_risk, reverse=True):
            effects += self._open(session, one, opened)
        return effects

    def _open(self, session: Session, one: Again, opened: Counter[str]) -> Effects:
        effects: Effects = Counter()
        if not _is_current(session, one.version):
            effects["left"] += 1  # it says something else by now, which is judged in its own turn
            return effects
        before = self._open_of(session, one.listing)
        wanted = []
        for case, shadow in one.asked:
            if self._only is not None and case["brand"] not in self._only:
                continue  # it is another rescan's, which shares the pass
            over = self._cap is not None and opened[case["brand"]] >= self._cap
            if over and case["brand"] not in before:
                effects["kept"] += self._keep(session, one, case, shadow)
            else:
                wanted.append((case, shadow))
        if not wanted and not before:
            return effects
        result = orjson.loads(one.result.to_json())
        touched = open_cases(
            session, Judged(one.listing, one.version, result, wanted, self._rescan, self._only)
        )
        for row in touched:
            brand = row.brand
            effects["merged" if brand in before else "opened"] += 1
            opened[brand] += brand not in before
        after = self._open_of(session, one.listing)
        effects["gone"] += sum(gone and not before.get(brand, True) for brand, gone in after.items())
        return effects

    def _opened(self, session: Session) -> Counter[str]:
        rows = session.execute(
            select(Case.brand, func.count().label("opened"))
            .where(Case.rescan == self._rescan)
            .group_by(Case.brand)
        )
        return Counter({row.brand: row.opened for row in rows})

    def _open_of(self, session: Session, listing: int) -> dict[str, bool]:
        """The brands with an open case of a listing, each with whether nothing shows of it any more."""
        rows = session.execute(
            select(Case.brand, Case.gone).where(Case.listing_id == listing, Case.state == CaseState.OPEN)
        )
        return {brand: gone is not None for brand, gone in rows if self._only is None or brand in self._only}

    def _keep(self, session: Session, one: Again, case: Json, shadow: bool) -> int:
        said: dict[str, Any] = orjson.loads(one.result.to_json())
        row = {
            "rescan_id": self._rescan, "brand": case["brand"], "listing_id": one.listing,
            "version_id": one.version, "risk": case["risk"], "shadow": shadow,
            "found": said | {"cases": [case]},
        }  # fmt: skip
        made = new_rows(session, Kept, ["rescan_id", "brand", "listing_id"], Kept.id)
        return len(session.scalars(made, [row]).all())


def open_kept(session: Session, rescan: Rescan, most: int) -> Effects:
    """Opens so many of the cases that a rescan kept back, the riskiest first; those whose listings say
    something else by now are dropped, as they were judged anew.
    """
    effects: Effects = Counter()
    kept = select(Kept).where(Kept.rescan_id == rescan.id).order_by(Kept.risk.desc(), Kept.id).limit(most)
    for one in session.scalars(kept).all():
        if _is_current(session, one.version_id):
            cases = [(case, one.shadow) for case in one.found["cases"]]
            open_cases(
                session,
                Judged(one.listing_id, one.version_id, one.found, cases, rescan.id, [one.brand]),
            )
            effects["opened"] += 1
        else:
            effects["left"] += 1
        session.delete(one)
    return effects


def _is_current(session: Session, version: int) -> bool:
    """Whether a version is what its listing says now, and was not erased; the listing is locked until the
    session ends.
    """
    row = session.execute(
        select(ListingVersion.number, Listing.version, ListingVersion.erased)
        .join(Listing, Listing.id == ListingVersion.listing_id)
        .where(ListingVersion.id == version)
        .with_for_update(of=Listing)
    ).one_or_none()
    return row is not None and row.number == row.version and row.erased is None


def _risk(one: Again) -> float:
    return max((float(case["risk"]) for case, _ in one.asked), default=0.0)
