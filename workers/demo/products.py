"""Things a shop sells, photographed in the studio: each gives its picture and where its name is printed."""

from collections.abc import Callable

import cv2
import numpy as np

from workers.demo.lettering import Label, Picture, rgb
from workers.demo.shades import ink, shade
from workers.demo.studio import SIDE, Point, Stuff, backdrop, cast, ellipse, lit, outline, stand, stroke

Shot = tuple[Picture, Label]
Draw = Callable[[Picture, str, np.random.Generator], Shot]


def shot(product: str, colour: str, ground: str, rng: np.random.Generator) -> Shot:
    """The named product in `colour` on the `ground` backdrop."""
    return PRODUCTS[product](backdrop(ground, rng), colour, rng)


def _sneaker(picture: Picture, colour: str, rng: np.random.Generator) -> Shot:
    picture = stand(picture, 400, 606, 640)
    tongue = outline([(262, 300), (306, 244), (352, 236), (420, 330), (352, 372), (296, 350)])
    upper = outline(
        [(112, 282), (196, 264), (258, 308), (318, 330), (396, 300), (470, 374), (560, 428), (664, 462),
         (716, 508), (716, 560), (560, 576), (330, 576), (106, 570), (98, 440)]
    )  # fmt: skip
    inside = outline([(118, 288), (196, 270), (256, 312), (300, 336), (228, 352), (140, 332)])
    picture = lit(picture, tongue, Stuff(shade(colour, 0.8), 0.05, 30, "knit"), rng)
    picture = lit(picture, upper, Stuff(colour, 0.12, 110, "knit", 0.8), rng)
    picture = lit(picture, inside, Stuff(shade(colour, 0.35), 0, 18, "", 0.5), rng, 0.1)
    heel = outline([(104, 392), (168, 372), (206, 470), (198, 572), (104, 572)])
    toe = outline([(598, 450), (668, 464), (720, 510), (722, 564), (574, 572), (572, 500)])
    eyestay = outline([(352, 346), (408, 304), (560, 430), (566, 470), (500, 470)])
    for part, tone in [(heel, 0.7), (toe, 1.45), (eyestay, 0.8)]:
        picture = lit(picture, part, Stuff(shade(colour, tone), 0.25, 26), rng, 0.18)
    for i in range(5):
        x, y = 384 + i * 40, 320 + i * 29
        picture = lit(
            picture, stroke([(x + 6, y - 16), (x + 32, y + 14)], 13), Stuff("#f4f3ef", 0.1, 6), rng, 0.3
        )
    sole = outline(
        [(88, 560), (330, 572), (560, 572), (722, 546), (736, 588), (716, 622), (110, 626), (84, 600)]
    )
    picture = lit(picture, sole, Stuff("#f1efe9", 0.2, 24), rng, 0.2)
    tread = outline([(98, 612), (722, 608), (708, 630), (112, 632)], 1)
    picture = lit(picture, tread, Stuff(shade(colour, 0.55), 0.05, 8), rng, 0.1)
    return picture, Label((352, 480), 226, 74, turn=4, ink=ink(colour))


def _mug(picture: Picture, colour: str, rng: np.random.Generator) -> Shot:
    picture = stand(picture, 390, 640, 330)
    handle = stroke([(540, 330), (690, 320), (700, 520), (545, 560)], 42)
    picture = lit(picture, handle, Stuff(shade(colour, 0.92), 0.5, 20), rng)
    picture = _cylinder(picture, 390, 250, 630, 180, 34, colour, 0.4)
    picture = lit(picture, ellipse(390, 252, 178, 34), Stuff(shade(colour, 1.2), 0.3, 6), rng, 0)
    picture = lit(picture, ellipse(390, 256, 166, 28), Stuff("#3b241a", 0.2, 14, "", 0.3), rng, 0)
    return picture, Label((378, 452), 262, 110, bend=0.07, ink=ink(colour))


