"""Takes the pictures: products, cartons and photos with what is printed on them, as shops send them."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pillow_heif
from PIL import Image, ImageDraw

from workers.demo.brands import LOOKS, Look
from workers.demo.emblems import stamp
from workers.demo.lettering import Label, Picture, Print, letters, put, rgb
from workers.demo.offers import Frame
from workers.demo.packages import campaign, carton
from workers.demo.products import shot
from workers.demo.shades import shade
from workers.demo.studio import SIDE, photo
from workers.demo.thefts import THEFTS

_EXIF_ORIENTATION = 0x0112
_SHOWN_BY_TURNING_RIGHT = 6


def take(frame: Frame, rng: np.random.Generator) -> Picture:
    """The picture as a shopper sees it."""
    picture, label = _subject(frame, rng)
    if label:
        for words in frame.prints:
            picture = put(picture, words, label)
    for each in frame.stamps:
        picture = stamp(picture, each, rng)
    if frame.theft:
        picture = THEFTS[frame.theft](picture, rng)
    return _collage(picture, frame.tiles, rng) if frame.tiles else picture


def _subject(frame: Frame, rng: np.random.Generator) -> tuple[Picture, Label | None]:
    """What the picture shows, and where words go; a carton has its words already."""
    kind, _, name = frame.subject.partition(":")
    middle = Label((SIDE / 2, SIDE / 2), SIDE / 3, SIDE / 8)
    match kind:
        case "photo":
            return np.asarray(photo(name), np.float32) / 255, middle
        case "carton":
            return carton(name, frame.prints, frame.ground, rng, held=frame.held), None
        case "campaign":
            return campaign(name), middle
        case _:
            return shot(frame.subject, frame.colour, frame.ground, rng)


def _collage(picture: Picture, tiles: int, rng: np.random.Generator) -> Picture:
    """The picture cut into `tiles` × `tiles` with a gap between and a tint of its own on each."""
    cell, gap = SIDE // tiles, 10
    out = np.ones_like(picture)
    for row in range(tiles):
        for column in range(tiles):
            y, x = row * cell, column * cell
            tint = 1 - rng.uniform(0, 0.12, 3).astype(np.float32)
            out[y : y + cell - gap, x : x + cell - gap] = (
                picture[y : y + cell - gap, x : x + cell - gap] * tint
            )
    return out


def encoded(picture: Picture, suffix: str) -> bytes:
    """The picture as a file's bytes; `suffix` as in `Frame`."""
    image = Image.fromarray((np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8))
    out = BytesIO()
    match suffix:
        case "png" | "gif":
            image.save(out, suffix.upper())
        case "webp":
            image.save(out, "WEBP", quality=84)
        case "avif":
            image.save(out, "AVIF", quality=72, speed=8)
        case "heic":
            pillow_heif.from_pillow(image).save(out, quality=72)
        case "cmyk.jpg":
            image.convert("CMYK").save(out, "JPEG", quality=90)
        case "turned.jpg":
            exif = Image.Exif()
            exif[_EXIF_ORIENTATION] = _SHOWN_BY_TURNING_RIGHT
            image.transpose(Image.Transpose.ROTATE_90).save(out, "JPEG", quality=88, exif=exif)
        case _:
            image.save(out, "JPEG", quality=88)
    return out.getvalue()


def official(brand: str) -> dict[str, Frame]:
    """The pictures that the brand's owner gives as theirs, by their paths."""
    look = LOOKS[brand]
    return {
        "official/campaign.jpg": Frame(f"campaign:{brand}"),
        "official/carton.jpg": Frame(f"carton:{brand}", prints=(Print(look.wordmark, look.face),)),
    }


def write_logos(look: Look, folder: Path) -> None:
    """`emblem.svg`, and `wordmark.png` on nothing."""
    folder.mkdir(parents=True)
    (folder / "emblem.svg").write_text(_emblem(look), encoding="utf-8")
    _wordmark(look).save(folder / "wordmark.png")


def _emblem(look: Look) -> str:
    fills = (look.colour, shade(look.colour, 1.6))
    shapes = "".join(
        f'<polygon fill="{fills[min(i, 1)]}" points="{shape}"/>' for i, shape in enumerate(look.emblem)
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">{shapes}</svg>\n'


def _wordmark(look: Look) -> Image.Image:
    """Emblem and name side by side on nothing."""
    name = letters(look.wordmark, look.face, 150)
    tall, wide = 200, 240 + name.shape[1]
    cover = np.zeros((tall, wide), np.float32)
    colour = np.empty((tall, wide, 3), np.float32)
    colour[:] = rgb(look.colour)
    for i, shape in enumerate(look.emblem):
        sheet = Image.new("L", (tall * 4, tall * 4), 0)
        points = [float(number) * 8 for number in shape.replace(",", " ").split()]
        ImageDraw.Draw(sheet).polygon(points, fill=255)
        part = np.asarray(sheet.resize((tall, tall), Image.Resampling.BOX), np.float32) / 255
        if i:
            colour[:, :tall] += (rgb(shade(look.colour, 1.6)) - colour[:, :tall]) * part[..., None]
        cover[:, :tall] = np.maximum(cover[:, :tall], part)
    top = (tall - name.shape[0]) // 2
    cover[top : top + name.shape[0], 230 : 230 + name.shape[1]] = name
    pixels = np.concatenate([np.clip(colour, 0, 1), cover[..., None]], axis=2)
    return Image.fromarray((pixels * 255 + 0.5).astype(np.uint8), "RGBA")
