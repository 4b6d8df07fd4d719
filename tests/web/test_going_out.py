"""What goes out of a decision, and what comes back: the pages and the API."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from brand_registry.people import Role
from review.appeals.links import path_of
from review.web import found
from review.web.console import console_part
from storage.settings import settings
from tests.review.conftest import ANNA, BEN, add_case
from tests.review.test_statements import confirm
from tests.web.conftest import Site
from workers.graph.pictured import pictures_of

PLATFORM = """
name: Example Market
contact: appeals@market.example
restrictions:
  counterfeit: {visibility: [DECISION_VISIBILITY_CONTENT_REMOVED]}
"""
HOSTILE = "<script>alert(1)</script> Acrnes"


@pytest.fixture
def reviewed(make_site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A site with the console, on a platform that says what it does, and two reviewers."""
    (file := tmp_path / "platform.yaml").write_text(PLATFORM, "utf-8")
    monkeypatch.setenv("DETECTOR_PLATFORM", str(file))
    settings.cache_clear()
    site = make_site(parts=[found.PART, console_part(pictures_of)])
    for viewer in (ANNA, BEN):
        site.add_person(viewer.name, Role.REVIEWER)
    yield site
    settings.cache_clear()


def test_a_sellers_way_from_the_decision_to_the_answer(reviewed: Site) -> None:
    number = add_case(reviewed.database, title=HOSTILE)
    decision = confirm(reviewed.database, number, at=datetime.now(UTC)).decision
    anna = reviewed.client(ANNA.name)
    shown = anna.get(f"/decisions/{decision}?language=de")
    assert shown.status_code == 200
    assert "Guten Tag" in shown.text
    assert "<script>alert" not in shown.text
    statement = anna.get(f"/v1/decisions/{decision}/statement").json()
    assert statement["puid"] == f"decision-{decision}"
    told = anna.get(f"/v1/decisions/{decision}/seller-text?language=pl").json()
    assert told["appeal"] in told["text"]
    assert anna.get(f"/v1/decisions/{decision}/seller-text?language=xx").status_code == 422
    assert anna.get("/decisions/999").status_code == 404
    seller = reviewed.client()
    page = seller.get(told["appeal"])
    assert "Why is the decision wrong?" in page.text
    assert seller.post(told["appeal"], data={"text": "short"}).status_code == 422
    sent = seller.post(told["appeal"], data={"text": f"{HOSTILE}: I bought it in a shop."})
    assert sent.status_code == 303
    assert "Your objection came in" in seller.get(told["appeal"]).text
    assert seller.get("/appeals").status_code == 303
    assert seller.get(told["appeal"][:-2]).status_code == 404
    anna = reviewed.client(ANNA.name)
    assert "for somebody else" in anna.get("/appeals").text
    assert "you decided this case before" in anna.get("/appeals/1").text.lower()
    ben = reviewed.client(BEN.name)
    shown = ben.get("/appeals/1")
    assert "I bought it in a shop" in shown.text
    assert "<script>alert" not in shown.text
    assert ben.post("/appeals/1/decide", data={"note": "x"}).status_code == 422
    answer = {"outcome": "overturn", "code": "resale", "note": "It may be sold on."}
    assert ben.post("/appeals/1/decide", data=answer).status_code == 303
    assert "No appeal waits" in ben.get("/appeals").text
    assert "overturned" in ben.get("/appeals/1").text
    assert ben.get(f"/decisions/{decision}").status_code == 404
    seller = reviewed.client()
    assert "It may be sold on." in seller.get(told["appeal"]).text


def test_owners_and_strangers_read_no_statement_and_no_appeal(reviewed: Site) -> None:
    decision = confirm(reviewed.database, add_case(reviewed.database)).decision
    reviewed.add_person("owner@example.com", Role.OWNER, "acme")
    owner = reviewed.client("owner@example.com")
    for path in (
        f"/decisions/{decision}",
        f"/v1/decisions/{decision}/statement",
        "/appeals",
        "/appeals/1",
    ):
        assert owner.get(path).status_code == 403, path
    stranger = reviewed.client()
    assert stranger.get(f"/v1/decisions/{decision}/statement").status_code == 401


