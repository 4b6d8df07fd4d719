"""The steps of the graph, with messages that are doubled, reordered and lost."""

import random

import pytest
from sqlalchemy import func, select

from brand_registry.judging import RegistryJudge
from brand_registry.states import BrandState
from detector.listing import Listing
from review.recall.tables import Cleared
from review.tables import Case, CaseEvidence, ListingVersion
from review.tables import Listing as ListingRow
from storage.settings import settings
from tests.graph.conftest import ACMERA
from workers.graph.pulling import Arrival, take
from workers.graph.tables import Item, Picture, Quarantined, Reading

FAKE = {"id": "L1", "title": "Acrnera shoes", "brand": "Acrnera"}
FAIR = {"id": "L2", "title": "Brown shoes"}


def count(graph, table) -> int:
    with graph.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_a_listing_goes_its_way_to_a_case(graph) -> None:
    graph.picture("a.jpg", "ACMERA")
    graph.picture("b.jpg", "")
    run = graph.pull(
        graph.catalogue(
            FAKE,
            FAIR | {"images": ["b.jpg"]},
            {"id": "L3", "title": "Shoes", "images": ["a.jpg", "b.jpg"]},
            {"id": "L4", "title": "Shoes", "images": ["gone.jpg", "b.jpg"]},
        )
    )
    graph.run()
    assert graph.run_row(run).state == "done"
    assert graph.run_row(run).rows == 4
    assert graph.verdicts() == {"done flag": 2, "done clear": 1, "done incomplete": 1}
    assert set(graph.reader.reads.values()) == {1}
    with graph.database.reading() as session:
        case = session.scalars(select(Case).join(ListingRow).where(ListingRow.key == "L1")).one()
        assert (case.brand, case.state, case.shadow) == ("acme", "open", False)
        assert case.evidence[0].what["found"] == "Acrnera"


def test_what_was_not_flagged_may_be_drawn_for_people_to_look_at(graph, monkeypatch) -> None:
    monkeypatch.setattr(settings(), "audit_share", 1.0)
    graph.picture("b.jpg", "")
    graph.pull(graph.catalogue(FAKE, FAIR, {"id": "L4", "title": "Shoes", "images": ["gone.jpg", "b.jpg"]}))
    graph.run()
    assert graph.verdicts() == {"done flag": 1, "done clear": 1, "done incomplete": 1}
    with graph.database.reading() as session:
        drawn = select(ListingRow.key).join(ListingVersion).join(Cleared).order_by(ListingRow.key)
        assert session.scalars(drawn).all() == ["L2", "L4"]


@pytest.mark.parametrize("seed", range(4))
def test_doubled_and_reordered_messages_change_nothing(graph, seed) -> None:
    shuffled = random.Random(seed)
    names = [graph.picture(f"{n}.jpg", "Acmera" if n % 3 else "") for n in range(5)]
    listings = [
        {
            "id": f"L{n}",
            "title": "Acrnera shoes" if n % 4 == 0 else "Shoes",
            "images": shuffled.sample(names, 2),
        }
        for n in range(20)
    ]
    graph.pull(graph.catalogue(*listings))
    graph.run(lambda messages: shuffled.sample(messages, len(messages)), times=3)
    for task, numbers in shuffled.sample(graph.sent, len(graph.sent)):
        graph.do(task, numbers, again=True)
    assert sum(graph.verdicts().values()) == 20
    assert all(verdict.startswith("done") for verdict in graph.verdicts())
    assert set(graph.reader.reads.values()) == {1}
    with graph.database.reading() as session:
        flagged = session.scalar(select(func.count()).select_from(Item).where(Item.verdict == "flag"))
        assert flagged >= 5
        assert session.scalar(select(func.count()).select_from(Case)) == flagged


def test_an_unchanged_listing_is_not_judged_again_and_a_changed_one_is(graph) -> None:
    graph.picture("a.jpg", "")
    first = graph.catalogue(FAKE, FAIR | {"images": ["a.jpg"]})
    graph.pull(first)
    graph.run()
    file = graph.catalogue(FAKE, FAIR | {"images": ["a.jpg"], "title": "Acrnera boots", "brand": "Acrnera"})
    run = graph.pull(file)
    graph.run()
    assert graph.run_row(run).unchanged == 1
    assert count(graph, Item) == 3
    assert count(graph, Case) == 2
    assert set(graph.reader.reads.values()) == {1}
    with graph.database.reading() as session:
        assert session.scalars(select(ListingRow.version).order_by(ListingRow.key)).all() == [1, 2]


def test_a_listing_that_changes_on_its_way_is_judged_as_it_is_now(graph) -> None:
    graph.picture("a.jpg", "")
    graph.pull(graph.catalogue(FAKE | {"images": ["a.jpg"]}))
    (message,) = graph.messages()
    graph.do(*message)
    graph.pull(graph.catalogue(FAIR | {"id": "L1", "images": ["a.jpg"]}))
    graph.run()
    assert graph.verdicts() == {"superseded None": 1, "done clear": 1}
    assert count(graph, Case) == 0


