"""What people do to a picture that they took from somebody else: each edit seeded, on any photo.

How strong each is stands beside it. Where a share is named, sides are meant: cropped to 50% leaves a quarter
of the area.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from detector.image.decoding import Pixels

Change = Callable[[Pixels, Generator, Sequence[Pixels]], Pixels]


@dataclass(frozen=True, slots=True)
class Edit:
    """`change` takes the picture, a seeded generator and other people's pictures for a collage."""

    name: str
    change: Change

    def __call__(self, pixels: Pixels, seed: int, others: Sequence[Pixels] = ()) -> Pixels:
        return self.change(pixels, np.random.default_rng(seed), others)


def jpeg(pixels: Pixels, quality: int) -> Pixels:
    _, data = cv2.imencode(".jpg", pixels[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return _uint8(cv2.imdecode(data, cv2.IMREAD_COLOR)[:, :, ::-1])


def scaled(pixels: Pixels, width: int, height: int) -> Pixels:
    smaller = width < pixels.shape[1]
    how = cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
    return _uint8(cv2.resize(pixels, (max(1, width), max(1, height)), interpolation=how))


def _uint8(values: NDArray[np.generic]) -> Pixels:
    return np.ascontiguousarray(np.clip(values, 0, 255).astype(np.uint8))


def _size(pixels: Pixels) -> tuple[int, int]:
    return pixels.shape[1], pixels.shape[0]


def _pale(dice: Generator) -> tuple[int, int, int]:
    red, green, blue = (int(value) for value in dice.integers(0, 256, 3))
    return red, green, blue


def _resized(pixels: Pixels, dice: Generator, _: Sequence[Pixels]) -> Pixels:
    """To between a half and twice its size."""
    factor = 2 ** dice.uniform(-1, 1)
    width, height = _size(pixels)
    return scaled(pixels, round(width * factor), round(height * factor))


def cropped(share: float) -> Change:
    """To such a share of each side, off the middle by up to half of what there is to spare."""

    def change(pixels: Pixels, dice: Generator, _: Sequence[Pixels]) -> Pixels:
        width, height = _size(pixels)
        across, down = round(width * share), round(height * share)
        left = round((width - across) * dice.uniform(0.25, 0.75))
        top = round((height - down) * dice.uniform(0.25, 0.75))
        return np.ascontiguousarray(pixels[top : top + down, left : left + across])

    return change


def turned(degrees: float) -> Change:
    """To the left or to the right, on a canvas that holds it all."""

    def change(pixels: Pixels, dice: Generator, _: Sequence[Pixels]) -> Pixels:
        width, height = _size(pixels)
        angle = degrees * (1 if dice.random() < 0.5 else -1)
        matrix = np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0))
        cos, sin = abs(matrix[0, 0]), abs(matrix[0, 1])
        across, down = round(width * cos + height * sin), round(width * sin + height * cos)
        matrix[:, 2] = matrix[:, 2] + ((across - width) / 2, (down - height) / 2)
        ground = (255, 255, 255) if dice.random() < 0.5 else (0, 0, 0)
        return _uint8(
            cv2.warpAffine(pixels, matrix, (across, down), flags=cv2.INTER_CUBIC, borderValue=ground)
        )

    return change


def _quarters(count: int) -> Change:
    return lambda pixels, _, __: np.ascontiguousarray(np.rot90(pixels, count))


def bordered(least: float = 0.08, most: float = 0.25) -> Change:
    """By such shares of a side, each of the four its own, in a colour."""

    def change(pixels: Pixels, dice: Generator, _: Sequence[Pixels]) -> Pixels:
        width, height = _size(pixels)
        top, bottom = (round(height * share) for share in dice.uniform(least, most, 2))
        left, right = (round(width * share) for share in dice.uniform(least, most, 2))
        return _uint8(
            cv2.copyMakeBorder(pixels, top, bottom, left, right, cv2.BORDER_CONSTANT, value=_pale(dice))
        )

    return change


