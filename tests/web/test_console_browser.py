"""The reviewers' console in a real browser: keys, groups, pictures laid over, the way back."""

from datetime import UTC, datetime
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect

from brand_registry.access import Viewer
from brand_registry.people import Role
from brand_registry.tables import Asset, Brand
from review.audit.checking import verify_all
from review.decisions.tables import Decision
from review.queue.claiming import claim
from review.queue.tables import Queued
from storage.settings import settings
from tests.sqlite import on_sqlite
from tests.web.conftest import sign_in
from tests.web.console_cases import EVIDENCE, add_shown_case, mark
from tests.web.desk import ANNA, BEN, LEA, OLGA, confirm_by_keys, take_by_key

pytestmark = pytest.mark.slow


@on_sqlite
def test_a_reviewer_works_with_keys_alone(desk, page: Page) -> None:
    first, second = add_shown_case(desk), add_shown_case(desk, seller=None)
    sign_in(page, desk, ANNA)
    here = take_by_key(page, desk)
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
    confirm_by_keys(page)
    page.wait_for_url("**/group/decide")
    expect(page.get_by_text("2 decided. Each can")).to_be_visible()
    with desk.database.reading() as session:
        decided = session.query(Decision).order_by(Decision.case_id).all()
        assert [(one.case_id, one.reason) for one in decided] == [
            (number, "lookalike_characters") for number in numbers[:2]
        ]
        assert verify_all(session).decisions == 2


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
    page.keyboard.press("ArrowLeft")
    expect(part).to_have_attribute("width", "130")
    page.keyboard.press("v")
    expect(part).to_have_attribute("width", "260")
    page.keyboard.press("v")
    expect(part).to_have_attribute("width", "0")
    page.keyboard.press("i")
    expect(page.get_by_role("radio", name="Confirmed")).to_be_checked()
    with desk.database.reading() as session:
        assert session.get_one(Queued, second).holder is None


@on_sqlite
def test_the_reason_is_one_that_can_carry_what_it_breaks(desk, page: Page) -> None:
    copied = {"kind": "image_copy", "where": "image:0", "score": 0.99, "asset": "logos/mark.png"}
    evidence = [copied, *EVIDENCE]
    case = {"brand": "acmera", "risk": 0.9, "evidence": evidence, "qualifiers": []}
    reasons = ["image_copy", "logo", "lookalike_characters"]
    found = {"cases": [case | {"reasons": reasons}], "missing": [], "versions": {}}
    number = add_shown_case(desk, found)
    sign_in(page, desk, ANNA)
    assert take_by_key(page, desk) == number
    chosen = page.get_by_label("because of")
    page.keyboard.press("i")
    expect(chosen).to_have_value("image_copy")
    page.keyboard.press("2")
    expect(chosen).to_have_value("logo")
    page.keyboard.press("3")
    expect(chosen).to_have_value("image_copy")
    page.keyboard.press("2")
    page.keyboard.press("w")
    expect(chosen).to_have_value("lookalike_characters")
    page.keyboard.press("w")
    expect(chosen).to_have_value("logo")
    page.keyboard.press("Enter")
    page.wait_for_url("**/queue?after=1")
    with desk.database.reading() as session:
        (said,) = session.query(Decision).all()
        assert (said.policy, said.reason) == ("trademark", "logo")


@on_sqlite
def test_everything_of_a_picture_stands_within_it(desk, page: Page) -> None:
    edge = [[940, 700], [999, 700], [999, 749], [940, 749]]
    logo = {"kind": "logo", "where": "image:0", "score": 0.9, "asset": "logos/mark.png", "box": edge}
    other = logo | {"kind": "image_copy", "asset": "logos/other.png"}
    with desk.database.writing("the test") as session:
        brand = session.query(Brand).filter_by(key="acmera").one()
        brand.assets.append(
            Asset(sha256=desk.blobs.put(mark()), path="logos/other.png", kind="logo", position=1)
        )
    case = {"brand": "acmera", "risk": 0.9, "reasons": ["logo"], "qualifiers": [], "evidence": [logo, other]}
    number = add_shown_case(desk, {"cases": [case], "missing": [], "versions": {}}, 1)
    sign_in(page, desk, ANNA)
    page.goto(f"{desk.url}/cases/{number}")
    page.wait_for_selector("#picture-0 .boxes text")
    canvas = page.locator("#picture-0 .canvas").bounding_box()
    label = page.locator("#picture-0 .boxes rect").first.bounding_box()
    assert label["x"] + label["width"] <= canvas["x"] + canvas["width"]
    beside = [one.bounding_box() for one in page.locator(".reference").all()]
    assert len(beside) == 2
    assert all(one["x"] >= canvas["x"] + canvas["width"] for one in beside)


