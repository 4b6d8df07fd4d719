"""Statements of reasons, held against the field rules of the Transparency Database."""

import copy
from datetime import timedelta
from pathlib import Path

import pytest

from brand_registry.access import NotThere
from review.decisions.deciding import decide
from review.decisions.rules import Code, Outcome, Policy, Ruling
from review.personal import without_personal_data
from review.platform import Platform, read_platform
from review.queue.claiming import claim
from review.statements.confirmed import confirmed
from review.statements.schema import BadStatement, Source, checked
from review.statements.wording import LANGUAGES, _texts, facts, seller_text
from review.statements.writing import restriction_of, statement_of
from storage.errors import BadSetting
from tests.review.conftest import ANNA, AT, FOUND

PLATFORM = Platform.model_validate(
    {
        "name": "Example Market",
        "contact": "appeals@market.example",
        "territorial_scope": ["DE", "FR"],
        "restrictions": {
            "counterfeit": {"visibility": ["DECISION_VISIBILITY_CONTENT_REMOVED"]},
            "trademark": {"visibility": ["DECISION_VISIBILITY_CONTENT_DISABLED"], "terms": "Section 4.2"},
        },
    }
)
GOOD = {
    "decision_visibility": ["DECISION_VISIBILITY_CONTENT_REMOVED"],
    "decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT",
    "illegal_content_legal_ground": "the law",
    "illegal_content_explanation": "it breaks it",
    "category": "STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS",
    "category_specification": ["KEYWORD_TRADEMARK_INFRINGEMENT"],
    "content_type": ["CONTENT_TYPE_PRODUCT"],
    "content_date": "2026-05-01",
    "application_date": "2026-05-04",
    "decision_facts": "what was found",
    "source_type": "SOURCE_VOLUNTARY",
    "automated_detection": "Yes",
    "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED",
    "puid": "decision-1",
}

_NOT_NEEDED = "category_specification"


def confirm(database, number, policy=Policy.COUNTERFEIT, at=AT, reason="misspelling"):
    with database.writing(ANNA.name) as session:
        claim(session, ANNA, number, at)
        ruling = Ruling(Outcome.CONFIRMED, policy, reason)
        return decide(session, ANNA, number, ruling, seen=1, token=f"t{number}", at=at, chance=lambda: 1.0)


def test_a_statement_with_all_that_is_required_is_taken_and_says_no_more() -> None:
    assert checked(GOOD).to_json() == GOOD


@pytest.mark.parametrize(
    ("change", "told"),
    [
        *(({name: None}, name) for name in GOOD if name not in {"decision_visibility", _NOT_NEEDED}),
        ({"decision_visibility": []}, "no restriction is named"),
        ({"decision_visibility": ["DECISION_VISIBILITY_OTHER"]}, "decision_visibility_other is required"),
        ({"decision_visibility_other": "hidden"}, "decision_visibility_other has no place"),
        ({"decision_visibility": ["GONE"]}, "decision_visibility"),
        ({"decision_monetary": "DECISION_MONETARY_OTHER"}, "decision_monetary_other is required"),
        ({"incompatible_content_ground": "terms"}, "incompatible_content_ground has no place"),
        ({"incompatible_content_illegal": "Yes"}, "incompatible_content_illegal has no place"),
        ({"decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT"}, "content_explanation is required"),
        ({"content_type": []}, "content_type"),
        ({"content_type": ["CONTENT_TYPE_OTHER"]}, "content_type_other is required"),
        ({"content_type_other": "a smell"}, "content_type_other has no place"),
        ({"category": "STATEMENT_CATEGORY_VIOLENCE"}, "category"),
        ({"category_specification": ["KEYWORD_NUDITY"]}, "category_specification"),
        ({"category_specification": ["KEYWORD_OTHER"]}, "category_specification_other is required"),
        ({"decision_facts": "x" * 5_001}, "decision_facts"),
        ({"decision_facts": "  "}, "decision_facts"),
        ({"illegal_content_explanation": "x" * 2_001}, "illegal_content_explanation"),
        ({"illegal_content_legal_ground": "x" * 501}, "illegal_content_legal_ground"),
        ({"content_date": "1999-12-31"}, "content_date"),
        ({"content_date": "2026-05-05"}, "content_date lies behind"),
        ({"content_date": "04.05.2026"}, "content_date"),
        ({"application_date": "2019-05-05"}, "application_date"),
        ({"end_date_visibility_restriction": "2026-05-03"}, "end_date_visibility_restriction lies before"),
        ({"end_date_account_restriction": "2027-05-03"}, "end_date_account_restriction goes without"),
        ({"territorial_scope": ["DE", "US"]}, "territorial_scope has US"),
        ({"content_language": "english"}, "content_language"),
        ({"content_id": {"EAN-13": "4006381333932"}}, "check digit"),
        ({"content_id": {"EAN-13": "96385074"}}, "13 digits"),
        ({"source_identity": "Acme"}, "source_identity has no place"),
        ({"automated_detection": "Maybe"}, "automated_detection"),
        ({"automated_decision": "AUTOMATED"}, "automated_decision"),
        ({"puid": "a b"}, "puid"),
        ({"puid": "x" * 501}, "puid"),
        ({"platform_name": "Example"}, "platform_name"),
    ],
)  # fmt: skip
def test_what_the_database_would_refuse_is_refused_here(change, told) -> None:
    said = {name: value for name, value in (copy.deepcopy(GOOD) | change).items() if value is not None}
    with pytest.raises(BadStatement, match="would refuse") as refused:
        checked(said)
    assert told in str(refused.value)


