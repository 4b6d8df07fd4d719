import pytest

from brand_registry.unknown import unknown_fields
from detector.brand import Brand

FINE = {"id": "acme", "name": "Acme", "marks": [{"text": "Acme"}], "products": [{"name": "One"}]}


def said(*brands):
    return list(unknown_fields(Brand.model_validate(FINE | fields) for fields in brands))


@pytest.mark.parametrize(
    ("fields", "warning"),
    [
        ({"alias": ["A"]}, "the brand 'acme' has a field 'alias' that is not known; is 'aliases' meant?"),
        ({"authorized_sellers": []}, "is 'authorised_sellers' meant?"),
        ({"Price-Floor": 5}, "is 'price_floor' meant?"),
        ({"homepage": "x"}, "has a field 'homepage' that is not known; it is not looked at"),
        ({"marks": [{"text": "A", "common": True}]}, "is 'marks.common_word' meant?"),
        ({"products": [{"name": "One", "ean": "4"}]}, "a field 'products.ean' that is not known"),
        ({"authorised_sellers": [{"id": "s1"}]}, "a field 'authorised_sellers.id' that is not known"),
    ],
)
def test_a_field_that_is_not_known_is_named_with_what_was_meant(fields, warning) -> None:
    (only,) = said(fields)
    assert warning in only


def test_each_is_said_once_and_no_more_than_a_screen() -> None:
    assert said({}) == []
    assert len(said({"alias": []}, {"alias": []})) == 1
    assert len(said({f"field{n}": n for n in range(100)})) == 20