def watermarked(opacity: float = 0.35) -> Change:
    """With a name repeated aslant all over it at such opacity."""

    def change(pixels: Pixels, dice: Generator, _: Sequence[Pixels]) -> Pixels:
        width, height = _size(pixels)
        side = 2 * max(width, height)
        layer = np.zeros((side, side), dtype=np.uint8)
        scale = max(width, height) / 420
        word = "".join(dice.choice(list("ABCDEFGHIKLMNOPRSTUVXYZ"), 7)) + ".shop"
        step = round(70 * scale)
        for row, y in enumerate(range(0, side, step)):
            for x in range(-(row % 2) * step, side, round(230 * scale)):
                cv2.putText(layer, word, (x, y), 2, scale, (255,), max(1, round(2 * scale)))
        matrix = cv2.getRotationMatrix2D((side / 2, side / 2), 30, 1.0)
        aslant = cv2.warpAffine(layer, matrix, (side, side))[height // 2 :, width // 2 :][:height, :width]
        cover = aslant[:, :, None] / 255 * opacity
        ink = 255 if dice.random() < 0.5 and pixels.mean() < 160 else 60
        return _uint8(pixels * (1 - cover) + ink * cover)

    return change


def _stamped(pixels: Pixels, dice: Generator, _: Sequence[Pixels]) -> Pixels:
    """A seller's round logo over a corner, a third of the shorter side across."""
    out = pixels.copy()
    width, height = _size(pixels)
    radius = round(min(width, height) * 0.17)
    x = radius + round(radius * 0.2) if dice.random() < 0.5 else width - round(radius * 1.2)
    y = radius + round(radius * 0.2) if dice.random() < 0.5 else height - round(radius * 1.2)
    ground, ink = _pale(dice), _pale(dice)
    cv2.circle(out, (x, y), radius, ground, -1, cv2.LINE_AA)
    cv2.circle(out, (x, y), round(radius * 0.88), ink, max(1, radius // 14), cv2.LINE_AA)
    angles = np.arange(10) * np.pi / 5 + dice.uniform(0, 1)
    reach = np.where(np.arange(10) % 2, 0.3, 0.65) * radius
    star = np.stack([x + reach * np.cos(angles), y + reach * np.sin(angles)], axis=1).round().astype(np.int32)
    cv2.fillPoly(out, [star], ink, cv2.LINE_AA)
    return out


def recoloured(least: float = 30, most: float = 150) -> Change:
    """Every colour moved by so many of 180 steps round the wheel, saturation by up to 40%."""

    def change(pixels: Pixels, dice: Generator, _: Sequence[Pixels]) -> Pixels:
        hsv = cv2.cvtColor(pixels, cv2.COLOR_RGB2HSV).astype(np.float32)
        hsv[:, :, 0] = (hsv[:, :, 0] + dice.uniform(least, most)) % 180
        hsv[:, :, 1] *= dice.uniform(0.6, 1.4)
        return _uint8(cv2.cvtColor(_uint8(hsv), cv2.COLOR_HSV2RGB))

    return change


def _brightness(pixels: Pixels, dice: Generator, _: Sequence[Pixels]) -> Pixels:
    """Gamma 0.5 to 2, contrast 0.7 to 1.2."""
    gamma = 2 ** dice.uniform(-1, 1)
    return _uint8(((pixels / 255) ** gamma - 0.5) * 255 * dice.uniform(0.7, 1.2) + 127.5)


def _grey(pixels: Pixels, _: Generator, __: Sequence[Pixels]) -> Pixels:
    return _uint8(cv2.cvtColor(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB))


def _sepia(pixels: Pixels, _: Generator, __: Sequence[Pixels]) -> Pixels:
    tint = np.array([[0.393, 0.349, 0.272], [0.769, 0.686, 0.534], [0.189, 0.168, 0.131]])
    return _uint8(pixels @ tint)


def blurred(least: float = 0.006, most: float = 0.01) -> Change:
    """By a Gaussian of such shares of the longer side."""

    def change(pixels: Pixels, dice: Generator, _: Sequence[Pixels]) -> Pixels:
        return _uint8(cv2.GaussianBlur(pixels, (0, 0), max(pixels.shape) * dice.uniform(least, most)))

    return change


def noisy(least: float = 15, most: float = 25) -> Change:
    """By a deviation of so many grey levels."""

    def change(pixels: Pixels, dice: Generator, _: Sequence[Pixels]) -> Pixels:
        return _uint8(pixels + dice.normal(0, dice.uniform(least, most), pixels.shape))

    return change


def in_a_collage(pixels: Pixels, dice: Generator, others: Sequence[Pixels]) -> Pixels:
    """Four pictures in a square, each as wide as this one, this one anywhere."""
    width, height = _size(pixels)
    tiles = [scaled(others[int(i)], width, height) for i in dice.integers(0, len(others), 3)]
    tiles.insert(int(dice.integers(0, 4)), pixels)
    gap = max(2, width // 60)
    sheet = np.full((2 * height + gap, 2 * width + gap, 3), 255, dtype=np.uint8)
    for tile, (row, column) in zip(tiles, np.ndindex(2, 2), strict=True):
        y, x = row * (height + gap), column * (width + gap)
        sheet[y : y + height, x : x + width] = tile
    return sheet


def _screenshot(pixels: Pixels, dice: Generator, _: Sequence[Pixels]) -> Pixels:
    """As wide as a phone's screen of 720 by 1480 pixels, in the frame, bars and lines of text around it."""
    frame, across, down = 28, 720, 1480
    screen = np.full((down, across, 3), 250 if dice.random() < 0.6 else 24, dtype=np.uint8)
    ink = (40, 40, 40) if screen[0, 0, 0] > 100 else (230, 230, 230)
    width, height = _size(pixels)
    tall = min(round(across * height / width), 1000)
    photo = scaled(pixels, min(across, round(tall * width / height)), tall)
    top, left = 150, (across - photo.shape[1]) // 2
    cv2.putText(screen, f"{dice.integers(10, 23)}:{dice.integers(10, 59)}", (30, 44), 0, 1.0, ink, 2)
    cv2.rectangle(screen, (across - 90, 20), (across - 40, 44), ink, 2)
    cv2.putText(screen, "< Marketplace", (30, 115), 0, 1.2, ink, 2)
    screen[top : top + tall, left : left + photo.shape[1]] = photo
    for y in range(top + tall + 60, down - 150, 52):
        words = "".join(dice.choice(list("abcdefghiklmnoprstuv  "), int(dice.integers(12, 34))))
        cv2.putText(screen, words, (30, y), cv2.FONT_HERSHEY_DUPLEX, 0.9, ink, 1)
    cv2.rectangle(screen, (30, down - 120), (across - 30, down - 40), _pale(dice), -1)
    return _uint8(cv2.copyMakeBorder(screen, 70, 70, frame, frame, cv2.BORDER_CONSTANT, value=(12, 12, 14)))


def printed(lean: float = 0.06) -> Change:
    """A print on a table, its corners off by such shares of the photo: lit from one side, a little blurred,
    with moiré and noise."""

    def change(pixels: Pixels, dice: Generator, _: Sequence[Pixels]) -> Pixels:
        width, height = _size(pixels)
        edge = round(min(width, height) * 0.04)
        paper = _uint8(
            cv2.copyMakeBorder(pixels, edge, edge, edge, edge, cv2.BORDER_CONSTANT, value=(245, 245, 245))
        )
        across, down = round(width * 1.4), round(height * 1.4)
        table = cv2.resize(
            dice.normal(120, 25, (24, 6, 3)).astype(np.float32), (across, down), interpolation=cv2.INTER_CUBIC
        )
        corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], dtype=np.float32)
        aslant = dice.uniform(-lean, lean, (4, 2))
        source = corners * _size(paper)
        target = (0.13 + 0.74 * corners + aslant) * (across, down)
        matrix = cv2.getPerspectiveTransform(source.astype(np.float32), target.astype(np.float32))
        photo = cv2.warpPerspective(paper, matrix, (across, down), flags=cv2.INTER_AREA).astype(np.float32)
        inside = cv2.warpPerspective(np.ones(paper.shape[:2], np.float32), matrix, (across, down))[:, :, None]
        photo = photo * inside + table * (1 - inside)
        y, x = np.mgrid[:down, :across].astype(np.float32)
        angle = dice.uniform(0, 2 * np.pi)
        light = 0.85 + 0.3 * (np.cos(angle) * (x / across - 0.5) + np.sin(angle) * (y / down - 0.5))
        moire = 5 * np.sin(x * dice.uniform(0.5, 1.2) + y * dice.uniform(0.1, 0.6))
        photo = photo * light[:, :, None] * dice.uniform(0.88, 1.1, 3) + moire[:, :, None]
        photo = cv2.GaussianBlur(photo, (0, 0), max(across, down) * 0.0022)
        return jpeg(_uint8(photo + dice.normal(0, 5, photo.shape)), 70)

    return change


def stickered(share: float = 0.2) -> Change:
    """A plain or a striped patch over such a share of the area, anywhere."""

    def change(pixels: Pixels, dice: Generator, _: Sequence[Pixels]) -> Pixels:
        out = pixels.copy()
        width, height = _size(pixels)
        across = round(width * share ** dice.uniform(0.35, 0.65))
        down = min(height, round(width * height * share / across))
        left, top = int(dice.integers(0, width - across + 1)), int(dice.integers(0, height - down + 1))
        cv2.rectangle(out, (left, top), (left + across, top + down), _pale(dice), -1)
        if dice.random() < 0.5:
            for y in range(top, top + down, max(6, down // 5)):
                cv2.line(out, (left, y), (left + across, y), _pale(dice), 2)
        return out

    return change


def _stretched(pixels: Pixels, dice: Generator, _: Sequence[Pixels]) -> Pixels:
    """One side to 75%."""
    width, height = _size(pixels)
    return (
        scaled(pixels, round(width * 0.75), height)
        if dice.random() < 0.5
        else scaled(pixels, width, round(height * 0.75))
    )


def disguised(share: float = 0.8) -> Change:
    """Several at once: mirrored, cropped to such a share of each side, recoloured, captioned, saved as JPEG
    of quality 50."""

    def change(pixels: Pixels, dice: Generator, others: Sequence[Pixels]) -> Pixels:
        part = cropped(share)(np.ascontiguousarray(pixels[:, ::-1]), dice, others)
        part = _brightness(recoloured()(part, dice, others), dice, others)
        width, height = _size(part)
        cv2.rectangle(part, (0, 0), (width, height // 8), _pale(dice), -1)
        cv2.putText(part, "SALE -70%", (width // 20, height // 10), 0, width / 300, (255, 255, 255), 2)
        return jpeg(part, 50)

    return change


EDITS: tuple[Edit, ...] = (
    Edit("resized to between 50% and 200%", _resized),
    Edit("JPEG of quality 20", lambda pixels, _, __: jpeg(pixels, 20)),
    Edit("cropped to 70% of each side", cropped(0.7)),
    Edit("cropped to 50% of each side", cropped(0.5)),
    Edit("turned by 10°", turned(10)),
    Edit("turned by 45°", turned(45)),
    Edit("turned by 90°", _quarters(1)),
    Edit("turned by 180°", _quarters(2)),
    Edit("mirrored", lambda pixels, _, __: np.ascontiguousarray(pixels[:, ::-1])),
    Edit("bordered", bordered()),
    Edit("watermarked all over", watermarked()),
    Edit("a logo stamped on", _stamped),
    Edit("recoloured", recoloured()),
    Edit("brightness and contrast", _brightness),
    Edit("greyscale", _grey),
    Edit("sepia", _sepia),
    Edit("blurred", blurred()),
    Edit("noise", noisy()),
    Edit("in a collage of four", in_a_collage),
    Edit("screenshot with the phone's frame", _screenshot),
    Edit("printed and photographed", printed()),
    Edit("a sticker over 20%", stickered()),
    Edit("one side to 75%", _stretched),
    Edit("mirrored, cropped, recoloured, captioned", disguised()),
)
