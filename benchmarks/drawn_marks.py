"""Brands' marks as simple-icons draws them: black, seldom with the name, and often newer than a photo. The
least that a brand can give.
"""

from functools import cache
from importlib.resources import files

import orjson

from benchmarks.tracing import key_of


@cache
def _marks() -> dict[str, tuple[str, bytes]]:
    """The name of a brand and its mark, by each of its names as `key_of` writes them."""
    marks: dict[str, tuple[str, bytes]] = {}
    for line in (files("benchmarks") / "data" / "simple_icons_marks.jsonl").read_bytes().splitlines():
        mark = orjson.loads(line)
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="{mark["path"]}"/></svg>'
        for name in (mark["name"], *mark.get("aliases", ())):
            marks.setdefault(key_of(name), (mark["name"], svg.encode()))
    return marks


def drawn_mark(brand: str) -> bytes | None:
    """Its mark as SVG; None where simple-icons has none, or its brand is not among those that ship."""
    return _marks().get(key_of(brand), ("", None))[1]


def name_of(brand: str) -> str:
    """The brand's name as simple-icons writes it, where it has the brand."""
    return _marks().get(key_of(brand), (brand, b""))[0]
