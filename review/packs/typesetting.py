"""Documents set in a typeface that has Latin, Greek and Cyrillic letters."""

from collections.abc import Iterable, Sequence
from importlib.resources import as_file, files
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate, TableStyle

from brand_registry.web.told import Piece

_FONT = "Roboto"
BODY = ParagraphStyle("body", fontName=_FONT, fontSize=9, leading=13, alignment=TA_LEFT, wordWrap="CJK")
HEAD = ParagraphStyle("head", parent=BODY, fontSize=14, leading=20, spaceBefore=8, keepWithNext=1)
SMALL = ParagraphStyle("small", parent=BODY, fontSize=7, leading=9)
_LONGEST = 4_000
_MARGIN, _FOOT, _PADDING = 20 * mm, 10 * mm, 6
_LONGEST_FOOT = 80
_SOFT = "#5a5a5a"
_TONES = {"against": "#b3221a", "favour": "#1c6636"}
_RULED = TableStyle(
    [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.25, HexColor("#c8c8c8")),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 1),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
    ]
)
_BRACKETS = str.maketrans("⟨⟩", "[]")
"""Those of `visible` are not in the typeface."""


def line(text: object, style: ParagraphStyle = BODY, label: str = "") -> Paragraph:
    """A paragraph, behind what it is called; what of it is left out is told, and characters that the typeface
    has no shape for stand as [U+number].
    """
    return Paragraph(_label(label) + _plain(str(text)), style)


def marked(pieces: Iterable[Piece], label: str) -> Paragraph:
    """A text in which what was found is underlined: in red what speaks against it, in green what for it."""
    whole, length = [], 0
    for piece in pieces:
        said = _cut(piece.text, max(_LONGEST - length, 0))
        length += len(piece.text)
        tone = _TONES.get(piece.tone)
        whole.append(f'<font color="{tone}"><u>{said}</u></font>' if tone and said else said)
    return Paragraph(_label(label) + "".join(whole) + _left_out(length), BODY)


def table(head: Sequence[str], rows: Iterable[Sequence[object]], widths: Sequence[float]) -> LongTable:
    """Rows of small print under a head that stands on each page again; `widths` are in points."""
    cells = [[Paragraph(_label(one), SMALL) for one in head]]
    cells += [[Paragraph(_plain(str(one)), SMALL) for one in row] for row in rows]
    return LongTable(cells, widths, repeatRows=1, style=_RULED, hAlign="LEFT")


def document(title: str, story: list[Any]) -> bytes:
    """A PDF; the same bytes for the same story. At the foot of each page stand its title and its number of
    how many.
    """
    out = BytesIO()
    made = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=18 * mm, bottomMargin=18 * mm,
        title=title, invariant=1,
    )  # fmt: skip
    foot = _written(title[:_LONGEST_FOOT], _font())
    made.build(story, canvasmaker=lambda *given, **more: _Numbered(foot, *given, **more))
    return out.getvalue()


class _Numbered(Canvas):  # type: ignore[misc]
    """Pages are kept until all are there, as only then it is known how many."""

    def __init__(self, foot: str, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self._foot = foot
        self._kept: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802
        self._kept.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        for number, page in enumerate(self._kept, 1):
            self.__dict__.update(page)
            self.setFont(_FONT, SMALL.fontSize)
            self.setFillColor(HexColor(_SOFT))
            self.drawString(_MARGIN + _PADDING, _FOOT, self._foot)
            self.drawRightString(A4[0] - _MARGIN - _PADDING, _FOOT, f"{number} / {len(self._kept)}")
            super().showPage()
        super().save()


def _label(label: str) -> str:
    return f'<font color="{_SOFT}">{escape(_written(label, _font()))}</font> ' if label else ""


def _plain(text: str) -> str:
    return _cut(text, _LONGEST) + _left_out(len(text))


def _cut(text: str, most: int) -> str:
    return escape(_written(text[:most], _font()))


def _left_out(length: int) -> str:
    more = length - _LONGEST
    return f" … ({more:,} more characters are left out here)" if more > 0 else ""


def _font() -> TTFont:
    if _FONT not in pdfmetrics.getRegisteredFontNames():
        with as_file(files("font_roboto") / "files" / "Roboto-Regular.ttf") as file:
            pdfmetrics.registerFont(TTFont(_FONT, file))
    font: TTFont = pdfmetrics.getFont(_FONT)
    return font


def _written(text: str, font: TTFont) -> str:
    known = font.face.charToGlyph
    return "".join(
        char if ord(char) in known else " " if char.isspace() else f"[U+{ord(char):04X}]"
        for char in text.translate(_BRACKETS)
    )