def _bottle(picture: Picture, colour: str, rng: np.random.Generator) -> Shot:
    picture = stand(picture, 400, 720, 230)
    picture = _cylinder(picture, 400, 84, 190, 66, 10, "#30343a", 0.5)
    picture = _cylinder(picture, 400, 180, 250, 84, 14, shade(colour, 0.8), 0.6)
    body = outline([(316, 236), (484, 236), (524, 300), (524, 716), (400, 726), (276, 716), (276, 300)], 3)
    tube = _cylinder(picture, 400, 232, 716, 124, 16, colour, 0.6)
    picture = picture + (tube - picture) * body[..., None]
    return picture, Label((398, 480), 200, 120, bend=0.035, ink=ink(colour))


def _perfume(picture: Picture, colour: str, rng: np.random.Generator) -> Shot:
    picture = stand(picture, 400, 664, 300)
    picture = _cylinder(picture, 400, 150, 262, 62, 10, "#c9a45c", 0.8)
    picture = _cylinder(picture, 400, 258, 300, 42, 8, "#e7d6ab", 0.8)
    glass = outline(
        [(262, 296), (538, 296), (552, 316), (552, 656), (530, 668), (270, 668), (248, 656), (248, 316)], 2
    )
    juice = outline([(276, 352), (524, 352), (526, 640), (274, 640)], 0)
    picture = lit(picture, glass, Stuff(shade(colour, 1.55), 0.8, 34), rng)
    picture = lit(picture, juice, Stuff(colour, 0.5, 16), rng, 0.05)
    sheen = outline([(292, 330), (320, 330), (320, 632), (292, 632)], 1)[..., None]
    picture = picture + (1 - picture) * cv2.GaussianBlur(sheen, (0, 0), 5)[..., None] * 0.4
    return picture, Label((404, 490), 196, 90, ink=ink(colour))


def _cylinder(  # noqa: PLR0917
    picture: Picture, x: float, top: float, foot: float, radius: float, dip: float, colour: str, gloss: float
) -> Picture:
    """An upright cylinder about `x`; `dip` is how far its rims bow."""
    ys, xs = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    across = np.clip((xs - x) / radius, -1, 1)
    bow = dip * np.sqrt(1 - across**2)
    inside = np.clip(radius - np.abs(xs - x) + 0.5, 0, 1)
    inside *= np.clip(ys - top + bow, 0, 1) * np.clip(foot + bow - ys, 0, 1)
    light = 0.55 + 0.52 * np.clip(np.cos(np.arcsin(across) + 0.75), 0, 1)
    shine = np.exp(-(((across + 0.52) / 0.1) ** 2)) + 0.35 * np.exp(-(((across - 0.78) / 0.07) ** 2))
    tone = light[..., None] * rgb(colour) + (gloss * 0.4 * shine)[..., None]
    return np.asarray(picture + (np.clip(tone, 0, 1) - picture) * inside[..., None], np.float32)


def _box(picture: Picture, colour: str, rng: np.random.Generator) -> Shot:
    picture = stand(picture, 405, 664, 470, 0.6)
    front: list[Point] = [(186, 272), (512, 292), (512, 684), (196, 646)]
    side: list[Point] = [(512, 292), (630, 252), (622, 626), (512, 684)]
    lid: list[Point] = [(186, 272), (512, 292), (630, 252), (322, 236)]
    for face, tone in [(lid, 1.3), (side, 0.62), (front, 1.0)]:
        picture = lit(picture, outline(face, 0), Stuff(shade(colour, tone), 0.05, 3, "", 0.4), rng, 0.1)
    band = outline([(194, 548), (512, 582), (512, 634), (195, 596)], 0)
    picture = lit(picture, band, Stuff(shade(colour, 1.5), 0, 2, "", 0.1), rng, 0)
    edge = outline([(512, 582), (624, 530), (623, 576), (512, 634)], 0)
    picture = lit(picture, edge, Stuff(shade(colour, 1.1), 0, 2, "", 0.1), rng, 0)
    return picture, Label((350, 382), 270, 96, turn=4.5, ink=ink(colour))


