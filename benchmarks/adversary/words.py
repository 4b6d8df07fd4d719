"""Attacks in words: the name disguised, the trade's own talk, fields and prices that give it away."""

from collections.abc import Callable
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any

from benchmarks.adversary.attack import Attack, Made, Make, Medium
from benchmarks.adversary.target import Target
from benchmarks.composed import disguises
from benchmarks.composed.texts import sayings
from benchmarks.composed.world import price, stranger, usual
from benchmarks.invented import brand_names
from benchmarks.quality.terms import INNOCENT
from benchmarks.registry import simple_icons
from detector.listing import Price

Disguise = Callable[[str, Random, int], str | None]

_DETAILS = (
    "black, new", "size M", "limited edition", "with box", "free shipping", "two pieces", "white and red",
    "new season", "top seller", "gift wrapped", "ships today",
)  # fmt: skip
_NO_BRAND = ("unbranded", "OEM", "no brand", "Markenlos", "sans marque", "无品牌")
_EXCUSES = ("style {}", "for {} fans", "inspired by nature, {}")
_SHARES = (0.15, 0.3, 0.45, 0.6, 0.9)
"""Of the price floor, by strength: the nearer to a usual price, the less it tells."""
_LETTERS = ("1 letter", "2 letters", "3 letters", "4 letters", "5 letters")
_PRICES = ("15% of the floor", "30%", "45%", "60%", "90%")


def things(target: Target, dice: Random) -> str:
    """What is sold, by the brand's own categories."""
    known = target.brand.categories
    return dice.choice(known).rpartition(">")[2].strip().lower() if known else "accessories"


def listing(target: Target, dice: Random, title: str, **more: Any) -> Made:
    """In one of the brand's categories, by a seller whose name says nothing."""
    known = target.brand.categories
    fields: dict[str, Any] = {"title": title, "category": dice.choice(known) if known else None}
    return Made(fields | {"seller": stranger(dice), "price": usual(target.brand, dice)} | more)


def titled(target: Target, dice: Random, name: str) -> str:
    return f"{name} {things(target, dice)}, {dice.choice(_DETAILS)}"


def cheap(target: Target, dice: Random) -> Price:
    return price(target.brand, dice, 0.4, 0.3)


def accessory(target: Target, dice: Random, name: str, **more: Any) -> Made:
    """What honest sellers of other goods say: what they are for."""
    row = dice.choice([row for row in sayings("composed_twins.tsv") if row["kind"] == "compatible_with"])
    more.setdefault("price", cheap(target, dice))
    return listing(target, dice, row["text"].format(name), **more)


def of_a_stranger(dice: Random) -> str:
    """A name that nobody holds, shaped like those of brands."""
    return dice.choice(_strangers())


@cache
def _strangers() -> tuple[str, ...]:
    real = {name for brand in simple_icons() for name in brand.names()}
    made = brand_names(len(real) + 400)
    return tuple(name for name in made if name not in real and name.isascii() and len(name) >= 5)


def named(target: Target) -> str | None:
    return None if target.names else "a name in Latin letters, of four or more"


def priced(target: Target) -> str | None:
    return named(target) or (None if target.brand.price_floor else "a price floor")


def _disguised(disguise: Disguise) -> Make:
    def make(target: Target, strength: int, dice: Random) -> Made | None:
        name = target.name(dice)
        written = disguise(name, dice, strength)
        if written is None or written.casefold() == name.casefold():
            return None
        return listing(target, dice, titled(target, dice, written), price=cheap(target, dice))

    return make


def _accessory_so(disguise: Disguise) -> Make:
    def make(target: Target, strength: int, dice: Random) -> Made | None:
        written = disguise(target.name(dice), dice, strength)
        return None if written is None else accessory(target, dice, written)

    return make


def _stranger_so(disguise: Disguise) -> Make:
    def make(target: Target, strength: int, dice: Random) -> Made | None:
        written = disguise(of_a_stranger(dice), dice, strength)
        return None if written is None else listing(target, dice, titled(target, dice, written))

    return make


def _cyrillic(name: str, dice: Random, count: int) -> str | None:
    """The more letters doubled, the further from how it is spoken."""
    written = disguises.cyrillic(name, dice)
    return written if count == 1 or written is None else disguises.padded(written, dice, count - 1)


