"""Attacks in pictures: the name drawn, the mark printed, the owner's own pictures and packages taken."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from random import Random
from typing import Any

import cv2
import numpy as np
from PIL import Image

from benchmarks import edits
from benchmarks.adversary.attack import Attack, Lacks, Made, Make, Medium
from benchmarks.adversary.target import Ink, Target, ink_of
from benchmarks.adversary.words import named, of_a_stranger
from benchmarks.composed import disguises
from benchmarks.composed.world import stranger
from benchmarks.drawn_marks import drawn_mark
from benchmarks.registry import simple_icons
from detector.image.assets import prepared
from detector.image.decoding import Pixels
from detector.sighting import AssetKind
from workers.demo.emblems import laid
from workers.demo.lettering import Label, Picture, Print, put
from workers.demo.products import shot

Five = tuple[str, str, str, str, str]

_GOODS = (
    ("sneaker", "#b9c0c8", "#dfe6ea", "Mesh running shoes, see picture"),
    ("shirt", "#38424f", "white", "Tee shirt, heavy cotton"),
    ("handbag", "#7a5a48", "#efe9dd", "Shoulder bag with flap"),
    ("bottle", "#2b8a78", "#e8e8e4", "Drinking bottle, 0.7 l"),
    ("box", "#d9cdb4", "wood", "Gift box, as pictured"),
    ("charger", "#e9e4da", "#cfd8dc", "Wall plug with cable"),
)
"""What is drawn on: subject, its colour, the ground, and words that tell nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Goods:
    """A picture of goods, where their name goes, and a title."""

    picture: Picture
    label: Label
    title: str


@cache
def goods() -> tuple[Goods, ...]:
    """Taken once: light and shade cost half a second each."""
    dice = np.random.default_rng(7)
    taken = ((shot(subject, colour, ground, dice), title) for subject, colour, ground, title in _GOODS)
    return tuple(Goods(picture, label, title) for (picture, label), title in taken)


def silent(title: str, picture: Picture, dice: Random, **more: Any) -> Made:
    """A listing whose words name nobody."""
    return Made({"title": title, "seller": stranger(dice)} | more, picture)


Draw = Callable[[str, int, Random], Print]


def drawn(base: Goods, words: Print, dice: Random) -> Picture:
    """The words on the goods, where their own name would be unless they say otherwise."""
    at = words.at or tuple(
        centre / side for centre, side in zip(base.label.centre, base.picture.shape[1::-1], strict=True)
    )
    placed = Print(**{name: getattr(words, name) for name in Print.__slots__} | {"at": at})
    return put(base.picture, placed, base.label)


def _lettered(draw: Draw, whose: Callable[[Target, Random], str]) -> Make:
    def make(target: Target, strength: int, dice: Random) -> Made | None:
        base = dice.choice(goods())
        words = draw(whose(target, dice), strength, dice)
        return silent(base.title, drawn(base, words, dice), dice)

    return make


def _its_name(target: Target, dice: Random) -> str:
    return target.name(dice)


def _a_strangers(target: Target, dice: Random) -> str:
    return of_a_stranger(dice)


def sized(name: str, strength: int, dice: Random, **more: Any) -> Print:
    size = (44, 30, 22, 16, 11)[strength - 1]
    return Print(dice.choice((name, name.upper())), dice.choice(("sans", "black", "serif")), size, **more)


def _faint(name: str, strength: int, dice: Random) -> Print:
    levels = (45, 30, 20, 13, 8)[strength - 1] * dice.choice((1, -1))
    return Print(name.upper(), "black", 44, contrast=levels)


def _turned(name: str, strength: int, dice: Random) -> Print:
    turn = (10, 30, 60, 100, 160)[strength - 1] * dice.choice((1, -1))
    return Print(name, "black", 38, turn=turn)


def _bowed(name: str, strength: int, dice: Random) -> Print:
    return Print(name, "black", 40, bend=(0.08, 0.16, 0.26, 0.38, 0.5)[strength - 1] * dice.choice((1, -1)))


def _mirrored(name: str, strength: int, dice: Random) -> Print:
    return sized(name, strength, dice, mirrored=True)


def _apart(name: str, strength: int, dice: Random) -> Print:
    return Print(name.upper(), "sans", 30, tracking=(0.2, 0.45, 0.8, 1.2, 1.8)[strength - 1])


