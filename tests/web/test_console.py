"""The reviewers' console over HTTP: cases, pictures, what strangers write, and who sees what."""

import socket
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import httpx
import pytest
from sqlalchemy.event import listen

from brand_registry.people import Person, Role
from review.audit.checking import verify_all
from review.audit.tables import Logged
from review.decisions.tables import Decision
from review.queue.tables import Queued
from review.tables import Case
from storage.settings import settings
from tests.review.conftest import result
from tests.sqlite import on_sqlite
from tests.web.console_cases import EVIDENCE, add_shown_case, replace_title
from tests.web.desk import ANNA, BEN, CONFIRMED, LEA, OLGA, form_of, take
from workers.graph.tables import Picture

pytestmark = pytest.mark.slow


def test_a_case_goes_from_the_queue_to_a_decision_and_back(desk) -> None:
    number = add_shown_case(desk)
    anna, there, page = take(desk, ANNA)
    assert there == f"/cases/{number}"
    for said in (
        "CYRILLIC SMALL LETTER A", "66% below the floor of 60.00 EUR", "the server did not answer",
        "no other case", "Genuine goods sold on", "Counterfeit terms",
        "A model was asked", "90% sure by its own word, counts +1.2", "&lt;b&gt;beside&lt;/b&gt;", "a-model",
    ):  # fmt: skip
        assert said in page
    lacking = anna.post(f"{there}/decide", data=form_of(page) | {"outcome": "confirmed"})
    assert (lacking.status_code, "Confirmed needs a policy" in lacking.text) == (422, True)
    form = form_of(page) | CONFIRMED
    decided = anna.post(f"{there}/decide", data=form)
    assert decided.headers["location"] == "/queue?after=1"
    assert "Undo" in anna.get("/queue?after=1").text
    again = anna.post(f"{there}/decide", data=form)
    assert (again.status_code, again.headers["location"]) == (303, "/queue?after=1")
    ben = desk.client(BEN)
    late = ben.post(f"{there}/decide", data=form | {"token": "another"})
    assert (late.status_code, "decided before you, by anna@example.com" in late.text) == (409, True)
    assert "Undo" not in ben.get("/queue?after=1").text
    assert anna.post("/decisions/1/undo").headers["location"] == there
    assert desk.client(BEN).post("/queue/next").headers["location"] == "/queue"
    with desk.database.reading() as session:
        assert session.query(Decision).count() == 2
        assert verify_all(session).decisions == 2


def test_pictures_are_drawn_anew_and_never_given_as_they_came(desk) -> None:
    number = add_shown_case(desk)
    client = desk.client(ANNA)
    part = client.get(f"/cases/{number}/pictures/0", headers={"HX-Request": "true"}).text
    assert 'viewBox="0 0 1000 750"' in part
    assert "560,140 820,140 820,230 560,230" in part
    assert ">Logo</text>" in part
    drawn = client.get(f"/cases/{number}/pictures/0/drawn")
    assert (drawn.headers["content-type"], drawn.content[8:12]) == ("image/webp", b"WEBP")
    reference = part.split(f"/cases/{number}/references/")[1].split('"')[0]
    assert client.get(f"/cases/{number}/references/{reference}").content[8:12] == b"WEBP"
    assert client.get(f"/cases/{number}/references/{int(reference) + 1}").status_code == 404


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"sha256": None, "why": "the server said 404"}, "the server said 404"),
        ({"sha256": "0" * 64}, "it is no longer kept"),
    ],
)
def test_a_picture_that_is_gone_says_why(desk, change, said) -> None:
    number = add_shown_case(desk)
    with desk.database.writing("the test") as session:
        row = session.query(Picture).filter_by(key=f"{number}-0").one()
        for name, value in change.items():
            setattr(row, name, value)
    client = desk.client(ANNA)
    assert said in client.get(f"/cases/{number}/pictures/0").text
    assert "it was not fetched yet" in client.get(f"/cases/{number}/pictures/7").text


def test_what_is_no_picture_is_told_and_the_next_one_is_drawn(desk) -> None:
    number = add_shown_case(desk)
    with desk.database.writing("the test") as session:
        session.query(Picture).filter_by(key=f"{number}-0").one().sha256 = desk.blobs.put(
            b"<svg onload=alert(1)>"
        )
    client = desk.client(ANNA)
    assert "No picture 1" in client.get(f"/cases/{number}/pictures/0").text
    assert 'viewBox="0 0 1000 750"' in client.get(f"/cases/{number}/pictures/1").text


def test_owners_and_strangers_see_nothing(desk) -> None:
    number = add_shown_case(desk)
    olga = desk.client(OLGA)
    for path in (
        "/queue",
        f"/cases/{number}",
        f"/cases/{number}/pictures/0",
        f"/cases/{number}/pictures/0/drawn",
    ):
        assert olga.get(path).status_code == 403
        assert desk.client().get(path).status_code == 303
    acts = [f"/cases/{number}/{act}" for act in ("take", "skip", "back", "heartbeat", "decide")]
    for path in ("/queue/next", *acts, "/decisions/1/undo"):
        assert olga.post(path, data=CONFIRMED | {"seen": "1", "token": "x"}).status_code == 403
    assert "Queue" not in olga.get("/").text


