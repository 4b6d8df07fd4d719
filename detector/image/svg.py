"""SVG marks as pixels: an owner's file draws shapes, and does nothing else."""

import re
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

import resvg_py
from defusedxml.common import DefusedXmlException, DTDForbidden
from defusedxml.ElementTree import DefusedXMLParser

from detector.errors import PictureRefused
from detector.image.svg_count import Count, local

MOST_BYTES = 2_000_000
MOST_DRAWN = 20_000
"""Elements and points of their outlines that are drawn when every `use`, mask, clip, pattern and marker is
followed: a few lines can ask for billions. A long outline that crosses itself takes 0.4 ms a point."""
SIDE = 512
"""Pixels of the square that a mark is drawn into."""

_ACTS = frozenset(
    {"script", "foreignobject", "iframe", "audio", "video", "image", "feimage", "filter", "animate",
     "animatemotion", "animatetransform", "set", "handler", "listener"}
)  # fmt: skip
_LETTERS = frozenset({"text", "tspan", "textpath"})
_LOADS = re.compile(r"@import|expression\(|url\(\s*(?:['\"]\s*)?[^#'\"\s]", re.IGNORECASE)


def looks_like_svg(data: bytes) -> bool:
    """Whether the bytes begin as an SVG file does."""
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return (
        start.startswith((b"<svg", b"<?xml", b"<!--", b"<!doctype svg")) and b"<svg" in data[:65_536].lower()
    )


def refuse_unsafe(data: bytes) -> None:
    """Raises `PictureRefused` where an SVG is broken, or does more than draw; nothing is drawn to tell."""
    root = _parsed(data)
    _refuse_what_acts(root)
    try:
        drawn = Count(root).drawn(root)
    except RecursionError:
        raise PictureRefused(
            "the SVG's groups, masks or patterns are nested too deeply; simplify it"
        ) from None
    if drawn > MOST_DRAWN:
        raise PictureRefused(
            f"the SVG draws {drawn:,} shapes and points, more than {MOST_DRAWN:,}; simplify it, or save it "
            "as a PNG"
        )


def rendered(data: bytes) -> bytes:
    """A PNG with transparency that fits a square of `SIDE`. Raises `PictureRefused`."""
    refuse_unsafe(data)
    try:
        return bytes(
            resvg_py.svg_to_bytes(
                svg_string=data.decode("utf-8-sig"), width=SIDE, height=SIDE, skip_system_fonts=True
            )
        )
    except UnicodeDecodeError:
        raise PictureRefused("the SVG is not in UTF-8; save it so") from None
    except ValueError:
        raise PictureRefused("the SVG cannot be drawn; export it again, as plain SVG") from None


class _Parser(DefusedXMLParser):  # type: ignore[misc]
    """Many programs name the document type of SVG 1.1, which is fetched by nobody. What a file declares
    itself is refused, whatever it is: the renderer reads such declarations in another way, and finds entities
    where none is found here.
    """

    def defused_start_doctype_decl(self, *declared: Any) -> None:
        name, system, public, has_own = declared
        if has_own:
            raise DTDForbidden(name, system, public)


def _parsed(data: bytes) -> Element:
    if len(data) > MOST_BYTES:
        raise PictureRefused(f"the SVG is larger than {MOST_BYTES // 10**6} MB; simplify its shapes")
    try:
        parser = _Parser(target=TreeBuilder(), forbid_dtd=True)
        parser.feed(data)
        return parser.close()  # type: ignore[no-any-return]
    except DefusedXmlException:
        raise PictureRefused(
            "the SVG's document type declares entities or the like, as some drawing programs do for their "
            "own use; export it as plain SVG"
        ) from None
    except (ParseError, ValueError, LookupError) as error:
        line = getattr(error, "position", (0, 0))[0]
        where = f" at line {line:,}" if line else ""
        raise PictureRefused(f"the SVG is broken{where}; export it again") from None


def _refuse_what_acts(root: Element) -> None:
    """Everything an SVG can do beyond drawing: run, load, move, and write in fonts that we may not have."""
    for element in root.iter():
        tag = local(element.tag)
        if tag in _ACTS:
            raise PictureRefused(f"the SVG holds <{tag}>, which runs or loads something; take it out")
        if tag in _LETTERS:
            raise PictureRefused("the SVG holds text that needs a font; turn the letters into outlines")
        styled = (element.text or "") if tag == "style" else ""
        for name, value in element.attrib.items():
            if local(name).startswith("on"):
                raise PictureRefused(f"the SVG holds a script in {local(name)!r}; take it out")
            if local(name) in {"href", "src"} and not value.strip().startswith("#"):
                raise PictureRefused("the SVG links to something outside its own shapes; take the link out")
            styled += f" {value}"
        if _LOADS.search(styled):
            raise PictureRefused("the SVG's style loads something from outside; take it out")
