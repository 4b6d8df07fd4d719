"""Doubtful cases of the graph go to a model and come back, whatever becomes of the asking."""

from datetime import timedelta

import orjson
import pytest
from sqlalchemy import delete, func, select, update

from review.tables import Case, ListingVersion
from storage.settings import settings
from tests.graph.test_status import shown
from tests.middle.endpoint import Reply, said, text_of
from workers.graph import sweeping, telling
from workers.graph.claims import now
from workers.graph.tables import Item, State
from workers.middle.tables import AskedOpinion

DOUBTFUL = {"id": "L1", "title": "Akmera shoes"}
SURE = {"id": "L2", "title": "Acrnera shoes", "brand": "Acrnera"}


def results(graph) -> dict[str, dict]:
    with graph.database.reading() as session:
        rows = session.scalars(select(Item.result).where(Item.state == State.DONE))
        return {one["listing_id"]: one for one in map(orjson.loads, rows)}


def opinions(graph) -> list[AskedOpinion]:
    with graph.database.reading() as session:
        return list(session.scalars(select(AskedOpinion)))


def test_a_doubtful_listing_is_asked_about_once_and_judged_with_the_answer(graph, endpoint) -> None:
    graph.pull(graph.catalogue(DOUBTFUL, SURE, DOUBTFUL | {"id": "L3"}))
    graph.run()
    found = results(graph)
    assert len(endpoint.asked) == 1
    first = found["L1"]["cases"][0]
    assert first["opinion"]["answer"] == "imitation"
    assert first["risk"] == pytest.approx(0.8, abs=1e-3)
    assert found["L3"]["cases"][0]["opinion"] == first["opinion"]
    assert "opinion" not in found["L2"]["cases"][0]
    with graph.database.reading() as session:
        said_of = dict(session.execute(select(Case.listing_id, Case.opinion)).all())
    assert sorted(said_of.values(), key=bool) == [None, first["opinion"], first["opinion"]]
    (kept,) = opinions(graph)
    assert (kept.question, kept.calls, kept.tokens) == (None, 1, 100)
    graph.pull(graph.catalogue(DOUBTFUL | {"id": "L4"}, name="other.jsonl"))
    graph.run()
    assert results(graph)["L4"]["cases"][0]["opinion"] == first["opinion"]
    assert len(endpoint.asked) == 1


def test_what_a_model_lets_off_opens_no_case(graph, endpoint) -> None:
    endpoint.answers = lambda _: said("genuine_resale")
    graph.pull(graph.catalogue(DOUBTFUL, SURE))
    graph.run()
    assert graph.verdicts() == {"done clear": 1, "done flag": 1}
    assert graph.cases() == 1


def test_without_an_answer_the_case_is_opened_and_says_what_is_missing(graph, endpoint) -> None:
    endpoint.answers = lambda _: Reply(503)
    graph.pull(graph.catalogue(DOUBTFUL))
    graph.run()
    with graph.database.reading() as session:
        (case,) = session.scalars(select(Case))
    assert case.opinion is None
    assert case.missing == [
        {"where": "model in the middle", "why": "acme: the endpoint answers with status 503"}
    ]
    assert graph.verdicts() == {"done flag": 1}


def test_status_tells_what_was_asked_today(graph, endpoint, monkeypatch) -> None:
    monkeypatch.setattr(telling, "queue_lengths", dict)
    assert "0 of 1,000 calls" in shown(telling.standing(graph.database))
    endpoint.answers = lambda asked: Reply(401) if "boots" in text_of(asked) else said("imitation")
    graph.pull(graph.catalogue(DOUBTFUL, {"id": "L2", "title": "Akmera boots"}))
    graph.run()
    told = shown(telling.standing(graph.database))
    assert "2 of 1,000 calls, 100 of 2,000,000 tokens" in told
    assert "1 unanswered: the endpoint answers with status 401" in told


def test_what_somebody_waits_for_is_not_asked_about_but_goes_by_what_is_known(graph, endpoint) -> None:
    for opinion, file in ((None, "first.jsonl"), ("imitation", "second.jsonl")):
        graph.pull(graph.catalogue(DOUBTFUL | {"id": file}, name=file))
        graph.do(*graph.messages()[0])
        with graph.database.writing("test") as session:
            session.execute(update(Item).where(Item.state == State.WAITING).values(lane="check"))
        graph.run()
        result = results(graph)[file]
        assert result["missing"] == []
        assert result["cases"][0].get("opinion", {}).get("answer") == opinion
        if opinion is None:
            assert endpoint.asked == []
            graph.pull(graph.catalogue(DOUBTFUL, name="third.jsonl"))
            graph.run()


def test_a_process_that_dies_while_asking_costs_the_answer_alone(graph, endpoint) -> None:
    graph.pull(graph.catalogue(DOUBTFUL))
    graph.do(*graph.messages()[0])
    graph.do(*graph.messages()[0])
    (asks,) = graph.messages()
    with graph.database.writing("test") as session:
        session.execute(update(Item).values(state=State.WORKING, attempts=1))
    graph.do(*asks, again=True)
    graph.run()
    assert endpoint.asked == []
    assert results(graph)["L1"]["missing"][0]["why"] == "acme: the process that asked was ended"
    assert graph.verdicts() == {"done flag": 1}


def test_where_all_calls_are_taken_it_waits_and_is_given_out_anew(graph, endpoint, monkeypatch) -> None:
    from storage.locks import locked

    monkeypatch.setenv("DETECTOR_MIDDLE_AT_ONCE", "1")
    settings.cache_clear()
    monkeypatch.setattr(sweeping, "queue_lengths", lambda: dict.fromkeys(["judge"], 0))
    graph.pull(graph.catalogue(DOUBTFUL))
    with locked(settings().home / "middle" / "call-0", wait=False):
        graph.run()
    assert (endpoint.asked, graph.verdicts()) == ([], {"waiting None": 1})
    with graph.database.writing("test") as session:
        session.execute(update(Item).values(due=now() - timedelta(seconds=1)))
    sweeping.sweep(graph.database)
    graph.run()
    assert len(endpoint.asked) == 1
    assert graph.verdicts() == {"done flag": 1}


def test_what_changes_while_it_is_asked_about_does_not_go_round(graph, endpoint) -> None:
    graph.pull(graph.catalogue(DOUBTFUL))
    while messages := graph.messages():
        for task, numbers in messages:
            graph.do(task, numbers)
            if task == "ask":  # what was kept is lost, as if the question had become another
                with graph.database.writing("test") as session:
                    session.execute(delete(AskedOpinion))
    assert len(endpoint.asked) == 1
    assert results(graph)["L1"]["missing"][0]["why"] == "acme: it was not asked"


def test_a_model_that_is_set_no_more_keeps_nobody_waiting(graph, endpoint, monkeypatch) -> None:
    graph.pull(graph.catalogue(DOUBTFUL))
    graph.do(*graph.messages()[0])
    graph.do(*graph.messages()[0])
    monkeypatch.delenv("DETECTOR_MIDDLE_URL")
    settings.cache_clear()
    graph.run()
    assert endpoint.asked == []
    assert "opinion" not in results(graph)["L1"]["cases"][0]
    assert results(graph)["L1"]["missing"] == []


def test_what_was_said_of_a_listing_goes_with_it(graph, endpoint) -> None:
    graph.pull(graph.catalogue(DOUBTFUL))
    graph.run()
    with graph.database.writing("test") as session:
        session.execute(delete(ListingVersion))
        assert session.scalar(select(func.count()).select_from(AskedOpinion)) == 0
