"""Cases go to groups of people, by brand, harm, source and language."""

import pytest

from brand_registry.access import NotAllowed
from detector.listing import Listing
from review.errors import AgainstTheRules
from review.queue.claiming import Wish, claim, claim_next
from review.queue.language import language_of
from review.queue.tables import Queued
from review.queue.teams import Wanted, put, remove, teams
from tests.review.conftest import ANNA, AT, BEN, LEA, add_case, judge_again, result


@pytest.mark.parametrize(
    ("title", "language"),
    [
        ("Neue Laufschuhe für Damen, Größe 42", "de"),
        ("Кросівки нові, шкіряні", "uk"),
        ("Кроссовки новые, кожаные", "ru"),
        ("حذاء رياضي أصلي", "ar"),
        ("运动鞋 新款", "zh"),
        ("スニーカー 新品", "ja"),
        ("Brand new sneakers for men, free shipping", "en"),
        ("Acme X-200 44", ""),
        ("😀" * 10_000, ""),
        ("\u202e\ud800", ""),
    ],
)
def test_the_language_is_told_or_it_is_said_that_nobody_can(title, language) -> None:
    assert language_of(Listing(id="1", title=title)) == language


def do(database, what, viewer, *arguments):
    with database.writing(viewer.name) as session:
        return what(session, viewer, *arguments)


def next_of(database, viewer, **wish):
    return do(database, claim_next, viewer, AT, Wish(**wish))


GERMAN = {"title": "Neue Laufschuhe für Damen in allen Größen"}


def test_members_are_given_their_teams_cases_and_nobodys(database) -> None:
    before = add_case(database, **GERMAN)
    do(database, put, LEA, Wanted("German", [BEN.name], languages=["de"]))
    after = add_case(database, result(0.9), **GERMAN)
    other = add_case(database, result(0.7), title="Brand new sneakers for men, free shipping")
    assert next_of(database, ANNA) == other
    assert next_of(database, ANNA) == other
    for case in (before, after):
        with pytest.raises(NotAllowed, match="goes to the team 'German'"):
            do(database, claim, ANNA, case, AT)
    assert next_of(database, BEN) == after
    assert next_of(database, LEA) == before


def test_the_worst_comes_first_whosever_it_is(database) -> None:
    do(database, put, LEA, Wanted("German", [BEN.name], languages=["de"]))
    german, other = add_case(database, result(0.6), **GERMAN), add_case(database, result(0.9))
    assert next_of(database, BEN) == other
    assert next_of(database, LEA) == german


def test_the_first_team_that_fits_has_a_case(database) -> None:
    do(database, put, LEA, Wanted("Medicine", [BEN.name], harms=["medicine"], brands=["acme", "b"]))
    do(database, put, LEA, Wanted("Acme", [ANNA.name], brands=["acme"]))
    case = add_case(database, category="Health > Medicines")
    with database.reading() as session:
        assert session.get_one(Queued, case).team == "Medicine"
        first, _ = teams(session)
    assert next_of(database, ANNA) is None
    do(database, remove, LEA, first.id)
    assert next_of(database, ANNA) == case


def test_a_change_of_rules_sends_what_waits_anew(database) -> None:
    case = add_case(database, **GERMAN)
    for languages in (["de"], ["fr"], ["de", "fr"]):
        do(database, put, LEA, Wanted("Some", [], languages=languages))
        with database.reading() as session:
            assert session.get_one(Queued, case).team == ("Some" if "de" in languages else "")
    judge_again(database, case, result(0.95))
    with database.reading() as session:
        assert session.get_one(Queued, case).team == "Some"


@pytest.mark.parametrize("wanted", [Wanted("", [], ["a"]), Wanted("x" * 61, [], ["a"]), Wanted("x", [])])
def test_what_makes_no_team_is_told(database, wanted) -> None:
    with pytest.raises(AgainstTheRules):
        do(database, put, LEA, wanted)


def test_only_leads_make_teams(database) -> None:
    for act in ((put, Wanted("x", [], brands=["a"])), (remove, 1)):
        with pytest.raises(NotAllowed):
            do(database, act[0], ANNA, act[1])


def test_what_was_not_looked_at_can_be_asked_for(database) -> None:
    whole = add_case(database)
    lacking = add_case(database, result() | {"missing": [{"where": "image:0", "why": "it is gone"}]})
    assert next_of(database, ANNA, incomplete=True) == lacking
    assert next_of(database, BEN, incomplete=True) is None
    assert next_of(database, BEN) == whole
