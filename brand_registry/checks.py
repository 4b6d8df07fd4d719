"""What is wrong with a brand that a form can't tell, and what its owner should look at again."""

import math
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from brand_registry.gtin import gtin14
from brand_registry.record import Record
from brand_registry.scripts import mixed_word
from detector.categories import parts
from detector.problems import not_a_pattern
from detector.text.folding import fold
from detector.text.lexicon import is_ordinary

LONGEST_TEXT = 2_000
LONGEST_PATTERN = 200
MOST_REPEATED = 100_000
"""All numbers of repetitions multiplied: a serial number has some dozens."""
_COUNTED = re.compile(r"\{\s*(\d+)")


def problems(record: Record) -> Iterator[str]:
    """Clauses, each of which keeps the brand out."""
    if (
        "/" in record.id
        or "\\" in record.id
        or record.id.strip() in {"", ".", ".."}
        or record.id != record.id.strip()
    ):
        yield f"id is {record.id[:40]!r}; an id holds no slash, no blank around it, and is more than dots"
    if hidden := _hidden(record.id):
        yield f"id holds {hidden}, which nobody sees; remove it"
    yield from _bad_texts(record.model_dump(exclude_defaults=True), "")
    seen: dict[str, int] = {}
    for number, product in enumerate(record.products):
        if product.gtin is not None:
            try:
                gtin = gtin14(product.gtin)
            except ValueError as error:
                yield f"products.{number}.gtin {error}"
                continue
            if gtin in seen:
                yield f"products.{number}.gtin {product.gtin!r} is that of products.{seen[gtin]} too"
            seen[gtin] = number
        if product.serial_pattern is not None:
            wrong_pattern = pattern_problem(product.serial_pattern)
            if wrong_pattern is not None:
                yield f"products.{number}.serial_pattern {wrong_pattern}"
    for number, mark in enumerate(record.marks):
        wrong = next((one for one in mark.classes if not 1 <= one <= 45), None)
        if wrong is not None:
            yield f"marks.{number}.classes holds {wrong}; Nice classes are 1 to 45"
    yield from _said_twice(record)
    if any(licensee.brand == record.id for licensee in record.licensees):
        yield "licensees names the brand itself; leave it out"


def _said_twice(record: Record) -> Iterator[str]:
    for part, keys, clause in (
        (
            "policies",
            [policy.reason for policy in record.policies],
            "names a reason twice; say once what is to be done with it",
        ),
        (
            "thresholds",
            [(one.scope, parts(one.value), one.reason) for one in record.thresholds],
            "names the same goods twice for a reason; say once from which risk one is asked",
        ),
        (
            "category_floors",
            [(parts(one.category), one.condition) for one in record.category_floors],
            "names a category twice in a condition; say once what its goods cost at least",
        ),
    ):
        if len(set(keys)) < len(keys):
            yield f"{part} {clause}"


def warnings(record: Record) -> Iterator[str]:
    """Clauses that keep nothing out."""
    for name, common in record.names().items():
        words = fold(name).plain.text.split()
        if not common and words and all(map(is_ordinary, words)) and not _marked_common(record, name):
            yield (
                f"{name!r} is an everyday word and is taken as one: it is found only where it stands as a "
                "brand's name; a mark with common_word says that this is meant"
            )
        if hidden := _hidden(name):
            yield f"{name!r} holds {hidden}, which nobody sees; remove it unless the script needs it"
        word = mixed_word(name)
        if word:
            yield f"{name!r} mixes scripts in {word!r}: {_letters(word)}; is each letter the one meant?"


def _hidden(text: str) -> str:
    """The first character that has no look of its own, and turns, joins or parts others; by its name."""
    char = next((one for one in text if unicodedata.category(one) == "Cf"), "")
    return char and f"U+{ord(char):04X} {unicodedata.name(char, '')}".rstrip()


def _marked_common(record: Record, name: str) -> bool:
    return any(mark.common_word and mark.text.casefold() == name.casefold() for mark in record.marks)


def _bad_texts(value: Any, where: str) -> Iterator[str]:
    if isinstance(value, str):
        bad = next((char for char in value if unicodedata.category(char) in {"Cc", "Cs", "Co"}), None)
        if bad is not None and not (bad in "\n\t" and where not in {"id", "name"}):
            yield f"{where} holds the control character U+{ord(bad):04X}; remove it"
        if len(value) > LONGEST_TEXT:
            yield f"{where} is longer than {LONGEST_TEXT:,} characters ({len(value):,})"
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from _bad_texts(name, f"{where}.{name[:40]}".strip("."))
            yield from _bad_texts(one, f"{where}.{name[:40]}".strip("."))
    elif isinstance(value, list | tuple):
        for number, one in enumerate(value):
            yield from _bad_texts(one, f"{where}.{number}")


def pattern_problem(pattern: str) -> str | None:
    """Why a pattern is not taken, as a clause; None where it is."""
    if len(pattern) > LONGEST_PATTERN:
        return f"is longer than {LONGEST_PATTERN} characters"
    # Each repetition by number is written out as a pattern is compiled, and all of it for the one around it.
    if math.prod(int(count) or 1 for count in _COUNTED.findall(pattern)) > MOST_REPEATED:
        return (
            f"repeats more than {MOST_REPEATED:,} times, all numbers in braces multiplied; take smaller ones"
        )
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return not_a_pattern(error)
    return None


def _letters(word: str) -> str:
    kinds: dict[str, str] = {}
    for char in word:
        if char.isalpha():
            script = unicodedata.name(char, "?").split(" ", 1)[0].capitalize()
            kinds[script] = kinds.get(script, "") + char
    return ", ".join(f"{letters!r} {script}" for script, letters in kinds.items())
