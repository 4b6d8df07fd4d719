"""Make the two lists of brand names in this repository from the packages that publish them.

npm pack simple-icons name-suggestion-index     # and unpack each
python -m benchmarks.data.extract_names SIMPLE_ICONS_FOLDER NAME_SUGGESTION_INDEX_FOLDER
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
GENUINE_NAMES = HERE.parents[1] / "detector" / "text" / "data" / "genuine_names.txt"


def simple_icons(package: Path) -> Iterator[dict[str, Any]]:
    """Brands with an id, a name and the aliases under which the icon is also known."""
    for icon in json.loads((package / "data" / "simple-icons.json").read_text("utf-8")):
        known_as = icon.get("aliases", {})
        aliases = {
            *known_as.get("aka", ()),
            *known_as.get("old", ()),
            *known_as.get("loc", {}).values(),
            *(twin["title"] for twin in known_as.get("dup", ())),
        } - {icon["title"]}
        brand: dict[str, Any] = {"id": icon["slug"], "name": icon["title"]}
        yield brand | ({"aliases": sorted(aliases)} if aliases else {})


def genuine_names(package: Path) -> set[str]:
    """The names of shops, makers and chains all over the world, in their own script and in English."""
    index = json.loads((package / "dist" / "json" / "nsi.min.json").read_text("utf-8"))["nsi"]
    tags = [
        item["tags"] for path, tree in index.items() if path.startswith("brands/") for item in tree["items"]
    ]
    keys = ("brand", "name", "brand:en", "name:en")
    return {" ".join(tag[key].split()) for tag in tags for key in keys if tag.get(key)}


if __name__ == "__main__":
    icons, index = map(Path, sys.argv[1:])
    lines = (json.dumps(brand, ensure_ascii=False) for brand in simple_icons(icons))
    (HERE / "simple_icons.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    GENUINE_NAMES.write_text("\n".join(sorted(genuine_names(index))) + "\n", "utf-8")
