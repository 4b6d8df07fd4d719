"""Brands' marks as simple-icons draws them, taken as what a brand uploads is taken.

They are black, without a word beside them, and often newer than the photos: the least that a brand can give.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib.resources import files

import orjson

from benchmarks.tracing import key_of
from detector.appearance import Appearance
from detector.errors import PictureRefused
from detector.image.assets import in_reverse, prepared, refuse_generic, refuse_pages
from detector.image.decoding import Pixels
from detector.image.generic import generic_shapes
from detector.reading import TextLine
from detector.sighting import AssetKind, Reference

Read = Callable[[Pixels], tuple[tuple[TextLine, ...], Appearance]]
"""Gives a picture's lines of text and its look."""


@cache
def drawn_marks() -> dict[str, tuple[str, bytes]]:
    """The name of a brand and its mark as SVG, by each of its names as `key_of` writes them."""
    marks: dict[str, tuple[str, bytes]] = {}
    for line in (files("benchmarks") / "data" / "simple_icons_marks.jsonl").read_bytes().splitlines():
        mark = orjson.loads(line)
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="{mark["path"]}"/></svg>'
        for name in (mark["name"], *mark.get("aliases", ())):
            marks.setdefault(key_of(name), (mark["name"], svg.encode()))
    return marks


def name_of(brand: str) -> str:
    """The brand's name as simple-icons writes it, where it has the brand."""
    return drawn_marks().get(key_of(brand), (brand, b""))[0]


def uploaded(brands: Iterable[str], read: Read) -> tuple[list[Reference], list[str]]:
    """The drawn marks of the brands as references; and, brand by brand, why one has none."""
    shapes = [(name, read(pixels)[1]) for name, pixels in generic_shapes()]
    references: list[Reference] = []
    lacking: list[str] = []
    for brand in brands:
        _, svg = drawn_marks().get(key_of(brand), ("", None))
        if svg is None:
            lacking.append(f"{brand}: simple-icons has no mark of it")
            continue
        try:
            looks = list(_accepted(svg, read, shapes))
        except PictureRefused as refusal:
            lacking.append(f"{brand}: {refusal}")
        else:
            references += [Reference(brand, f"{brand}.svg", AssetKind.LOGO, look) for look in looks]
    return references, lacking


def _accepted(svg: bytes, read: Read, shapes: list[tuple[str, Appearance]]) -> Iterator[Appearance]:
    for pixels in prepared(svg, AssetKind.LOGO):
        lines, look = read(pixels)
        refuse_pages(lines, AssetKind.LOGO)
        refuse_generic(look, shapes)
        yield look
        if (reverse := in_reverse(pixels, lines)) is not None:
            yield read(reverse)[1]
