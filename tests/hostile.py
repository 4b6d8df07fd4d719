"""Pictures as an attacker or a broken camera sends them, made here: no file of anyone's is needed."""

import struct
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, PngImagePlugin

READ = ""
"""What `write_corpus` says of a picture that is to be read; for the others it says a word of the refusal."""


def photo(width: int = 120, height: int = 80) -> Image.Image:
    """A picture with some detail, so that no encoder makes nothing of it."""
    grain = np.random.default_rng(3).integers(0, 255, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(grain)


def encoded(image: Image.Image, format_: str, **options: object) -> bytes:
    buffer = BytesIO()
    image.save(buffer, format_, **options)
    return buffer.getvalue()


def png_header(width: int, height: int) -> bytes:
    """A PNG that promises a size and holds next to nothing."""
    return png(struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0), b"\0" * 100)


def png(ihdr: bytes, rows: bytes) -> bytes:
    """A PNG of a header and of rows, each with its filter byte."""
    parts = ((b"IHDR", ihdr), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    )


def long_gif(frames: int) -> bytes:
    """A GIF of so many frames, each with another pixel drawn: cheap to make, dear to read."""
    first = encoded(Image.new("P", (40, 40), 3), "GIF")
    shown = b"\x21\xf9\x04\x04\x01\x00\x00\x00"  # for a hundredth of a second
    drawn = (b"\x2c" + struct.pack("<HHHH", i % 40, i // 40 % 40, 1, 1) for i in range(frames))
    pixel = b"\x00\x02\x02\x44\x01\x00"
    return first[:-1] + b"".join(shown + place + pixel for place in drawn) + b"\x3b"


def scan_bomb() -> bytes:
    """A progressive JPEG with a thousand scans: small, and decoded a thousand times over."""
    whole = encoded(photo(), "JPEG", progressive=True)
    last = whole.rindex(b"\xff\xda")
    return whole[:-2] + whole[last:-2] * 1_000 + b"\xff\xd9"


def text_bomb() -> bytes:
    """A PNG whose compressed text unfolds to 60 MB."""
    info = PngImagePlugin.PngInfo()
    info.add_text("comment", "A" * 60_000_000, zip=True)
    return encoded(photo(), "PNG", pnginfo=info)


def corpus() -> dict[str, tuple[bytes, str]]:
    """File name to its bytes and what must come of it: READ, or a word that the refusal says."""
    jpeg, plain = encoded(photo(), "JPEG"), encoded(photo(), "PNG")
    svg = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    turned = Image.Exif()
    turned[0x0112] = 6
    broken_exif = jpeg[:2] + b"\xff\xe1\x00\x10Exif\0\0II*\0\xff\xff\xff\xff" + jpeg[2:]
    files = {
        "photo.jpg": (jpeg, READ),
        "photo.png": (plain, READ),
        "photo.webp": (encoded(photo(), "WEBP"), READ),
        "photo.gif": (encoded(photo(), "GIF"), READ),
        "photo.avif": (encoded(photo(), "AVIF"), READ),
        "turned.jpg": (encoded(photo(), "JPEG", exif=turned), READ),
        "cmyk.jpg": (encoded(photo().convert("CMYK"), "JPEG"), READ),
        "grey16.png": (encoded(Image.fromarray(np.full((9, 9), 40_000, np.uint16)), "PNG"), READ),
        "one_bit.png": (encoded(photo().convert("1"), "PNG"), READ),
        "palette_alpha.png": (encoded(photo().convert("P"), "PNG", transparency=3), READ),
        "broken_profile.jpg": (encoded(photo(), "JPEG", icc_profile=b"\xff" * 3_000), READ),
        "broken_exif.jpg": (broken_exif, READ),
        "png_named.jpg": (plain, READ),
        "colour16.png": (colour16(), READ),
        "animated.png": (
            encoded(photo(), "PNG", save_all=True, append_images=[photo().transpose(0)] * 3),
            READ,
        ),
        "frames.gif": (long_gif(10_000), READ),
        "empty.jpg": (b"", "empty"),
        "text.jpg": (b"This is not a picture.\n" * 40, "text file"),
        "page.jpg": (b"<!DOCTYPE html><html><body>404</body></html>", "web page"),
        "scripts.svg": (svg, "SVG"),
        "svg_named.png": (b"\xef\xbb\xbf  <svg onload='x()'/>", "SVG"),
        "document.pdf": (b"%PDF-1.7\n" + b"\0" * 50, "PDF"),
        "archive.jpg": (b"PK\x03\x04" + b"\0" * 50, "ZIP"),
        "noise.jpg": (bytes(range(256)) * 8, "no picture"),
        "cut.jpg": (jpeg[: len(jpeg) // 2], "cut short"),
        "cut.png": (plain[: len(plain) // 2], "cut short"),
        "cut.webp": (encoded(photo(), "WEBP")[:400], "broken"),
        "cut.avif": (encoded(photo(), "AVIF")[:500], "broken"),
        "head_only.jpg": (jpeg[:3], "broken"),
        "head_only.png": (plain[:8], "broken"),
        "huge.png": (png_header(50_000, 50_000), "pixels"),
        "wide.png": (png_header(2_000_000, 1), "2,000,000"),
        "scans.jpg": (scan_bomb(), "scans"),
        "text_bomb.png": (text_bomb(), "broken"),
        "bad_checksum.png": (plain[:40] + bytes([plain[40] ^ 255]) + plain[41:], "broken"),
    }
    heic = _heic()
    return files | ({"photo.heic": (heic, READ), "cut.heic": (heic[:600], "broken")} if heic else {})


def colour16() -> bytes:
    """A PNG with 16 bits a channel, which Pillow writes none of: a red pixel and a veiled one."""
    ihdr = struct.pack(">IIBBBBB", 2, 1, 16, 6, 0, 0, 0)
    row = b"\0" + struct.pack(">8H", 65_535, 0, 0, 65_535, 0, 0, 0, 32_768)
    return png(ihdr, row)


def write_corpus(folder: Path) -> dict[str, str]:
    """Writes every hostile picture into a folder; file name to what must come of it, as in `corpus`."""
    made = corpus()
    for name, (data, _) in made.items():
        (folder / name).write_bytes(data)
    return {name: expected for name, (_, expected) in made.items()}


def _heic() -> bytes | None:
    """A HEIC picture where this build of the library can write one."""
    import pillow_heif

    buffer = BytesIO()
    try:
        pillow_heif.from_pillow(photo()).save(buffer)
    except (RuntimeError, ValueError, OSError):
        return None
    return buffer.getvalue()
