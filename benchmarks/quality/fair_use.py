"""Fair use: composed mentions of every kind, recognised and left alone, and genuine offers on real titles.

The sentences around the brand are written down here, apart from the detector's lists; the real titles that
say 'for' a registered brand are the shops' own.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from benchmarks.figure import Figure, tally
from benchmarks.registry import registry
from benchmarks.titles import TITLES, titles
from detector.judge import Judge
from detector.listing import Listing, Price
from detector.result import Qualifier, Verdict
from detector.text.context import default_context
from detector.view import TITLE

NAME = "fair_use"
NEEDS = (TITLES,)

_BRANDS = 60

_FLOOR, _CHEAP = Price(amount=Decimal(100), currency="EUR"), Price(amount=Decimal(5), currency="EUR")
"""What every brand's goods cost at least, and what the offers cost: the bare name at that is flagged."""

SAYINGS: dict[Qualifier, tuple[str, ...]] = {
    Qualifier.COMPATIBLE_WITH: (
        "Leather sleeve for {} laptops",
        "Spare brush head that fits {}",
        "Rechargeable pack, works with {} drills",
        "{}-compatible power supply 65 W",
        "Wechselakku passend für {} Geräte",
        "Ersatzfilter kompatibel mit {}",
        "Chargeur secteur pour {}",
        "Filtre adaptable compatible avec {}",
        "Cargador para portátil {}",
        "Capa protetora para {}",
        "Batteria di ricambio per {}",
        "Oplader geschikt voor {}",
        "Ładowarka do {}",
        "Зарядное устройство для {}",
        "{} için yedek batarya",
        "Pin thay thế cho {}",
        "Baterai pengganti untuk {}",
        "适用于{}的充电器",
        "{}対応 充電器",
        "{} 호환 충전기",
        "ที่ชาร์จสำหรับ{}",
        "شاحن متوافق مع {}",
    ),
    Qualifier.GENUINE_RESALE: (
        "{} jacket, second hand, good condition",
        "{} shoes pre-owned size 42",
        "{} Jacke gebraucht",
        "Veste {} d'occasion",
        "Chaqueta {} de segunda mano",
        "Casaco {} usado",
        "Giacca {} usata",
        "Kurtka {} używana",
        "Куртка {} б/у",
        "{} ceket ikinci el",
        "{} 外套 二手",
        "{} ジャケット 中古",
        "{} 자켓 중고",
        "แจ็คเก็ต {} มือสอง",
        "Jaket {} bekas",
    ),
    Qualifier.LICENSED_PRODUCT: (
        "Kids pyjamas, officially licensed by {}",
        "{} mug, official licensed product",
        "{} Tasse, offiziell lizenziert",
        "Tasse {} sous licence officielle",
        "Taza {} con licencia oficial",
        "Кружка {}, лицензионная",
        "{} 马克杯 官方授权",
        "{} マグカップ 公式ライセンス",
    ),
    Qualifier.OTHER_BRAND: (
        "Quieter and better than {}",
        "Our hoover vs {}: judge yourself",
        "The honest alternative to {}",
        "Leiser und besser als {}",
        "Une alternative à {}",
        "Mejor que {} y más silencioso",
        "Не хуже, а лучше чем {}",
        "Not affiliated with {}",
    ),
    Qualifier.HOMAGE_OWN_BRAND: (
        "Jacket in the style of {}",
        "{} style sofa",
        "Sofa im Stil von {}",
        "Куртка в стиле {}",
        "{}风格 沙发",
    ),
}


def measure(data: Path) -> Iterator[Figure]:
    """Sayings whose qualifier was found, sayings that were flagged, genuine titles that were flagged."""
    rng = random.Random(24)
    judge = Judge(brand.model_copy(update={"price_floor": _FLOOR}) for brand in registry(data))
    plain = [b.name for b in judge.brands.values() if re.fullmatch(r"[A-Z][a-z]{5,}", b.name)]
    names = rng.sample(plain, _BRANDS)
    for kind, sayings in SAYINGS.items():
        texts = [(saying.format(name), name) for saying in sayings for name in rng.sample(names, 12)]
        recognised = [kind in _said_of(judge, text, name) for text, name in texts]
        missed = tuple(text for (text, _), hit in zip(texts, recognised, strict=True) if not hit)
        yield Figure(NAME, f"{kind.value} recognised", *tally(recognised), target=0.9, misses=missed)
        cheap = [Listing(id="1", title=text, price=_CHEAP) for text, _ in texts]
        bare = [Listing(id="1", title=f"{name} 45 W", price=_CHEAP) for _, name in texts]
        beside = _flagged(judge, "", bare, 0).share
        yield replace(
            _flagged(judge, f"{kind.value} flagged at a price below the brand's", cheap, 0.01),
            peers=(("the bare name at that price", beside),),
        )
    yield _on_real_titles(judge, data)
    yield _qualified_makers(judge, data)
    genuine = [
        Listing(id="1", title=title, brand=brand) for title, brand in titles(data) if brand and brand in title
    ]
    yield _flagged(judge, "genuine titles flagged, brand in field and title", genuine, 0.005)


def _on_real_titles(judge: Judge, data: Path) -> Figure:
    """Shop titles of one make 'for' a registered brand."""
    outcomes, missed = [], []
    for title, brand in titles(data):
        marks = [m for m in judge.index.find(title) if not m.everyday and m.span[0] > 0]
        for mark in marks:
            if title[: mark.span[0]].endswith(" for ") and mark.brand != brand:
                outcomes.append(Qualifier.COMPATIBLE_WITH in _said_of(judge, title, mark.found))
                missed += [] if outcomes[-1] else [title]
    return Figure(
        NAME, "real titles 'for' a brand recognised", *tally(outcomes), target=0.9, misses=tuple(missed)
    )


def _qualified_makers(judge: Judge, data: Path) -> Figure:
    """Shop titles that open with their own brand, and of which something is said that speaks against that."""
    against = {Qualifier.COMPATIBLE_WITH, Qualifier.HOMAGE_OWN_BRAND, Qualifier.OTHER_BRAND}
    outcomes, wrong = [], []
    for title, brand in titles(data):
        if brand and title.startswith(brand + " "):
            passage = judge.view(Listing(id="1", title=title)).by_where[TITLE]
            for mark in (m for m in passage.mentions if m.span == (0, len(brand))):
                said = {sense.kind for sense in default_context().around(title, mark, passage.mentions)}
                outcomes.append(not against.isdisjoint(said))
                wrong += [title] if outcomes[-1] else []
    return Figure(
        NAME,
        "real titles by a brand said to be 'for' or 'like' it",
        *tally(outcomes),
        target=0.02,
        at_most=True,
        misses=tuple(wrong),
    )


def _said_of(judge: Judge, title: str, name: str) -> set[Qualifier]:
    view = judge.view(Listing(id="1", title=title))
    passage = view.by_where[TITLE]
    return {q.kind for m in passage.mentions if name in m.found for q in view.qualifiers(passage, m)}


def _flagged(judge: Judge, name: str, listings: list[Listing], target: float) -> Figure:
    flagged = [item for item in listings if judge.judge(item).verdict is Verdict.FLAG]
    misses = tuple(item.title for item in flagged)
    return Figure(NAME, name, len(flagged), len(listings), target=target, at_most=True, misses=misses)