def _shirt(picture: Picture, colour: str, rng: np.random.Generator) -> Shot:
    body = outline(
        [(280, 130), (330, 118), (400, 150), (470, 118), (520, 130), (690, 240), (640, 360), (572, 322),
         (572, 660), (572, 708), (540, 712), (260, 712), (228, 708), (228, 660), (228, 322),
         (160, 360), (110, 240)], 1
    )  # fmt: skip
    picture = cast(picture, body, 20, 16, 0.35)
    picture = lit(picture, body, Stuff(colour, 0, 60, "knit", 0.5), rng, 0.1)
    ys, xs = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    fold = np.sin(xs / 46 + 1.6 * np.sin(ys / 170) + rng.uniform(0, 6)) * np.clip((ys - 330) / 330, 0, 1)
    picture = picture * (1 + 0.05 * fold * body)[..., None]
    neck = outline([(322, 120), (400, 128), (478, 120), (400, 196)], 3)
    picture = lit(picture, neck, Stuff(shade(colour, 0.6), 0, 30, "", 0.3), rng, 0)
    collar = stroke([(322, 122), (352, 170), (400, 190), (448, 170), (478, 122)], 16)
    picture = lit(picture, collar, Stuff(shade(colour, 0.9), 0, 8), rng, 0.15)
    return picture.astype(np.float32), Label((400, 330), 250, 90, ink=ink(colour))


def _handbag(picture: Picture, colour: str, rng: np.random.Generator) -> Shot:
    picture = stand(picture, 400, 676, 520)
    handle = stroke([(270, 340), (290, 150), (400, 100), (510, 150), (530, 340)], 24)
    picture = lit(picture, handle, Stuff(shade(colour, 0.85), 0.3, 12), rng)
    body = outline([(190, 330), (610, 330), (660, 610), (640, 676), (160, 676), (140, 610)], 2)
    picture = lit(picture, body, Stuff(colour, 0.2, 90, "leather", 0.7), rng)
    flap = outline([(184, 322), (616, 322), (634, 440), (520, 500), (400, 512), (280, 500), (166, 440)], 2)
    picture = lit(picture, flap, Stuff(shade(colour, 1.12), 0.25, 44, "leather", 0.7), rng, 0.35)
    clasp = outline([(372, 484), (428, 484), (428, 536), (372, 536)], 1)
    picture = lit(picture, clasp, Stuff("#d8b25e", 0.9, 14), rng, 0.4)
    for x in (276, 524):
        picture = lit(picture, ellipse(x, 344, 17, 17), Stuff("#d8b25e", 0.9, 10), rng, 0.3)
    return picture, Label((400, 412), 250, 62, ink="#e8cd8a" if ink(colour) != "#1f2329" else "#5a4020")


def _headphones(picture: Picture, colour: str, rng: np.random.Generator) -> Shot:
    band = stroke([(212, 480), (196, 220), (300, 110), (500, 110), (604, 220), (588, 480)], 40)
    picture = cast(picture, band, 26, 18, 0.35)
    picture = lit(picture, band, Stuff(colour, 0.5, 20), rng)
    pad = stroke([(290, 150), (400, 126), (510, 150)], 34)
    picture = lit(picture, pad, Stuff(shade(colour, 0.6), 0.05, 16, "leather"), rng, 0.1)
    for x, lean in ((214, 1), (586, -1)):
        cushion = outline(
            [(x + 20 * lean, 380), (x + 84 * lean, 400), (x + 84 * lean, 640), (x + 20 * lean, 664)], 3
        )
        cup = outline(
            [(x - 62, 380), (x + 40, 366), (x + 62, 520), (x + 40, 676), (x - 62, 664), (x - 80, 520)], 3
        )
        picture = lit(picture, cushion, Stuff("#24262b", 0.1, 30, "leather"), rng)
        picture = lit(picture, cup, Stuff(shade(colour, 1.1), 0.6, 60), rng)
        picture = lit(picture, ellipse(x - 8, 520, 46, 84), Stuff(shade(colour, 0.85), 0.3, 14), rng, 0.1)
    return picture, Label((206, 520), 74, 30, ink=ink(colour))


