"""The reviewers' console: over HTTP, and in a real browser."""

import socket
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from brand_registry.access import Viewer
from brand_registry.people import Role
from review.audit.checking import verify_all
from review.audit.tables import Logged
from review.decisions.tables import Decision
from review.queue.claiming import claim
from review.queue.tables import Queued
from review.tables import Case
from review.web import found
from review.web.console import console_part
from storage.settings import settings
from tests.sqlite import on_sqlite
from tests.web.conftest import Site, sign_in
from tests.web.console_cases import EVIDENCE, add_brand, add_shown_case, replace_title
from workers.graph.pictured import pictures_of
from workers.graph.tables import Picture

pytestmark = pytest.mark.slow

ANNA, BEN, LEA, OLGA = (f"{name}@example.com" for name in ("anna", "ben", "lea", "olga"))


@pytest.fixture
def desk(make_site, monkeypatch) -> Site:
    monkeypatch.setattr(settings(), "second_look_share", 0.0)
    site = make_site(parts=[found.PART, console_part(pictures_of)])
    site.add_person(ANNA, Role.REVIEWER)
    site.add_person(BEN, Role.REVIEWER)
    site.add_person(LEA, Role.LEAD)
    site.add_person(OLGA, Role.OWNER, "globex")
    add_brand(site)
    return site


def form_of(page: str) -> dict[str, str]:
    """The hidden fields of the form that decides."""
    fields = {}
    for name in ("seen", "token"):
        fields[name] = page.split(f'name="{name}" value="')[1].split('"', maxsplit=1)[0]
    return fields


CONFIRMED = {"outcome": "confirmed", "policy": "trademark", "reason": "logo"}


def take(desk: Site, email: str):
    client = desk.client(email)
    answer = client.post("/queue/next")
    return client, answer.headers["location"], client.get(answer.headers["location"]).text


def test_a_case_goes_from_the_queue_to_a_decision_and_back(desk) -> None:
    number = add_shown_case(desk)
    anna, there, page = take(desk, ANNA)
    assert there == f"/cases/{number}"
    for said in (
        "CYRILLIC SMALL LETTER A", "66% below the floor of 60.00 EUR", "the server did not answer",
        "no other case", "Genuine goods sold on", "Counterfeit terms",
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


def test_five_hundred_pieces_of_evidence_are_shown(desk) -> None:
    evidence = [EVIDENCE[0] | {"where": f"attributes.a{number}"} for number in range(500)]
    case = {"brand": "acmera", "risk": 0.9, "reasons": ["logo"], "qualifiers": [], "evidence": evidence}
    number = add_shown_case(desk, {"cases": [case], "missing": [], "versions": {}})
    assert desk.client(ANNA).get(f"/cases/{number}").text.count("a is CYRILLIC".replace("a", "а")) == 500


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


def test_a_decision_whose_answer_was_lost_is_kept_and_counts_once(desk) -> None:
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
        # Nobody waits for what the server says.
    end = time.monotonic() + 60
    count = 0
    while not count and time.monotonic() < end:
        with desk.database.reading() as session:
            count = session.query(Decision).count()
        time.sleep(0.05)
    assert anna.post(f"{there}/decide", data=sent).status_code == 303
    with desk.database.reading() as session:
        assert session.query(Decision).count() == 1
        verify_all(session)


@on_sqlite
def test_a_reviewer_works_with_keys_alone(desk, page: Page) -> None:
    first, second = add_shown_case(desk), add_shown_case(desk, seller=None)
    sign_in(page, desk, ANNA)
    page.goto(f"{desk.url}/queue")
    page.keyboard.press("n")
    page.wait_for_url(f"{desk.url}/cases/*")
    here = int(page.url.rsplit("/", 1)[1])
    assert here in {first, second}
    expect(page.locator(".picture svg")).to_have_count(2)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("#picture-0 .near")).to_have_count(1)
    page.keyboard.press("b")
    expect(page.locator("#picture-0 .boxes")).to_be_hidden()
    page.keyboard.press("i")
    page.keyboard.press("2")
    expect(page.get_by_role("radio", name="Use of a trademark")).to_be_checked()
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/*after=*")
    assert f"/cases/{first + second - here}" in page.url
    page.keyboard.press("o")
    page.keyboard.press("2")
    expect(page.get_by_role("radio", name="Genuine goods resold")).to_be_checked()
    page.keyboard.press("z")
    page.wait_for_url(f"{desk.url}/cases/{here}")
    page.keyboard.press("u")
    page.keyboard.type("no sole")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/*after=*")
    page.keyboard.press("s")
    page.wait_for_url(f"{desk.url}/queue")
    with desk.database.reading() as session:
        said = [(one.outcome, one.case_id, one.note) for one in session.query(Decision).order_by(Decision.id)]
    assert said == [("confirmed", here, ""), ("undone", here, ""), ("cannot_tell", here, "no sole")]


@on_sqlite
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_can_be_used_by_all(desk, page: Page, scheme) -> None:
    number = add_shown_case(desk)
    page.emulate_media(color_scheme=scheme)
    sign_in(page, desk, LEA)
    page.goto(f"{desk.url}/queue")
    serious = _serious(page)
    page.keyboard.press("n")
    page.wait_for_url(f"{desk.url}/cases/*")
    expect(page.locator(".picture svg")).to_have_count(2)
    page.keyboard.press("i")
    serious += _serious(page)
    page.set_viewport_size({"width": 390, "height": 844})
    serious += _serious(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for path in (f"/cases/{number}/group", "/lead", "/teams", "/training", "/exceptions"):
        page.goto(desk.url + path)
        serious += _serious(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
    assert serious == []


def _serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:200]} {one['nodes'][0]['failureSummary'][:300]}"
        for one in found
        if one["impact"] in {"serious", "critical"}
    ]


@on_sqlite
def test_a_group_is_decided_at_once(desk, page: Page) -> None:
    numbers = [add_shown_case(desk) for _ in range(3)]
    alone = add_shown_case(desk, seller=None, description="", images=(), title="A cap")
    with desk.database.writing("the test") as session:
        claim(session, Viewer(BEN, frozenset({(Role.REVIEWER, None)})), numbers[2], datetime.now(UTC))
    sign_in(page, desk, ANNA)
    page.goto(f"{desk.url}/cases/{numbers[0]}")
    page.keyboard.press("a")
    page.wait_for_url("**/group")
    expect(page.get_by_text("same seller: Sun & Star Trading").first).to_be_visible()
    expect(page.get_by_role("checkbox")).to_have_count(2)
    expect(page.get_by_text("somebody else has it")).to_be_visible()
    assert f"Case {alone}" not in page.content()
    expect(page.locator("[data-chosen]")).to_have_text("2 of 2")
    page.keyboard.press("a")
    expect(page.locator("[data-chosen]")).to_have_text("0 of 2")
    page.keyboard.press("a")
    page.keyboard.press("i")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    page.wait_for_url("**/group/decide")
    expect(page.get_by_text("2 decided. Each can")).to_be_visible()
    with desk.database.reading() as session:
        decided = session.query(Decision).order_by(Decision.case_id).all()
        assert [(one.case_id, one.reason) for one in decided] == [
            (number, "lookalike_characters") for number in numbers[:2]
        ]
        assert verify_all(session).decisions == 2


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


