"""Codes and safety marks of packages faked, beside the goods that the owner's records say to bear them."""

import re
from collections.abc import Callable
from dataclasses import replace
from random import Random

import regex
import rstr

from benchmarks.adversary.attack import Attack, Lacks, Made, Make, Medium
from benchmarks.adversary.backs import Back, photographed
from benchmarks.adversary.target import Target
from benchmarks.adversary.words import listing
from benchmarks.composed.world import price
from brand_registry.gtin import check_digit, gtin14
from detector.brand import Product
from workers.demo.lettering import Picture

_SIZES = (28, 22, 18, 15, 12)
"""Pixels of the small print, from what every honest picture shows to what few readers read."""
_PLAIN = 22
_LONGEST = 40
"""Characters of a serial number."""
_MOST_CONTENTS = 6
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
SCHEMES = ("CE 0123", "GS", "UL", "KC", "PSE", "CCC", "ETL", "BIS")
"""Safety and conformity marks in words."""
_ALIKE = dict(zip("0O1I5S8B2Z", "O0I1S5B8Z2", strict=True))
_SHARES = (0.1, 0.34, 0.5, 0.75, 0.9)

Fake = Callable[[Back, Product, int, Random], Back | None]
"""From what stands on the genuine back, in a strength, to what is printed instead."""


def _faked(fake: Fake, needs: Callable[[Product], object]) -> Make:
    def make(target: Target, strength: int, dice: Random) -> Made | None:
        product = dice.choice(_with(target, needs))
        back = _genuine(target, product, dice)
        other = fake(back, product, strength, dice)
        if other is None or other == back:
            return None
        return _offered(target, product, back, photographed(other, _PLAIN, dice), dice)

    return make


def _honest(needs: Callable[[Product], object]) -> Make:
    def make(target: Target, strength: int, dice: Random) -> Made | None:
        product = dice.choice(_with(target, needs))
        back = _genuine(target, product, dice)
        return _offered(target, product, back, photographed(back, _SIZES[strength - 1], dice), dice)

    return make


def _with(target: Target, needs: Callable[[Product], object]) -> list[Product]:
    return [product for product in target.brand.products if needs(product)]


def _genuine(target: Target, product: Product, dice: Random) -> Back:
    """What the owner's records say, and dates that agree."""
    year, month = dice.randint(2024, 2026), dice.randrange(12)
    return Back(
        target.brand.name,
        product.name,
        tuple(f"{name.replace('_', ' ')}: {value}" for name, value in _contents(product)),
        product.sku,
        _serial(product, dice),
        _article(product),
        f"{dice.randint(10, 28)} {_MONTHS[month]} {year}",
        f"{dice.randint(10, 28)} {_MONTHS[(month + 5) % 12]} {year + 3}",
        tuple(filter(str.strip, target.brand.certification_marks)),
    )


def _offered(target: Target, product: Product, genuine: Back, picture: Picture, dice: Random) -> Made:
    """The brand's product under its open name at what it costs: the words are those of the genuine one."""
    contents = dict(_contents(product))
    told = contents | {"expiry": genuine.expires} | ({"gtin": genuine.article} if genuine.article else {})
    made = listing(
        target, dice, " ".join([product.name, *contents.values()]),
        price=price(target.brand, dice, 2.2, 0.15), condition="new", attributes=told,
        description="See the picture for all that is on the pack.",
    )  # fmt: skip
    return Made(made.fields, picture)


def _contents(product: Product) -> list[tuple[str, str]]:
    return list(product.attributes.items())[:_MOST_CONTENTS]


def _article(product: Product) -> str | None:
    """Its digits; None where it is no number of the kind."""
    try:
        gtin14(product.gtin or "")
    except ValueError:
        return None
    return "".join(filter(str.isdigit, product.gtin or ""))