def _excused(target: Target, strength: int, dice: Random) -> Made | None:
    written = disguises.look_alike(target.name(dice), dice, strength)
    if written is None:
        return None
    title = f"{things(target, dice)}, {dice.choice(_DETAILS)}, {dice.choice(_EXCUSES).format(written)}"
    return listing(target, dice, title, price=cheap(target, dice))


def _in_the_field(target: Target, strength: int, dice: Random) -> Made | None:
    made = _disguised(disguises.look_alike)(target, strength, dice)
    return made and Made({**made.fields, "brand": target.brand.name})


def _field_of_a_stranger(target: Target, strength: int, dice: Random) -> Made | None:
    name = of_a_stranger(dice)
    written = disguises.look_alike(name, dice, strength)
    return None if written is None else listing(target, dice, titled(target, dice, written), brand=name)


def _talk(target: Target, strength: int, dice: Random) -> Made | None:
    """The telling words, with one letter fewer disguised than the strength says."""
    row = dice.choice([row for row in sayings("composed_offers.tsv") if row["text"].isascii()])
    text = _around(row["text"], dice, strength - 1)
    return listing(target, dice, text.format(target.name(dice)), price=cheap(target, dice))


def _innocent_talk(target: Target, strength: int, dice: Random) -> Made | None:
    text = _around(dice.choice([text for text in INNOCENT if text.isascii()]), dice, strength - 1)
    return listing(target, dice, text.format(target.name(dice)))


def _around(text: str, dice: Random, count: int) -> str:
    """All but the place of the name disguised in so many letters."""
    before, _, after = text.partition("{}")
    longer, other = (before, after) if len(before) > len(after) else (after, before)
    written = (disguises.look_alike(longer, dice, count) if count else None) or longer
    return f"{written}{{}}{other}" if longer is before else f"{other}{{}}{written}"


def _meaning(verdict: str) -> Make:
    """A sentence that no list knows, ever deeper in a description of sentences that say nothing."""

    def make(target: Target, strength: int, dice: Random) -> Made | None:
        row = dice.choice([r for r in sayings("meanings_held_out.tsv") if r["verdict"] == verdict])
        filler = [f"{detail[0].upper()}{detail[1:]}." for detail in dice.sample(_DETAILS, 10)]
        told = [*filler[: 2 * (strength - 1)], f"{row['sentence']}."]
        title = titled(target, dice, target.name(dice))
        return listing(target, dice, title, description=" ".join(told))

    return make


def _denied(target: Target, strength: int, dice: Random) -> Made | None:
    title = titled(target, dice, target.name(dice))
    return listing(target, dice, title, brand=dice.choice(_NO_BRAND), price=_at(target, strength, dice))


def _fits(target: Target, strength: int, dice: Random) -> Made | None:
    cost = _at(target, strength, dice)
    return accessory(target, dice, target.name(dice), brand=dice.choice(_NO_BRAND), price=cost)


def _too_cheap(target: Target, strength: int, dice: Random) -> Made | None:
    title = titled(target, dice, target.name(dice))
    return listing(target, dice, title, price=_at(target, strength, dice), condition="new")


def _field_alone(target: Target, strength: int, dice: Random) -> Made | None:
    title = f"{things(target, dice)}, {dice.choice(_DETAILS)}"
    cost = _at(target, strength, dice)
    return listing(target, dice, title, price=cost, brand=target.brand.name, condition="new")


def _used(target: Target, strength: int, dice: Random) -> Made | None:
    row = dice.choice([row for row in sayings("composed_twins.tsv") if row["kind"] == "genuine_resale"])
    title, cost = row["text"].format(target.name(dice)), _at(target, strength, dice)
    return listing(target, dice, title, price=cost, condition="used")


def _mistyped_and_cheap(target: Target, strength: int, dice: Random) -> Made | None:
    written = disguises.misspelt(target.name(dice), dice)
    if written is None:
        return None
    return listing(target, dice, titled(target, dice, written), price=_at(target, strength, dice))


def _accessory_mistyped(target: Target, strength: int, dice: Random) -> Made | None:
    written = disguises.misspelt(target.name(dice), dice)
    return accessory(target, dice, written, price=_at(target, strength, dice)) if written else None


