import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.result import Qualifier
from detector.text.context import default_context
from detector.text.mention import Likeness, Mention

COMPATIBLE, RESALE, LICENSED = Qualifier.COMPATIBLE_WITH, Qualifier.GENUINE_RESALE, Qualifier.LICENSED_PRODUCT
OTHER, STYLE, GENERIC = Qualifier.OTHER_BRAND, Qualifier.HOMAGE_OWN_BRAND, Qualifier.DESCRIPTIVE_OR_GENERIC


def mention(text: str, name: str) -> Mention:
    start = text.index(name)
    return Mention(name.lower(), name, (start, start + len(name)), name, Likeness.EXACT, 1.0)


def around(text: str, *names: str) -> dict[Qualifier, str]:
    """What is said of the first of the names, by the words that say it."""
    mentions = [mention(text, name) for name in names]
    senses = default_context().around(text, mentions[0], mentions)
    return {sense.kind: text[slice(*sense.span)] for sense in senses}


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        ("USB charger for Apple", "Apple", "charger for"),
        ("Charger compatible with Apple MacBook", "Apple", "compatible with"),
        ("Vacuum bags, fits Miele", "Miele", "fits"),
        ("Toner replacement for Brother", "Brother", "replacement for"),
        ("Bracelet for the new Garmin watch", "Garmin", "for"),
        ("Canon compatible ink cartridge", "Canon", "compatible"),
        ("Hülle für Samsung Galaxy", "Samsung", "für"),
        ("Filter passend für Miele", "Miele", "passend für"),
        ("Coque pour Samsung", "Samsung", "pour"),
        ("Funda para Samsung", "Samsung", "para"),
        ("Cartucho compatível com Epson", "Epson", "compatível com"),
        ("Custodia per Samsung", "Samsung", "per"),
        ("Hoesje voor Samsung", "Samsung", "voor"),
        ("Etui do Samsung", "Samsung", "do"),
        ("Чехол для Samsung", "Samsung", "для"),
        ("Аккумулятор совместим с Makita", "Makita", "совместим с"),
        ("Samsung için kılıf", "Samsung", "için"),
        ("Ốp lưng cho Samsung", "Samsung", "cho"),
        ("Casing untuk Samsung", "Samsung", "untuk"),
        ("手机壳适用于Samsung", "Samsung", "适用于"),
        ("Samsung対応 ケース", "Samsung", "対応"),
        ("Samsung用ケース", "Samsung", "用"),
        ("Samsung 호환 케이스", "Samsung", "호환"),
        ("เคสสำหรับSamsung", "Samsung", "สำหรับ"),
        ("غطاء متوافق مع Samsung", "Samsung", "متوافق مع"),
    ],
)
def test_made_to_go_with_the_brand(text: str, name: str, words: str) -> None:
    assert around(text, name).get(COMPATIBLE) == words


def test_a_list_of_marks_shares_its_preposition() -> None:
    text = "Lens cap for Canon, Nikon / Sony and Pentax"
    names = ["Pentax", "Canon", "Nikon", "Sony"]
    assert around(text, *names)[COMPATIBLE] == "for"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Shoes for men Nike", "Nike"),
        ("Phone case for Samsung by Spigen", "Spigen"),
        ("Perfect for running. Nike Pegasus", "Nike"),
        ("Great for every day of the whole year Nike", "Nike"),
        ("Sneakers for women - Adidas Gazelle", "Adidas"),
        ("Nike shoes for kids", "Nike"),
        ("Кроссовки для женщин Nike", "Nike"),
        ("Schuhe für Herren Adidas", "Adidas"),
        ("Nike forever", "Nike"),
        ("Velmora ödeme için", "Velmora"),  # for paying
        ("Nike ayakkabı erkekler için", "Nike"),
    ],
)
def test_a_preposition_that_governs_something_else(text: str, name: str) -> None:
    assert COMPATIBLE not in around(text, name)


@pytest.mark.parametrize(
    ("text", "name", "kind", "words"),
    [
        ("Gucci bag, pre-owned", "Gucci", RESALE, "pre-owned"),
        ("Vintage Levis jacket", "Levis", RESALE, "Vintage"),
        ("Gebrauchte Rolex Uhr", "Rolex", RESALE, "Gebrauchte"),
        ("Сумка Gucci б/у", "Gucci", RESALE, "б/у"),
        ("中古 Gucci バッグ", "Gucci", RESALE, "中古"),
        ("二手 Gucci 包", "Gucci", RESALE, "二手"),
        ("Sac Gucci d'occasion", "Gucci", RESALE, "d'occasion"),
        ("Disney mug, officially licensed", "Disney", LICENSED, "officially licensed"),
        ("Offiziell lizenziert: Disney Tasse", "Disney", LICENSED, "Offiziell lizenziert"),
        ("正版授权 Disney 杯子", "Disney", LICENSED, "正版授权"),
        ("Our vacuum is better than Dyson", "Dyson", OTHER, "better than"),
        ("Cleaner alternative to Dyson", "Dyson", OTHER, "alternative to"),
        ("ErgoMax vs Dyson", "Dyson", OTHER, "vs"),
        ("Chanel style jacket", "Chanel", STYLE, "style"),
        ("Куртка в стиле Chanel", "Chanel", STYLE, "в стиле"),
        ("Chanel风格 外套", "Chanel", STYLE, "风格"),
        ("Fresh apple juice 1 l", "apple", GENERIC, "juice"),
        ("Paper for target practice", "target", GENERIC, "practice"),
        ("An orange dress for summer", "orange", GENERIC, "dress"),
    ],
)
def test_what_else_is_said_of_a_mark(text: str, name: str, kind: Qualifier, words: str) -> None:
    assert around(text, name).get(kind) == words


def test_nothing_is_said_where_the_brand_is_claimed() -> None:
    assert around("Nike Air Max 90 running shoes, white", "Nike") == {}


@given(st.text(max_size=60), st.text(max_size=60))
def test_spans_lie_in_the_text(before: str, after: str) -> None:
    text = f"{before} Acme {after}"
    mentioned = Mention("acme", "Acme", (len(before) + 1, len(before) + 5), "Acme", Likeness.EXACT, 1.0)
    for sense in default_context().around(text, mentioned, [mentioned]):
        assert 0 <= sense.span[0] < sense.span[1] <= len(text)
