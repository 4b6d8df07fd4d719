"""As few of the sample marketplace as show everything that can be found in it: the rest only takes longer."""

import json
import shutil
from pathlib import Path
from typing import Any

from workers.demo.market import Market

PICTURED = {"velmora": 4, "orbique": 4}
"""Brands whose pictures, so many, are compared with."""
SHOWN = {
    "a Chinese name on the label", "the emblem pixelated", "the emblem, and no name anywhere",
    "the brand's campaign picture, cropped", "a sticker over the name on the carton",
    "the owner's own campaign picture, in its own shop", "second-hand, named, its carton held up",
    "fits the brand's, whose emblem is in the picture", "a picture cut off",
}  # fmt: skip
"""What the pictures that are scanned show: with the listings that have none, everything that can be found."""
MET = {
    *{"flag", "clear", "incomplete"},
    *{"lookalike_characters", "misspelling", "split_or_padded", "other_script", "sounds_alike"},
    *{"brand_claim", "counterfeit_terms", "seller_impersonation", "hidden_text", "logo", "obscured_logo"},
    *{"image_copy", "product_lookalike", "price_anomaly", "hidden_link"},
    *{"authorised_seller", "compatible_with", "genuine_resale", "other_brand"},
}
"""What is met in these."""


def rows_of(file: Path) -> list[Any]:
    return [json.loads(line) for line in file.read_bytes().splitlines()]


def found_in(result: dict[str, Any]) -> set[str]:
    """Its verdict, reasons and qualifiers."""
    cases = result["cases"]
    reasons = {reason for case in cases for reason in case["reasons"]}
    return reasons | {one["kind"] for case in cases for one in case["qualifiers"]} | {result["verdict"]}


def few_brands(market: Market, folder: Path) -> Path:
    """The market's brands, those in `PICTURED` with their pictures; and one that gives another's mark and a
    picture of nothing as its own.
    """
    shutil.copytree(market.brands, folder)
    for home in folder.iterdir():
        if home.name not in PICTURED:
            told = json.loads((home / "brand.json").read_bytes())
            told |= {"logos": [], "images": []}
            told["products"] = [one | {"images": []} for one in told.get("products", ())]
            (home / "brand.json").write_text(json.dumps(told))
    thief = folder / "zwindle"
    thief.mkdir()
    shutil.copy(folder / "velmora/logos/emblem.svg", thief / "emblem.svg")
    (thief / "bare.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200"/>')
    told = {"id": "zwindle", "name": "Zwindle", "logos": ["emblem.svg", "bare.svg"]}
    (thief / "brand.json").write_text(json.dumps(told))
    return folder


def few_listings(market: Market) -> list[Any]:
    """Those without pictures, and those with the tactics in `SHOWN`."""
    rows = [json.loads(line) for line in market.catalogue.read_bytes().splitlines()[:-2]]
    shown = {one["listing_id"] for one in rows_of(market.expected) if one["tactic"] in SHOWN}
    assert len(shown) == len(SHOWN)
    return [row for row in rows if not row.get("images") or row["id"] in shown]


def few_of_all(market: Market, folder: Path) -> Market:
    """The same as a sample of its own, with all that is broken. The demo takes it as the one that it made."""
    shutil.copytree(market.folder, folder, ignore=shutil.ignore_patterns("brands", "home", "results.jsonl"))
    small = Market(folder)
    few_brands(market, small.brands)
    expected = rows_of(market.expected)
    broken = {one["listing_id"] for one in expected if one["verdict"] == "incomplete"}
    kept = {row["id"] for row in few_listings(market)} | broken
    lines = market.catalogue.read_bytes().splitlines(keepends=True)
    rows, unreadable = lines[:-2], lines[-2:]
    small.catalogue.write_bytes(
        b"".join([*(row for row in rows if json.loads(row)["id"] in kept), *unreadable])
    )
    told = [json.dumps(one) + "\n" for one in expected if one["listing_id"] in kept]
    small.expected.write_text("".join(told))
    return small
