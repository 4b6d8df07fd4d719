"""Composed listings of text alone: abuses by tactic, their twins, and real titles as they are."""

import csv
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from random import Random

from benchmarks.composed import disguises
from benchmarks.composed.case import Composed, Kind, Part, part_of
from benchmarks.composed.world import Title, World, authorised, price, stranger, usual
from benchmarks.everyday import is_everyday
from benchmarks.quality.imitations import IMITATIONS
from benchmarks.titles import opening_with
from detector.brand import Brand
from detector.listing import Listing, Price, Seller

EACH = {Part.TRAIN: 160, Part.CALIBRATION: 100, Part.TEST: 200}
"""Cases of a tactic, and of a kind of twin."""
PLAIN = {Part.TRAIN: 4_000, Part.CALIBRATION: 2_500, Part.TEST: 6_000}
_REAL_EACH = 4
"""Titles that each real imitation is put into."""

_NO_BRAND = (
    "unbranded",
    "OEM",
    "no brand",
    "Markenlos",
    "sans marque",
    "sin marca",
    "无品牌",
    "ノーブランド",
)
_DISGUISES: Mapping[str, disguises.Disguise] = {
    "a slip of the keyboard": disguises.misspelt,
    "look-alike characters": disguises.look_alike,
    "cut up": disguises.split,
    "padded": disguises.padded,
    "in Cyrillic letters": disguises.cyrillic,
}


def text_cases(world: World) -> Iterator[Composed]:
    """All of them, the same for the same data."""
    for part in Part:
        for tactic, make in _TACTICS.items():
            dice = Random(f"{part} {tactic}")
            yield from _numbered(part, Kind.ABUSE, tactic, make(world, part, dice))
        for kind, make in _TWINS.items():
            dice = Random(f"{part} {kind}")
            yield from _numbered(part, Kind.TWIN, kind, make(world, part, dice))
        yield from _numbered(part, Kind.PLAIN, "shop title", _plain(world, part, Random(f"{part} plain")))


Made = Iterator[tuple[str, Listing, Brand | None]]
"""Language, listing, and whom it abuses or only names."""


def _numbered(part: Part, kind: Kind, tactic: str, made: Made) -> Iterator[Composed]:
    for number, (language, listing, brand) in enumerate(made):
        name = f"{part}/{tactic}/{number}"
        about = None if brand is None else brand.id
        yield Composed(name, part, kind, tactic, language, listing.model_copy(update={"id": name}), about)


def _drawn(world: World, part: Part, dice: Random) -> Iterator[tuple[Brand, Title]]:
    if world.written[part] and world.titles[part]:
        for _ in range(EACH[part]):
            yield dice.choice(world.written[part]), dice.choice(world.titles[part])


def _listing(title: str, dice: Random, cost: Price | None, **more: object) -> Listing:
    """A price stands in half of them, a seller in most."""
    values: dict[str, object] = {"id": "1", "title": title, "price": cost if dice.random() < 0.5 else None}
    if dice.random() < 0.8:
        values["seller"] = stranger(dice)
    return Listing.model_validate(values | more)


def _cheap(brand: Brand, dice: Random) -> Price:
    """What imitations are offered at: about 40% of the genuine's floor."""
    return price(brand, dice, 0.4, 0.6)


def _imitations(world: World, part: Part, dice: Random) -> Made:
    """Real imitation names that are no everyday word."""
    with (world.folder / IMITATIONS).open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] != "trade_dress_only"]
    for row in rows:
        brand = world.by_name.get(row["brand"].casefold())
        if brand and part_of(row["brand"]) is part and not is_everyday(row["imitation"]):
            for title in dice.sample(world.titles[part], min(_REAL_EACH, len(world.titles[part]))):
                text = opening_with(row["imitation"], title.text, title.brand)
                yield row["page_lang"], _listing(text, dice, _cheap(brand, dice)), brand


