"""A rule, a weight or a threshold changes: what that can touch is judged again, and nothing else."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from brand_registry.judging import today
from brand_registry.record import Allowed, Policy, Record
from brand_registry.states import BrandState
from detector.result import Reason
from detector.weights import default_weights
from review.tables import Case, ListingVersion
from review.tables import Listing as ListingRow
from tests.graph.conftest import ACMERA
from tests.rescans.conftest import ZEPHYRA
from tests.sqlite import on_sqlite
from workers.graph.judging import Claimed, gather
from workers.graph.opinions import to_open
from workers.graph.tables import Item, Lane

QUORVEXX = Record(id="quorvexx", name="Quorvexx")
TODAY = today()
HIDDEN = Reason.HIDDEN_TEXT
EVERY = (
    "exact", "alike", "two", "brand", "talk", "pictured", "picture_alone", "broken", "plain", "shoes", "soap",
)  # fmt: skip
NOTHING_FOUND = ("exact", "brand", "picture_alone", "plain", "shoes", "soap")
"""By brands that were there from the first on, and the pictures of which were read."""


def market(rescans) -> None:
    rescans.picture("hidden.jpg", "ZEPHYRA")
    rescans.picture("plain.jpg", "")
    rescans.pull(
        rescans.catalogue(
            {"id": "exact", "title": "Zephyra shoes"},
            {"id": "alike", "title": "Zephyrra shoes"},
            {"id": "two", "title": "Acrnera shoes, Quorvex bag"},
            {"id": "brand", "title": "Shoes", "brand": "Quorvex"},
            {"id": "talk", "title": "Acmera replica, 1:1 AAA quality"},
            {"id": "pictured", "title": "Brown bags", "images": ["plain.jpg", "hidden.jpg"]},
            {"id": "picture_alone", "title": "Bags", "images": ["plain.jpg"]},
            {"id": "broken", "title": "Grey bags", "images": ["gone.jpg"]},
            {"id": "plain", "title": "Brown shoes"},
            {"id": "shoes", "title": "Shoes of leather", "brand": "Brontavia"},
            {"id": "soap", "title": "Soap dish"},
        )
    )
    rescans.run()


def weighed(**reasons: float):
    known = default_weights()
    return replace(known, reasons={**known.reasons, **{Reason(name): w for name, w in reasons.items()}})


def allowed(record: Record, *, until: date | None = None) -> Record:
    return record.model_copy(update={"allow": (Allowed(scope="brand", value="*", until=until),)})


def ruled(record: Record, reason: Reason, mode: str = "on", threshold: float | None = None) -> Record:
    return record.model_copy(update={"policies": (Policy(reason=reason, mode=mode, threshold=threshold),)})


OLD = (ACMERA, ZEPHYRA)
NO_SLIPS = weighed(misspelling=-9.0, sounds_alike=-9.0, lookalike_characters=-9.0)
NOTHING_HIDDEN = weighed(hidden_text=-9.0)
CHANGES = {
    "nothing": ((OLD, {}), (OLD, {})),
    "weights up": ((OLD, {"weights": NO_SLIPS}), (OLD, {})),
    "weights down": ((OLD, {}), (OLD, {"weights": NO_SLIPS})),
    "a threshold falls": (((ACMERA, ruled(ZEPHYRA, HIDDEN, threshold=0.99)), {}), (OLD, {})),
    "a reason comes on": (((ACMERA, ruled(ZEPHYRA, HIDDEN, "off")), {}), (OLD, {})),
    "what is counted weighs more": (
        ((ACMERA, ruled(ZEPHYRA, HIDDEN, "shadow")), {"weights": NOTHING_HIDDEN}),
        ((ACMERA, ruled(ZEPHYRA, HIDDEN, "shadow")), {}),
    ),
    "a brand joins": ((OLD, {}), ((*OLD, QUORVEXX), {})),
    "a brand in shadow weighs more": (
        (OLD, {"states": {"zephyra": BrandState.SHADOW}, "weights": NO_SLIPS}),
        (OLD, {"states": {"zephyra": BrandState.SHADOW}}),
    ),
    "a brand comes out of shadow": ((OLD, {"states": {"zephyra": BrandState.SHADOW}}), (OLD, {})),
    "a leave is taken back": (((ACMERA, allowed(ZEPHYRA)), {}), (OLD, {})),
    "a leave ends by itself": (
        ((ACMERA, allowed(ZEPHYRA, until=TODAY)), {}),
        ((ACMERA, allowed(ZEPHYRA, until=TODAY)), {"day": lambda: TODAY + timedelta(days=1)}),
    ),
    "a name that hid another goes": (
        ((*OLD, Record(id="own", name="Zephyrra")), {}),
        (OLD, {}),
    ),
    "a brand is renamed that hid another": (
        ((*OLD, Record(id="own", name="Zephyrra")), {}),
        ((*OLD, Record(id="own", name="Hoxwinder")), {}),
    ),
    "another detector": ((OLD, {}), ((*OLD,), {"versions": {"detector": "2", "registry": "r9-x"}})),
}  # fmt: skip


def asked(rescans) -> dict[int, set[tuple[str, bool]]]:
    """Of each version of a listing the cases that the judge as it is now asks a person to look at."""
    with rescans.database.reading() as session:
        every = {n: Claimed(n, 0, Lane.CATALOGUE) for n in session.scalars(select(ListingVersion.id))}
        jobs = gather(session, rescans.blobs, every, looks=False).jobs
    made = {}
    for job in jobs:
        result = rescans.judge.ruled(job.listing, job.readings, job.missing)
        made[job.item] = {
            (case["brand"], shadow) for case, shadow in to_open(result, rescans.judge.flags(job.listing))
        }
    return made


def open_ones(rescans) -> dict[int, set[tuple[str, bool]]]:
    with rescans.database.reading() as session:
        found = {n: set() for n in session.scalars(select(ListingVersion.id))}
        for case in session.scalars(select(Case).where(Case.gone.is_(None))):
            found[case.version_id].add((case.brand, case.shadow))
        return found


@on_sqlite
@pytest.mark.parametrize("change", CHANGES)
def test_nothing_is_left_out_that_the_change_affects(rescans, change) -> None:
    (before, how), (after, how_after) = CHANGES[change]
    rescans.registry(*before, **how)
    market(rescans)
    at_first = asked(rescans)
    assert open_ones(rescans) == at_first
    rescans.registry(*after, **how_after)
    assert (asked(rescans) == at_first) is (change in {"nothing", "another detector"})
    report = rescans.again()
    assert open_ones(rescans) == asked(rescans)
    assert report.counts["listings"] == len(EVERY)
    changes_all = change == "another detector"
    assert (report.counts["candidates"] == len(EVERY)) is changes_all
    if change in {"nothing", "weights up", "weights down"}:
        assert report.counts["candidates"] == len(EVERY) - len(NOTHING_FOUND)


@on_sqlite
def test_what_was_never_judged_or_has_an_open_case_is_judged(rescans) -> None:
    rescans.registry(*OLD)
    market(rescans)
    with rescans.database.writing("test") as session:
        keys = select(ListingVersion.id).join(ListingRow)
        unjudged = session.scalars(keys.where(ListingRow.key == "plain")).one()
        session.execute(update(Item).where(Item.version_id == unjudged).values(result=None))
    assert rescans.again().counts["candidates"] == len(EVERY) - len(NOTHING_FOUND) + 1
