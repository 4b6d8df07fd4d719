"""Make the list of drawn marks in this repository from the packages that publish them.

npm pack simple-icons@16.37.0 simple-icons@9.21.0     # and unpack each
python -m benchmarks.data.extract_marks SIMPLE_ICONS_FOLDER OLDER_SIMPLE_ICONS_FOLDER

All marks would be 5 MB. Taken are those of brands that make or sell things all over the world, as
name-suggestion-index lists them, and of the brands in public sets of photos with logos. A mark that its owner
had taken out of simple-icons since is taken from the older version, which is CC0 as well.
"""

import json
import re
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

from benchmarks.data.extract_names import GENUINE_NAMES, HERE
from benchmarks.registry import simple_icons
from benchmarks.tracing import key_of

MARKS = "simple_icons_marks.jsonl"
_DRAWN = re.compile(r'<title>(?P<name>.+)</title><path d="(?P<path>[^"]+)"/></svg>')

SHOWN = """
Adidas, Apple, BMW, Citroen, Coca-Cola, DHL, FedEx, Ferrari, Ford, Google, Heineken, HP, Intel, McDonald's,
Mini, NBC, Nike, Pepsi, Porsche, Puma, Red Bull, Sprite, Starbucks, Texaco, Unicef, Vodafone, Yahoo,
Aldi, Beck's, Carlsberg, Chimay, Corona, Erdinger, Esso, Foster's, Guinness, Milka, NVIDIA, Paulaner,
Ritter Sport, Shell, Singha, Stella Artois, Tsingtao, UPS,
Airness, Base, BFGoodrich, BIC, Bouygues, Bridgestone, Carglass, Cofidis, Dexia, E.Leclerc, Gucci, Kia,
Mercedes, Peugeot, Quick, Reebok, Roche, SNCF, TNT, Total, Umbro, Veolia, VRT,
Chanel, Helly Hansen, Lacoste, Michael Kors, Prada, Supreme
"""
"""The brands of public sets of photos: FlickrLogos-27 (Kalantidis and others, 2011), FlickrLogos-32 (Romberg
and others, 2011), BelgaLogos (Joly and Buisson, 2009), TopLogo-10 (Su and others, 2017)."""


def marks(package: Path, wanted: set[str]) -> Iterator[dict[str, Any]]:
    """The wanted brands with the path of their mark, in a square of 24 units, and the version it is of."""
    version = json.loads((package / "package.json").read_text("utf-8"))["version"]
    known = {brand.id: brand for brand in simple_icons()}
    for file in sorted((package / "icons").glob("*.svg")):
        drawn = _DRAWN.search(file.read_text("utf-8"))
        if drawn is None:
            continue
        name = unescape(drawn["name"])
        if key_of(name) in wanted:
            aliases = known[file.stem].aliases if file.stem in known else ()
            mark = {"id": file.stem, "name": name, "version": version, "path": drawn["path"]}
            yield mark | ({"aliases": [*aliases]} if aliases else {})


if __name__ == "__main__":
    listed = GENUINE_NAMES.read_text("utf-8").splitlines()
    listed += re.split(r",\s", SHOWN)
    found: dict[str, dict[str, Any]] = {}
    for folder in sys.argv[1:]:
        for mark in marks(Path(folder), {key_of(name) for name in listed}):
            found.setdefault(key_of(mark["name"]), mark)
    lines = (json.dumps(mark, ensure_ascii=False) for mark in found.values())
    (HERE / MARKS).write_text("\n".join(lines) + "\n", "utf-8")
