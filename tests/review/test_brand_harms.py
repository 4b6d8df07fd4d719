"""What a lead says of a brand's harm decides what comes first."""

import pytest

from brand_registry.access import NotAllowed
from review.errors import AgainstTheRules
from review.queue.brand_harms import said, say
from review.queue.claiming import claim_next
from review.queue.tables import Queued
from tests.review.conftest import ANNA, AT, BEN, LEA, add_case, judge_again, result


def test_the_worse_harm_counts_and_what_waits_is_ranked_anew(database) -> None:
    shoes, pills = add_case(database), add_case(database, result(brand="pills"), category="Medicine")
    lenses = add_case(database, result(brand="lenses"))
    with database.writing(LEA.name) as session:
        say(session, LEA, "lenses", "medicine", AT)
        say(session, LEA, "pills", "skin", AT)
        assert [(one.brand, one.harm, one.who) for one in said(session)] == [
            ("lenses", "medicine", LEA.name), ("pills", "skin", LEA.name),
        ]  # fmt: skip
    judge_again(database, lenses, result(0.8001, brand="lenses"))
    with database.reading() as session:
        harms = [session.get_one(Queued, case).harm for case in (shoes, pills, lenses)]
        assert harms == ["none", "medicine", "medicine"]
    with database.writing(ANNA.name) as session:
        assert claim_next(session, ANNA, AT) in {pills, lenses}
    with database.writing(LEA.name) as session:
        say(session, LEA, "lenses", "none", AT)
    with database.reading() as session:
        assert session.get_one(Queued, lenses).harm == "none"
        assert session.get_one(Queued, lenses).rank < session.get_one(Queued, pills).rank


def test_only_leads_say_it_of_brands_and_harms_that_are_known(database) -> None:
    add_case(database)
    with database.writing(LEA.name) as session:
        for brand, harm in (("nobody", "fire"), ("acme", "boredom")):
            with pytest.raises(AgainstTheRules):
                say(session, LEA, brand, harm, AT)
        with pytest.raises(NotAllowed):
            say(session, BEN, "acme", "fire", AT)
