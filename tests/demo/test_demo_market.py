"""The sample marketplace: made by a seed, whole, and half honest."""

import json
from collections import Counter
from pathlib import Path

import pytest
from wordfreq import zipf_frequency

from detector.brand import Brand
from detector.errors import UnreadableInput
from detector.result import Qualifier, Reason
from detector.scoring import SUPPORTING
from workers.demo.brands import BRANDS, LOOKS, STRANGERS
from workers.demo.market import Market, make
from workers.demo.offers import read_offers, read_sellers
from workers.demo.products import PRODUCTS
from workers.demo.thefts import THEFTS

ROOT = Path(__file__).parents[2]
OFFERS = read_offers()
ABUSES = [offer for offer in OFFERS if offer.reasons]


def test_half_of_at_least_sixty_offers_are_honest() -> None:
    assert len(OFFERS) >= 60
    assert len(ABUSES) * 2 == len(OFFERS)


@pytest.mark.parametrize("reason", sorted(set(Reason) - SUPPORTING))
def test_every_reason_is_tried_in_several_ways(reason: Reason) -> None:
    assert len({offer.tactic for offer in ABUSES if reason in offer.reasons}) >= 2


@pytest.mark.parametrize("qualifier", Qualifier)
def test_every_fair_use_has_an_honest_offer(qualifier: Qualifier) -> None:
    assert sum(offer.fair == qualifier for offer in OFFERS) >= 2


def test_every_offer_names_what_exists() -> None:
    brands, sellers = {brand.id for brand in BRANDS}, read_sellers()
    for offer in OFFERS:
        assert offer.seller in sellers, offer.title
        assert bool(offer.target) == bool(offer.reasons), offer.title
        assert offer.target is None or offer.target in brands, offer.title
        assert set(offer.reasons) <= set(Reason), offer.title
        assert offer.fair is None or offer.fair in set(Qualifier), offer.title
        for frame in offer.pictures:
            kind, _, name = frame.subject.partition(":")
            assert kind in PRODUCTS or kind == "photo" or name in brands, offer.title
            assert frame.theft is None or frame.theft in THEFTS, offer.title
            assert all(each.brand in {*LOOKS, *STRANGERS} for each in frame.stamps), offer.title


def test_no_offer_stands_twice() -> None:
    assert max(Counter(offer.title for offer in OFFERS).values()) == 1


def _real_names() -> set[str]:
    names = (
        (ROOT / "detector/text/data/genuine_names.txt").read_text(encoding="utf-8").casefold().splitlines()
    )
    with (ROOT / "benchmarks/data/simple_icons.jsonl").open(encoding="utf-8") as icons:
        for line in icons:
            icon = json.loads(line)
            names += [name.casefold() for name in (icon["name"], *icon.get("aliases", []))]
    return set(names)


def test_the_brands_are_nobodys() -> None:
    real = _real_names()
    assert not {name.casefold() for brand in BRANDS for name in brand.names()} & real


@pytest.mark.parametrize(
    "brand", [b for b in BRANDS if not b.marks[0].common_word], ids=lambda brand: brand.id
)
def test_the_brands_are_no_words(brand: Brand) -> None:
    for language in ("en", "de", "fr", "es", "pt", "it", "nl", "pl", "sv", "tr", "vi"):
        assert zipf_frequency(brand.name.replace(" ", "").casefold(), language) < 1, language


def test_every_brand_has_a_look() -> None:
    assert set(LOOKS) == {brand.id for brand in BRANDS}


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(
    market: Market, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[tuple[int, int]] = []
    again = make(tmp_path / "again", step=lambda done, of: heard.append((done, of)))
    assert heard == [(done, len(heard)) for done in range(1, len(heard) + 1)]
    assert len(heard) > 100
    for part in ("catalogue.jsonl", "expected.jsonl"):
        assert (market.folder / part).read_bytes() == (again.folder / part).read_bytes(), part
    for picture in (market.folder / "images").glob("*.png"):
        assert picture.read_bytes() == (again.folder / "images" / picture.name).read_bytes(), picture.name
    # Taking pictures takes most of the time, and nobody looks at these.
    monkeypatch.setattr("workers.demo.market._take", lambda frames, *_: [f.write_bytes(b"") for f in frames])
    other = make(again.folder, seed=7)
    assert market.catalogue.read_bytes() != other.catalogue.read_bytes()


@pytest.mark.slow
def test_a_market_is_whole(market: Market) -> None:
    for line in market.catalogue.read_text(encoding="utf-8").splitlines():
        try:
            listing = json.loads(line)
        except ValueError:
            assert "B005" in line
            continue
        for path in listing.get("images", ()):
            assert (market.folder / path).is_file() or listing["id"] in {"B002", "B004"}, path


@pytest.mark.slow
@pytest.mark.parametrize("brand", BRANDS, ids=lambda brand: brand.id)
def test_a_brand_on_disk_says_what_its_owner_says(market: Market, brand: Brand) -> None:
    home = market.brands / brand.id
    read = Brand.model_validate_json((home / "brand.json").read_text(encoding="utf-8"))
    assert read == brand
    assert all((home / path).is_file() for path in (*read.logos, *read.images, *read.products[0].images))


@pytest.mark.slow
def test_a_market_that_is_up_to_date_is_left_alone(market: Market) -> None:
    written = market.catalogue.stat().st_mtime_ns
    assert make(market.folder).catalogue.stat().st_mtime_ns == written


def test_a_folder_of_somebody_elses_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UnreadableInput, match="holds something else"):
        make(tmp_path)
    assert (tmp_path / "thesis.txt").read_text(encoding="utf-8") == "mine"
