"""All attempts at a brand, seeded: each case by a chance of its own, so that one more changes no other."""

from collections.abc import Iterable, Iterator
from random import Random

from benchmarks.adversary import both, codes, shown, words
from benchmarks.adversary.attack import STRENGTHS, Attack, Attempt, Medium
from benchmarks.adversary.target import Target

ATTACKS = (*words.ATTACKS, *shown.ATTACKS, *both.ATTACKS, *codes.ATTACKS)


def possible(target: Target, pictures: bool) -> tuple[list[Attack], list[tuple[Attack, str]]]:
    """The attacks that the brand gives room for, and the others, each with what it would have to have."""
    wanted = [one for one in ATTACKS if pictures or one.medium is Medium.WORDS]
    lacking = [(one, lack) for one in wanted if (lack := one.lacks(target)) is not None]
    left_out = {one.name for one, _ in lacking}
    return [one for one in wanted if one.name not in left_out], lacking


def attempts(
    target: Target, attacks: Iterable[Attack], seed: int, of_words: int, of_pictures: int
) -> Iterator[Attempt]:
    """So many of each attack and strength, and as many twins; fewer where a name gives no room for more."""
    for attack in attacks:
        each = of_words if attack.medium is Medium.WORDS else of_pictures
        for strength in range(1, STRENGTHS + 1):
            for number in range(each):
                for innocent in (False, True):
                    side = "twin" if innocent else "attack"
                    name = f"{attack.name}/{strength}/{side}/{number}"
                    make = attack.twin if innocent else attack.make
                    made = make(target, strength, Random(f"{seed} {target.brand.id} {name}"))
                    if made is not None:
                        yield Attempt(name, attack, strength, innocent, made)
