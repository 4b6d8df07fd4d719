"""What pages of measurements share: their style, plots that follow light and dark, pictures inside them."""

import base64
from io import BytesIO, StringIO
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Plot

FOUND, FLAGGED = "#3f8f5f", "#c2553d"
"""Colours of plots, that are read on white and on black."""
_THUMB = 260

STYLE = """
:root { color-scheme: light dark }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 66rem; margin: 2rem auto; padding: 0 1rem;
  background: light-dark(#fff, #16181c); color: light-dark(#1d2126, #dfe3e8) }
h1 { font-size: 1.6rem } h2 { font-size: 1.2rem; margin-top: 2.2rem }
h3 { font-size: 1rem; margin: 0 0 .3rem }
table { border-collapse: collapse; width: 100% }
th, td { padding: .25rem .6rem; text-align: left; vertical-align: top }
th { font-weight: 600; white-space: nowrap }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
tr + tr td { border-top: 1px solid color-mix(in srgb, currentColor 15%, transparent) }
.scroll { overflow-x: auto }
.missed { color: light-dark(#a11, #f99) } .met { color: light-dark(#172, #8d9) }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(18rem, 100%), 1fr)); gap: 1.2rem }
.card { border: 1px solid color-mix(in srgb, currentColor 20%, transparent); border-radius: 6px;
  padding: .8rem }
.misses { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: 1rem }
.misses figure { margin: 0 } .misses img { max-width: 100%; border-radius: 4px }
figcaption, .small { font-size: 13px; overflow-wrap: anywhere }
summary { cursor: pointer; padding: .3rem 0 }
svg { max-width: 100%; height: auto }
"""


def page(title: str, body: str) -> str:
    """A whole page that needs no other file; `title` is text, `body` HTML."""
    return f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>{STYLE}</style>
<h1>{title}</h1>
{body}
</html>
"""


def svg(plot: "Plot", told: str) -> str:
    """A plot as it stands in a page, in the page's own colour of text; `told` says it to who can't see it."""
    import matplotlib as mpl

    drawn = StringIO()
    with mpl.rc_context({"svg.fonttype": "none"}):
        plot.savefig(drawn, format="svg", bbox_inches="tight", transparent=True)
    text = drawn.getvalue()
    text = text[text.index("<svg") :].replace("#000000", "currentColor")
    # What matplotlib draws without naming a colour is black, letters among it.
    return text.replace("<svg", f'<svg role="img" fill="currentColor" aria-label="{told}"', 1)


def thumbnail(picture: bytes) -> str:
    """The picture, small, as the address of an image."""
    with Image.open(BytesIO(picture)) as whole:
        small = whole.convert("RGB")
    small.thumbnail((_THUMB, _THUMB))
    out = BytesIO()
    small.save(out, "JPEG", quality=80)
    return f"data:image/jpeg;base64,{base64.b64encode(out.getvalue()).decode()}"