@pytest.mark.parametrize(
    "change",
    [
        {"decision_visibility": [], "decision_account": "DECISION_ACCOUNT_SUSPENDED"},
        {"decision_visibility": ["DECISION_VISIBILITY_OTHER"], "decision_visibility_other": "blurred"},
        {"source_type": "SOURCE_ARTICLE_16", "source_identity": "Acme"},
        {"content_id": {"EAN-13": "4006381333931"}, "content_language": "DE"},
        {"territorial_scope": ["DE", "AT"], "end_date_visibility_restriction": "2026-05-04"},
        {"decision_facts": "x" * 5_000},
    ],
)
def test_what_the_database_would_take_is_taken(change) -> None:
    assert checked(GOOD | change).to_json() == {k: v for k, v in (GOOD | change).items() if v != []}


def test_a_confirmed_decision_becomes_a_statement_without_personal_data(database, make_case) -> None:
    number = make_case(
        title="Acrnes shoes by Sun & Star Trading, WhatsApp: sunstar88, call +49 170 1234567",
        seller={"id": "s-4711", "name": "Sun & Star Trading", "country": "DE"},
        attributes={"ean": "4006381333931", "language": "de"},
    )
    said = confirm(database, number)
    with database.reading() as session:
        about = confirmed(session, said.decision)
        written = statement_of(about, PLATFORM).to_json()
        law = {"illegal_content_legal_ground", "illegal_content_explanation"}
        assert law <= written.keys()
        assert written["decision_visibility"] == ["DECISION_VISIBILITY_CONTENT_REMOVED"]
        assert written["content_id"] == {"EAN-13": "4006381333931"}
        assert (written["content_language"], written["territorial_scope"]) == ("DE", ["DE", "FR"])
        assert (written["puid"], written["application_date"]) == (f"decision-{said.decision}", "2026-05-04")
        assert written["automated_decision"] == "AUTOMATED_DECISION_NOT_AUTOMATED"
        for language in LANGUAGES:
            _, restriction = restriction_of(PLATFORM, about.policy)
            text = seller_text(
                about, PLATFORM, restriction, language=language, noticed=False, until=AT + timedelta(184),
                link="https://market.example/appeal/x",
            )  # fmt: skip
            assert "https://market.example/appeal/x" in text
            assert "2026-11-04" in text
            assert "Acrnes" in text
            for hidden in ("Sun & Star", "sunstar88", "1234567"):
                assert hidden not in text + str(written)


def test_what_a_notice_alone_led_to_was_found_by_no_program(database, make_case) -> None:
    notice = {"kind": "notice", "where": "notice 1", "found": "counterfeit", "score": 0.9}
    case = {"brand": "acme", "risk": 0.9, "reasons": ["notice"], "qualifiers": [], "evidence": [notice]}
    number = make_case({"cases": [case], "missing": [], "versions": {}})
    said = confirm(database, number, reason="notice")
    with database.reading() as session:
        about = confirmed(session, said.decision)
    assert facts(about) == ["what somebody gave notice of"]
    assert statement_of(about, PLATFORM, Source.NOTICE).to_json()["automated_detection"] == "No"
    _, restriction = restriction_of(PLATFORM, about.policy)
    text = seller_text(about, PLATFORM, restriction, language="en", noticed=True, until=AT, link=None)
    assert "People decided, without a program." in text
    assert "A program found" not in text


