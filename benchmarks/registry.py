"""The registry that quality is measured with: real brand names, those of simple-icons and those the data
names."""

import csv
from functools import cache
from importlib.resources import files
from pathlib import Path

import orjson

from benchmarks.titles import titles
from detector.brand import Brand


@cache
def simple_icons() -> tuple[Brand, ...]:
    """3,470 real brands with their aliases (simple-icons, CC0), names alone."""
    lines = (files("benchmarks") / "data" / "simple_icons.jsonl").read_bytes().splitlines()
    return tuple(Brand.model_validate(orjson.loads(line)) for line in lines)


def registry(data: Path | None = None) -> list[Brand]:
    """`simple_icons` and the brands that the data's imitations and logos name, each brand once."""
    brands = {brand.name.casefold(): brand for brand in simple_icons()}
    for name in _named(data) if data else ():
        brands.setdefault(name.casefold(), Brand(id=f"data-{name}", name=name))
    return list(brands.values())


def registry_of_shops(data: Path) -> list[Brand]:
    """`registry` and every brand that the shops of the data's titles name: small makers side by side."""
    brands = {brand.name.casefold(): brand for brand in registry(data)}
    for _, name in titles(data):
        if name.strip():
            brands.setdefault(name.casefold(), Brand(id=f"shop-{name}", name=name))
    return list(brands.values())


def _named(data: Path) -> list[str]:
    names: dict[str, None] = {}
    for path in (data / "text" / "imitations.csv", data / "logos" / "boxes.csv"):
        if path.exists():
            with path.open(encoding="utf-8", newline="") as file:
                names.update(dict.fromkeys(row["brand"] for row in csv.DictReader(file)))
    return list(names)