def _misspelt(name: str, strength: int, dice: Random) -> Print:
    return Print(disguises.slips(name, dice, strength) or name, "black", 40)


Hide = Callable[[Picture, Ink, int, Random], Picture]


def _marked(hide: Hide, strangers: bool) -> Make:
    def make(target: Target, strength: int, dice: Random) -> Made | None:
        base = dice.choice(goods())
        mark = dice.choice(strangers_marks() if strangers else target.marks)
        return silent(base.title, hide(base.picture, mark, strength, dice), dice)

    return make


@cache
def strangers_marks() -> tuple[Ink, ...]:
    """Marks of a dozen other brands, as simple-icons draws them."""
    known = [brand for brand in simple_icons() if drawn_mark(brand.name)]
    some = Random(5).sample(known, 12)
    return tuple(ink_of(prepared(drawn_mark(brand.name) or b"", AssetKind.LOGO)[0]) for brand in some)


def printed(base: Picture, mark: Ink, share: float, dice: Random, turn: float = 0) -> Picture:
    """The mark near the middle, its longer side such a share of the picture's shorter one."""
    at = (dice.uniform(0.4, 0.6), dice.uniform(0.45, 0.65))
    return laid(base, mark.colours, mark.cover, at, max(8, round(share * min(base.shape[:2]))), turn=turn)


def _small(base: Picture, mark: Ink, strength: int, dice: Random) -> Picture:
    return printed(base, mark, (0.4, 0.25, 0.16, 0.1, 0.06)[strength - 1], dice)


def _pale(base: Picture, mark: Ink, strength: int, dice: Random) -> Picture:
    opacity = (0.6, 0.4, 0.27, 0.18, 0.1)[strength - 1]
    return printed(base, Ink(mark.colours, mark.cover * opacity), 0.3, dice)


def _aslant(base: Picture, mark: Ink, strength: int, dice: Random) -> Picture:
    return printed(base, mark, 0.3, dice, (10, 25, 45, 90, 135)[strength - 1] * dice.choice((1, -1)))


def _in_reverse(base: Picture, mark: Ink, strength: int, dice: Random) -> Picture:
    turned = Ink(np.ascontiguousarray(mark.colours[:, ::-1]), np.ascontiguousarray(mark.cover[:, ::-1]))
    return _small(base, turned, strength, dice)


def _hidden(change: Callable[[Picture, int, Random], Picture]) -> Hide:
    """The mark printed in the middle, then its place changed: the patch is 0.3 of the shorter side wide."""

    def hide(base: Picture, mark: Ink, strength: int, dice: Random) -> Picture:
        at, side = (0.5, 0.55), round(0.3 * min(base.shape[:2]))
        out = laid(base, mark.colours, mark.cover, at, side).copy()
        y, x, reach = round(at[1] * base.shape[0]), round(at[0] * base.shape[1]), round(side * 0.55)
        patch = slice(max(y - reach, 0), y + reach), slice(max(x - reach, 0), x + reach)
        out[patch] = change(out[patch], strength, dice)
        return out

    return hide


def _smeared(patch: Picture, strength: int, dice: Random) -> Picture:
    spread = (0.01, 0.02, 0.04, 0.07, 0.12)[strength - 1] * patch.shape[0]
    return np.asarray(cv2.GaussianBlur(patch, (0, 0), spread), np.float32)


def _in_blocks(patch: Picture, strength: int, dice: Random) -> Picture:
    cells = (28, 20, 14, 10, 6)[strength - 1]
    small = cv2.resize(patch, (cells, cells), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, patch.shape[1::-1], interpolation=cv2.INTER_NEAREST), np.float32)


def _covered(patch: Picture, strength: int, dice: Random) -> Picture:
    """A plain sticker over such a share of its height, from one side."""
    out, rows = patch.copy(), round(patch.shape[0] * (0.15, 0.3, 0.45, 0.6, 0.8)[strength - 1])
    colour = [dice.uniform(0.1, 0.95) for _ in range(3)]
    if dice.random() < 0.5:
        out[:rows] = colour
    else:
        out[-rows:] = colour
    return out