def _disguised(disguise: disguises.Disguise) -> Callable[[World, Part, Random], Made]:
    def make(world: World, part: Part, dice: Random) -> Made:
        for brand, title in _drawn(world, part, dice):
            written = disguise(brand.name, dice)
            if written is not None and written.casefold() != brand.name.casefold():
                text = opening_with(written, title.text, title.brand)
                yield "en", _listing(text, dice, _cheap(brand, dice)), brand

    return make


def _excused(world: World, part: Part, dice: Random) -> Made:
    """A disguised name with words of fair use beside it."""
    excuses = ("style {}", "for {} fans", "compatible with {}", "inspired by nature, {}")
    for brand, title in _drawn(world, part, dice):
        written = disguises.look_alike(brand.name, dice)
        if written is not None:
            rest = opening_with("", title.text, title.brand).strip()
            text = f"{rest[:60]} {dice.choice(excuses).format(written)}"
            yield "en", _listing(text, dice, _cheap(brand, dice)), brand


def _offers(world: World, part: Part, dice: Random) -> Made:
    for brand, _ in _drawn(world, part, dice):
        row = dice.choice(sayings("composed_offers.tsv"))
        yield row["language"], _listing(row["text"].format(brand.name), dice, _cheap(brand, dice)), brand


def _denied(world: World, part: Part, dice: Random) -> Made:
    for brand, title in _drawn(world, part, dice):
        text = opening_with(brand.name, title.text, title.brand)
        yield "en", _listing(text, dice, _cheap(brand, dice), brand=dice.choice(_NO_BRAND)), brand


def _too_cheap(world: World, part: Part, dice: Random) -> Made:
    """The open name at 10 to 45% of what the genuine costs at least."""
    for brand, title in _drawn(world, part, dice):
        text = opening_with(brand.name, title.text, title.brand)
        cost = price(brand, dice, dice.uniform(0.1, 0.45), 0.0)
        field = brand.name if dice.random() < 0.5 else None
        values = {"id": "1", "title": text, "price": cost, "brand": field, "condition": "new"}
        yield "en", Listing.model_validate(values | {"seller": stranger(dice)}), brand


def _posing(world: World, part: Part, dice: Random) -> Made:
    rows = [row for row in sayings("composed_sellers.tsv") if row["poses"] == "yes"]
    for brand, title in _drawn(world, part, dice):
        row = dice.choice(rows)
        named = opening_with(brand.name, title.text, title.brand) if dice.random() < 0.5 else title.text
        seller = Seller(id="s1", name=row["text"].format(brand.name))
        yield row["language"], _listing(named, dice, usual(brand, dice), seller=seller), brand


def _sayings(kind: str) -> Callable[[World, Part, Random], Made]:
    def make(world: World, part: Part, dice: Random) -> Made:
        rows = [row for row in sayings("composed_twins.tsv") if row["kind"] == kind]
        for drawn, _ in _drawn(world, part, dice):
            everyday = kind == "another_sense" and world.everyday[part]
            brand = dice.choice(world.everyday[part]) if everyday else drawn
            row = dice.choice(rows)
            # An accessory, a used article, a mug: far below what the brand's own goods cost.
            cost = price(brand, dice, 0.3, 0.5)
            more = {"condition": "used"} if kind == "genuine_resale" and dice.random() < 0.5 else {}
            yield row["language"], _listing(row["text"].format(brand.name), dice, cost, **more), brand

    return make


def _mistyped(world: World, part: Part, dice: Random) -> Made:
    """Accessories whose honest seller mistypes what they are for."""
    rows = [row for row in sayings("composed_twins.tsv") if row["kind"] == "compatible_with"]
    for brand, _ in _drawn(world, part, dice):
        row, written = dice.choice(rows), disguises.misspelt(brand.name, dice)
        if written is not None:
            cost = price(brand, dice, 0.3, 0.5)
            yield row["language"], _listing(row["text"].format(written), dice, cost), brand


def _authorised(world: World, part: Part, dice: Random) -> Made:
    """The owner's own sellers, by any name and at any price."""
    for brand, title in _drawn(world, part, dice):
        seller = Seller(id=authorised(brand), name=f"{brand.name} Official Store")
        text = opening_with(brand.name, title.text, title.brand)
        yield "en", _listing(text, dice, price(brand, dice, 0.7, 0.4), seller=seller, brand=brand.name), brand