@on_sqlite
def test_two_who_look_differ_and_a_lead_settles_it(desk, page: Page, monkeypatch) -> None:
    monkeypatch.setattr(settings(), "second_look_share", 1.0)
    number = add_shown_case(desk)
    sign_in(page, desk, ANNA)
    assert take_by_key(page, desk) == number
    page.keyboard.press("m")
    page.keyboard.type("a secret thought")
    page.keyboard.press("Escape")
    confirm_by_keys(page)
    page.wait_for_url("**/queue?after=1")
    come_in_as(page, desk, BEN)
    assert take_by_key(page, desk) == number
    expect(page.get_by_text("a secret thought")).to_have_count(0)
    page.keyboard.press("o")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    page.wait_for_url("**/queue?after=2")
    come_in_as(page, desk, LEA)
    assert take_by_key(page, desk) == number
    expect(page.get_by_text("a secret thought")).to_be_visible()
    page.keyboard.press("o")
    page.keyboard.press("2")
    page.locator("#send").dblclick()
    page.wait_for_url("**/queue?after=3")
    with desk.database.reading() as session:
        said = [(one.outcome, one.who) for one in session.query(Decision).order_by(Decision.id)]
        assert said == [("confirmed", ANNA), ("not_infringing", BEN), ("not_infringing", LEA)]
        verify_all(session)


@on_sqlite
def test_a_hard_case_goes_to_a_lead_and_back(desk, page: Page) -> None:
    number = add_shown_case(desk)
    sign_in(page, desk, ANNA)
    page.goto(f"{desk.url}/cases/{number}")
    page.keyboard.press("t")
    expect(page.locator(".picture svg")).to_have_count(2)
    for key in "jjkx":
        page.keyboard.press(key)
    expect(page.locator("#picture-0 .near")).to_have_count(1)
    page.keyboard.press("e")
    page.keyboard.type("too hard for me")
    page.keyboard.press("Enter")
    page.wait_for_url("**/queue?after=1")
    come_in_as(page, desk, LEA)
    assert take_by_key(page, desk) == number
    expect(page.get_by_text("too hard for me").first).to_be_visible()
    page.keyboard.press("m")
    page.keyboard.type("look at the mark")
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    # It is for others: there is no next one.
    page.wait_for_url(f"{desk.url}/queue**")
    page.goto(f"{desk.url}/cases/{number}")
    page.keyboard.press("g")
    page.wait_for_url(f"{desk.url}/queue**")
    with desk.database.reading() as session:
        place = session.get_one(Queued, number)
        assert (place.stage, place.note, place.holder) == ("first", "look at the mark", None)


def come_in_as(page: Page, desk, email: str) -> None:
    page.context.clear_cookies()
    sign_in(page, desk, email)


@on_sqlite
def test_what_was_decided_is_taken_away_and_an_owner_sees_nothing_of_it(desk, page: Page) -> None:
    number = add_shown_case(desk)
    sign_in(page, desk, ANNA)
    assert take_by_key(page, desk) == number
    page.keyboard.press("o")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    page.wait_for_url("**/queue?after=1")
    page.keyboard.press("l")
    page.wait_for_url(f"**/cases/{number}/allow")
    page.goto(f"{desk.url}/cases/{number}")
    with page.expect_download() as taken:
        page.keyboard.press("d")
    with ZipFile(taken.value.path()) as pack:
        assert {"report.pdf", "manifest.json", "custody.csv"} <= set(pack.namelist())
    come_in_as(page, desk, OLGA)
    expect(page.get_by_label("Main").get_by_role("link", name="Queue")).to_have_count(0)
    for path in ("/queue", f"/cases/{number}", f"/cases/{number}/evidence.zip", "/audit", "/decisions.csv"):
        answer = page.request.get(desk.url + path)
        assert answer.status == 403, path
        assert "Acmer" not in answer.text()


@on_sqlite
def test_the_back_button_decides_nothing_twice(desk, page: Page) -> None:
    number = add_shown_case(desk)
    sign_in(page, desk, ANNA)
    assert take_by_key(page, desk) == number
    confirm_by_keys(page)
    page.wait_for_url("**/queue?after=1")
    page.go_back()
    expect(page.get_by_text("This case has been decided.")).to_be_visible()
    expect(page.locator("#decide")).to_have_count(0)
    with desk.database.reading() as session:
        assert session.query(Decision).count() == 1
