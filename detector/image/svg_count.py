"""How much an SVG asks the renderer to draw: a few lines can ask for billions of shapes."""

import re
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element

from detector.errors import PictureRefused

MOST_FOLLOWED = 500_000
"""Attributes and rules of style sheets that are looked through."""
ENDLESS = 10**12
"""Shapes and points: more are not counted."""

_NUMBER = re.compile(r"\d*\.?\d+")
_POINTS = ("d", "points")
_REFERS = re.compile(r"""url\(\s*(?:'\s*#([^']*)'|"\s*#([^"]*)"|#([^)\s]*))""")
_INHERITED = ("fill", "stroke", "marker")
"""What a group says so holds for each shape in it; clips and masks are laid over the group once."""
_PLAIN, _WORD, _ANY = re.compile(r"[\w\-.#\s>+~]+"), re.compile(r"[\w\-]+"), "*"
_COMMENT = re.compile(r"/\*.*?(?:\*/|$)", re.DOTALL)
_GRADIENTS = frozenset({"lineargradient", "radialgradient"})
"""They colour and draw nothing, however many points a shape has."""


class Count:
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
            # Patterns within patterns square it: soon no memory would hold the number.
            self._drawn[element] = min(count * (1 + each) + once, ENDLESS)
        return self._drawn[element]

    def _referred(self, name: str) -> tuple[int, int]:
        """Of all that have that name, as one is drawn by some references and another by others: what is
        drawn, and what gradients hold.
        """
        if name not in self._sums:
            self._sums[name] = 0, 0
            shapes = colours = 0
            for element in self._named.get(name, ()):
                if local(element.tag) in _GRADIENTS:
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
        if local(name) == "style":
            yield from _declared(_COMMENT.sub("", value))
        else:
            yield local(name), value


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
            if local(sheet.tag) != "style":
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
        words = {_ANY, local(element.tag), element.get("id", ""), *element.get("class", "").split()}
        return {one for word in words for one in self._by_word.get(word.lower(), ())}


def local(name: object) -> str:
    return str(name).rpartition("}")[2].lower()
