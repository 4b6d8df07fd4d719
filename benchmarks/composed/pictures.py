"""Composed listings whose picture tells: a name drawn, a mark, a stolen picture, a dress; and their twins."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from random import Random
from typing import TypeVar

import numpy as np

from benchmarks.composed.blending import cloned, printed, sized
from benchmarks.composed.case import Composed, Kind, Part
from benchmarks.composed.gallery import Gallery, drawing_of, mark_in
from benchmarks.composed.world import World, authorised, price, stranger, usual
from benchmarks.edits import EDITS, Edit
from benchmarks.logo_photos import Photo
from benchmarks.photos import pixels_of, png
from benchmarks.rendered_text import KINDS, NoRoom, ground, spelled
from detector.brand import Brand
from detector.image.decoding import Pixels
from detector.listing import Listing, Seller

EACH = {Part.TRAIN: 8, Part.CALIBRATION: 6, Part.TEST: 16}
"""Pictured cases of a tactic, and of a kind of twin."""
STRANGERS = {Part.TRAIN: 200, Part.CALIBRATION: 100, Part.TEST: 150}
"""Photos of other goods: many, as they stand for two of five innocent listings."""
_SIDE = 480

T = TypeVar("T")
Picture = Callable[[], bytes]
Made = Iterator[tuple[str, Brand | None, Picture, dict[str, object]]]
"""A title, whom it abuses or only shows, what makes its picture, and what else the listing says."""


def picture_cases(world: World, gallery: Gallery) -> Iterator[Composed]:
    """All of them, the same for the same data."""
    for part in Part:
        for kind, recipes in ((Kind.ABUSE, _TACTICS), (Kind.TWIN, _TWINS), (Kind.PLAIN, _PLAIN)):
            for tactic, make in recipes.items():
                dice = Random(f"{part} {tactic}")
                made = make(world, gallery, part, dice)
                for number, (title, brand, picture, more) in enumerate(made):
                    name = f"{part}/{tactic}/{number}"
                    values = {
                        "id": name,
                        "title": title,
                        "images": ("1.png",),
                        "seller": stranger(dice),
                    } | more
                    about = None if brand is None else brand.id
                    yield Composed(
                        name, part, kind, tactic, "en", Listing.model_validate(values), about, picture
                    )


def _hidden(world: World, gallery: Gallery, part: Part, dice: Random) -> Made:
    """A name drawn in one of the ways in which sellers hide it."""
    for number, name in zip(range(EACH[part]), sorted(KINDS) * EACH[part], strict=False):
        if world.written[part] and gallery.photos[part] and world.silent[part]:
            brand, path = dice.choice(world.written[part]), dice.choice(gallery.photos[part])
            yield (
                dice.choice(world.silent[part]), brand,
                partial(_drawn, path, name, brand.name, f"{part} {number}"), {},
            )  # fmt: skip


def _drawn(path: Path, kind: str, name: str, seed: str) -> bytes:
    """Drawn upright where the photo has no room for it otherwise."""
    dice = Random(seed)
    base = ground(pixels_of(path))
    for way in (kind, kind, kind, "upright, 24 px"):
        try:
            return png(KINDS[way](base, spelled(name, dice), dice).pixels)
        except NoRoom:
            continue
    raise NoRoom(f"no room for {name} on {path}")


def _cloned_in(world: World, gallery: Gallery, part: Part, dice: Random) -> Made:
    for photo, brand in _marked(world, gallery, part, dice):
        path = dice.choice(gallery.photos[part])
        seed = f"{part} {photo.path.name} {path.name}"
        yield dice.choice(world.silent[part]), brand, partial(_clone, path, photo, seed), {}


def _clone(path: Path, photo: Photo, seed: str) -> bytes:
    base = sized(pixels_of(path), _SIDE)
    return png(cloned(base, mark_in(photo), Random(seed)))


def _printed_on(world: World, gallery: Gallery, part: Part, dice: Random) -> Made:
    for _ in range(EACH[part] if gallery.drawn[part] and gallery.photos[part] else 0):
        brand, path = dice.choice(gallery.drawn[part]), dice.choice(gallery.photos[part])
        seed = f"{part} {brand.id} {path.name}"
        yield dice.choice(world.silent[part]), brand, partial(_print, path, brand, seed), {}


def _print(path: Path, brand: Brand, seed: str) -> bytes:
    base = sized(pixels_of(path), _SIDE)
    return png(printed(base, drawing_of(brand), Random(seed)))


def _photographed(world: World, gallery: Gallery, part: Part, dice: Random) -> Made:
    """A real photo with the brand's mark, the text silent."""
    for photo, brand in _marked(world, gallery, part, dice):
        yield dice.choice(world.silent[part]), brand, partial(_as_it_is, photo.path), {}


