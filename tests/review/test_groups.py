"""Cases that have something in common make a group, which says why, and can be decided at once."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brand_registry.access import Viewer
from brand_registry.people import Role
from detector.listing import Listing
from detector.text.contacts import emails, handles, phones
from review.audit.tables import Logged
from review.decisions.rules import Code, Outcome, Policy, Ruling
from review.decisions.tables import Decision
from review.errors import AgainstTheRules
from review.groups.clues import Pictured
from review.groups.deciding import decide_group
from review.groups.graph import MOST, graph_of
from review.groups.tables import Kind
from review.groups.templates import sentences, title_template
from review.queue.claiming import LEASE, claim
from review.queue.tables import Queued
from review.tables import Case
from tests.review.conftest import ANNA, AT, BEN, add_case, judge_again, result

SELLER = {"id": "s1", "name": "Sun & Star"}
CONFIRMED = Ruling(Outcome.CONFIRMED, Policy.TRADEMARK)
RESALE = Ruling(Outcome.NOT_INFRINGING, code=Code.RESALE)


@pytest.mark.parametrize(
    ("text", "country", "found"),
    [
        ("call +49 170 1234567 today", None, ["+491701234567"]),
        ("ruf an: 0170 1234567", "DE", ["+491701234567"]),
        ("0170 1234567", None, []),
        ("size 38-45, EAN 4006381333931, 199.00 EUR, 2024-01-02", "DE", []),
        ("١٧٠", "DE", []),
        ("tel +86 138 1234 5678 / +86 138 1234 5678", "??", ["+8613812345678"]),
    ],
)
def test_telephone_numbers(text, country, found) -> None:
    assert list(phones(text, country)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Write to Sun.Star@mail.com!", ["sun.star@mail.com"]),
        ("sun (at) mail (dot) com", ["sun@mail.com"]),
        ("sun [at] mail.co.uk, ＳＵＮ＠mail.co.uk", ["sun@mail.co.uk"]),
        ("meet @ home. com ing soon", []),
        ("look at me", []),
    ],
)
def test_addresses(text, found) -> None:
    assert list(emails(text)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Telegram: @sun_star88", ["sun_star88"]),
        ("加微信：sunstar88 看图", ["sunstar88"]),
        ("微信 sunstar88", ["sunstar88"]),
        ("加qq:sunstar88", ["sunstar88"]),
        ("请加QQ：12345678", ["12345678"]),
        ("wechat id: sunstar", ["sunstar"]),
        ("https://t.me/sunstar or wa.me/491701234567", ["sunstar", "491701234567"]),
        ("follow @sunstar.shop", ["sunstar.shop"]),
        ("signal white shoes, telegram style", []),
        ("sun@mail.com", []),
        ("a line of shoes", []),
    ],
)
def test_names_elsewhere(text, found) -> None:
    assert list(handles(text)) == found


@given(st.text(max_size=300), st.one_of(st.none(), st.text(max_size=3)))
def test_any_text_is_searched(text, country) -> None:
    for found in (*phones(text, country), *emails(text), *handles(text)):
        assert found == found.strip() != ""


def test_a_title_is_the_same_but_for_numbers_and_the_name() -> None:
    one = title_template("Acrnes running shoes, size 38 (red) NEW", ["Acrnes"])
    assert one == title_template("Adibas Running shoes - size 39 red new!", ["Adibas"])
    assert title_template("Acrnes shoes 38", ["Acrnes"]) is None


def test_sentences_of_a_description() -> None:
    def of(description: str) -> list[str]:
        return list(sentences(Listing(id="1", title="x", description=description), ["Acrnes"]))

    long = "We ship {} within 3 days from our own warehouse in Europe"
    assert of(long.format("Acrnes") + ". Thanks.") == of("Hello! " + long.format("Acrnes"))
    assert of("我们的鞋子是最好的质量和最低的价格欢迎大家来购买谢谢") != []
    assert of("Short. Very short.") == []


def hashes(seed: int, flipped: int = 0) -> str:
    """Of a picture in eight turns; of the upright one some bits differ."""
    bits = np.random.default_rng(seed).integers(0, 2, (8, 256), dtype=np.uint8)
    bits[0, :flipped] ^= 1
    return np.packbits(bits, axis=1).tobytes().hex()


def of_picture(database, sha256: str, seen: str | None = None, **listing) -> int:
    return add_case(database, pictures=[Pictured(sha256 * 64, (), seen)], **listing)


def graph(database, case):
    with database.reading() as session:
        return graph_of(session, case)


def test_every_edge_says_why(database) -> None:
    first = add_case(database, title="A", seller=SELLER)
    same_seller = add_case(database, title="B", seller=SELLER, description="Telegram: @sunstar")
    same_name = add_case(database, title="C", description="ask @sunstar")
    lines = ("WeChat: sunstar",)
    in_picture = add_case(database, title="D", pictures=[Pictured("a" * 64, lines, hashes(1))])
    same_picture = of_picture(database, "a", title="E")
    near_picture = of_picture(database, "b", hashes(1, flipped=10), title="F")
    far_picture = of_picture(database, "c", hashes(1, flipped=60), title="G")
    alone = add_case(database, title="H")
    seen = graph(database, first)
    assert seen.cases[0] == first
    assert set(seen.cases) == {first, same_seller, same_name, in_picture, same_picture, near_picture}
    assert {far_picture, alone}.isdisjoint(seen.cases)
    why = {case: {edge.link.kind for edge in seen.why(case)} for case in seen.cases}
    assert why[same_seller] == {Kind.SELLER}
    assert why[same_name] == {Kind.HANDLE}
    assert Kind.HANDLE in why[in_picture]
    assert why[same_picture] == {Kind.PICTURE}
    assert why[near_picture] == {Kind.LIKE_PICTURE}
    assert graph(database, first).edges == seen.edges
    assert set(graph(database, near_picture).cases) == set(seen.cases)


def test_a_seller_whose_name_looks_sealed_breaks_no_group(database) -> None:
    odd = SELLER | {"name": "sealed:店"}
    first, other = add_case(database, title="A", seller=odd), add_case(database, title="B", seller=odd)
    assert other in graph(database, first).cases
    assert {edge.link.said for edge in graph(database, first).why(other)} == {"sealed:店"}


def test_a_template_ties(database) -> None:
    first = add_case(database, title="Acrnes running shoes size 38 red leather")
    other = add_case(database, title="ACRNES running shoes, size 41, red leather")
    add_case(database, title="Acrnes hiking boots size 41 brown suede")
    seen = graph(database, first)
    assert seen.cases == [first, other]
    assert [edge.link.said for edge in seen.edges] == ["acrnes running shoes size # red leather"] or [
        edge.link.said for edge in seen.edges
    ] == ["* running shoes size # red leather"]


def test_a_group_ends(database) -> None:
    cases = [add_case(database, title=f"{number}", seller=SELLER) for number in range(130)]
    seen = graph(database, cases[0])
    assert (len(seen.cases), seen.cut) == (101, True)
    assert len(seen.cases) <= MOST
    assert seen.cases[1:] == sorted(cases)[-100:]


def test_ties_follow_the_listing(database) -> None:
    case = add_case(database, title="A", seller=SELLER)
    other = add_case(database, title="B", seller=SELLER)
    judge_again(database, case, result(0.9))
    assert graph(database, case).cases == [case, other]


def locks(database, cases) -> dict[int, int]:
    with database.reading() as session:
        return {case: session.get_one(Case, case).lock for case in cases}


def test_a_group_is_decided_at_once_and_what_cannot_be_is_told(database) -> None:
    good = [add_case(database, seller=SELLER) for _ in range(3)]
    leased, own, changed, copied = (add_case(database, seller=SELLER) for _ in range(4))
    seen = locks(database, [*good, leased, own, changed, copied])
    olga = Viewer("olga@example.com", frozenset({(Role.REVIEWER, None), (Role.OWNER, 7)}))
    with database.writing("the test") as session:
        claim(session, BEN, leased, AT)
        session.get_one(Queued, own).owner_id = 7
        session.get_one(Case, copied).reasons = ["image_copy"]
        seen[copied] += 1
    judge_again(database, changed, result(0.93))
    came = decide_group(database, olga, seen, CONFIRMED, token="form", now=lambda: AT)
    assert set(came.said) == set(good)
    assert {case: why.split(";")[0] for case, why in came.refused.items()} == {
        leased: "somebody else has this case now",
        own: "this case is for somebody else to decide",
        changed: "what is known of this listing changed while you read, and nothing of yours was kept",
        copied: "none of its reasons is one for trademark",
    }
    again = decide_group(database, olga, dict.fromkeys(good, 1), CONFIRMED, token="form", now=lambda: AT)
    assert {case: said.again for case, said in again.said.items()} == dict.fromkeys(good, True)
    with database.reading() as session:
        decisions = session.query(Decision).order_by(Decision.id).all()
        assert [(one.case_id, one.reason) for one in decisions] == [(case, "misspelling") for case in good]
        logged = session.query(Logged).filter_by(did="decided").order_by(Logged.number)
        assert [row.case_id for row in logged] == good
        # What was refused is nobody's more than before.
        assert session.get_one(Queued, changed).holder is None
        assert session.get_one(Queued, leased).holder == BEN.name


def test_an_ended_lease_holds_nobody_up(database) -> None:
    case = add_case(database)
    with database.writing("the test") as session:
        claim(session, BEN, case, AT)
    later = AT + LEASE + timedelta(seconds=1)
    assert (
        decide_group(database, ANNA, {case: 1}, RESALE, token="form", now=lambda: later).said[case].decision
    )


def test_a_strange_form_decides_nothing(database) -> None:
    with pytest.raises(AgainstTheRules):
        decide_group(database, ANNA, {add_case(database): 1}, RESALE, token="x" * 41, now=lambda: AT)