def _at(target: Target, strength: int, dice: Random) -> Price:
    """A price of the strength's share of the floor, to the cent."""
    floor = target.brand.price_floor
    if floor is None:
        return usual(target.brand, dice)
    amount = (floor.amount * Decimal(_SHARES[strength - 1])).quantize(Decimal("0.01"))
    return Price(amount=max(amount, Decimal("0.01")), currency=floor.currency)


def _shop(poses: str, disguise: Disguise) -> Make:
    """A shop's name, the brand's in it disguised once less than the strength says."""

    def make(target: Target, strength: int, dice: Random) -> Made | None:
        row = dice.choice([row for row in sayings("composed_sellers.tsv") if row["poses"] == poses])
        name = target.name(dice)
        written = name if strength == 1 else disguise(name, dice, strength - 1)
        seller = {"id": "s1", "name": row["text"].format(written)}
        title = f"{things(target, dice)}, {dice.choice(_DETAILS)}"
        return listing(target, dice, title, seller=seller)

    return make


_SAME_ACCESSORY = "an accessory, the name mistyped as much"
_SAME_STRANGER = "a stranger's name, written the same way"


def _of(name: str, disguise: Disguise, doses: tuple[str, str, str, str, str], accessory_too: bool) -> Attack:
    innocent = _SAME_ACCESSORY if accessory_too else _SAME_STRANGER
    twin = (_accessory_so if accessory_too else _stranger_so)(disguise)
    return Attack(name, Medium.WORDS, doses, _disguised(disguise), innocent, twin, named)


_TALK = ("in plain words", "1 letter disguised", "2 letters", "3 letters", "4 letters")

ATTACKS = (
    _of("mistyped", disguises.slips, ("1 slip", "2 slips", "3 slips", "4 slips", "5 slips"), True),
    _of("look-alike letters", disguises.look_alike, _LETTERS, False),
    _of("cut up", disguises.cut, ("1 cut", "2 cuts", "3 cuts", "4 cuts", "5 cuts"), False),
    _of("letters drawn out", disguises.padded, _LETTERS, False),
    _of(
        "in Cyrillic letters", _cyrillic,
        ("letter by letter", "1 drawn out", "2 drawn out", "3 drawn out", "4 drawn out"), False,
    ),
    _of(
        "written by ear", disguises.by_ear, ("1 sound", "2 sounds", "3 sounds", "4 sounds", "5 sounds"), True
    ),
    Attack(
        "disguised, with an excuse", Medium.WORDS, _LETTERS, _excused, _SAME_STRANGER,
        _stranger_so(disguises.look_alike), named,
    ),
    Attack(
        "the brand in the field, disguised in the title", Medium.WORDS, _LETTERS, _in_the_field,
        "a stranger's name in both, as much disguised", _field_of_a_stranger, named,
    ),
    Attack(
        "counterfeit talk", Medium.WORDS, _TALK, _talk, "the same words of innocent things", _innocent_talk,
        named,
    ),
    Attack(
        "an imitation by its meaning alone", Medium.WORDS,
        ("the first sentence", "the third", "the fifth", "the seventh", "the ninth"), _meaning("guilty"),
        "innocent sentences in the same places", _meaning("innocent"), named,
    ),
    Attack(
        "the brand field denies it", Medium.WORDS, _PRICES, _denied,
        "an accessory of no brand at that price", _fits, priced,
    ),
    Attack(
        "the open name at an impossible price", Medium.WORDS, _PRICES, _too_cheap,
        "used goods at that price", _used, priced,
    ),
    Attack(
        "the name in the brand field alone, cheap", Medium.WORDS, _PRICES, _field_alone,
        "used goods at that price", _used, priced,
    ),
    Attack(
        "mistyped once, and cheap", Medium.WORDS, _PRICES, _mistyped_and_cheap,
        "an accessory, mistyped once, at that price", _accessory_mistyped, priced,
    ),
    Attack(
        "a shop that poses as the brand", Medium.WORDS,
        ("under its name", "1 letter disguised", "2 letters", "3 letters", "4 letters"),
        _shop("yes", disguises.look_alike),
        "a shop that says what it sells, mistyped as often", _shop("no", disguises.slips), named,
    ),
)  # fmt: skip
"""Every tactic in words of docs/tactics.md that a single listing can show."""