def _resellers(world: World, part: Part, dice: Random) -> Made:
    """The open name at a usual price: what every shop does that stocks it."""
    for brand, title in _drawn(world, part, dice):
        text = opening_with(brand.name, title.text, title.brand)
        yield "en", _listing(text, dice, usual(brand, dice), brand=brand.name), brand


def _shops(world: World, part: Part, dice: Random) -> Made:
    """Shops whose names say what they sell."""
    rows = [row for row in sayings("composed_sellers.tsv") if row["poses"] == "no"]
    for brand, title in _drawn(world, part, dice):
        row = dice.choice(rows)
        seller = Seller(id="s1", name=row["text"].format(brand.name))
        yield row["language"], _listing(title.text, dice, None, seller=seller), brand


def _accessories(world: World, part: Part, _: Random) -> Made:
    """Real titles that say 'for' or 'compatible with', as they are."""
    for title in world.titles[part]:
        if " for " in title.text or "compatible with" in title.text.lower():
            yield "en", Listing(id="1", title=title.text, brand=title.brand or None), None


def _plain(world: World, part: Part, dice: Random) -> Made:
    some = dice.sample(world.titles[part], min(PLAIN[part], len(world.titles[part])))
    for title in some:
        named = world.by_name.get(title.brand.casefold())
        cost = usual(named, dice) if named else None
        yield "en", _listing(title.text, dice, cost, brand=title.brand or None), named


@cache
def sayings(name: str) -> tuple[dict[str, str], ...]:
    """The sentences of a table of `benchmarks/data`, by the names of its columns."""
    text = (files("benchmarks") / "data" / name).read_text("utf-8")
    return tuple(csv.DictReader((t for t in text.splitlines() if not t.startswith("#")), delimiter="\t"))


def _hidden(world: World, part: Part, dice: Random) -> Made:
    """The open name, below what the genuine costs, in a listing that shows nothing and leads elsewhere."""
    links = [row for row in sayings("composed_links.tsv") if row["hides"] == "yes"]
    for brand, _ in _drawn(world, part, dice):
        row = dice.choice(links)
        cost = price(brand, dice, dice.uniform(0.5, 0.9), 0.0)
        values = {"id": "1", "title": row["title"].format(brand.name), "description": row["description"]}
        yield (
            row["language"],
            Listing.model_validate(values | {"price": cost, "seller": stranger(dice)}),
            brand,
        )


def _reachable(world: World, part: Part, dice: Random) -> Made:
    """Shops that stock the brand, at a usual price, and say how they are reached."""
    honest = [row for row in sayings("composed_links.tsv") if row["hides"] == "no"]
    for brand, _ in _drawn(world, part, dice):
        row = dice.choice(honest)
        more = {"description": row["description"]}
        title = row["title"].format(brand.name)
        yield row["language"], _listing(title, dice, usual(brand, dice), brand=brand.name, **more), brand


_TACTICS: Mapping[str, Callable[[World, Part, Random], Made]] = {
    "a real imitation name": _imitations,
    **{name: _disguised(disguise) for name, disguise in _DISGUISES.items()},
    "disguised, with an excuse": _excused,
    "counterfeit talk": _offers,
    "the brand field denies it": _denied,
    "an impossible price": _too_cheap,
    "a shop that poses as the brand": _posing,
    "a link that shows nothing": _hidden,
}
_TWINS: Mapping[str, Callable[[World, Part, Random], Made]] = {
    **{kind: _sayings(kind) for kind in dict.fromkeys(row["kind"] for row in sayings("composed_twins.tsv"))},
    "an accessory, the name mistyped": _mistyped,
    "authorised_seller": _authorised,
    "a reseller at a usual price": _resellers,
    "a shop that says what it sells": _shops,
    "a shop that says how it is reached": _reachable,
    "real accessory titles": _accessories,
}
