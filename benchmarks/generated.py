"""A folder of labelled data made by chance alone, in the layout that `detector evaluate` reads.

Where the real data is absent it stands in for it: the composed benchmark runs on it, with names of real
brands (simple-icons) in titles that nobody wrote. A figure on it says whether something changed, never how
good the detector is on real listings: its titles are easier, and its imitations are made, not found.
"""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random

import orjson
from rapidfuzz import process
from rapidfuzz.distance import OSA

from benchmarks.composed import disguises
from benchmarks.everyday import is_everyday
from benchmarks.goods import LISTINGS
from benchmarks.invented import brand_names
from benchmarks.quality.imitations import IMITATIONS
from benchmarks.registry import simple_icons
from benchmarks.titles import TITLES
from storage.settings import settings

TITLES_MADE, IMITATIONS_MADE, SILENT_MADE = 8_000, 160, 300
SEED = 11

_KINDS = {
    "Electronics": "headphones, keyboard, webcam, speaker, router, charger, monitor, tablet, scanner",
    "Kitchen": "kettle, blender, frying pan, mug, knife block, toaster, storage jar, cutting board, scale",
    "Footwear": "running shoes, sandals, hiking boots, slippers, trainers, ankle boots, loafers",
    "Clothing": "rain jacket, wool scarf, hooded sweater, polo shirt, cargo trousers, denim shirt, beanie",
    "Bags": "backpack, shoulder bag, laptop sleeve, travel case, wallet, toiletry bag, belt bag",
    "Tools": "cordless drill, socket set, tape measure, work light, hand saw, spirit level, toolbox",
    "Toys": "building set, plush bear, jigsaw puzzle, card game, wooden train, kite, modelling clay",
    "Garden": "hose reel, pruning shears, plant pot, bird feeder, lawn rake, watering can, parasol base",
}
_LOOKS = (
    "black", "white", "slate grey", "navy", "forest green", "matte", "stainless steel", "foldable", "compact",
    "lightweight", "waterproof", "wireless", "insulated", "adjustable", "quilted", "recycled",
)  # fmt: skip
_ENDS = (
    "size {n}", "pack of {n}", "{n} cm", "model {n}", "{n} W", "with {n} year warranty", "set of {n}",
    "{n} litre", "series {n}", "",
)  # fmt: skip


def write_data(folder: Path, seed: int = SEED) -> Path:
    """Writes titles, imitations and listings into `folder`, the same for the same seed, and returns it."""
    dice = Random(seed)
    names = _own_names()
    _table(folder / TITLES, ("title", "brand"), _titles(dice))
    made = ((name, copy, "knockoff", "en") for name, copy in _imitations(names, dice))
    _table(folder / IMITATIONS, ("brand", "imitation", "kind", "page_lang"), made)
    (folder / LISTINGS).parent.mkdir(parents=True, exist_ok=True)
    (folder / LISTINGS).write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in _silent(dice)))
    return folder


def data_or_made(folder: Path) -> Path:
    """The labelled data that the setting DETECTOR_DATA names, or `../shared/data`, where it has what the
    composed benchmark needs; else data that is made in `folder`."""
    real = settings().data or Path(__file__).parents[2] / "shared" / "data"
    whole = all((real / needed).exists() for needed in (TITLES, IMITATIONS, LISTINGS))
    return real if whole else write_data(folder)


def _own_names() -> list[str]:
    """Names that protect a brand by themselves."""
    names = (brand.name for brand in simple_icons())
    return [name for name in names if name.isascii() and name.isalpha() and len(name) >= 5]


def _titles(dice: Random) -> Iterator[tuple[str, str]]:
    """A third by a registered maker, a third by one that nobody registered, the others by nobody; of the
    last some say what they fit."""
    registered = [brand.name for brand in simple_icons()]
    unknown = _strangers()
    for _ in range(TITLES_MADE):
        goods = _goods(dice)[1]
        match dice.randrange(9):
            case 0 | 1 | 2:
                maker = dice.choice(registered)
                yield f"{maker} {goods}", maker
            case 3 | 4 | 5:
                maker = dice.choice(unknown)
                yield f"{maker} {goods}", maker
            case 6:
                yield f"{goods} for {dice.choice(registered)} {_thing(dice)}", ""
            case _:
                yield goods, ""


def _strangers() -> list[str]:
    """Invented names, none of them a letter from a registered one: that would be an imitation."""
    known = list({name.casefold() for brand in simple_icons() for name in brand.names()})
    made = brand_names(len(known) + 1_200)[-600:]
    near = process.cdist([name.casefold() for name in made], known, scorer=OSA.distance, score_cutoff=1)
    return [name for name, least in zip(made, near.min(axis=1), strict=True) if least > 1]


def _imitations(names: list[str], dice: Random) -> Iterator[tuple[str, str]]:
    """A sound or two written otherwise, or a slip."""
    for name in dice.sample(names, IMITATIONS_MADE):
        copy = disguises.by_ear(name, dice, dice.randint(1, 2)) or disguises.misspelt(name, dice)
        if copy is not None and copy.casefold() != name.casefold() and not is_everyday(copy):
            yield name, copy


def _silent(dice: Random) -> Iterator[dict[str, object]]:
    """Listings of goods by nobody, as those of a fashion shop; their pictures are not made."""
    for number in range(SILENT_MADE):
        kind, title = _goods(dice)
        yield {"id": str(number), "title": title, "category": kind, "images": [f"images/{number}.jpg"]}


def _goods(dice: Random) -> tuple[str, str]:
    kind = dice.choice(list(_KINDS))
    end = dice.choice(_ENDS).format(n=dice.randint(2, 60))
    title = f"{dice.choice(_LOOKS)} {dice.choice(_LOOKS)} {dice.choice(_KINDS[kind].split(', '))} {end}"
    return kind, title.strip()


def _thing(dice: Random) -> str:
    return dice.choice(_KINDS[dice.choice(list(_KINDS))].split(", "))


def _table(file: Path, header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(header)
        writer.writerows(rows)