def _stolen(world: World, gallery: Gallery, part: Part, dice: Random) -> Made:
    for number, own in zip(range(EACH[part]), gallery.official[part] * EACH[part], strict=False):
        edit = EDITS[number % len(EDITS)]
        fillers = [dice.choice(gallery.photos[part]) for _ in range(3)]
        picture = partial(_edited, own.path, edit, number, fillers)
        yield dice.choice(world.silent[part]), own.brand, picture, {}


def _edited(path: Path, edit: Edit, seed: int, fillers: list[Path]) -> bytes:
    others: list[Pixels] = [pixels_of(one) for one in fillers]
    return png(np.ascontiguousarray(edit(pixels_of(path), seed, others)))


def _dressed(world: World, gallery: Gallery, part: Part, dice: Random) -> Made:
    """A hand-held photo of a package under a text that doesn't say whose it is."""
    for own in _some(gallery.packages[part], part, dice):
        yield "Ready to drink, 1 litre, see picture", own.brand, partial(_as_it_is, own.path), {}


def _as_it_is(path: Path) -> bytes:
    return png(pixels_of(path))


def _accessory(world: World, gallery: Gallery, part: Part, dice: Random) -> Made:
    """Goods for the brand's, shown with its mark."""
    for photo, brand in _marked(world, gallery, part, dice):
        title = dice.choice(("Case for {}, black", "Sticker set compatible with {}", "Cover fits {} models"))
        cost = price(brand, dice, 0.3, 0.5)
        yield title.format(brand.name), brand, partial(_as_it_is, photo.path), {"price": cost}


def _openly_sold(world: World, gallery: Gallery, part: Part, dice: Random) -> Made:
    """The brand's own goods under its own name, at a usual price."""
    for photo, brand in _marked(world, gallery, part, dice):
        title = f"{brand.name} {dice.choice(world.silent[part])}"
        yield title, brand, partial(_as_it_is, photo.path), {"price": usual(brand, dice), "brand": brand.name}


def _second_hand(world: World, gallery: Gallery, part: Part, dice: Random) -> Made:
    """A used article, or a package, under its name in the seller's own photo."""
    for own in _some(gallery.packages[part], part, dice):
        title = f"{own.brand.name} carton, unopened, from our household"
        yield title, own.brand, partial(_as_it_is, own.path), {"condition": "used"}


def _of_the_owner(world: World, gallery: Gallery, part: Part, dice: Random) -> Made:
    """An authorised seller with the brand's own picture."""
    for own in _some(gallery.official[part] * 2, part, dice):
        seller = Seller(id=authorised(own.brand), name="Nordlicht Handel")
        title = dice.choice(world.silent[part])
        yield title, own.brand, partial(_as_it_is, own.path), {"seller": seller}


def _strangers(world: World, gallery: Gallery, part: Part, dice: Random) -> Made:
    """Photos of other goods."""
    some = gallery.strangers[part]
    for path in dice.sample(some, min(STRANGERS[part], len(some))):
        yield dice.choice(world.silent[part]), None, partial(_as_it_is, path), {}


def _some(items: list[T], part: Part, dice: Random) -> Iterator[T]:
    yield from dice.sample(items, min(EACH[part], len(items)))


def _marked(world: World, gallery: Gallery, part: Part, dice: Random) -> Iterator[tuple[Photo, Brand]]:
    for photo in _some(gallery.tested[part], part, dice):
        yield photo, world.by_name[photo.brand.casefold()]


Make = Callable[[World, Gallery, Part, Random], Made]

_TACTICS: Mapping[str, Make] = {
    "a name in the picture": _hidden,
    "a mark cloned into a photo": _cloned_in,
    "a mark printed on goods": _printed_on,
    "a real photo with the mark": _photographed,
    "a stolen picture, edited": _stolen,
    "another's package": _dressed,
}
_TWINS: Mapping[str, Make] = {
    "an accessory shown with the mark": _accessory,
    "the brand's goods sold openly": _openly_sold,
    "a package from second hand": _second_hand,
    "an authorised seller's picture": _of_the_owner,
}
_PLAIN: Mapping[str, Make] = {"photos of other goods": _strangers}