def _watch(picture: Picture, colour: str, rng: np.random.Generator) -> Shot:
    strap = outline(
        [(330, 60), (470, 60), (492, 300), (492, 520), (470, 750), (330, 750), (308, 520), (308, 300)], 2
    )
    picture = cast(picture, strap, 24, 16, 0.4)
    picture = lit(picture, strap, Stuff(colour, 0.1, 46, "leather"), rng)
    case = outline(
        [(268, 268), (532, 268), (560, 300), (560, 520), (532, 552), (268, 552), (240, 520), (240, 300)], 2
    )
    picture = lit(picture, case, Stuff("#a9adb4", 0.9, 26), rng, 0.4)
    face = outline(
        [(282, 294), (518, 294), (532, 310), (532, 510), (518, 526), (282, 526), (268, 510), (268, 310)], 2
    )
    picture = lit(picture, face, Stuff("#101318", 0.3, 8), rng, 0.1)
    picture = lit(picture, ellipse(566, 380, 13, 24), Stuff("#8d9299", 0.7, 8), rng)
    for x, share in ((322, 0.5), (400, 0.8), (478, 0.35)):
        dial = stroke([(x - 24, 486), (x - 24 + 48 * share, 486)], 9)
        picture = lit(picture, dial, Stuff("#53d3a8", 0, 3), rng, 0)
    return picture, Label((400, 396), 190, 60, ink="#eef3f5")


def _tent(picture: Picture, colour: str, rng: np.random.Generator) -> Shot:
    picture = stand(picture, 400, 640, 640)
    left = outline([(90, 640), (320, 210), (430, 640)], 0)
    right = outline([(320, 210), (520, 190), (726, 626), (430, 640)], 0)
    picture = lit(picture, right, Stuff(shade(colour, 0.75), 0.05, 40, "cloth", 0.5), rng)
    picture = lit(picture, left, Stuff(colour, 0.05, 40, "cloth", 0.5), rng)
    picture = lit(picture, outline([(216, 640), (314, 330), (366, 640)], 0), Stuff("#2b2f33", 0, 30), rng, 0)
    picture = lit(picture, stroke([(318, 204), (524, 184)], 10), Stuff("#d7d9dc", 0.6, 5), rng)
    return picture, Label((524, 430), 190, 70, turn=6, ink=ink(shade(colour, 0.75)))


def _battery(picture: Picture, colour: str, rng: np.random.Generator) -> Shot:
    picture = stand(picture, 400, 650, 420)
    for x in (250, 400, 550):
        picture = _cylinder(picture, x, 150, 180, 24, 6, "#c8ccd2", 0.9)
        picture = _cylinder(picture, x, 176, 300, 64, 14, "#caa05a", 0.8)
        picture = _cylinder(picture, x, 296, 640, 64, 14, colour, 0.7)
    return picture, Label((398, 470), 300, 110, turn=-90, ink=ink(colour))


def _charger(picture: Picture, colour: str, rng: np.random.Generator) -> Shot:
    cable = stroke([(470, 560), (620, 690), (700, 560), (640, 420), (730, 250)], 17)
    picture = cast(picture, cable, 12, 8, 0.3)
    picture = lit(picture, cable, Stuff(shade(colour, 0.9), 0.2, 8), rng)
    for x in (318, 402):
        picture = lit(
            picture,
            outline([(x, 130), (x + 22, 130), (x + 22, 250), (x, 250)], 0),
            Stuff("#b4b7bd", 0.9, 9),
            rng,
        )
    brick = outline(
        [(220, 236), (500, 236), (524, 262), (524, 600), (500, 628), (220, 628), (196, 600), (196, 262)], 2
    )
    picture = cast(picture, brick, 26, 20, 0.4)
    picture = lit(picture, brick, Stuff(colour, 0.3, 34), rng)
    return picture, Label((360, 400), 240, 90, ink=ink(colour))


PRODUCTS: dict[str, Draw] = {
    "sneaker": _sneaker,
    "mug": _mug,
    "bottle": _bottle,
    "perfume": _perfume,
    "box": _box,
    "shirt": _shirt,
    "handbag": _handbag,
    "headphones": _headphones,
    "watch": _watch,
    "tent": _tent,
    "battery": _battery,
    "charger": _charger,
}
