"""SVG marks as pixels: an owner's file draws shapes, and does nothing else."""

import re
from collections.abc import Iterable, Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

import resvg_py
from defusedxml.common import DefusedXmlException, DTDForbidden
from defusedxml.ElementTree import DefusedXMLParser

from detector.errors import PictureRefused

MOST_BYTES = 2_000_000
MOST_DRAWN = 20_000
"""Elements and points of their outlines that are drawn when every `use`, mask, clip, pattern and marker is
followed: a few lines can ask for billions. A long outline that crosses itself takes 0.4 ms a point."""
MOST_FOLLOWED = 500_000
"""Attributes and rules of style sheets that are looked through."""
SIDE = 512
"""Pixels of the square that a mark is drawn into."""

_ACTS = frozenset(
    {"script", "foreignobject", "iframe", "audio", "video", "image", "feimage", "filter", "animate",
     "animatemotion", "animatetransform", "set", "handler", "listener"}
)  # fmt: skip
_LETTERS = frozenset({"text", "tspan", "textpath"})
_NUMBER = re.compile(r"\d*\.?\d+")
_POINTS = ("d", "points")
_REFERS = re.compile(r"""url\(\s*(?:'\s*#([^']*)'|"\s*#([^"]*)"|#([^)\s]*))""")
_INHERITED = ("fill", "stroke", "marker")
"""What a group says so holds for each shape in it; clips and masks are laid over the group once."""
_PLAIN, _WORD, _ANY = re.compile(r"[\w\-.#\s>+~]+"), re.compile(r"[\w\-]+"), "*"
_COMMENT = re.compile(r"/\*.*?(?:\*/|$)", re.DOTALL)
_GRADIENTS = frozenset({"lineargradient", "radialgradient"})
"""They colour and draw nothing, however many points a shape has."""
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
        drawn = _Count(root).drawn(root)
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
        tag = _local(element.tag)
        if tag in _ACTS:
            raise PictureRefused(f"the SVG holds <{tag}>, which runs or loads something; take it out")
        if tag in _LETTERS:
            raise PictureRefused("the SVG holds text that needs a font; turn the letters into outlines")
        styled = (element.text or "") if tag == "style" else ""
        for name, value in element.attrib.items():
            if _local(name).startswith("on"):
                raise PictureRefused(f"the SVG holds a script in {_local(name)!r}; take it out")
            if _local(name) in {"href", "src"} and not value.strip().startswith("#"):
                raise PictureRefused("the SVG links to something outside its own shapes; take the link out")
            styled += f" {value}"
        if _LOADS.search(styled):
            raise PictureRefused("the SVG's style loads something from outside; take it out")


class _Count:
    """How many elements and points are drawn when every reference is followed; counted once each, so never
    for long.
    """

    def __init__(self, root: Element) -> None:
        self._named: dict[str, list[Element]] = {}
        for element in root.iter():
            if name := element.get("id"):
                self._named.setdefault(name, []).append(element)
        self._followed = 0
        self._rules = _Rules(root)
        self._drawn: dict[Element, int] = {}
        self._sums: dict[str, tuple[int, int]] = {}

    def drawn(self, element: Element) -> int:
        if element not in self._drawn:
            self._drawn[element] = 1  # one that uses itself draws nothing more
            count = 1 + _points(element) + sum(self.drawn(child) for child in element)
            each = once = 0
            for name, value in (*_properties(element), *self._rules.of(element)):
                if name == "href":
                    # What is used takes on what its user says of colours.
                    count += sum(self._referred(value.strip()[1:]))
                    continue
                self._followed += 1
                if self._followed > MOST_FOLLOWED:
                    raise PictureRefused("the SVG's styles refer to too much; simplify it")
                for target in _REFERS.findall(value):
                    shapes, colours = self._referred("".join(target).strip())
                    if name.startswith(_INHERITED):
                        each, once = each + shapes, once + colours
                    else:
                        once += shapes + colours
            self._drawn[element] = count * (1 + each) + once
        return self._drawn[element]

    def _referred(self, name: str) -> tuple[int, int]:
        """Of all that have that name, as one is drawn by some references and another by others: what is
        drawn, and what gradients hold.
        """
        if name not in self._sums:
            self._sums[name] = 0, 0
            shapes = colours = 0
            for element in self._named.get(name, ()):
                if _local(element.tag) in _GRADIENTS:
                    colours += self.drawn(element)
                else:
                    shapes += self.drawn(element)
            self._sums[name] = shapes, colours
        return self._sums[name]


def _points(element: Element) -> int:
    return sum(len(_NUMBER.findall(element.get(name, ""))) for name in _POINTS) // 2


def _properties(element: Element) -> Iterator[tuple[str, str]]:
    """Its attributes, and what its own style declares."""
    for name, value in element.attrib.items():
        if _local(name) == "style":
            yield from _declared(_COMMENT.sub("", value))
        else:
            yield _local(name), value


def _declared(style: str) -> Iterator[tuple[str, str]]:
    for declared in style.split(";"):
        key, _, what = declared.partition(":")
        yield key.strip().lower(), what


class _Rules:
    """What style sheets refer to, by the words of their selectors: it is counted for whatever has one of them
    as its name, class or tag, which may be more than it holds for. A selector that asks for anything else may
    hold for all.
    """

    def __init__(self, root: Element) -> None:
        self._by_word: dict[str, set[tuple[str, str]]] = {}
        for sheet in root.iter():
            if _local(sheet.tag) != "style":
                continue
            for rule in _COMMENT.sub("", "".join(sheet.itertext())).split("}"):
                selectors, _, style = rule.rpartition("{")
                refers = {one for one in _declared(style) if "url(" in one[1]}
                for selector in selectors.split(",") if refers else ():
                    words = _WORD.findall(selector.lower()) if _PLAIN.fullmatch(selector) else [_ANY]
                    for word in words:
                        self._by_word.setdefault(word, set()).update(refers)

    def of(self, element: Element) -> Iterable[tuple[str, str]]:
        if not self._by_word:
            return ()
        words = {_ANY, _local(element.tag), element.get("id", ""), *element.get("class", "").split()}
        return {one for word in words for one in self._by_word.get(word.lower(), ())}


def _local(name: object) -> str:
    return str(name).rpartition("}")[2].lower()