def _serial(product: Product, dice: Random) -> str | None:
    """One that fits the owner's pattern; None where none is known, or none that a label has room for."""
    if product.serial_pattern is None:
        return None
    try:
        made = rstr.Rstr(dice).xeger(product.serial_pattern)
    except (re.error, LookupError, ValueError, TypeError, ArithmeticError, RecursionError):
        return None  # no pattern, or one with what it has no rule for
    made = str(made)
    return made if 3 <= len(made) <= _LONGEST and _fits(product, made) else None


def _fits(product: Product, serial: str) -> bool:
    try:
        return regex.fullmatch(product.serial_pattern or "", serial, timeout=1) is not None
    except (TimeoutError, regex.error):
        return True


def _swapped(text: str, dice: Random, count: int) -> str:
    """So many of its letters and digits replaced by others of their kind."""
    letters = list(text)
    places = [at for at, one in enumerate(letters) if one.isalnum()]
    for at in dice.sample(places, min(count, len(places))):
        kind = "0123456789" if letters[at].isdigit() else "ABCDEFGHKLMNPRTUVWXY"
        letters[at] = dice.choice([one for one in kind if one != letters[at]])
    return "".join(letters)


def _alike(text: str, dice: Random) -> str | None:
    """One character replaced by one that looks like it."""
    places = [at for at, one in enumerate(text) if one in _ALIKE]
    if not places:
        return None
    at = dice.choice(places)
    return f"{text[:at]}{_ALIKE[text[at]]}{text[at + 1 :]}"


def _other_article(back: Back, product: Product, strength: int, dice: Random) -> Back:
    number = back.article or ""
    body, right = number[:-1], number[-1]
    if strength == 1:
        made = number[:-2]
    elif strength == 2:
        made = body + str((int(right) + dice.randint(1, 9)) % 10)
    else:
        kept = (0, 7, len(body) - 1)[strength - 3]
        made = body[:kept] + "".join(str((int(digit) + dice.randint(1, 9)) % 10) for digit in body[kept:])
        made += check_digit(made)
    return replace(back, article=made)


def _other_serial(back: Back, product: Product, strength: int, dice: Random) -> Back | None:
    serial = back.serial
    if serial is None:
        return None
    at = dice.randrange(len(serial))
    other = "X" if serial[at].isdigit() else "7"
    made = (
        f"{dice.randint(100, 999)}-{dice.randint(10, 99)}",
        serial + "".join(dice.choice("0123456789") for _ in range(2)),
        serial[:at] + serial[at + 1 :],
        serial[:at] + other + serial[at + 1 :],
        _alike(serial, dice),
    )[strength - 1]
    return None if made is None or _fits(product, made) else replace(back, serial=made)


def _other_model(back: Back, product: Product, strength: int, dice: Random) -> Back | None:
    model = back.model or ""
    made = (
        _swapped(model, dice, len(model)),
        _swapped(model, dice, 3),
        _swapped(model, dice, 2),
        _swapped(model, dice, 1),
        _alike(model, dice),
    )[strength - 1]
    return None if made is None else replace(back, model=made)


def _other_expiry(back: Back, product: Product, strength: int, dice: Random) -> Back:
    day, month, year = back.expires.split()
    made_in = int(back.made.split()[-1])
    expires = (
        f"{day} {month} {made_in - dice.randint(1, 3)}",
        f"31 {dice.choice(('FEB', 'APR', 'JUN', 'SEP', 'NOV'))} {year}",
        f"{day} {month} {int(year) + 5}",
        f"{day} {month} {int(year) + 1}",
        f"{day} {_MONTHS[(_MONTHS.index(month) + 1) % 12]} {year}",
    )[strength - 1]
    return replace(back, expires=expires)


def _other_contents(back: Back, product: Product, strength: int, dice: Random) -> Back | None:
    counted = [at for at, line in enumerate(back.contents) if regex.search(r"[1-9]\d*", line)]
    at = dice.choice(counted)
    contents = list(back.contents)

    def smaller(found: "regex.Match[str]") -> str:
        return str(max(1, round(int(found[0]) * _SHARES[strength - 1])))

    contents[at] = regex.sub(r"[1-9]\d*", smaller, contents[at], count=1)
    return replace(back, contents=tuple(contents))