def test_a_page_says_what_keeps_a_statement_from_being_written(reviewed: Site, monkeypatch) -> None:
    monkeypatch.delenv("DETECTOR_PLATFORM")
    settings.cache_clear()
    decision = confirm(reviewed.database, add_case(reviewed.database)).decision
    anna = reviewed.client(ANNA.name)
    assert "DETECTOR_PLATFORM" in anna.get(f"/decisions/{decision}").text
    refused = anna.get(f"/v1/decisions/{decision}/statement")
    assert refused.status_code == 422
    assert "DETECTOR_PLATFORM" in refused.json()["detail"]


def test_a_link_for_objecting_is_of_our_own_making(reviewed: Site) -> None:
    decision = confirm(reviewed.database, add_case(reviewed.database)).decision
    with reviewed.database.reading() as session:
        path = path_of(session, decision)
    seller = reviewed.client()
    assert seller.get(path).status_code == 200
    # Another site's form doesn't come in.
    answer = seller.post(path, data={"text": "x" * 40}, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403


def test_anybody_gives_notice_and_is_told_what_is_missing(reviewed: Site) -> None:
    stranger = reviewed.client()
    said = {
        "where": "https://market.example/1",
        "brand": HOSTILE,
        "policy": "trademark",
        "name": "N",
        "email": "n@x.y",
    }
    short = stranger.post("/notice", data=said)
    assert short.status_code == 422
    assert "Confirm that you believe in good faith" in short.text
    assert "<script>alert" not in short.text
    whole = said | {"explanation": "It uses our mark without consent.", "good_faith": "on"}
    sent = stranger.post("/notice", data=whole)
    assert sent.status_code == 201
    assert "Your notice 1 came in" in sent.text
    answer = stranger.post("/v1/notices", json=whole | {"good_faith": True})
    assert answer.status_code == 201
    assert answer.json()["state"] == "unplaced"
    lacking = stranger.post("/v1/notices", json={})
    assert lacking.status_code == 422
    assert "good faith" in lacking.json()["detail"]
    assert stranger.get("/v1/notices").status_code == 401


def test_owners_keep_their_own_hooks(reviewed: Site) -> None:
    for name in ("acme", "other"):
        reviewed.add_person(f"owner@{name}.example", Role.OWNER, name)
    mine, others = reviewed.client("owner@acme.example"), reviewed.client("owner@other.example")
    made = mine.post("/notifications/hooks", data={"url": "https://x.example/hook", "owner": "acme"})
    assert "whsec_" in made.text
    assert mine.post("/notifications/hooks", data={"url": "http://x", "owner": "acme"}).status_code == 422
    assert mine.post("/v1/hooks", json={"url": "https://x.example", "owner": "other"}).status_code == 404
    (hook,) = mine.get("/v1/hooks").json()
    assert (hook["owner"], hook["secret"]) == ("acme", None)
    assert others.get("/v1/hooks").json() == []
    for path in (f"/v1/hooks/{hook['number']}/messages", f"/notifications/hooks/{hook['number']}"):
        assert mine.get(path).status_code == 200
        assert others.get(path).status_code == 404
    assert others.delete(f"/v1/hooks/{hook['number']}").status_code == 404
    assert mine.delete(f"/v1/hooks/{hook['number']}").status_code == 204
    assert mine.get("/v1/hooks").json() == []
    assert mine.post("/notifications/digest", data={"days": "7"}).status_code == 303
    assert "every week" in mine.get("/notifications").text
    assert mine.post("/notifications/digest", data={"days": "x"}).status_code == 422
    assert reviewed.client(ANNA.name).get("/v1/hooks").status_code == 403
