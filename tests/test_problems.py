import re
from collections import defaultdict
from datetime import UTC, date, datetime
from typing import Annotated, Literal, get_args
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    HttpUrl,
    ValidationError,
    field_validator,
)
from pydantic_core import PydanticCustomError
from pydantic_core.core_schema import ErrorType

from detector.brand import Brand
from detector.listing import Listing
from detector.problems import clauses, not_a_pattern, not_json, said
from detector.result import Reason


@pytest.mark.parametrize(
    ("data", "clause"),
    [
        (b'{"id": "1", "title": "Blue', "it breaks off inside a text, at character 26"),
        (b'{"id": "1"', "it breaks off before its closing bracket, at character 10"),
        (b"", "it is empty"),
        (b'{"id": "1", "title": "x"},', "something follows its end, at character 26"),
        (b'{"id": "1",}', "a comma stands before the closing bracket, at character 12"),
        (b"{'id': 1}", "a field's name is not in double quotes, at character 2"),
        (b"hello", "there is no value, at character 1"),
        (b'{"id": tru}', "there is no such word, at character 11"),
        ('{"id": "äöü", "t" 1}'.encode(), "a colon is missing, at character 19"),
        (b'{"id": "say "hi""}', "a comma or a closing bracket is missing, at character 14"),
        (b'{"id": "a\tb"}', "a text holds a line end, tab or NUL as it is"),
        (b'{"id": "\\x"}', "a backslash stands before what is no escape"),
        (b'{"id": "\\ud800"}', "half a character"),
        (b'{"id": 01}', "there is no such number in JSON"),
        (b"[" * 10_000, "nested deeper"),
        (b'{\n "id": "1",\n "title" "x"\n}', "a colon is missing, at line 3, character 10"),
        (b'{"id": "\xff"}', "not UTF-8: byte 9 is no text"),
    ],
)
def test_broken_json_is_said_without_the_words_of_a_parser(data, clause) -> None:
    with pytest.raises(ValidationError) as refused:
        Listing.model_validate_json(data)
    assert clause in said(refused.value, data)
    assert "parsing" not in said(refused.value, data)


FINE = {"id": "1", "name": "Acme"}


@pytest.mark.parametrize(
    ("fields", "clause"),
    [
        ({"id": 5}, "id must be text, not a number (5): put it in double quotes"),
        ({"aliases": "Ax"}, "aliases must be a list, not text ('Ax'): put it in [ ]"),
        ({"price_floor": 60}, 'currency, for example {"amount": 60, "currency": "EUR"}'),
        ({"price_floor": "19,90 usd"}, 'write it as {"amount": 19.90, "currency": "USD"}'),
        ({"price_floor": "EUR 020"}, 'write it as in this example: {"amount": 19.9, "currency": "EUR"}'),
        ({"price_floor": "much"}, 'write it as in this example: {"amount": 19.9, "currency": "EUR"}'),
        ({"price_floor": {"amount": -1, "currency": "EUR"}}, "price_floor.amount is below 0 (-1)"),
        ({"price_floor": {"amount": 1, "currency": "euro"}}, "a code of three letters such as EUR, not text"),
        ({"price_floor": {"amount": 1, "currency": ""}}, "price_floor.currency is empty"),
        ({"marks": [{"text": "A", "classes": ["shoes"]}]}, "marks.0.classes.0 must be a whole number"),
        ({"marks": [{"text": "A", "common_word": "perhaps"}]}, "marks.0.common_word must be true or false"),
        ({"marks": [{"Text": "A"}]}, "marks.0.text is missing (there is 'Text'; names are in small letters)"),
        ({"id": 1, "name": None}, "double quotes; name must be text, not null"),
        ({"aliases": [1, 2, 3, 4, 5]}, "; and 2 more"),
    ],
)
def test_wrong_fields_are_said_with_what_to_do(fields, clause) -> None:
    with pytest.raises(ValidationError) as refused:
        Brand.model_validate(FINE | fields)
    assert clause in said(refused.value)


