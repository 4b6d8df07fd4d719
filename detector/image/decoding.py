"""Turns bytes from outside into pixels, or refuses them with one clear sentence.

Everything is hostile here: the format is told by content, never by a name; size is checked before a pixel is
decoded; one frame is read; colour profiles and text blocks are ignored, because the readers that parse them
are what such files attack and reading text needs neither. Nothing here knows a path or the network.
"""

import re
import warnings
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO

import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image, ImageOps

from detector.errors import PictureRefused

Pixels = NDArray[np.uint8]

FORMATS = {"JPEG": "JPEG", "PNG": "PNG", "WEBP": "WebP", "GIF": "GIF", "AVIF": "AVIF", "HEIF": "HEIC"}
ACCEPTED = ", ".join(FORMATS.values())
ACCEPTED_OF_BRANDS = f"{ACCEPTED}, SVG"
"""Of a brand's own pictures, which whoever calls has drawn where they are SVG."""

# A progressive JPEG is decoded once a scan: a few kilobytes of empty scans cost minutes. Encoders write about
# ten.
MOST_JPEG_SCANS = 100


@dataclass(frozen=True, slots=True)
class DecodingLimits:
    """What is read at most: bytes of the file, pixels of the decoded picture, pixels along one side."""

    most_bytes: int = 40 * 2**20
    most_pixels: int = 40_000_000
    longest_side: int = 30_000


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded picture, RGB after EXIF rotation: (height, width, 3), alpha laid over white.

    `on_dark` is the same laid over black, and set only where white would swallow what is drawn: a pale text
    on a transparent ground is read by everyone whose shop has a dark page.
    """

    pixels: Pixels
    on_dark: Pixels | None = None


def decode(data: bytes, limits: DecodingLimits | None = None, accepted: str = ACCEPTED) -> Picture:
    """Decodes the first frame of a picture.

    Raises PictureRefused where the bytes are no picture of an accepted format, are cut short or broken, or
    ask for more than `limits` allow; `accepted` are the formats that it tells to send.
    """
    format_, image = _opened(data, limits or DecodingLimits(), accepted)
    try:
        image.load()
        return _as_picture(_upright(image))
    except PictureRefused:
        raise
    except Exception as error:  # hostile bytes make decoders raise nearly anything; all mean the same
        raise PictureRefused(
            f"the {FORMATS[format_]} picture is cut short or broken; send it again whole"
        ) from error


def measured(
    data: bytes, limits: DecodingLimits | None = None, accepted: str = ACCEPTED
) -> tuple[str, int, int]:
    """Format, width and height as the header tells them: no pixel is decoded. Raises `PictureRefused`."""
    format_, image = _opened(data, limits or DecodingLimits(), accepted)
    return format_, image.width, image.height


def sniff(data: bytes, accepted: str = ACCEPTED) -> str:
    """The format that the first bytes show, as Pillow names it; raises PictureRefused for any other."""
    head = data[:32]
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return "GIF"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[4:8] == b"ftyp":
        brands = data[8 : min(int.from_bytes(data[:4], "big"), 256)]
        if b"avif" in brands or b"avis" in brands:
            return "AVIF"
        if re.search(rb"hei[cxms]|hev[cxms]|mif1|msf1", brands):
            return "HEIF"
    raise PictureRefused(f"{_what_it_is(data)}; send one of {accepted}")


_OTHERS = {
    b"%PDF": "a PDF",
    b"BM": "a BMP picture",
    b"II*\0": "a TIFF picture",
    b"MM\0*": "a TIFF picture",
    b"8BPS": "a Photoshop file",
    b"PK\x03\x04": "a ZIP archive",
    b"\x1f\x8b": "a gzip archive",
}


def _what_it_is(data: bytes) -> str:
    start = data[:2048].removeprefix(b"\xef\xbb\xbf").lstrip()
    for magic, name in _OTHERS.items():
        if data.startswith(magic):
            return f"this is {name}, which is not read"
    if re.search(rb"<svg[\s>:]", start, re.IGNORECASE):
        return "this is an SVG, which can carry scripts and is not read as a listing's picture"
    if re.match(rb"<!doctype html|<html", start, re.IGNORECASE):
        return "this is a web page, not a picture"
    if start and not re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", start):
        return "this is a text file, not a picture"
    return "this is no picture of a known format"


def _opened(data: bytes, limits: DecodingLimits, accepted: str) -> tuple[str, Image.Image]:
    """The format, and the picture with its pixels still to be decoded."""
    if not data:
        raise PictureRefused("the picture is empty (0 bytes); send the file itself")
    if len(data) > limits.most_bytes:
        raise PictureRefused(
            f"the picture has {len(data):,} bytes, more than the {limits.most_bytes:,} that are read; "
            "send a smaller one"
        )
    format_ = sniff(data, accepted)
    if format_ == "JPEG" and data.count(b"\xff\xda") > MOST_JPEG_SCANS:
        raise PictureRefused("the JPEG has more scans than any camera writes; save it again as a plain JPEG")
    return format_, _open(data, format_, limits)


def _open(data: bytes, format_: str, limits: DecodingLimits) -> Image.Image:
    """Reads the header alone and checks the size that it promises."""
    if format_ == "HEIF":
        pillow_heif.register_heif_opener(thumbnails=False)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of large pictures; the limit below decides
            image = Image.open(BytesIO(data), formats=(format_,))
    except Image.DecompressionBombError as error:
        raise PictureRefused(
            f"the picture has more than the {limits.most_pixels:,} pixels that are read; send a smaller one"
        ) from error
    except Exception as error:  # as in decode
        raise PictureRefused(
            f"the {FORMATS[format_]} picture's header is broken; send it again whole"
        ) from error
    width, height = image.size
    if width * height > limits.most_pixels or max(width, height) > limits.longest_side:
        raise PictureRefused(
            f"the picture is {width:,} x {height:,} pixels, more than the {limits.most_pixels:,} "
            f"(or {limits.longest_side:,} along a side) that are read; send a smaller one"
        )
    return image


def _upright(image: Image.Image) -> Image.Image:
    with suppress(Exception):  # a broken EXIF block: every browser shows such a picture as it lies
        ImageOps.exif_transpose(image, in_place=True)
    return image


def _as_picture(image: Image.Image) -> Picture:
    if image.mode.startswith(("I", "F")):  # 16 or more bits of grey: Pillow would clip instead of scaling
        wide = np.asarray(image)
        top = 255 if wide.max() <= 255 else 65_535
        grey = (wide.astype(np.float32) * (255 / top)).clip(0, 255).astype(np.uint8)
        return Picture(np.ascontiguousarray(np.repeat(grey[:, :, None], 3, axis=2)))
    if not image.has_transparency_data:
        return Picture(
            np.ascontiguousarray(np.asarray(image if image.mode == "RGB" else image.convert("RGB")))
        )
    rgba = np.asarray(image if image.mode == "RGBA" else image.convert("RGBA"))
    alpha = rgba[:, :, 3:]
    if int(alpha.min()) == 255:
        return Picture(np.ascontiguousarray(rgba[:, :, :3]))
    drawn = alpha[:, :, 0] > 64
    pale = drawn & (rgba[:, :, :3].min(axis=2) > 215)
    swallowed = bool(pale.any()) and not drawn.all()
    return Picture(_over(rgba, 255), _over(rgba, 0) if swallowed else None)


def _over(rgba: Pixels, ground: int) -> Pixels:
    """RGBA laid over a grey, some rows at a time: whole, a large picture would take a gigabyte in passing."""
    out = np.empty((*rgba.shape[:2], 3), dtype=np.uint8)
    rows = max(1, 1_000_000 // rgba.shape[1])
    for start in range(0, rgba.shape[0], rows):
        part = rgba[start : start + rows]
        alpha = part[:, :, 3:].astype(np.uint16)
        mixed = part[:, :, :3] * alpha + np.uint16(ground) * (255 - alpha)
        out[start : start + rows] = (mixed + 127) // 255
    return out
