import sys
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.brand import Brand, Mark
from detector.text.index import MarkIndex
from detector.text.mention import Likeness, Mention

NAMES = (
    "Adidas", "Nike", "Samsung", "Louis Vuitton", "Coca-Cola", "PayPal", "PlayStation", "McDonald's",
    "Heineken",     "Nestlé", "Chanel", "Apple", "H&M", "Haagen-Dazs", "Lenovo", "Vorkelin",
    "Sanovex", "Zyv", "Brontelli", "Velmora",
)  # fmt: skip
BRANDS = [
    *(Brand(id=name.lower(), name=name) for name in NAMES),
    Brand(id="nike-cn", name="Nike China", aliases=("耐克",)),
    Brand(id="oreo", name="奥利奥"),
    Brand(id="nuts", name="六个核桃"),
    Brand(id="acme", name="Acme", marks=(Mark(text="Sunny Day", common_word=True),)),
]


@pytest.fixture(scope="module")
def index() -> MarkIndex:
    return MarkIndex.build(BRANDS)


def said(mentions: list[Mention]) -> list[tuple[str, str, Likeness]]:
    return [(m.mark, m.found, m.likeness) for m in mentions]


@pytest.mark.parametrize(
    ("text", "mark", "found"),
    [
        ("NIKE air max", "Nike", "NIKE"),
        ("Nike's new shoe", "Nike", "Nike"),
        ("shoes by louis vuitton, new", "Louis Vuitton", "louis vuitton"),
        ("LouisVuitton bag", "Louis Vuitton", "LouisVuitton"),
        ("Coca Cola 0.5 l", "Coca-Cola", "Coca Cola"),
        ("coca-cola", "Coca-Cola", "coca-cola"),
        ("play station 5", "PlayStation", "play station"),
        ("Mc Donald's toy", "McDonald's", "Mc Donald's"),
        ("Nestle chocolate", "Nestlé", "Nestle"),
        ("h&m dress", "H&M", "h&m"),
        ("正品耐克鞋", "耐克", "耐克"),
        ("Nike™", "Nike", "Nike"),
        ("日本 ＮＩＫＥ 靴", "Nike", "ＮＩＫＥ"),
    ],
)
def test_open_mentions(index: MarkIndex, text: str, mark: str, found: str) -> None:
    assert (mark, found, Likeness.EXACT) in said(index.find(text))


@pytest.mark.parametrize(
    ("text", "mark", "found", "likeness"),
    [
        ("Аdidаs shoes", "Adidas", "Аdidаs", Likeness.LOOKALIKE_CHARACTERS),
        ("🅽🅸🅺🅴 shoes", "Nike", "🅽🅸🅺🅴", Likeness.LOOKALIKE_CHARACTERS),
        ("🇳🇮🇰🇪 shoes", "Nike", "🇳🇮🇰🇪", Likeness.LOOKALIKE_CHARACTERS),
        ("ádidas shoes", "Adidas", "ádidas", Likeness.LOOKALIKE_CHARACTERS),
        ("p@ypal card", "PayPal", "p@ypal", Likeness.LOOKALIKE_CHARACTERS),
        ("N1ke shoes", "Nike", "N1ke", Likeness.LOOKALIKE_CHARACTERS),
        ("adibas shoes", "Adidas", "adibas", Likeness.LOOKALIKE_CHARACTERS),
        ("buy \u202eekin\u202c", "Nike", "ekin", Likeness.LOOKALIKE_CHARACTERS),
        ("N\u200bike shoes", "Nike", "N\u200bike", Likeness.SPLIT_OR_PADDED),
        ("N i k e shoes", "Nike", "N i k e", Likeness.SPLIT_OR_PADDED),
        ("n.i.k.e shoes", "Nike", "n.i.k.e", Likeness.SPLIT_OR_PADDED),
        ("N🔥I🔥K🔥E", "Nike", "N🔥I🔥K🔥E", Likeness.SPLIT_OR_PADDED),
        ("L-o-u-i-s Vuitton", "Louis Vuitton", "L-o-u-i-s Vuitton", Likeness.SPLIT_OR_PADDED),
        ("sam-sung phone", "Samsung", "sam-sung", Likeness.SPLIT_OR_PADDED),
        ("adiddas shoes", "Adidas", "adiddas", Likeness.SPLIT_OR_PADDED),
        ("adidas2024 shoes", "Adidas", "adidas2024", Likeness.SPLIT_OR_PADDED),
        ("Dadiads shoes", "Adidas", "Dadiads", Likeness.MISSPELLING),
        ("Haimeken beer", "Heineken", "Haimeken", Likeness.MISSPELLING),
        ("Louis Button bag", "Louis Vuitton", "Louis Button", Likeness.MISSPELLING),
        ("Haagon Bozs ice", "Haagen-Dazs", "Haagon Bozs", Likeness.MISSPELLING),
        ("Vorkelim lamp", "Vorkelin", "Vorkelim", Likeness.LOOKALIKE_CHARACTERS),
        ("ΖΥV bag", "Zyv", "ΖΥV", Likeness.LOOKALIKE_CHARACTERS),
        ("Bronteli bag", "Brontelli", "Bronteli", Likeness.MISSPELLING),
        ("Sannoveks cream", "Sanovex", "Sannoveks", Likeness.SOUNDS_ALIKE),
        ("adidassneakers cheap", "Adidas", "adidassneakers", Likeness.SPLIT_OR_PADDED),
        ("Велмора", "Velmora", "Велмора", Likeness.OTHER_SCRIPT),
        ("Вельмора", "Velmora", "Вельмора", Likeness.OTHER_SCRIPT),
        ("adidos shoes", "Adidas", "adidos", Likeness.SOUNDS_ALIKE),
        ("кроссовки найк", "Nike", "найк", Likeness.OTHER_SCRIPT),
        ("アディダス スニーカー", "Adidas", "アディダス", Likeness.OTHER_SCRIPT),
        ("粤利粤 cookies", "奥利奥", "粤利粤", Likeness.MISSPELLING),
        ("六个土核桃", "六个核桃", "六个土核桃", Likeness.MISSPELLING),
    ],
)
def test_imitations(index: MarkIndex, text: str, mark: str, found: str, likeness: Likeness) -> None:
    mentions = [m for m in index.find(text) if m.mark == mark]
    assert said(mentions) == [(mark, found, likeness)]
    assert mentions[0].detail
    assert not mentions[0].everyday
    assert mentions[0].score >= 0.7