def _cut_off(base: Picture, mark: Ink, strength: int, dice: Random) -> Picture:
    """Printed on the edge of the picture, so that such a share of it is gone."""
    gone, side = (0.1, 0.2, 0.35, 0.5, 0.65)[strength - 1], 0.35 * min(base.shape[:2])
    across = side * mark.cover.shape[1] / max(mark.cover.shape)
    x = across * (0.5 - gone) / base.shape[1]
    at = (x if dice.random() < 0.5 else 1 - x, dice.uniform(0.4, 0.6))
    return laid(base, mark.colours, mark.cover, at, round(side))


Changes = Sequence[edits.Change]


def _taken(changes: Changes, own: Callable[[Target], Sequence[Picture]]) -> Make:
    def make(target: Target, strength: int, dice: Random) -> Made | None:
        title = dice.choice(goods()).title
        return silent(title, edited(dice.choice(own(target)), changes[strength - 1], dice), dice)

    return make


def edited(picture: Picture, change: edits.Change, dice: Random) -> Picture:
    others = [_pixels(each.picture) for each in goods()]
    changed = change(_pixels(picture), np.random.default_rng(dice.randrange(2**32)), others)
    return np.asarray(changed, np.float32) / 255


def _pixels(picture: Picture) -> Pixels:
    return (picture.clip(0, 1) * 255).round().astype(np.uint8)


def _strangers_pictures(target: Target) -> Sequence[Picture]:
    return [each.picture for each in goods()]


def jpeg(picture: Picture) -> bytes:
    """As shops send pictures."""
    out = BytesIO()
    Image.fromarray(_pixels(picture)).save(out, "JPEG", quality=92)
    return out.getvalue()


def _mirrored_crop(share: float) -> edits.Change:
    def change(pixels: Pixels, dice: np.random.Generator, others: Sequence[Pixels]) -> Pixels:
        return edits.cropped(share)(np.ascontiguousarray(pixels[:, ::-1]), dice, others)

    return change


def _small_in_a_collage(tile: int) -> edits.Change:
    """Each of four pictures so many pixels wide."""

    def change(pixels: Pixels, dice: np.random.Generator, others: Sequence[Pixels]) -> Pixels:
        sheet = edits.in_a_collage(pixels, dice, others)
        return edits.scaled(sheet, 2 * tile, round(2 * tile * sheet.shape[0] / sheet.shape[1]))

    return change


def _jpeg(quality: int) -> edits.Change:
    return lambda pixels, _, __: edits.jpeg(pixels, quality)


def lacks_marks(target: Target) -> str | None:
    return None if target.marks else "a mark among its logos"


def _lacks_photos(target: Target) -> str | None:
    return None if target.photos else "pictures of its own (images)"


def _lacks_products(target: Target) -> str | None:
    return None if target.products else "pictures of its products"


def _written(name: str, doses: Five, draw: Draw) -> Attack:
    return Attack(
        f"the name drawn: {name}", Medium.PICTURES, doses, _lettered(draw, _its_name),
        "a stranger's name, drawn the same way", _lettered(draw, _a_strangers), named,
    )  # fmt: skip


def _mark(name: str, doses: Five, hide: Hide) -> Attack:
    return Attack(
        f"the mark {name}", Medium.PICTURES, doses, _marked(hide, False), "another brand's mark, as much so",
        _marked(hide, True), lacks_marks,
    )  # fmt: skip


def _photo(name: str, doses: Five, changes: Changes) -> Attack:
    return Attack(
        f"its own picture {name}", Medium.PICTURES, doses, _taken(changes, lambda target: target.photos),
        "a stranger's picture, edited the same way", _taken(changes, _strangers_pictures), _lacks_photos,
    )  # fmt: skip


def _package(name: str, doses: Five, changes: Changes, lacks: Lacks = _lacks_products) -> Attack:
    return Attack(
        f"its product {name}", Medium.PICTURES, doses, _taken(changes, lambda target: target.products),
        "a stranger's product, the same way", _taken(changes, _strangers_pictures), lacks,
    )  # fmt: skip


_SIZES = ("44 pixels", "30 pixels", "22 pixels", "16 pixels", "11 pixels")
_MARK_SIZES = ("40% of the picture", "25%", "16%", "10%", "6%")

