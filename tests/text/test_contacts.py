"""How sellers say that they are reached: a first look leaves out nothing that the whole look would find."""

from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import Leniency, PhoneNumberMatcher

from detector.text.contacts import contacts

numbers = st.sampled_from(
    ["+49 30 901820101", "\uff0b44 7911 123456", "030 901820101", "(0)30-9018-20101", "tel:+1-202-555-0143",
     "00 49 30 901820101", "4006381333931", "call", "x", "，"]
)  # fmt: skip


@given(
    st.lists(numbers | st.text("+0123456789 ()-.a", max_size=20), max_size=6).map(" ".join),
    st.sampled_from([None, "DE", "GB", "us", "Germany", "XX"]),
)
def test_a_number_without_plus_is_sought_where_a_country_tells_whose_it_is(
    text: str, country: str | None
) -> None:
    region = country.upper() if country and len(country) == 2 else None
    whole = {(n.start, n.end) for n in PhoneNumberMatcher(text, region, leniency=Leniency.VALID)}
    found = set(contacts(text, country, cued=False))
    assert found <= whole
    assert {n for n in whole if sum(map(str.isdigit, text[slice(*n)])) >= 9} <= found
