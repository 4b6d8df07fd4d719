import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from detector.brand import Brand
from detector.listing import Listing
from detector.problems import said


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
        ({"price_floor": 60}, 'price_floor must be an object, not a number (60): write it as {"amount"'),
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


@given(st.binary(max_size=60))
def test_anything_wrong_can_be_said(data) -> None:
    with pytest.raises(ValidationError) as refused:
        Listing.model_validate_json(data)
    assert said(refused.value, data)
