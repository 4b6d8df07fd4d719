"""Draw what a command prints as an SVG that loads nothing from elsewhere.

.venv/bin/python docs/terminal_picture.py docs/pictures/scan.svg -- detector scan …
"""

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

COLUMNS = int(os.environ.get("COLUMNS", "100"))
# rich's own template asks a font host for its typeface; a reader's own monospace serves as well.
SVG = """<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: {char_height}px; line-height: {line_height}px; font-variant-east-asian: full-width; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def draw(command: list[str], picture: Path, first: int | None = None, last: int | None = None) -> None:
    """Runs the command in colour and draws its lines `first` to `last` (of standard output)."""
    colour = os.environ | {"FORCE_COLOR": "1", "COLUMNS": str(COLUMNS), "TERM": "xterm-256color"}
    printed = subprocess.run(command, env=colour, stdout=subprocess.PIPE, text=True, check=True).stdout
    lines = printed.rstrip().split("\n")[first:last]
    console = Console(record=True, width=COLUMNS, file=StringIO(), force_terminal=True)
    for line in lines:
        console.print(Text.from_ansi(line), no_wrap=True, overflow="crop")
    picture.write_text(
        console.export_svg(title=" ".join(command), theme=MONOKAI, code_format=SVG), encoding="utf-8"
    )


if __name__ == "__main__":
    at = sys.argv.index("--")
    target, *span = sys.argv[1:at]
    draw(sys.argv[at + 1 :], Path(target), *map(int, span))