def test_cases_in_shadow_are_nowhere(desk) -> None:
    number = add_shown_case(desk)
    with desk.database.writing("the test") as session:
        session.get_one(Case, number).shadow = True
        session.delete(session.get_one(Queued, number))
    anna = desk.client(ANNA)
    assert "Nothing waits" in anna.get("/queue").text
    for path in (f"/cases/{number}", f"/cases/{number}/pictures/0", "/cases/999", "/cases/0", "/cases/x"):
        assert anna.get(path).status_code in {404, 422}


def test_a_second_person_does_not_see_what_the_first_decided(desk) -> None:
    number = add_shown_case(desk)
    anna, there, page = take(desk, ANNA)
    data = form_of(page) | {"outcome": "cannot_tell", "note": "a secret thought"}
    assert (
        "somebody else looks at it"
        in anna.get(anna.post(f"{there}/decide", data=data).headers["location"]).text
    )
    ben, there, page = take(desk, BEN)
    assert there == f"/cases/{number}"
    assert "secret thought" not in page
    ben.post(f"{there}/decide", data=form_of(page) | CONFIRMED)
    _, there, page = take(desk, LEA)
    assert there == f"/cases/{number}"
    assert "secret thought" in page
    assert "ben@example.com" in page


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'{{ 7*7 }}"


