"""What leads do in the console, and what they make of others' work: teams, training, exceptions."""

from datetime import UTC, datetime, timedelta

import pytest

from review.audit.tables import Logged
from review.decisions.tables import Decision
from storage.settings import settings
from tests.web.console_cases import add_shown_case
from tests.web.desk import ANNA, BEN, CONFIRMED, LEA, OLGA, form_of, take

pytestmark = pytest.mark.slow


def test_what_of_a_group_cannot_be_decided_is_told(desk) -> None:
    first, second = add_shown_case(desk), add_shown_case(desk)
    anna = desk.client(ANNA)
    page = anna.get(f"/cases/{first}/group").text
    token = page.split('name="token" value="')[1].split('"', maxsplit=1)[0]
    take(desk, BEN)
    chosen = {f"case.{first}": "1", f"case.{second}": "1", "case.x": "1", "case.99": "y"}
    data = {"token": token, "outcome": "not_infringing", "code": "resale"}
    came = anna.post(f"/cases/{first}/group/decide", data=data | chosen)
    assert came.status_code == 200
    assert "somebody else has this case now" in came.text
    assert anna.post(f"/cases/{first}/group/decide", data=data).status_code == 422
    assert desk.client(OLGA).get(f"/cases/{first}/group").status_code == 403
    assert desk.client(OLGA).post(f"/cases/{first}/group/decide", data=data | chosen).status_code == 403
    assert anna.get("/cases/999/group").status_code == 404
    with desk.database.reading() as session:
        assert session.query(Decision).count() == 1


def test_a_gold_case_looks_like_any_other_until_it_is_answered(desk, monkeypatch) -> None:
    monkeypatch.setattr(settings(), "gold_share", 1.0)
    number = add_shown_case(desk)
    anna, there, page = take(desk, ANNA)
    anna.post(f"{there}/decide", data=form_of(page) | CONFIRMED | {"note": "a secret thought"})
    lea = desk.client(LEA)
    assert "Mix it in" in lea.get(there).text
    assert lea.post(f"{there}/gold").status_code == 303
    assert anna.post(f"{there}/gold").status_code == 403
    open_case = add_shown_case(desk)
    ben, there, page = take(desk, BEN)
    assert there == f"/cases/{number}"
    assert "secret thought" not in page
    assert (
        "decided" not in page.replace("has been decided", "").split('<form id="decide"')[0].split("<main")[1]
    )
    assert ben.post(f"{there}/heartbeat").status_code == 204
    assert ben.post(f"{there}/decide", data=form_of(page) | {"outcome": "confirmed"}).status_code == 422
    answer = ben.post(f"{there}/decide", data=form_of(page) | CONFIRMED)
    assert answer.headers["location"] == f"/cases/{open_case}"
    assert "100%" in lea.get("/training").text
    with desk.database.reading() as session:
        assert session.query(Decision).count() == 1


def test_training_shows_where_one_differs(desk) -> None:
    number = add_shown_case(desk)
    anna, there, page = take(desk, ANNA)
    anna.post(f"{there}/decide", data=form_of(page) | CONFIRMED)
    ben = desk.client(BEN)
    assert ben.post("/training/next").headers["location"] == f"/cases/{number}"
    page = ben.get(f"/cases/{number}").text
    data = form_of(page) | {"outcome": "not_infringing", "code": "parody"}
    assert ben.post(f"/cases/{number}/decide", data=data).headers["location"] == "/training"
    told = ben.get("/training").text
    assert "0 went with what was decided" in told
    assert "differs" in told
    assert ben.post("/training/next").headers["location"] == "/training"


def test_leads_make_teams(desk) -> None:
    add_shown_case(desk)
    lea = desk.client(LEA)
    wanted = {
        "name": "Shoes <b>",
        "members": f"{BEN.upper()} x@example.com",
        "languages": "en",
        "harms": "children",
    }
    assert lea.post("/teams", data=wanted).status_code == 303
    page = lea.get("/teams").text
    assert BEN in page
    assert "Shoes <b>" not in page
    assert desk.client(ANNA).post("/queue/next").headers["location"] == "/queue"
    assert lea.post("/teams", data=wanted | {"languages": "klingon"}).status_code == 422
    for act in (lambda one: one.get("/teams"), lambda one: one.post("/teams", data=wanted)):
        assert act(desk.client(ANNA)).status_code == 403
    assert lea.post("/teams/1/remove").status_code == 303
    assert "/cases/" in desk.client(ANNA).post("/queue/next").headers["location"]


def test_a_dismissal_leads_to_an_exception_that_can_be_taken_back(desk) -> None:
    add_shown_case(desk)
    anna, there, page = take(desk, ANNA)
    assert "Nothing can be allowed" in anna.get(f"{there}/allow").text
    data = form_of(page) | {"outcome": "not_infringing", "code": "resale"}
    after = anna.post(f"{there}/decide", data=data).headers["location"]
    assert f"{there}/allow" in anna.get(after).text
    offered = anna.get(f"{there}/allow").text
    assert "Everything, for the brand" not in offered
    wanted = {"what": "1.seller", "until": f"{datetime.now(UTC).date() + timedelta(days=30)}"}
    for wrong in ({"what": "1.brand"}, {"what": "x"}, {"until": "soon"}, {"until": "2020-01-01"}):
        assert anna.post(f"{there}/allow", data=wanted | wrong).status_code == 422
    assert anna.post(f"{there}/allow", data=wanted).status_code == 303
    with desk.database.reading() as session:
        assert session.query(Logged).filter_by(who=ANNA, did="saw", case_id=1).count() >= 2
    listed = anna.get("/exceptions").text
    assert "seller: <bdi>s1</bdi>" in listed
    assert desk.client(OLGA).get("/exceptions").status_code == 403
    assert desk.client(OLGA).post("/exceptions/1/end").status_code == 403
    assert desk.client(BEN).post("/exceptions/1/end").status_code == 403
    assert anna.post("/exceptions/1/end").status_code == 303
    assert "No exception was made" in anna.get("/exceptions").text


def test_leads_see_how_the_queue_is_and_what_lies_aside(desk, monkeypatch) -> None:
    monkeypatch.setattr(settings(), "quarantine_after", 1)
    add_shown_case(desk)
    anna, there, page = take(desk, ANNA)
    anna.post(f"{there}/decide", data=form_of(page) | {"outcome": "not_infringing", "code": "resale"})
    add_shown_case(desk)
    assert anna.post("/queue/next").headers["location"] == "/queue"
    lea = desk.client(LEA)
    told = lea.get("/lead").text
    for said in ("the mark “<bdi>Acmera</bdi>”", "Put back", "Precision by reason", "0 of 1", "lie aside"):
        assert said in told
    assert "is put aside" in lea.get("/brands/house/acmera/found/summary").text
    assert anna.get("/lead").status_code == 403
    assert anna.post("/lead/aside/1/back").status_code == 403
    for number in range(1, 5):
        assert lea.post(f"/lead/aside/{number}/back").status_code == 303
    assert "/cases/" in anna.post("/queue/next").headers["location"]
