"""An attack: a way to hide a brand, in five strengths, and the honest listing that looks like it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Any

from benchmarks.adversary.target import Target
from workers.demo.lettering import Picture

STRENGTHS = 5


class Medium(StrEnum):
    """Where an attack is: in what the listing says, in what its picture shows, or in both at once."""

    WORDS = "words"
    PICTURES = "pictures"
    BOTH = "both"


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """Fields of a listing, and the picture that it shows."""

    fields: Mapping[str, Any]
    picture: Picture | None = None


Make = Callable[[Target, int, Random], Made | None]
"""From whom it is about and a strength, 1 to `STRENGTHS`, to a listing; None where the name, or what the
owner gave, leaves no room for it."""

Lacks = Callable[[Target], str | None]
"""What the brand would have to have for the attack to be made; None where it has it."""


@dataclass(frozen=True, slots=True, eq=False)
class Attack:
    """`doses` say what each strength is. `twin` makes the innocent listing, `innocent` says what it is."""

    name: str
    medium: Medium
    doses: tuple[str, str, str, str, str]
    make: Make
    innocent: str
    twin: Make
    lacks: Lacks


@dataclass(frozen=True, slots=True, eq=False)
class Attempt:
    """One listing that an attack, or its twin where it is `innocent`, came to."""

    id: str
    attack: Attack
    strength: int
    innocent: bool
    made: Made