_PRINTED: tuple[Five, Changes] = (
    ("2% aslant", "5%", "9%", "13%", "18%"),
    [edits.printed(lean) for lean in (0.02, 0.05, 0.09, 0.13, 0.18)],
)
_COVERED: tuple[Five, Changes] = (
    ("10% of it", "25%", "40%", "55%", "70%"),
    [edits.stickered(share) for share in (0.1, 0.25, 0.4, 0.55, 0.7)],
)

ATTACKS = (
    _written("small", _SIZES, sized),
    _written("faint", ("45 grey levels off", "30", "20", "13", "8"), _faint),
    _written("turned", ("by 10°", "by 30°", "by 60°", "by 100°", "by 160°"), _turned),
    _written("mirrored", _SIZES, _mirrored),
    _written("bowed", ("by 8% of its length", "16%", "26%", "38%", "50%"), _bowed),
    _written("letters apart", ("by 20% of their height", "45%", "80%", "120%", "180%"), _apart),
    _written("mistyped", ("1 slip", "2 slips", "3 slips", "4 slips", "5 slips"), _misspelt),
    _mark("small", _MARK_SIZES, _small),
    _mark("faint", ("60% opaque", "40%", "27%", "18%", "10%"), _pale),
    _mark("turned", ("by 10°", "by 25°", "by 45°", "by 90°", "by 135°"), _aslant),
    _mark("mirrored", _MARK_SIZES, _in_reverse),
    _mark("blurred", ("by 1% of its size", "2%", "4%", "7%", "12%"), _hidden(_smeared)),
    _mark("coarsened", ("to 28 blocks a side", "20", "14", "10", "6"), _hidden(_in_blocks)),
    _mark("under a sticker", ("15% of it", "30%", "45%", "60%", "80%"), _hidden(_covered)),
    _mark("cut by the edge", ("10% of it", "20%", "35%", "50%", "65%"), _cut_off),
    _photo(
        "cropped", ("to 85% of each side", "70%", "55%", "40%", "28%"),
        [edits.cropped(share) for share in (0.85, 0.7, 0.55, 0.4, 0.28)],
    ),
    _photo(
        "mirrored and cropped", ("to 95% of each side", "80%", "65%", "50%", "35%"),
        [_mirrored_crop(share) for share in (0.95, 0.8, 0.65, 0.5, 0.35)],
    ),
    _photo(
        "turned", ("by 5°", "by 15°", "by 30°", "by 45°", "by 135°"),
        [edits.turned(degrees) for degrees in (5, 15, 30, 45, 135)],
    ),
    _photo(
        "recoloured", ("by 10 of 180 steps", "25", "45", "70", "90"),
        [edits.recoloured(steps, steps) for steps in (10, 25, 45, 70, 90)],
    ),
    _photo(
        "watermarked", ("15% opaque", "30%", "50%", "70%", "90%"),
        [edits.watermarked(opacity) for opacity in (0.15, 0.3, 0.5, 0.7, 0.9)],
    ),
    _photo(
        "bordered", ("by 10% of a side", "25%", "50%", "100%", "180%"),
        [edits.bordered(share, share) for share in (0.1, 0.25, 0.5, 1.0, 1.8)],
    ),
    _photo(
        "blurred", ("by 0.4% of a side", "0.8%", "1.4%", "2.2%", "3.5%"),
        [edits.blurred(share, share) for share in (0.004, 0.008, 0.014, 0.022, 0.035)],
    ),
    _photo(
        "as a poor JPEG", ("quality 40", "20", "10", "5", "2"),
        [_jpeg(quality) for quality in (40, 20, 10, 5, 2)],
    ),
    _photo(
        "in a collage", ("400 pixels wide", "280", "200", "140", "90"),
        [_small_in_a_collage(tile) for tile in (400, 280, 200, 140, 90)],
    ),
    _photo("printed and photographed", *_PRINTED),
    _photo("under a sticker", *_COVERED),
    _photo(
        "changed in five ways at once", ("cropped to 95%", "85%", "75%", "65%", "50%"),
        [edits.disguised(share) for share in (0.95, 0.85, 0.75, 0.65, 0.5)],
    ),
    _package("printed and photographed", *_PRINTED),
    _package("with parts pasted over", *_COVERED),
)  # fmt: skip
"""Every tactic in pictures of docs/tactics.md for which there is a signal."""
