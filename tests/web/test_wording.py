import pytest

from brand_registry.web.wording import place


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("title", "title"),
        ("image:0", "picture 1"),
        ("attributes.shoe_size", "shoe size"),
        ("attribute_names.sold by", "name of sold by"),
        ("attributes.image:x", "image:x"),
        ("attributes.attribute_names.x", "attribute names.x"),
    ],
)
def test_a_place_of_a_listing_has_a_name_for_people(where, said) -> None:
    assert place(where) == said