class Everything(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kind: Literal["a", "b"] = "a"
    reason: Reason = Reason.LOGO
    day: date = date(2026, 1, 1)
    at: AwareDatetime = datetime(2026, 1, 1, tzinfo=UTC)
    link: HttpUrl | None = None
    code: Annotated[str, Field(pattern="^[A-Z]+$")] = "A"
    some: Annotated[list[str], Field(min_length=2)] = ["a", "b"]
    share: Annotated[float, Field(gt=0, lt=1)] = 0.5
    number: UUID | None = None
    odd: Annotated[int, Field(multiple_of=2)] = 2

    @field_validator("odd")
    @classmethod
    def _not_ten(cls, value: int) -> int:
        if value == 10:
            raise ValueError("may not be ten; take another")
        if value == 12:
            raise PydanticCustomError("ours", "is a dozen")
        return value


@pytest.mark.parametrize(
    ("fields", "clause"),
    [
        ({"kind": "c"}, "kind must be 'a' or 'b', not text ('c')"),
        ({"reason": "rumour"}, "reason is none of those that are known here, but text ('rumour')"),
        ({"day": "soon"}, "day must be a day such as 2026-11-27, not text ('soon')"),
        ({"at": "2026-01-01T00:00:00"}, "at must be a time such as 2026-11-27T09:30:00Z"),
        ({"link": "shop"}, "link must be an address such as https://example.com, not text ('shop')"),
        ({"code": "a1"}, "code does not fit the pattern ^[A-Z]+$: 'a1'"),
        ({"some": ["a"]}, "some has fewer than 2 entries"),
        ({"share": 0}, "share has to be above 0.0 (0)"),
        ({"share": 1}, "share has to be below 1.0 (1)"),
        ({"number": "x"}, "number is not what belongs there, but text ('x')"),
        ({"odd": 3}, "odd is not what belongs there, but a number (3)"),
        ({"odd": 10}, "odd may not be ten; take another"),
        ({"odd": 12}, "odd: is a dozen"),
        ({"tile": "x"}, "tile is not known here; correct its name, or remove it"),
    ],
)
def test_no_kind_of_problem_is_said_in_the_words_of_a_library(fields, clause) -> None:
    with pytest.raises(ValidationError) as refused:
        Everything.model_validate(fields)
    assert said(refused.value).startswith(clause)


@pytest.mark.parametrize("kind", get_args(ErrorType))
def test_whatever_pydantic_finds_is_said_in_words_of_our_own(kind) -> None:
    context = defaultdict(lambda: 5)
    words = "the words of a library"
    problem = {"type": kind, "loc": ("field",), "msg": words, "input": ["x"], "ctx": context}
    assert words not in clauses([problem])
    assert clauses([problem]).startswith("field ")


@pytest.mark.parametrize(
    ("data", "clause"),
    [
        (b"{", "not JSON: it breaks off before its closing bracket, at character 1"),
        (b"\xff", "not UTF-8: byte 1 is no text"),
        (b"[NaN]", "not JSON"),
    ],
)
def test_what_another_parser_refuses_is_said_in_the_same_words(data, clause) -> None:
    assert not_json(data).startswith(clause)


@pytest.mark.parametrize(
    ("pattern", "place"), [("[A-", " from character 1 on: each bracket"), ("a" * 9 + "(", "character 10 on")]
)
def test_a_pattern_that_is_none_is_told_by_its_place(pattern, place) -> None:
    with pytest.raises(re.error) as refused:
        re.compile(pattern)
    assert place in not_a_pattern(refused.value)


@given(st.binary(max_size=60))
def test_anything_wrong_can_be_said(data) -> None:
    with pytest.raises(ValidationError) as refused:
        Listing.model_validate_json(data)
    assert said(refused.value, data)
