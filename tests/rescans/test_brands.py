"""A brand joins or changes: what was judged before is judged again for it, and nothing is read again."""

import pytest
from sqlalchemy import select

from brand_registry.record import Allowed
from brand_registry.states import BrandState
from review.tables import Case
from review.tables import Listing as ListingRow
from tests.graph.conftest import ACMERA
from tests.rescans.conftest import ZEPHYRA


def market(rescans) -> None:
    rescans.picture("hidden.jpg", "ZEPHYRA")
    rescans.picture("plain.jpg", "")
    listings = [
        {"id": "both", "title": "Acrnera and Zephyrra shoes"},
        {"id": "joined", "title": "Zephyrra shoes", "brand": "Zephyrra"},
        {"id": "pictured", "title": "Shoes", "images": ["plain.jpg", "hidden.jpg"]},
        {"id": "plain", "title": "Brown shoes", "images": ["plain.jpg"]},
    ]
    rescans.pull(rescans.catalogue(*listings))
    rescans.run()


def cases(rescans) -> dict[tuple[str, str], Case]:
    with rescans.database.reading() as session:
        rows = session.execute(select(ListingRow.key, Case).join(ListingRow)).all()
        session.expunge_all()
        return {(key, case.brand): case for key, case in rows}


def test_a_brand_that_joined_is_found_in_what_was_judged_before(rescans) -> None:
    market(rescans)
    assert set(cases(rescans)) == {("both", "acme")}
    reads = dict(rescans.reader.reads)
    rescans.registry(ACMERA, ZEPHYRA)
    report = rescans.again("zephyra")
    found = cases(rescans)
    assert set(found) == {
        ("both", "acme"), ("both", "zephyra"), ("joined", "zephyra"), ("pictured", "zephyra"),
    }  # fmt: skip
    assert {key: case.rescan for key, case in found.items()} == {
        key: None if key == ("both", "acme") else report.number for key in found
    }
    assert report.state == "completed"
    assert (report.counts["listings"], report.counts["candidates"], report.counts["opened"]) == (4, 3, 3)
    assert dict(rescans.reader.reads) == reads


def test_again_it_opens_nothing_more(rescans) -> None:
    market(rescans)
    rescans.registry(ACMERA, ZEPHYRA)
    rescans.again("zephyra")
    report = rescans.again("zephyra")
    assert (report.counts["opened"], report.counts["merged"]) == (0, 3)
    assert len(cases(rescans)) == 4


def test_what_the_change_cleared_says_so_and_other_brands_are_left_alone(rescans) -> None:
    market(rescans)
    rescans.registry(ACMERA, ZEPHYRA)
    rescans.again("zephyra")
    allow = (Allowed(scope="listing", value="joined"),)
    rescans.registry(ZEPHYRA.model_copy(update={"allow": allow}))
    report = rescans.again("zephyra")
    assert report.counts["gone"] == 1
    found = cases(rescans)
    assert {key for key, case in found.items() if case.gone} == {("joined", "zephyra")}


def test_a_brand_in_shadow_opens_cases_that_nobody_is_shown(rescans) -> None:
    market(rescans)
    rescans.registry(ACMERA, ZEPHYRA, states={"zephyra": BrandState.SHADOW})
    rescans.again("zephyra")
    found = cases(rescans)
    assert {key for key, case in found.items() if case.shadow} == {
        key for key in found if key[1] == "zephyra"
    }


def test_a_rule_judges_everything_for_every_brand(rescans) -> None:
    market(rescans)
    rescans.registry(ACMERA, ZEPHYRA)
    report = rescans.again()
    assert report.counts["judged"] == 4
    assert (report.counts["opened"], report.counts["merged"]) == (3, 1)


def test_a_listing_that_changed_is_judged_as_it_is_now(rescans) -> None:
    market(rescans)
    rescans.pull(rescans.catalogue({"id": "joined", "title": "Brown shoes"}))
    rescans.run()
    rescans.registry(ACMERA, ZEPHYRA)
    report = rescans.again("zephyra")
    assert ("joined", "zephyra") not in cases(rescans)
    assert report.counts["listings"] == 4


def test_a_cap_keeps_the_rest_in_order(rescans) -> None:
    market(rescans)
    rescans.registry(ACMERA, ZEPHYRA)
    report = rescans.again("zephyra", cap=1)
    assert (report.counts["opened"], report.counts["kept"], report.waiting) == (1, 2, 2)
    opened = [case for case in cases(rescans).values() if case.brand == "zephyra"]
    assert len(opened) == 1


def test_brands_that_are_gone_end_it_with_a_reason(rescans) -> None:
    market(rescans)
    report = rescans.again("zephyra")
    assert (report.state, report.why) == ("aborted", "its brands are gone, so there is nothing to look for")


@pytest.mark.parametrize("deed", ["pause", "abort"])
def test_what_is_halted_does_nothing_more(rescans, deed) -> None:
    from workers.rescans import moving

    market(rescans)
    rescans.registry(ACMERA, ZEPHYRA)
    number = rescans.begin("zephyra")
    rescans.move(getattr(moving, deed), number)
    rescans.finish()
    assert rescans.report(number).state == {"pause": "paused", "abort": "aborted"}[deed]
    assert rescans.report(number).counts["listings"] == 0
    if deed == "pause":
        rescans.move(moving.resume, number)
        rescans.finish()
        assert rescans.report(number).state == "completed"
        assert rescans.report(number).counts["opened"] == 3