def test_bad_rows_are_put_aside_with_their_reason(graph) -> None:
    file = graph.catalogue(FAKE, {"id": "L9"}, FAIR)
    with file.open("a") as more:
        more.write("{not json\n")
    run = graph.pull(file)
    graph.run()
    assert graph.run_row(run).rejected == 2
    with graph.database.reading() as session:
        rows = session.execute(select(Quarantined.kind, Quarantined.why, Quarantined.raw)).all()
    assert [row.kind for row in rows] == ["row", "row"]
    assert rows[0].why == "title is missing"
    assert rows[1].raw.startswith("{not json")


def test_what_fails_three_times_is_given_up_with_its_reason(graph) -> None:
    class Failing(type(graph.judge)):
        def ruled(self, listing, *rest):
            if listing.id == "L1":
                raise ValueError("poison")
            return super().ruled(listing, *rest)

    graph.judge = Failing([])
    graph.pull(graph.catalogue(FAKE, FAIR))
    graph.run()
    with graph.database.reading() as session:
        (poison,) = session.scalars(select(Item.id).where(Item.state == "waiting"))
    for _ in range(4):
        graph.do("judge", [poison])
    assert graph.verdicts() == {"quarantined None": 1, "done clear": 1}
    with graph.database.reading() as session:
        (row,) = session.scalars(select(Quarantined))
        assert (row.kind, row.subject) == ("items", poison)
        assert "ValueError: poison" in row.why


def test_a_reader_that_fails_costs_the_picture_alone(graph) -> None:
    graph.picture("a.jpg", "")
    graph.pull(graph.catalogue(FAIR | {"images": ["a.jpg"]}))
    read, graph.reader.read = graph.reader.read, None  # calling None fails
    graph.run()
    with graph.database.reading() as session:
        (number,) = session.scalars(select(Reading.id))
    for _ in range(3):
        graph.do("read", [number])
    graph.run()
    assert graph.verdicts() == {"done incomplete": 1}
    graph.reader.read = read
    with graph.database.reading() as session:
        (result,) = session.scalars(select(Item.result))
        assert "reading it failed: TypeError" in result


def test_the_same_bytes_under_many_names_are_read_once(graph) -> None:
    names = [graph.picture(f"{n}.jpg", "same") for n in range(7)]
    graph.pull(graph.catalogue(*(FAIR | {"id": f"L{n}", "images": names} for n in range(3))))
    graph.run()
    assert graph.reader.reads.total() == 1
    assert (count(graph, Picture), count(graph, Reading)) == (7, 1)
    assert graph.verdicts() == {"done clear": 3}


def test_a_reading_that_is_gone_is_made_again(graph) -> None:
    graph.picture("a.jpg", "")
    graph.pull(graph.catalogue(FAIR | {"images": ["a.jpg"]}))
    while (messages := graph.messages()) and messages[0][0] != "judge":
        for message in messages:
            graph.do(*message)
    with graph.database.reading() as session:
        (blob,) = session.scalars(select(Reading.blob))
    (graph.blobs.folder / blob[:2] / blob[2:]).unlink()
    graph.do(*messages[0])
    graph.run()
    assert graph.verdicts() == {"done clear": 1}
    assert graph.reader.reads.total() == 2


def test_evidence_of_several_versions_is_merged(graph) -> None:
    graph.pull(graph.catalogue(FAKE))
    graph.run()
    graph.pull(graph.catalogue(FAKE | {"title": "Acrnera, 1:1 replica", "price": None}))
    graph.run()
    assert (count(graph, Case), count(graph, Item)) == (1, 2)
    before = count(graph, CaseEvidence)
    graph.pull(graph.catalogue(FAIR | {"id": "L1"}))
    graph.run()
    with graph.database.reading() as session:
        (case,) = session.scalars(select(Case))
        assert case.gone is not None
        assert len(case.evidence) == before > 1


def test_brands_in_shadow_open_cases_that_are_not_shown(graph) -> None:
    graph.brand("acme", "shadow")
    graph.judge = RegistryJudge([ACMERA], states={"acme": BrandState.SHADOW}, versions={"detector": "1"})
    graph.pull(graph.catalogue(FAKE))
    graph.run()
    with graph.database.reading() as session:
        (case,) = session.scalars(select(Case))
        assert case.shadow
        assert case.brand_id is not None


@pytest.mark.parametrize("folder", [True, False])
def test_a_listing_gets_no_blob_by_its_name(graph, folder) -> None:
    theirs = graph.blobs.put(b"picture:of somebody else's ACMERA")
    names = [f"sha256:{theirs}", f"sha256:{'0' * 64}", "sha256:../../../../../../etc/hostname"]
    run = graph.pull(graph.catalogue())
    graph.run()
    listing = Listing(id="1", title="Shoes", images=names)
    with graph.database.writing("test") as session:
        take(session, Arrival(run, "shop", str(graph.folder) if folder else None), [listing])
    graph.run()
    assert graph.verdicts() == {"done incomplete": 1}
    assert graph.reader.reads.total() == 0
