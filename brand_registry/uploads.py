"""Files that a brand's people send: as hostile as a listing's pictures, and their names with them."""

import re
import unicodedata
from collections.abc import Collection

from detector.image.decoding import ACCEPTED_OF_BRANDS, DecodingLimits, measured
from detector.image.svg import looks_like_svg, refuse_unsafe

MOST_BYTES = DecodingLimits().most_bytes
LONGEST_NAME = 100
_ENDINGS = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp", "GIF": ".gif", "AVIF": ".avif", "HEIF": ".heic"}
_SUFFIXES = re.compile(r"(\.[a-z][a-z0-9]{0,4})+$", re.IGNORECASE)


def ending_of(data: bytes) -> str:
    """The ending that belongs to what a file holds, whatever it is called: `.png`, or `.svg`.

    Raises `PictureRefused` where it is no picture that can be taken, or an SVG that does more than draw. Of a
    picture the header alone is read: its pixels are decoded where a crash costs nothing else.
    """
    if looks_like_svg(data):
        refuse_unsafe(data)
        return ".svg"
    return _ENDINGS[measured(data, accepted=ACCEPTED_OF_BRANDS)[0]]


def clean_name(name: str, ending: str, there: Collection[str] = ()) -> str:
    """A file's name that can be shown, and be a file's again: no folders, nothing invisible, the ending that
    its content has, at most `LONGEST_NAME` characters, and none of those `there`.
    """
    name = re.split(r"[/\\]", name)[-1]
    name = unicodedata.normalize("NFC", "".join(map(_shown, name)))
    stem = re.sub(r'[<>:"|?*]|\s+', " ", _SUFFIXES.sub("", name))
    stem = re.sub(r" +", " ", stem)[: LONGEST_NAME - len(ending)].strip(" .") or "picture"
    shown, number = stem + ending, 2
    while shown in there:
        tail = f" ({number}){ending}"
        shown, number = stem[: LONGEST_NAME - len(tail)].rstrip() + tail, number + 1
    return shown


def _shown(char: str) -> str:
    """The character, a blank for one that only parts words, nothing for one that hides or acts."""
    kind = unicodedata.category(char)
    return " " if char in "\t\n\r" or kind in {"Zl", "Zp"} else "" if kind.startswith("C") else char
