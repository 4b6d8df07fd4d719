"""Lays the sample marketplace out on disk: brands, catalogue, pictures, and what is expected of each."""

import json
import os
import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from detector.brand import Brand
from detector.errors import UnreadableInput
from workers.demo.brands import BRANDS, LOOKS, MARKETPLACE
from workers.demo.offers import Frame, Offer, read_offers, read_sellers
from workers.demo.pictures import encoded, official, take, write_logos

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


def make(folder: Path, seed: int = SEED, step: Callable[[int, int], None] | None = None) -> Market:
    """Writes the sample into `folder`, the same bytes for the same seed; leaves one alone that is up to date.

    `step` hears how many pictures are taken, and of how many.
    Raises `UnreadableInput` where the folder holds something that this did not make.
    """
    market, made = Market(folder), f"{seed} {_fingerprint()}"
    marker = folder / _MARKER
    if marker.exists() and marker.read_text() == made:
        return market
    _clear(folder)
    chance = np.random.default_rng(seed)
    offers, sellers = read_offers(), read_sellers()
    numbered = {f"D{n:03}": offers[i] for n, i in enumerate(chance.permutation(len(offers)), start=1)}
    listings = [_listing(key, offer, sellers[offer.seller], chance) for key, offer in numbered.items()]
    expected = [_expectation(key, offer) for key, offer in numbered.items()]
    frames = {
        folder / path: frame
        for listing, offer in zip(listings, numbered.values(), strict=True)
        for path, frame in zip(listing.get("images", ()), offer.pictures, strict=True)
    }
    for brand in BRANDS:
        frames |= _write_brand(brand, market.brands / brand.id)
    (folder / "images").mkdir()
    _take(frames, seed, step or (lambda done, of: None))
    lines = [json.dumps(listing, ensure_ascii=False) for listing in listings]
    broken, theirs = _broken(folder)
    market.catalogue.write_text("\n".join([*lines, *broken]) + "\n", encoding="utf-8")
    _write_lines(market.expected, [*expected, *theirs])
    marker.write_text(made)
    return market


def _write_brand(brand: Brand, home: Path) -> dict[Path, Frame]:
    """Writes `brand.json` and the logos; gives the official pictures, still to be taken, by their places."""
    (home / "official").mkdir(parents=True)
    told = brand.model_dump(exclude_defaults=True)
    text = json.dumps(told, ensure_ascii=False, indent=1, default=float)
    (home / "brand.json").write_text(text + "\n", encoding="utf-8")
    write_logos(LOOKS[brand.id], home / "logos")
    return {home / path: frame for path, frame in official(brand.id).items()}


def _take(frames: Mapping[Path, Frame], seed: int, step: Callable[[int, int], None]) -> None:
    """Takes the pictures, each by a chance of its own, so that the order in which they get done is free."""

    def one(number: int, path: Path, frame: Frame) -> None:
        path.write_bytes(encoded(take(frame, np.random.default_rng([seed, number])), frame.suffix))

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        shots = [pool.submit(one, n, path, frame) for n, (path, frame) in enumerate(frames.items())]
        for done, shot in enumerate(as_completed(shots), start=1):
            shot.result()
            step(done, len(shots))


def _fingerprint() -> str:
    """Changes when any line of the generator does."""
    sources = sorted(path for path in Path(__file__).parent.rglob("*") if path.suffix in {".py", ".toml"})
    return sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()


def _clear(folder: Path) -> None:
    if folder.is_file():
        raise UnreadableInput(f"{folder}: is a file; name a folder with --folder")
    if folder.exists() and any(folder.iterdir()):
        if not (folder / _MARKER).exists():
            raise UnreadableInput(f"{folder}: holds something else; name another folder with --folder")
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
