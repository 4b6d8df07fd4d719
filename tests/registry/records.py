"""Records of every shape that a brand may have, made by hypothesis."""

import unicodedata
from datetime import date

from hypothesis import strategies as st

from brand_registry.gtin import check_digit
from brand_registry.record import Record
from detector.harms import harms
from detector.result import Reason

_LETTERS = st.characters(exclude_categories=("Cc", "Cs", "Co", "Cn"))
_TEXTS = st.text(_LETTERS, min_size=1, max_size=12) | st.sampled_from(
    ["=1+1", "-x", "@y", "+z", "[a]", '{"a"', '"quoted"', "a|b", " padded ", "a,b;c\td", "line\nbreak", "007"]
)  # fmt: skip
_SINGLE = _TEXTS.filter(lambda text: "\n" not in text and "\t" not in text)
_IDS = _SINGLE.filter(
    lambda text: (
        not {"/", "\\"} & set(text)
        and text == text.strip()
        and text.strip(".")
        and not any(unicodedata.category(char) == "Cf" for char in text)
    )
)
_DAYS = st.dates(date(1900, 1, 1), date(2100, 1, 1))
_PRICES = st.fixed_dictionaries(
    {"amount": st.decimals(0, 10**6, places=2).map(str), "currency": st.sampled_from(["EUR", "USD"])}
)
_EXTRA = st.dictionaries(
    st.text(st.characters(codec="ascii", categories=("Ll",)), min_size=8, max_size=12).map("x_".__add__),
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | _TEXTS | st.lists(_TEXTS, max_size=2),
    max_size=2,
)


def _of(**fields):
    return st.fixed_dictionaries({}, optional=fields)


def _gtins(digits: int):
    return st.text("0123456789", min_size=digits - 1, max_size=digits - 1).map(lambda d: d + check_digit(d))


def _with(required, optional):
    return st.builds(
        lambda a, b, c: {**c, **a, **b}, st.fixed_dictionaries(required), _of(**optional), _EXTRA
    )


_MARKS = _with(
    {"text": _TEXTS},
    {
        "classes": st.lists(st.integers(1, 45), max_size=3),
        "territories": st.lists(_TEXTS, max_size=2),
        "common_word": st.booleans(),
        "registration_number": _TEXTS,
        "holder": _TEXTS,
        "since": _DAYS.map(str),
    },
)
_PRODUCTS = _with(
    {"name": _TEXTS},
    {
        "sku": _TEXTS,
        "gtin": st.sampled_from([8, 12, 13, 14]).flatmap(_gtins),
        "attributes": st.dictionaries(_TEXTS, _TEXTS, max_size=2),
        "serial_pattern": st.sampled_from([r"[A-Z]{2}\d{8}", "x|y", "=a"]),
        "price_floor": _PRICES,
    },
)
_FIELDS = _with(
    {"id": _IDS, "name": _SINGLE},
    {
        "aliases": st.lists(_TEXTS, max_size=3),
        "marks": st.lists(_MARKS, max_size=3),
        "categories": st.lists(_TEXTS, max_size=3),
        "authorised_sellers": st.lists(
            _with({}, {"marketplace": _TEXTS, "seller_id": _TEXTS, "name": _TEXTS}), max_size=2
        ),
        "price_floor": _PRICES,
        "products": st.lists(_PRODUCTS, max_size=2, unique_by=lambda one: one.get("gtin", "").zfill(14)),
        "certification_marks": st.lists(_TEXTS, max_size=2),
        "licensees": st.lists(_with({"name": _TEXTS}, {"until": _DAYS.map(str)}), max_size=2),
        "allow": st.lists(
            _with(
                {"scope": st.sampled_from(["seller", "listing", "text"]), "value": _TEXTS},
                {"marketplace": _TEXTS, "until": _DAYS.map(str), "why": _TEXTS},
            ),
            max_size=2,
        ),
        "policies": st.lists(
            _with(
                {"reason": st.sampled_from([reason.value for reason in Reason])},
                {"mode": st.sampled_from(["on", "shadow", "off"]), "threshold": st.floats(0.2, 0.99)},
            ),
            max_size=2,
            unique_by=lambda one: one["reason"],
        ),
        "category_floors": st.builds(
            lambda one, used: [one | {"condition": "used"}] if used else [one],
            st.fixed_dictionaries(
                {
                    "category": st.sampled_from(["Bags", "鞋 > 运动鞋"]),
                    "price_floor": st.builds(
                        lambda cents: {"amount": f"{cents / 100:.2f}", "currency": "EUR"},
                        st.integers(1, 10**6),
                    ),
                }
            ),
            st.booleans(),
        ),
        "thresholds": st.lists(
            _with(
                {
                    "scope": st.just("category"),
                    "value": st.sampled_from(["Footwear > Sneakers", "Bags", "薬"]),
                    "threshold": st.floats(0.2, 0.99),
                },
                {"reason": st.sampled_from([reason.value for reason in Reason])},
            )
            | st.builds(
                lambda harm, at: {"scope": "harm", "value": harm, "threshold": at},
                st.sampled_from(sorted(harms())),
                st.floats(0.2, 0.99),
            ),
            max_size=2,
            unique_by=lambda one: (one["value"], one.get("reason")),
        ),
    },
)
RECORDS = _FIELDS.map(Record.model_validate)