@pytest.mark.parametrize(
    "title",
    [
        HOSTILE,
        "😀" * 10_000,
        "حذاء رياضي Acmera أصلي",
        "נעלי ספורט Acmera",
        "a\u202egpj.exe\u200b",
        "A" * 9_000,
    ],
)
def test_titles_of_strangers_do_nothing(desk, title) -> None:
    number = add_shown_case(desk)
    replace_title(desk, number, title.replace("\\", "").replace('"', "'"))
    client = desk.client(ANNA)
    for path in ("/queue", f"/cases/{number}"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text
        assert "<img src=x" not in answer.text
        assert path == "/queue" or "\u202e" not in answer.text


@pytest.mark.parametrize("wish", ["", "?brand=%00"])
def test_what_no_database_keeps_is_no_disaster(desk, wish) -> None:
    add_shown_case(desk)
    anna, there, page = take(desk, ANNA)
    data = form_of(page) | CONFIRMED | {"note": "a\0note"}
    assert anna.post(f"{there}/decide{wish}", data=data).status_code in {303, 422}
    assert anna.get(f"/queue{wish}").status_code in {200, 422}


def test_an_emoji_of_several_stays_one(desk) -> None:
    number = add_shown_case(desk)
    replace_title(desk, number, "Acmera \U0001f468\u200d\U0001f469\u200d\U0001f467 A\u200dc")
    told = desk.client(ANNA).get(f"/cases/{number}").text
    assert "\U0001f468\u200d\U0001f469\u200d\U0001f467" in told
    assert "⟨U+200D⟩" in told
    assert told.count("ZERO WIDTH JOINER") == 1


def test_words_from_right_to_left_turn_no_sentence(desk) -> None:
    evidence = [EVIDENCE[0] | {"found": "أكمي\u202e", "mark": "Acmera"}]
    case = {"brand": "acmera", "risk": 0.9, "reasons": ["logo"], "qualifiers": [], "evidence": evidence}
    number = add_shown_case(desk, {"cases": [case], "missing": [], "versions": {}})
    told = desk.client(ANNA).get(f"/cases/{number}").text
    words = "“\u2068أكمي⟨U+202E⟩\u2069” for “\u2068Acmera\u2069” in \u2068title\u2069"
    assert f'<span dir="ltr">{words}: ' in told


def test_nothing_of_a_listing_turns_what_stands_beside_it(desk) -> None:
    seller = {"id": "s1", "country": "C\u202eN"}
    number = add_shown_case(desk, id="7\u202e8", condition="new\u202e", seller=seller)
    told = desk.client(ANNA).get(f"/cases/{number}").text
    assert "\u202e" not in told
    assert "<bdi>7⟨U+202E⟩8</bdi>" in told
    assert "<bdi>new⟨U+202E⟩</bdi>" in told
    assert "<bdi>C⟨U+202E⟩N</bdi>" in told


def test_five_hundred_pieces_of_evidence_are_shown(desk) -> None:
    evidence = [EVIDENCE[0] | {"where": f"attributes.a{number}"} for number in range(500)]
    case = {"brand": "acmera", "risk": 0.9, "reasons": ["logo"], "qualifiers": [], "evidence": evidence}
    number = add_shown_case(desk, {"cases": [case], "missing": [], "versions": {}})
    told = desk.client(ANNA).get(f"/cases/{number}").text
    assert told.count("a is CYRILLIC".replace("a", "а")) == 500
    assert "<summary>480 weaker</summary>" in told


def test_who_looks_without_taking_is_written_down(desk) -> None:
    number = add_shown_case(desk)
    desk.client(BEN).get(f"/cases/{number}")
    take(desk, ANNA)
    with desk.database.reading() as session:
        assert [(one.who, one.did) for one in session.query(Logged).order_by(Logged.number)] == [
            (BEN, "saw"), (ANNA, "took"),
        ]  # fmt: skip


def test_a_lease_that_ended_is_told(desk) -> None:
    number = add_shown_case(desk)
    anna, there, page = take(desk, ANNA)
    assert anna.post(f"{there}/heartbeat").status_code == 204
    with desk.database.writing("the test") as session:
        session.get_one(Queued, number).until = datetime.now(UTC) - timedelta(seconds=1)
    take(desk, BEN)
    assert anna.post(f"{there}/heartbeat").status_code == 409
    late = anna.post(f"{there}/decide", data=form_of(page) | CONFIRMED)
    assert (late.status_code, "Somebody else has this case now" in late.text) == (409, True)


@pytest.mark.parametrize("waits", [True, False])
def test_a_decision_whose_answer_was_lost_counts_once(desk, waits) -> None:
    """Who is gone before the server has read what was sent may not have decided: sent again, it counts."""
    add_shown_case(desk)
    anna, there, page = take(desk, ANNA)
    sent = form_of(page) | CONFIRMED
    body = urlencode(sent).encode()
    headers = {
        "Host": anna.base_url.netloc.decode(), "Origin": desk.url, "Content-Length": str(len(body)),
        "Content-Type": "application/x-www-form-urlencoded", "Cookie": f"session={anna.cookies['session']}",
    }  # fmt: skip
    lines = [f"POST {there.partition('?')[0]}/decide HTTP/1.1", *(": ".join(one) for one in headers.items())]
    with socket.create_connection((anna.base_url.host, anna.base_url.port)) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        # Nobody reads what the server says.
        end = time.monotonic() + 60
        while waits and not decisions(desk):
            assert time.monotonic() < end, "nothing was decided"
            time.sleep(0.02)
    assert anna.post(f"{there}/decide", data=sent).status_code == 303
    assert decisions(desk) == 1
    with desk.database.reading() as session:
        verify_all(session)


def decisions(desk) -> int:
    with desk.database.reading() as session:
        return session.query(Decision).count()


def test_nobody_is_told_ahead_what_is_not_for_them(desk) -> None:
    number = add_shown_case(desk)
    assert desk.client(ANNA).get("/queue/ahead").json()["pictures"][0] == f"/cases/{number}/pictures/0/drawn"
    assert desk.client(OLGA).get("/queue/ahead").status_code == 403
    take(desk, BEN)
    assert desk.client(ANNA).get("/queue/ahead").json() == {"pictures": []}


@on_sqlite
@pytest.mark.parametrize("marks", [1, 12])
def test_few_questions_are_asked_however_much_there_is(desk, marks, monkeypatch) -> None:
    """They are most of what a page costs, beside turns of threads: of those a route has one of its own."""
    monkeypatch.setattr("fastapi.dependencies.utils.run_in_threadpool", None)
    monkeypatch.setattr(settings(), "gold_share", 0.0)
    found = result()
    found["cases"][0]["evidence"] = [EVIDENCE[0] | {"mark": f"mark {number}"} for number in range(marks)]
    for _ in range(marks + 2):
        add_shown_case(desk, found, pictures=0)
    asked: list[str] = []
    listen(desk.database.engine, "before_cursor_execute", lambda *how: asked.append(how[2]))
    anna = desk.client(ANNA)

    def questions(method: str, path: str, **more: object) -> tuple[int, httpx.Response]:
        asked.clear()
        answer = anna.request(method, path, **more)
        return sum(not one.startswith("BEGIN") for one in asked), answer

    counts = {}
    counts["next"], answer = questions("POST", "/queue/next")
    there = answer.headers["location"]
    counts["case"], answer = questions("GET", there)
    form = form_of(answer.text) | CONFIRMED | {"reason": "misspelling"}
    counts["decide"], answer = questions("POST", f"{there}/decide", data=form)
    assert answer.headers["location"].startswith("/cases/")
    counts["queue"], _ = questions("GET", "/queue?after=1")
    most = {"next": 10, "case": 6, "decide": 25, "queue": 7}
    assert {what: count for what, count in counts.items() if count > most[what]} == {}


def test_administrators_are_told_that_nobody_may_decide(desk) -> None:
    add_shown_case(desk)
    told = 'nobody may decide. <a href="/people">Invite a reviewer</a>'
    desk.add_person("ada@example.com", Role.ADMINISTRATOR)
    ada = desk.client("ada@example.com")
    assert told not in ada.get("/").text
    with desk.database.writing("the test") as session:
        for person in session.query(Person):
            if person.email != "ada@example.com":
                person.left = datetime.now(UTC)
    assert f"1 case waits, and {told}" in ada.get("/").text
    assert "1 case waits, and nobody may decide." in ada.get("/people").text
    desk.add_person("otto@example.com", Role.OWNER, "acme")
    otto = desk.client("otto@example.com")
    assert "nobody may decide" not in otto.get("/").text + otto.get("/people").text
    desk.add_person("zoe@example.com", Role.LEAD)
    assert "nobody may decide" not in ada.get("/").text