@pytest.mark.parametrize(
    "text",
    [
        "5.1 surround sound system with cable",
        "kingston vs2gb1333d3 2 gb memory",
        "mike and the mechanics, greatest hits",
        "reusable water bottle, 750 ml, blue",
        "кроссовки мужские кожаные",
        "самый лучший товар для дома",
        "apples and pears",
        "hm, what a dress",
        "sunset poster 50x70",
    ],
)
def test_innocent_texts(index: MarkIndex, text: str) -> None:
    assert [m for m in index.find(text) if m.likeness is not Likeness.EXACT and not m.everyday] == []


@pytest.mark.parametrize(
    ("written", "mark"),
    [
        ("Нетлифи", "Netlify"),
        ("Кулифи", "Coolify"),
        ("Хоудини", "Houdini"),
        ("Сентос", "CentOS"),
        ("Квизлет", "Quizlet"),
        ("Джумла", "Joomla"),
    ],
)
def test_cyrillic_is_read_by_letters_and_by_ear(written: str, mark: str) -> None:
    index = MarkIndex.build([Brand(id="it", name=mark)])
    assert said(index.find(f"кабель {written} 2 м")) == [(mark, written, Likeness.OTHER_SCRIPT)]


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("попал в аварию", "PayPal"),
        ("возле метро", "Metro"),
        ("из Польши, культуры Польше", "Porsche"),
        ("вице президент", "Vitess"),
        ("Kılıf uyumlu", "Ubuntu"),
    ],
)
def test_the_words_of_a_language_are_its_own(text: str, mark: str) -> None:
    assert MarkIndex.build([Brand(id="it", name=mark)]).find(text) == []


@pytest.mark.parametrize(
    ("written", "mark", "heard"),
    [
        ("Бельмора", "Belmora", True),
        ("Вельмора", "Belmora", False),
        ("Бельмора", "Velmora", False),
        ("Бурбери", "Burberry", True),
        ("Сваровски", "Swarovski", True),
        ("バレナ", "Valena", True),  # others write either with either
        ("발레나", "Valena", True),
    ],
)
def test_cyrillic_tells_b_from_v(written: str, mark: str, heard: bool) -> None:
    index = MarkIndex.build([Brand(id="it", name=mark)])
    assert [m.mark for m in index.find(written)] == [mark] * heard


