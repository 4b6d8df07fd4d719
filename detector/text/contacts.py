"""How a seller is to be reached besides the marketplace: telephone, e-mail, names elsewhere.

| found | written |
| --- | --- |
| telephone | with its country's code, or as the seller's country writes it (libphonenumber's own rules) |
| e-mail | `a@b.com`, `a (at) b (dot) com`, `a [at] b.com` |
| a name elsewhere | `@name`, `t.me/name`, `wa.me/number`, a service and a name: `WeChat: name`, `微信 name` |
"""

import re
import unicodedata
from collections.abc import Iterator

from phonenumbers import Leniency, PhoneNumberFormat, PhoneNumberMatcher, format_number

from detector.text.tokens import lower

_LONGEST = 20_000
"""Characters that are searched: a text that is stuffed takes no more time than that."""
_MOST = 12
"""Of one kind in a listing: a page of numbers is a page of numbers."""
AT, DOT = r"(?:@|\s?[(\[{]\s?at\s?[)\]}]\s?)", r"(?:\.|\s?[(\[{]\s?dot\s?[)\]}]\s?)"
_EMAIL = re.compile(rf"[a-z0-9][a-z0-9.+_-]{{0,63}}{AT}[a-z0-9-]{{1,63}}(?:{DOT}[a-z0-9-]{{2,63}}){{1,3}}")
SERVICES = (
    r"(?:\b(?:telegram|telega|whats ?app|we ?chat|weixin|viber|instagram|snapchat|discord|kakao ?talk|"
    r"kakao|line ?id|signal|skype|вайбер|телеграм|тг|ватсап|вотсап|вацап|واتساب|تيليجرام)|"
    r"(?<![a-z0-9])qq|微信|威信|v信)"
)
"""What other services are called; Chinese names stand right behind other words."""
_NAMED = re.compile(rf"{SERVICES}(?:\s?(?:id|号|號|号码))?\s?[:：=@/]\s?@?([a-z0-9][\w.-]{{3,31}})")
_SPACED = re.compile(rf"{SERVICES}\s+@?([a-z0-9](?=\w*[\d_])[\w.]{{3,31}})")
_LINKED = re.compile(
    r"\b(?:t\.me|telegram\.me|wa\.me|instagram\.com|fb\.com|line\.me(?:/ti/p)?)/\+?@?([\w.~-]{4,40})",
)
_BARE = re.compile(r"(?<![\w.@])@([a-z0-9][\w.]{3,30})")
_DIGITS = re.compile(r"\d(?:[\s().-]{0,2}\d){8}")
_PLUS = re.compile("[+\uff0b]")
CUES = (
    *(
        "@",
        "(at",
        "[at",
        "{at",
        "( at",
        "[ at",
        ".me/",
        "gram.com/",
        "fb.com/",
        "telega",
        "telegram",
        "whatsapp",
    ),
    *("whats app", "wechat", "we chat", "weixin", "qq", "viber", "instagram", "snapchat", "discord", "kakao"),
    *("line id", "lineid", "signal", "skype", "вайбер", "телеграм", "тг", "ватсап", "вотсап", "вацап"),
    *("واتساب", "تيليجرام", "微信", "威信", "v信"),
)
"""One of them stands, in lower case, where anything but a telephone number does."""


def contacts(text: str, country: str | None = None, *, cued: bool = True) -> Iterator[tuple[int, int]]:
    """Where a text says how somebody is reached: start and end of each, in no order. `cued` says whether any
    of `CUES` stands there: without one, telephone numbers alone are sought.
    """
    if cued:
        low = lower(text[:_LONGEST])
        for way in (_EMAIL, _NAMED, _SPACED, _LINKED):
            yield from (found.span() for found in way.finditer(low))
    region = _region(country)
    # Without a country only a number that begins with a plus says which it is of.
    if (region or _PLUS.search(text)) and _DIGITS.search(text, 0, _LONGEST):
        found = PhoneNumberMatcher(text[:_LONGEST], region, leniency=Leniency.VALID, max_tries=500)
        yield from ((number.start, number.end) for number in found)


def phones(text: str, country: str | None) -> Iterator[str]:
    """With the country's code, such as +491701234567. `country` is the seller's, ISO 3166, if told."""
    region = _region(country)
    found = PhoneNumberMatcher(text[:_LONGEST], region, leniency=Leniency.VALID, max_tries=500)
    yield from _first(format_number(one.number, PhoneNumberFormat.E164) for one in found)


def emails(text: str) -> Iterator[str]:
    """Written as they are meant."""
    plain = _plain(text)
    found = (re.sub(DOT, ".", re.sub(AT, "@", one[0])) for one in _EMAIL.finditer(plain))
    yield from _first(found)


def handles(text: str) -> Iterator[str]:
    """Names on other services; whose it is is told by what stands around it, and is not kept."""
    plain = _EMAIL.sub(" ", _plain(text))
    found = (one[1].strip("._-") for way in (_NAMED, _SPACED, _LINKED, _BARE) for one in way.finditer(plain))
    yield from _first(one for one in found if len(one) >= 4)


def _region(country: str | None) -> str | None:
    return country.upper() if country and re.fullmatch("[A-Za-z]{2}", country) else None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text[:_LONGEST]).casefold()


def _first(found: Iterator[str]) -> Iterator[str]:
    seen: dict[str, None] = {}
    for one in found:
        if one not in seen:
            seen[one] = None
            yield one
            if len(seen) == _MOST:
                return
