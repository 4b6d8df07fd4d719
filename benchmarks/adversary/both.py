"""Attacks in words and picture at once: neither tells all of it."""

from random import Random

from benchmarks.adversary.attack import Attack, Made, Medium
from benchmarks.adversary.shown import drawn, goods, lacks_marks, printed, sized
from benchmarks.adversary.target import Target
from benchmarks.adversary.words import accessory, cheap, named
from benchmarks.composed import disguises
from benchmarks.composed.world import stranger

_SHARES = (0.4, 0.25, 0.16, 0.1, 0.06)


def _named_in_both(target: Target, strength: int, dice: Random) -> Made | None:
    """Mistyped in the title, ever smaller in the picture."""
    base, name = dice.choice(goods()), target.name(dice)
    written = disguises.slips(name, dice, strength)
    if written is None:
        return None
    picture = drawn(base, sized(name, strength, dice), dice)
    return Made({"title": f"{written} {base.title}", "seller": stranger(dice)}, picture)


def _accessory_named(target: Target, strength: int, dice: Random) -> Made | None:
    """What it fits is drawn on its package, and mistyped in its title."""
    base, name = dice.choice(goods()), target.name(dice)
    written = disguises.slips(name, dice, strength)
    if written is None:
        return None
    picture = drawn(base, sized(f"for {name}", strength, dice), dice)
    return Made(accessory(target, dice, written).fields, picture)


def _mark_denied(target: Target, strength: int, dice: Random) -> Made | None:
    base = dice.choice(goods())
    picture = printed(base.picture, dice.choice(target.marks), _SHARES[strength - 1], dice)
    fields = {"title": base.title, "brand": dice.choice(("unbranded", "OEM")), "price": cheap(target, dice)}
    return Made(fields | {"seller": stranger(dice)}, picture)


def _accessory_marked(target: Target, strength: int, dice: Random) -> Made | None:
    base = dice.choice(goods())
    picture = printed(base.picture, dice.choice(target.marks), _SHARES[strength - 1], dice)
    return Made(accessory(target, dice, target.name(dice), brand="unbranded").fields, picture)


ATTACKS = (
    Attack(
        "mistyped in the title, small in the picture", Medium.BOTH,
        ("1 slip, 44 pixels", "2 slips, 30", "3 slips, 22", "4 slips, 16", "5 slips, 11"), _named_in_both,
        "an accessory that says so, as much mistyped", _accessory_named, named,
    ),
    Attack(
        "the brand field denies it, the mark shows it", Medium.BOTH,
        ("40% of the picture", "25%", "16%", "10%", "6%"), _mark_denied,
        "an accessory, shown with the mark", _accessory_marked,
        lambda target: named(target) or lacks_marks(target),
    ),
)  # fmt: skip