SEVERAL = MarkIndex.build(
    Brand(id=name, name=name)
    for name in (
        "The North Face", "New Balance", "Under Armour", "Red Bull", "Hugo Boss", "Calvin Klein", "Ray-Ban",
        "Jack & Jones", "Victoria's Secret", "Marenda Vale",
    )
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "mark", "found", "likeness"),
    [
        ("The N0rth Face jacket", "The North Face", "The N0rth Face", Likeness.LOOKALIKE_CHARACTERS),
        ("N0rth F4ce jacket", "The North Face", "N0rth F4ce", Likeness.LOOKALIKE_CHARACTERS),
        ("warm Norht Face jacket", "The North Face", "Norht Face", Likeness.MISSPELLING),
        ("Norht Fcae jacket", "The North Face", "Norht Fcae", Likeness.MISSPELLING),
        ("N3w Balance 574", "New Balance", "N3w Balance", Likeness.LOOKALIKE_CHARACTERS),
        ("Nwe Balance 574", "New Balance", "Nwe Balance", Likeness.MISSPELLING),
        ("Und3r Armour shirt", "Under Armour", "Und3r Armour", Likeness.LOOKALIKE_CHARACTERS),
        ("R3d Bu11 24 cans", "Red Bull", "R3d Bu11", Likeness.LOOKALIKE_CHARACTERS),
        ("Hug0 B0ss suit", "Hugo Boss", "Hug0 B0ss", Likeness.LOOKALIKE_CHARACTERS),
        ("suit by Hugo Bo$$", "Hugo Boss", "Hugo Bo$$", Likeness.LOOKALIKE_CHARACTERS),
        ("briefs Calvni Klien", "Calvin Klein", "Calvni Klien", Likeness.MISSPELLING),
        ("shades Ray Bna", "Ray-Ban", "Ray Bna", Likeness.MISSPELLING),
        ("J4ck & Jones jeans", "Jack & Jones", "J4ck & Jones", Likeness.LOOKALIKE_CHARACTERS),
        ("Vict0ria's Secret bra", "Victoria's Secret", "Vict0ria's Secret", Likeness.LOOKALIKE_CHARACTERS),
        ("bra Victorai's Secrte", "Victoria's Secret", "Victorai's Secrte", Likeness.MISSPELLING),
        ("Marenda Va1e bag", "Marenda Vale", "Marenda Va1e", Likeness.LOOKALIKE_CHARACTERS),
    ],
)
def test_each_word_of_a_name_may_be_disguised_or_slip(
    text: str, mark: str, found: str, likeness: Likeness
) -> None:
    mentions = SEVERAL.find(text)
    assert said(mentions) == [(mark, found, likeness)]
    assert mentions[0].detail
    assert not mentions[0].everyday


@pytest.mark.parametrize(
    "text",
    [
        "north facing garden", "a house with its north face in the shade", "a new balanced diet",
        "under armor plates", "under the armoured car", "red bulls terrier", "a bull, red", "new balances",
        "a ray of sun", "r3d wing boots", "the n0rth pole", "jack and jill", "victoria's secretary",
        "under armour3d", "new 8 balance", "Calvin's decline", "boss 2 hugo",
    ],
)  # fmt: skip
def test_phrases_that_are_like_a_name_of_several_words(text: str) -> None:
    assert [m for m in SEVERAL.find(text) if not m.everyday] == []


def test_an_article_may_be_left_out_of_a_name() -> None:
    (mention,) = SEVERAL.find("North Face jacket")
    assert (mention.mark, mention.likeness, mention.everyday) == ("The North Face", Likeness.EXACT, True)
    assert MarkIndex.build([Brand(id="s", name="The Sims")]).find("sims and more") == []


@pytest.mark.parametrize(("text", "mark"), [("5.1 channel receiver", "Chanel"), ("an apple a day", "Apple")])
def test_everyday_words_say_so(index: MarkIndex, text: str, mark: str) -> None:
    assert [m.everyday for m in index.find(text) if m.mark == mark] == [True]


def test_words_for_what_goods_fit_imitate_nobody() -> None:
    ubuntu = MarkIndex.build([Brand(id="ubuntu", name="Ubuntu")])
    assert ubuntu.find("uyumlu şarj aleti") == []
    assert [m.found for m in ubuntu.find("ubumlu şarj aleti")] == ["ubumlu"]


def test_a_common_word_mark_is_everyday(index: MarkIndex) -> None:
    assert [m.everyday for m in index.find("a sunny day")] == [True]


def test_brands_of_one_name_are_all_reported() -> None:
    index = MarkIndex.build([Brand(id="one", name="Vorkelin"), Brand(id="two", name="Vorkelin")])
    assert {m.brand for m in index.find("Vorkelin lamp")} == {"one", "two"}
    assert {m.brand for m in index.find("Vorkelim lamp")} == {"one", "two"}


