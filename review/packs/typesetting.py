"""Documents set in a typeface that has Latin, Greek and Cyrillic letters."""

from importlib.resources import as_file, files
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate

_FONT = "Roboto"
BODY = ParagraphStyle("body", fontName=_FONT, fontSize=9, leading=13, alignment=TA_LEFT, wordWrap="CJK")
HEAD = ParagraphStyle("head", parent=BODY, fontSize=14, leading=20, spaceBefore=8)
_LONGEST = 4_000


def line(text: object, style: ParagraphStyle = BODY) -> Paragraph:
    """A paragraph; characters that the typeface has no shape for stand as [U+number]."""
    return Paragraph(escape(_written(str(text)[:_LONGEST], _font())), style)


def document(title: str, story: list[Any]) -> bytes:
    """A PDF; the same bytes for the same story."""
    out = BytesIO()
    made = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=20 * mm, rightMargin=20 * mm, topMargin=18 * mm, bottomMargin=18 * mm,
        title=title, invariant=1,
    )  # fmt: skip
    made.build(story)
    return out.getvalue()


def _font() -> TTFont:
    if _FONT not in pdfmetrics.getRegisteredFontNames():
        with as_file(files("font_roboto") / "files" / "Roboto-Regular.ttf") as file:
            pdfmetrics.registerFont(TTFont(_FONT, file))
    font: TTFont = pdfmetrics.getFont(_FONT)
    return font


def _written(text: str, font: TTFont) -> str:
    known = font.face.charToGlyph
    return "".join(
        char if ord(char) in known else " " if char.isspace() else f"[U+{ord(char):04X}]" for char in text
    )
