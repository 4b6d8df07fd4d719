import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hostile_catalogue import BAD_LINES, ODD_BUT_SOUND
from workers.catalogue import Rejected, parse_listing

# Two of them are seen by the reader and by the scan, not in the line itself.
IN_THE_LINE = [bad for bad in BAD_LINES if bad.name not in {"a line of 20 MB", "an id that was seen"}]


@pytest.mark.parametrize("bad", IN_THE_LINE, ids=lambda bad: bad.name)
def test_every_bad_line_is_rejected_with_its_reason(bad) -> None:
    with pytest.raises(Rejected) as rejected:
        parse_listing(bad.line)
    assert bad.reason in str(rejected.value)
    assert len(str(rejected.value)) < 300
    assert "\n" not in str(rejected.value)


@pytest.mark.parametrize("line", ODD_BUT_SOUND, ids=lambda line: line[:30].decode())
def test_odd_lines_are_taken(line) -> None:
    assert parse_listing(line).title


def test_nulls_and_numbers_in_attributes_are_taken_for_what_they_mean() -> None:
    listing = parse_listing(
        b'{"id":"a","title":"x","description":null,"attributes":{"a":5,"b":null,"c":"d"}}'
    )
    assert listing.description == ""
    assert listing.attributes == {"a": "5", "c": "d"}


@pytest.mark.parametrize(
    ("fields", "images"),
    [
        ({"images": ["a.jpg"], "image_link": "b.jpg"}, ("a.jpg",)),
        ({"image_link": "a.jpg", "additional_image_link": ["b.jpg", "c.jpg"]}, ("a.jpg", "b.jpg", "c.jpg")),
        ({"additional_image_link": ["b.jpg"]}, ("b.jpg",)),
        ({"attributes": {"images": "3"}, "image_link": "a.jpg"}, ("a.jpg",)),
        ({"image_urls": ["a.jpg"], "images": None}, ("a.jpg",)),
        ({"images": []}, ()),
        ({"images": [], "title": "No image"}, ()),
        ({"attributes": {"images": "none"}}, ()),
    ],
)
def test_pictures_are_taken_under_the_names_of_feeds(fields, images) -> None:
    assert parse_listing(json.dumps({"id": "a", "title": "x", **fields}).encode()).images == images


def listing_or_reason(data):
    try:
        return parse_listing(data).title
    except Rejected as rejected:
        return str(rejected)


@given(st.binary(max_size=200))
def test_any_bytes_give_a_listing_or_a_reason(data) -> None:
    assert listing_or_reason(data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ("id", "title", "description", "brand", "price", "seller", "images", "attributes")


@given(st.dictionaries(st.sampled_from(FIELDS), JSON))
def test_any_fields_give_a_listing_or_a_reason(fields) -> None:
    assert listing_or_reason(json.dumps(fields).encode())
