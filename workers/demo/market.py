"""Lays the sample marketplace out on disk: brands, catalogue, pictures, and what is expected of each."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from workers.demo.brands import BRANDS, MARKETPLACE
from workers.demo.offers import Offer, read_offers, read_sellers
from workers.demo.pictures import encoded, take, write_brand_pictures

SEED = 20
_MARKER = ".made-by-the-demo"


@dataclass(frozen=True, slots=True)
class Market:
    """The sample's folder."""

    folder: Path

    @property
    def catalogue(self) -> Path:
        return self.folder / "catalogue.jsonl"

    @property
    def brands(self) -> Path:
        return self.folder / "brands"

    @property
    def expected(self) -> Path:
        return self.folder / "expected.jsonl"


def make(folder: Path, seed: int = SEED, step: Callable[[str, int, int], None] | None = None) -> Market:
    """Writes the sample into `folder`, the same bytes for the same seed; leaves one alone that is up to date.

    `step` hears what is being made, how many of it are done, and of how many.
    Raises `FileExistsError` where the folder holds something that this did not make.
    """
    market, made = Market(folder), f"{seed} {_fingerprint()}"
    marker = folder / _MARKER
    if marker.exists() and marker.read_text() == made:
        return market
    _clear(folder)
    words, light = np.random.default_rng(seed).spawn(2)
    said = step or (lambda what, done, of: None)
    for i, brand in enumerate(BRANDS):
        home = market.brands / brand.id
        home.mkdir(parents=True)
        told = json.dumps(
            brand.model_dump(exclude_defaults=True), ensure_ascii=False, indent=1, default=float
        )
        (home / "brand.json").write_text(told + "\n", encoding="utf-8")
        write_brand_pictures(brand.id, home, light)
        said("brands", i + 1, len(BRANDS))
    (folder / "images").mkdir()
    offers, sellers = read_offers(), read_sellers()
    listings, expected = [], []
    for number, which in enumerate(words.permutation(len(offers)), start=1):
        offer, listing_id = offers[which], f"D{number:03}"
        listings.append(_listing(listing_id, offer, sellers[offer.seller], words))
        expected.append(_expectation(listing_id, offer))
        for frame, path in zip(offer.pictures, listings[-1].get("images", ()), strict=True):
            (folder / path).write_bytes(encoded(take(frame, light), frame.suffix))
        said("listings", number, len(offers))
    lines = [json.dumps(listing, ensure_ascii=False) for listing in listings]
    broken, theirs = _broken(folder)
    market.catalogue.write_text("\n".join([*lines, *broken]) + "\n", encoding="utf-8")
    _write_lines(market.expected, [*expected, *theirs])
    marker.write_text(made)
    return market


def _fingerprint() -> str:
    """Changes when any line of the generator does."""
    sources = sorted(path for path in Path(__file__).parent.rglob("*") if path.suffix in {".py", ".toml"})
    return sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()


def _clear(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        if not (folder / _MARKER).exists():
            raise FileExistsError(f"{folder} holds something else; name another folder with --folder")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARKER).touch()


def _listing(
    listing_id: str, offer: Offer, seller: tuple[str, str], rng: np.random.Generator
) -> dict[str, Any]:
    name, country = seller
    price = round(offer.price * rng.uniform(0.97, 1.03), 2)
    listing: dict[str, Any] = {
        "id": listing_id,
        "marketplace": MARKETPLACE,
        "url": f"https://marketplace.example/item/{listing_id}",
        "title": offer.title,
        "description": offer.description,
        "brand": offer.brand,
        "category": offer.category,
        "condition": offer.condition,
        "price": {"amount": price, "currency": "EUR"},
        "seller": {"id": offer.seller, "name": name, "country": country},
    }
    if offer.pictures:
        listing["images"] = [
            f"images/{listing_id}-{i}.{f.suffix}" for i, f in enumerate(offer.pictures, start=1)
        ]
    if offer.attributes:
        listing["attributes"] = dict(offer.attributes)
    return listing


def _expectation(listing_id: str, offer: Offer) -> dict[str, Any]:
    return {
        "listing_id": listing_id,
        "verdict": "flag" if offer.reasons else "clear",
        "brand": offer.target,
        "reasons": list(offer.reasons),
        "qualifiers": [offer.fair] if offer.fair else [],
        "tactic": offer.tactic,
    }


def _broken(folder: Path) -> tuple[list[str], list[dict[str, Any]]]:
    """What every real catalogue holds as well: pictures cut off or missing, a page named .jpg, bad JSON."""
    whole = sorted((folder / "images").glob("*-1.jpg"))[0].read_bytes()
    (folder / "images/cut.jpg").write_bytes(whole[: len(whole) // 3])
    (folder / "images/page.jpg").write_text("<html>404</html>", encoding="utf-8")
    rows = [
        ("B001", "a picture cut off", "Oak cutting board 40 x 25 cm", "images/cut.jpg"),
        ("B002", "a picture that is not there", "Linen napkins, set of four", "images/nowhere.jpg"),
        ("B003", "a web page named .jpg", "Beeswax candles 6 pack", "images/page.jpg"),
        ("B004", "a path that climbs out", "Cotton tea towel, striped", "../../secret.jpg"),
    ]
    lines = [json.dumps({"id": i, "title": title, "images": [image]}) for i, _, title, image in rows]
    lines += ['{"id": "B005", "title": "cut off in the mid', '{"id": "B006", "price": "cheap"}']
    expected = [{"listing_id": i, "verdict": "incomplete", "tactic": tactic} for i, tactic, _, _ in rows]
    return lines, expected


def _write_lines(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