def _other_marks(back: Back, product: Product, strength: int, dice: Random) -> Back | None:
    marks = list(back.marks)
    at = dice.randrange(len(marks))
    own = marks[at]
    strange = [one for one in SCHEMES if one.split()[0] not in {mark.split()[0] for mark in marks}]
    if strength == 5:
        return replace(back, drawn_together=True)
    if strength <= 2 and not strange:
        return None
    if strength == 2:
        return replace(back, marks=(*marks, dice.choice(strange)))
    if strength == 1:
        marks[at] = dice.choice(strange)
    else:
        marks[at] = own[::-1] if strength == 3 else _swapped(own, dice, 1)
    return replace(back, marks=tuple(marks))


def _has_attribute(product: Product) -> bool:
    return any(regex.search(r"[1-9]", value) for _, value in _contents(product))


def _has_serial(product: Product) -> bool:
    return _serial(product, Random(1)) is not None


def _any(product: Product) -> bool:
    return True


def _lacks(needs: Callable[[Product], object], what: str) -> Lacks:
    return lambda target: None if _with(target, needs) else what


def _lacks_marks(target: Target) -> str | None:
    return _lacks_product(target) or (
        None if any(map(str.strip, target.brand.certification_marks)) else "a certification mark"
    )


_lacks_product = _lacks(_any, "a product")
_SMALLER = ", in ever smaller print"


def _of(
    name: str, doses: tuple[str, str, str, str, str], fake: Fake, needs: Callable[[Product], object],
    innocent: str, *, lacks: Lacks, medium: Medium = Medium.PICTURES,
) -> Attack:  # fmt: skip
    made = _faked(fake, needs)
    return Attack(name, medium, doses, made, innocent + _SMALLER, _honest(needs), lacks)


ATTACKS = (
    _of(
        "the pack's article number faked",
        ("two digits short", "a wrong check digit", "another maker's", "its maker's, of nothing",
         "the last digit"),
        _other_article, _article, "the registered number",
        lacks=_lacks(_article, "a product with its article number (gtin)"),
    ),
    _of(
        "the pack's serial number faked",
        ("another shape", "2 digits too many", "1 character short", "a letter for a digit, or the reverse",
         "a character that looks like it"),
        _other_serial, _has_serial, "a serial number of the registered pattern",
        lacks=_lacks(_has_serial, "a product with the pattern of its serial numbers"),
    ),
    _of(
        "the pack's model number faked",
        ("another one", "3 characters others", "2 characters", "1 character",
         "a character that looks like it"),
        _other_model, lambda one: one.sku, "the registered model number",
        lacks=_lacks(lambda one: one.sku, "a product with its model number (sku)"),
    ),
    _of(
        "the pack's expiry altered",
        ("before it was made", "a day of no calendar", "5 years after what the words say", "a year after",
         "a month after"),
        _other_expiry, _any, "the date that the words say", lacks=_lacks_product, medium=Medium.BOTH,
    ),
    _of(
        "the pack's contents are not those of the words",
        ("a tenth of them", "a third", "half", "three quarters", "nine tenths"),
        _other_contents, _has_attribute, "the registered contents",
        lacks=_lacks(_has_attribute, "a product with a size or dose among its attributes"),
        medium=Medium.BOTH,
    ),
    _of(
        "a safety mark faked",
        ("of a scheme it is not in", "such a one beside its own", "its letters reversed", "1 character",
         "its letters drawn together"),
        _other_marks, _any, "the registered marks", lacks=_lacks_marks,
    ),
)  # fmt: skip
"""What docs/tactics.md tells of packages' codes and marks; nothing else gives these listings away."""