def test_terms_are_the_ground_where_the_platform_says_so(database, make_case) -> None:
    said = confirm(database, make_case(), Policy.TRADEMARK)
    with database.reading() as session:
        written = statement_of(confirmed(session, said.decision), PLATFORM, Source.NOTICE).to_json()
    assert written["decision_ground"] == "DECISION_GROUND_INCOMPATIBLE_CONTENT"
    assert written["incompatible_content_ground"] == "Section 4.2"
    assert written["source_type"] == "SOURCE_ARTICLE_16"
    assert "illegal_content_legal_ground" not in written


def test_nothing_is_made_up_of_what_the_platform_does(database, make_case) -> None:
    said = confirm(database, make_case(), Policy.COUNTERFEIT)
    with database.reading() as session:
        about = confirmed(session, said.decision)
        with pytest.raises(BadStatement, match="DETECTOR_PLATFORM"):
            statement_of(about, None)
        less = PLATFORM.model_copy(update={"restrictions": {}})
        with pytest.raises(BadStatement, match="for counterfeit"):
            statement_of(about, less)


def test_facts_stay_within_their_length_however_much_was_found(database, make_case) -> None:
    many = [FOUND | {"score": 0.9, "found": f"Acrnes{n}" + "x" * 3_000} for n in range(60)]
    found = {
        "cases": [
            {"brand": "acme", "risk": 0.8, "reasons": ["misspelling"], "qualifiers": [], "evidence": many}
        ],
        "missing": [],
        "versions": {"detector": "1"},
    }
    said = confirm(database, make_case(found))
    with database.reading() as session:
        about = confirmed(session, said.decision)
        assert len(facts(about)) == 12
        assert len(statement_of(about, PLATFORM).decision_facts) <= 5_000


def test_only_what_was_confirmed_and_stands_has_a_statement(database, make_case) -> None:
    number = make_case()
    with database.writing(ANNA.name) as session:
        claim(session, ANNA, number, AT)
        ruling = Ruling(Outcome.NOT_INFRINGING, code=Code.GENERIC)
        said = decide(session, ANNA, number, ruling, seen=1, token="t", at=AT, chance=lambda: 1.0)
    with database.reading() as session, pytest.raises(NotThere):
        confirmed(session, said.decision)


def test_every_language_says_everything() -> None:
    def shape(value):
        return {k: shape(v) for k, v in value.items()} if isinstance(value, dict) else None

    shapes = {language: shape(said) for language, said in _texts().items()}
    assert set(shapes) == set(LANGUAGES)
    assert all(one == shapes["en"] for one in shapes.values())


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("write to a.b+c@d-e.co.uk now", "write to […] now"),
        ("a.b (at) mail (dot) com", "[…]"),
        ("see https://shop.example/u/anna?x=1 there", "see […] there"),
        ("t.me/anna_shop or @anna_shop", "[…] or […]"),
        ("WeChat: anna99!", "[…]!"),
        ("微信：anna99", "[…]"),
        ("call 0170 1234567", "call […]"),
        ("Anna Schmidt sells", "[…] sells"),
        ("pay to DE89 3704 0044 0532 0130 00", "pay to […]"),
        ("Acme Runner 3, size 36-45, 19.90 EUR", "Acme Runner 3, size 36-45, 19.90 EUR"),
        ("like Annapolis", "like Annapolis"),
    ],
)
def test_who_somebody_is_is_left_out(text, left) -> None:
    assert without_personal_data(text, ["Anna Schmidt", "Anna", None, "x"], "DE") == left


def test_a_file_that_says_nothing_usable_is_told_of(tmp_path: Path) -> None:
    file = tmp_path / "platform.yaml"
    for text, told in (
        ("name: X", "contact"),
        ("{", "not YAML at line 1, column 2"),
        ("name: 2026-02-30", "no such day"),
        ("name: X\ncontact: y\nrestrictions: {counterfeit: {visibility: [GONE]}}", "visibility"),
        ("name: X\ncontact: y\nterritorial_scope: [US]\nrestrictions: {counterfeit: {}}", "US"),
    ):
        file.write_text(text, "utf-8")
        with pytest.raises(BadSetting, match="DETECTOR_PLATFORM") as refused:
            read_platform(file)
        assert told in str(refused.value)