def test_other_genuine_names_can_be_told() -> None:
    brands = [Brand(id="v", name="Vorkelin")]
    assert MarkIndex.build(brands, genuine=frozenset()).find("vorkelan lamp")
    assert not MarkIndex.build(brands, genuine=frozenset({"vorkelan"})).find("vorkelan lamp")


def test_an_empty_registry_finds_nothing() -> None:
    assert MarkIndex.build([]).find("Nike Аdidаs 耐克") == []


@given(st.text(max_size=200))
@settings(deadline=None)
def test_spans_lie_in_the_text_and_never_overlap(text: str) -> None:
    mentions = _INDEX.find(text)
    for mention in mentions:
        start, end = mention.span
        assert 0 <= start < end <= len(text)
        assert mention.found == text[start:end]
    spans = sorted({m.span for m in mentions})
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


@given(st.sampled_from(NAMES), st.text(max_size=20), st.text(max_size=20))
@settings(deadline=None)
def test_a_name_between_spaces_is_found(name: str, before: str, after: str) -> None:
    quiet = "".maketrans(dict.fromkeys("\u202e\u202d'’`´&"))
    text = f"{before.translate(quiet)} | {name} | {after.translate(quiet)}"
    assert name in {m.mark for m in _INDEX.find(text)} or name == "H&M"


@given(st.sampled_from(["Adidas", "Samsung", "Heineken", "Lenovo"]), st.data())
@settings(deadline=None)
def test_a_name_with_some_letters_looking_alike_is_found(name: str, data: st.DataObject) -> None:
    alike = {
        "a": "аɑα",
        "e": "еε",
        "i": "іι1",
        "o": "оο0",
        "s": "ѕ$",
        "n": "ոṅ",
        "m": "ⅿ",
        "g": "ɡ",
        "d": "ԁ",
    }
    letters = list(name)
    for at in data.draw(st.sets(st.integers(1, len(letters) - 1), max_size=3)):
        letters[at] = data.draw(st.sampled_from(alike.get(letters[at], letters[at])))
    written = "".join(letters)
    assert name in {m.mark for m in _INDEX.find(f"{written} goods")}


@pytest.mark.parametrize(
    ("text", "likeness"),
    [
        ("story.blok bag", Likeness.SPLIT_OR_PADDED),
        ("story-blok bag", Likeness.EXACT),
        ("story blok bag", Likeness.EXACT),
    ],
)
def test_a_dot_parts_no_honest_name(text: str, likeness: Likeness) -> None:
    (mention,) = MarkIndex.build([Brand(id="s", name="Storyblok")]).find(text)
    assert mention.likeness is likeness


@pytest.mark.parametrize(
    ("text", "name"), [("ӏісһеѕѕ", "Lichess"), ("ԁатаԁоԍ", "Datadog"), ("таьеӏоԍ", "Tabelog")]
)
def test_a_name_all_in_cyrillic_letters_that_look_latin(text: str, name: str) -> None:
    (mention,) = MarkIndex.build([Brand(id="s", name=name)]).find(text)
    assert mention.likeness is Likeness.LOOKALIKE_CHARACTERS


@pytest.mark.parametrize(
    ("text", "mark"),
    [("netware 6 server", "Nextware"), ("uni-ball pen", "Uniball")],
)
def test_better_known_words_and_open_writings_stand_for_themselves(text: str, mark: str) -> None:
    found = MarkIndex.build([Brand(id="b", name=mark)]).find(text)
    assert [m for m in found if m.likeness is not Likeness.EXACT] == []


@pytest.mark.parametrize(
    "text",
    ["a" * 10_000, "a " * 5_000, "N\u0336" * 5_000, "n-i-" * 2_500, "\u202e" * 10_000, "1!" * 5_000,
     "耐" * 10_000,     "$a" * 5_000, "x.y" * 3_000],
)  # fmt: skip
def test_hostile_texts_are_read(index: MarkIndex, text: str) -> None:
    index.find(text)


@pytest.mark.parametrize(
    "text", ["a b c d e f g h i j ", "a.b-", "1!", "耐克不是", "аdi ", "$a@b", "samsun "]
)
def test_work_grows_no_faster_than_a_text(text: str, index: MarkIndex) -> None:
    def calls(times: int) -> int:
        counted = 0

        def count(*_: object) -> None:
            nonlocal counted
            counted += 1

        index.find(text * times)  # what is cached is not work
        sys.setprofile(count)
        try:
            index.find(text * times)
        finally:
            sys.setprofile(None)
        return counted

    assert calls(800) < 5 * calls(200)


_INDEX = MarkIndex.build(BRANDS)
