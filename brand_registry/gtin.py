"""Article numbers: GTIN-8, -12 (UPC), -13 (EAN) and -14, by the GS1 General Specifications, section 7.9."""

import re

_LENGTHS = (8, 12, 13, 14)


def gtin14(written: str) -> str:
    """The number in 14 digits, by which all its forms are one. Raises `ValueError` with a clause that says
    what is wrong.
    """
    digits = re.sub(r"[\s-]", "", written)
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError(f"{written[:40]!r} is no GTIN: it holds more than digits")
    if len(digits) not in _LENGTHS:
        raise ValueError(f"{written[:40]!r} is no GTIN: it has {len(digits)} digits, not 8, 12, 13 or 14")
    right = check_digit(digits[:-1])
    if digits[-1] != right:
        raise ValueError(
            f"{written[:40]!r}: the check digit (the last) is {digits[-1]} and should be {right}"
        )
    return digits.zfill(14)


def check_digit(digits: str) -> str:
    """The last digit that belongs to those before it: weights 3 and 1 in turn from the right, to a multiple
    of 10.
    """
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)