@on_sqlite
def test_the_brands_picture_is_laid_over_and_the_next_case_fetched_ahead(desk, page: Page) -> None:
    first, second = add_shown_case(desk), add_shown_case(desk, seller=None, attributes={"sold": "1"})
    sign_in(page, desk, ANNA)
    page.goto(f"{desk.url}/queue")
    with page.expect_response(f"**/cases/{second}/pictures/1/drawn") as drawn:
        page.keyboard.press("n")
        page.wait_for_url(f"{desk.url}/cases/{first}")
    assert drawn.value.status == 200
    slider = page.get_by_label("Laid over it")
    part = page.locator("#picture-0 clipPath rect")
    expect(part).to_have_attribute("width", "0")
    page.keyboard.press("v")
    expect(part).to_have_attribute("width", "130")
    expect(slider).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(part).to_have_attribute("width", "143")
    page.keyboard.press("v")
    expect(part).to_have_attribute("width", "260")
    page.keyboard.press("v")
    expect(part).to_have_attribute("width", "0")
    page.keyboard.press("i")
    expect(page.get_by_role("radio", name="Confirmed")).to_be_checked()
    with desk.database.reading() as session:
        assert session.get_one(Queued, second).holder is None


def test_nobody_is_told_ahead_what_is_not_for_them(desk) -> None:
    number = add_shown_case(desk)
    assert desk.client(ANNA).get("/queue/ahead").json()["pictures"][0] == f"/cases/{number}/pictures/0/drawn"
    assert desk.client(OLGA).get("/queue/ahead").status_code == 403
    take(desk, BEN)
    assert desk.client(ANNA).get("/queue/ahead").json() == {"pictures": []}


@on_sqlite
def test_the_back_button_decides_nothing_twice(desk, page: Page) -> None:
    number = add_shown_case(desk)
    sign_in(page, desk, ANNA)
    page.goto(f"{desk.url}/queue")
    page.keyboard.press("n")
    page.wait_for_url(f"{desk.url}/cases/{number}")
    page.keyboard.press("i")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    page.wait_for_url("**/queue?after=1")
    page.go_back()
    expect(page.get_by_text("This case has been decided.")).to_be_visible()
    expect(page.locator("#decide")).to_have_count(0)
    with desk.database.reading() as session:
        assert session.query(Decision).count() == 1
