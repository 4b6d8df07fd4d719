"""Personal data taken out of a listing's texts: how somebody is reached, and what they are called."""

import re
from collections.abc import Iterable

from phonenumbers import Leniency, PhoneNumberMatcher

from detector.text.contacts import AT, DOT, SERVICES

LEFT_OUT = "[…]"
_LONGEST = 50_000
"""Characters that are looked through; what lies behind them is left out altogether."""
_SHORTEST_NAME = 3
_FEWEST_DIGITS = 7
"""Of a telephone number; what has fewer is left where it is."""
_PATTERNS = (
    # An e-mail address, also in disguise: a (at) b (dot) com.
    re.compile(
        rf"[\w.+-]{{1,64}}\s?{AT}\s?[\w-]{{1,63}}(?:\s?{DOT}\s?[\w-]{{2,63}}){{1,3}}",
        re.IGNORECASE,
    ),
    re.compile(r"(?:https?://|www\.)[^\s<>\"']{1,500}", re.IGNORECASE),
    re.compile(
        r"\b(?:t\.me|telegram\.me|wa\.me|instagram\.com|fb\.com|line\.me)/[^\s<>\"']{1,200}", re.IGNORECASE
    ),
    # A name on another service, with or without it.
    re.compile(rf"{SERVICES}\s?(?:id|号|號)?\s?[:：=]\s?@?[\w.+-]{{3,40}}", re.IGNORECASE),
    re.compile(r"(?<![\w@])@[A-Za-z0-9_][\w.]{2,39}"),
    re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b"),  # an IBAN
)


def without_personal_data(text: str, names: Iterable[str | None] = (), country: str | None = None) -> str:
    """The text with `[…]` where somebody is named or reached. `names` are those that are known, the seller's
    above all; `country` (ISO 3166) is where telephone numbers without a country's code are from.
    """
    text = text[:_LONGEST]
    for pattern in _PATTERNS:
        text = pattern.sub(LEFT_OUT, text)
    region = country.upper() if country and re.fullmatch("[A-Za-z]{2}", country) else None
    found = list(PhoneNumberMatcher(text, region, leniency=Leniency.POSSIBLE, max_tries=500))
    for number in reversed(found):
        if sum(char.isdigit() for char in number.raw_string) < _FEWEST_DIGITS:
            continue  # a size or a price
        text = text[: number.start] + LEFT_OUT + text[number.end :]
    known = sorted({name.strip() for name in names if name}, key=len, reverse=True)
    for name in known:
        if len(name) >= _SHORTEST_NAME:
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", LEFT_OUT, text, flags=re.IGNORECASE)
    return text
