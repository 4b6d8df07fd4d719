"""The page of attacks: asked for by a button, followed, and nobody else's."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from brand_registry.attacking import AttackRun, AttackState
from brand_registry.people import Role
from tests.registry.test_attacking import CURVE
from tests.web.brand_pages import ACME, ANNA, text_of

pytestmark = pytest.mark.slow

PAGE = f"{ACME}/attacks"
RESULT = {"attacks": [CURVE], "not_made": [{"attack": "denied", "lacks": "a price floor"}], "held_from": 0.8}


def test_an_attack_is_asked_for_followed_and_looked_at(acme) -> None:
    anna = acme.client(ANNA)
    assert "Attack this brand" in anna.get(PAGE).text
    assert anna.post(PAGE).status_code == 303
    waiting = anna.get(PAGE).text
    assert 'hx-trigger="every 2s"' in waiting
    assert "Attack this brand" not in waiting
    again = anna.post(PAGE)
    assert (again.status_code, "is under way; wait until it is done" in text_of(again.text)) == (429, True)
    with acme.database.writing("test") as session:
        run = session.scalars(select(AttackRun)).one()
        run.state, run.result = AttackState.DONE, RESULT
        version, brand = run.version, run.brand_id
    done = text_of(anna.get(PAGE).text)
    assert "0 of 1 attack found at every strength" in done
    assert "5 of 8 listings found; of 4 innocent ones 1 are flagged" in done
    assert "Mistyped" in done
    assert "2 slips" in done
    assert "Not made, as the brand lacks a price floor: denied." in done
    assert "changed since" not in done
    with acme.database.writing("test") as session:
        older = AttackRun(
            brand_id=brand, version=version - 1, who="anna", at=datetime.now(UTC), state=AttackState.FAILED,
            why="<b>it was ended",
        )  # fmt: skip
        session.add(older)
    failed = anna.get(PAGE)
    assert "&lt;b&gt;it was ended" in failed.text
    assert "did not come about" in failed.text
    assert "0 of 1 attack found" in text_of(anna.get(f"{PAGE}/1").text)
    assert anna.get(f"{PAGE}/99").status_code == 404


def test_who_may_only_see_a_brand_does_not_attack_it(acme) -> None:
    acme.add_person("rita@example.com", Role.REVIEWER)
    acme.add_person("olga@globex.example", Role.OWNER, "globex")
    rita, olga = acme.client("rita@example.com"), acme.client("olga@globex.example")
    assert "Attack this brand" not in rita.get(PAGE).text
    assert rita.post(PAGE).status_code == 403
    assert [olga.get(PAGE).status_code, olga.post(PAGE).status_code] == [404, 404]
    with acme.database.reading() as session:
        assert session.scalars(select(AttackRun)).all() == []
