import csv
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.text.tables import DATA
from detector.text.terms import default_terms


def found(text: str) -> list[str]:
    return [term.found for term in default_terms().find(text)]


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("Nike Air replica", "replica"),
        ("Nike Air REPLICA!", "REPLICA"),
        ("Nike Air r3plica", "r3plica"),
        ("Nike Air rep1ica", "rep1ica"),
        ("Nike Air 1st c0py", "1st c0py"),
        ("Nike Air 1:1 qu4lity", "1:1 qu4lity"),
        ("Nike Air ｒｅｐｌｉｃａ", "ｒｅｐｌｉｃａ"),
        ("Nike Air rеplicа", "rеplicа"),  # Cyrillic е and а
        ("Nike Air re\u200bplica", "re\u200bplica"),
        ("Nike Air ʀᴇᴘʟɪᴄᴀ", "ʀᴇᴘʟɪᴄᴀ"),
        ("Nike Air \u202eacilper\u202c", "acilper"),
        ("ΝΙΚΕ ΜΑΪΜΟΥ", "ΜΑΪΜΟΥ"),
        ("super-fake Chanel bag", "super-fake"),
        ("superfake Chanel bag", "superfake"),
        ("SUPER_FAKE Chanel bag", "SUPER_FAKE"),
        ("Rolex 1:1 quality", "1:1 quality"),
        ("Gucci bag AAA+", "AAA+"),
        ("Gucci bag, mirror quality", "mirror quality"),
        ("Nike Dunk UA batch", "UA batch"),
        ("Dior Sauvage dupe", "dupe"),
        ("耐克高仿运动鞋", "高仿"),
        ("Nike 精仿 男鞋", "精仿"),
        ("阿迪达斯原单跑鞋", "原单"),
        ("LV 复刻 手袋", "复刻"),
        ("AJ1莆田纯原", "莆田纯原"),
        ("Nike 超A 跑鞋", "超A"),
        ("Gucci A货 包包", "A货"),
        ("Nike 1比1 跑鞋", "1比1"),
        ("外贸尾单 Zara 大衣", "尾单"),
        ("Сумка Gucci реплика", "реплика"),
        ("Часы Rolex, копия люкс", "копия люкс"),
        ("Adidas паль", "паль"),
        ("кроссовки Nike подделка", "подделка"),
        ("Tênis Nike primeira linha", "primeira linha"),
        ("Bolsa Gucci réplica", "réplica"),
        ("Bolsa Gucci replica", "replica"),
        ("Reloj Rolex calidad espejo", "calidad espejo"),
        ("zapatillas Nike imitación", "imitación"),
        ("iPhone 15 clon", "clon"),
        ("Giày Nike hàng Quảng Châu", "hàng Quảng Châu"),
        ("Giày Nike hàng quang chau", "hàng quang chau"),
        ("giày Adidas hàng super fake", "hàng super fake"),
        ("giày Adidas rep 1:1", "rep 1:1"),
        ("Rolex saat bir bir kopya", "bir bir kopya"),
        ("Nike ayakkabı A kalite", "A kalite"),
        ("sac Chanel qualité miroir", "qualité miroir"),
        ("sac Chanel contrefaçon", "contrefaçon"),
        ("Rolex Top Qualität Replika", "Top Qualität Replika"),
        ("Rolex Nachbau", "Nachbau"),
        ("borsa Gucci imitazione", "imitazione"),
        ("torebka Chanel podróbka", "podróbka"),
        ("ヴィトン スーパーコピー 財布", "スーパーコピー"),
        ("ロレックス N級品", "N級品"),
        ("구찌 레플리카 가방", "레플리카"),
        ("샤넬 미러급 백", "미러급"),
        ("나이키 짝퉁", "짝퉁"),
        ("กระเป๋า Gucci งานมิลเลอร์", "งานมิลเลอร์"),
        ("รองเท้า Nike ของก็อป", "ของก็อป"),
        ("ساعة رولكس تقليد درجة أولى", "تقليد درجة أولى"),
        ("ساعة رولكس هاي كوبي", "هاي كوبي"),
        ("sepatu Nike KW super", "KW super"),
        ("sepatu Nike barang kw", "barang kw"),
        ("נעלי נייקי חיקוי", "חיקוי"),
        ("Nike जूते फर्स्ट कॉपी", "फर्स्ट कॉपी"),
        ("Nike shoes not used, first copy", "first copy"),
        ("Nike, never worn, no box, replica", "replica"),
        ("zapatillas Nike sin caja, réplica", "réplica"),
        ("кроссовки Nike не новые, реплика", "реплика"),
        ("Nike 不是二手，高仿", "高仿"),
        ("Original Nike? No, replica", "replica"),
        ("Nike replica? yes", "replica"),
        ("Nike replica? no box", "replica"),
        ("Nike replica, free shipping", "replica"),
        ("Nike replica free shipping", "replica"),
    ],
)
def test_guilty_terms_are_found_where_they_stand(text: str, term: str) -> None:
    assert term in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Duracell Triple A batteries, 8 pack",
        "Duracell AAA battery",
        "Energizer AAA alkaline cells",
        "Varta AAA Batterien",
        "Panasonic AAA pilas recargables",
        "ミラー Sony",
        "Ikea wall mirror with frame",
        "T-Rex dinosaur skull replica, National Geographic",
        "Ferrari diecast model replica 1:18",
        "Bburago Ferrari replica 1:24",
        "Bandai Gundam 1:1 scale head",
        "Canon macro lens 1:1",
        "Adidas Real Madrid replica jersey 2023",
        "This Nike is not a replica",
        "Nike original, no fakes, replicas or imitations",
        "Nike: replicas, fakes prohibited",
        "Nike original, 拒绝假货、高仿",
        "Nike shoes replica? NO! 100% original",
        "Nike. Is it a replica? No, it is not.",
        "Nike shoes. Replica: no",
        "¿Nike réplica? No, original",
        "Nike реплика? Нет, оригинал",
        "Nike 高仿？不是，正品",
        "Nike, fake-free guarantee",
        "no replica, original Nike only",
        "We never sell fake Nike",
        "Beware of fake Chanel bags",
        "kein Replika, original Rolex",
        "No es réplica, Nike original",
        "не реплика, оригинал Nike",
        "Nike 正品 不是高仿",
        "本商品はスーパーコピーではありません",
        "나이키 정품 레플리카 아닙니다",
        "Nike ไม่ใช่ของก็อป",
        "Nike orijinal, imitasyon değildir",
        "hàng Nike chính hãng, không phải hàng fake",
        "Zara faux leather, imitation leather jacket",
        "Norton Ghost disk clone software",
        "HP copy paper A4",
        "444 Nike Street",
        "SanDisk class 4 memory card",
        "Nike Duplex",
        "Repsol Honda",
        "Nike replicator",
        "Manila paper",
        "Apple iPhone 15 Pro Max 256GB",
        "",
    ],
)
def test_innocent_senses_are_left_alone(text: str) -> None:
    assert [term.found for term in default_terms().find(text) if term.strength > 0.5] == []


@pytest.mark.parametrize(
    "text",
    [
        "Velmora Nachbildung", "Velmora Replik", "gefälschte Velmora", "Velmora Nachbauten",
        "fausse Velmora", "fausses Velmora", "faux sac Velmora", "Velmora contrefaite", "Velmora falso",
        "zapatillas Velmora falsas", "Velmora truchos", "Velmora símil original", "borse Velmora repliche",
        "Velmora falsificata", "Velmora imitações", "Velmora contrafeito",
        "Velmora nagemaakt",
        "Velmora vervalst", "Velmora podrobione", "kupię podróbkę Velmora",
        "сумка Velmora поддельная",
        "фальшивые Velmora", "Velmora sahte", "Velmora taklidi", "Velmora 仿制品", "Velmora 赝品",
        "Velmora 假冒",
        "Velmora 偽造品", "Velmora パチモン", "Velmora 가품", "Velmora 모조품", "Velmora palsu",
        "Velmora đồ giả",
        "Velmora مزيفة", "Velmora מזויף", "Velmora hamis", "Velmora förfalskning", "Velmora väärennös",
        "Steinberg falsos", "fausse Pierre Cardin", "falešná Velmora", "Velmora contrafăcută",
        "Velmora απομιμήσεις",
    ],
)  # fmt: skip
def test_terms_are_known_as_they_are_inflected(text: str) -> None:
    assert [term.strength >= 0.8 for term in default_terms().find(text)] == [True]


@pytest.mark.parametrize(
    "text",
    [
        "fausse fourrure Velmora", "Velmora fausses perles", "Velmora faux cils", "faux fur Velmora",
        "Velmora faux leather bag", "imitation leather Velmora", "Velmora Kunstleder",
        "Velmora Lederimitat",
        "Velmora uñas falsas", "pestañas falsas Velmora", "falso techo Velmora",
        "Velmora unhas falsas",
        "borsa Velmora finta pelle", "ciglia finte Velmora", "Velmora imitacja skóry",
        "ногти фальшивые Velmora",
        "Velmora sahte tırnak", "Velmora イミテーションパール", "フェイクファー Velmora",
        "kuku palsu Velmora",
        "Velmora kulit imitasi", "Nachbildung eines Schädels Velmora", "Velmora Kopie der Rechnung",
        "Velmora 가품시 환불", "Velmora 偽造品防止", "keine Nachbildung, Velmora",
        "ce n'est pas une fausse Velmora",
        "geen vervalsing, Velmora", "Velmora, nunca falsos", "Velmora műköröm, nem hamis", "Velmora 非仿制品",
    ],
)  # fmt: skip
def test_what_is_called_fake_honestly_is_left_alone(text: str) -> None:
    assert [term.found for term in default_terms().find(text) if term.strength > 0.5] == []


@pytest.mark.parametrize(
    "text",
    [
        "no brand unbranded replica", "no brand, replica", "unbranded replica of Velmora",
        "non-branded replica",
        "no box replica", "without tags replica", "never worn replica", "not genuine replica",
        "no box no papers replica", "ohne Marke Replika", "kein Original, Nachbau", "kein Original Nachbau",
        "sans boîte réplique", "sin marca réplica", "no es original réplica", "sem caixa réplica",
        "senza scatola replica", "non originale replica", "zonder doos replica", "bez pudełka replika",
        "не оригинал реплика", "без коробки реплика", "kutu yok replika", "replika orijinal değil",
        "不是正品 高仿", "没有包装 高仿", "本物ではありません レプリカ", "レプリカ 正規品ではない",
        "레플리카 정품 아님",
        "no tags 1:1 copy", "no box or papers replica", "never used replica", "not genuine but a replica",
        "it's not an original but a replica", "no original, replica", "no original - replica",
        "no box or papers, replica", "keine neue Verpackung Replika", "nicht original Replika",
        "nicht das Original, sondern Replika", "sans marque réplique", "pas authentique, réplique",
        "sin etiquetas réplica", "no es auténtica, réplica", "senza garanzia imitazione",
        "non autentica replica", "geen doos namaak", "niet originele replica", "bez metki podróbka",
        "nie nowe, replika", "без бирок подделка", "не новые, реплика", "не ношенные реплика",
        "nie noszone repliki",
        "no brand replica", "no box / replica", "etiketi yok taklit",
        "taklit, kutusu yok",
        "không hộp hàng fake", "tidak ori tiruan", "ไม่ใช่ของแท้ งานมิลเลอร์", "ليس أصلي تقليد",
    ],
)  # fmt: skip
def test_a_denial_reaches_no_further_than_what_it_denies(text: str) -> None:
    assert [term.strength >= 0.8 for term in default_terms().find(text)] == [True]


@pytest.mark.parametrize(
    "text",
    [
        "no replica", "not a replica", "not a cheap replica", "no Velmora replica", "no box, no replica",
        "we do not sell brand replicas", "how to tell an original from a replica", "spot genuine vs replica",
        "keine Replika", "kein billiger Nachbau", "sin ser réplica", "no es una réplica", "pas une réplique",
        "ce n'est pas une réplique", "não é uma réplica", "non è una replica", "geen replica",
        "to nie replika",
        "это не реплика", "replika değil", "非高仿", "正品不是高仿", "レプリカではない", "레플리카 아님",
        "replicas of brands are prohibited",
        "No used or replica items", "no defects or fakes", "no name brands or replicas",
        "no used, damaged or replica items", "no used/replica items", "no defects and fakes",
        "this is not a new replica", "not the original replica", "not a genuine Velmora replica",
        "no new or used replicas", "this is not used or replica", "no branded replicas",
        "keine OVP oder Replika", "keine Marken oder Repliken", "kein Umtausch, keine Fälschungen",
        "keine originale Replika", "nicht die originale Replika", "kein neuer Nachbau",
        "sans marque ou réplique", "pas de retour ni contrefaçon", "pas d'occasion ni de contrefaçon",
        "niente imitazioni", "no usado ni réplica", "100% authentic not new or fake",
        "ce n'est pas une authentique réplique",
        "sin marca o réplica", "sin usadas ni réplicas", "no es una nueva réplica", "ninguna nueva réplica",
        "senza marca o imitazione", "non è una nuova replica", "nessuna nuova replica",
        "zonder merk of namaak", "geen originele replica", "niet de originele replica",
        "bez marki lub podróbki", "nie używane ani podrobione", "to nie nowa replika",
        "без бренда или подделка", "это не новая реплика", "не новые или реплика",
        "replika veya orijinal değil", "taklit veya marka yok",
        "没有二手、高仿", "没有二手或高仿", "不是全新高仿",
    ],
)  # fmt: skip
def test_a_denial_governs_the_term_behind_it(text: str) -> None:
    assert default_terms().find(text) == []


def test_a_crowd_of_things_ahead_leaves_the_rule_as_it_is() -> None:
    crowd = "new, " * 1000
    assert found(f"{crowd}. no box replica") == ["replica"]
    assert found(f"{crowd}. no used or replica items") == []


def test_the_longest_term_of_a_place_is_the_one_that_counts() -> None:
    (term,) = default_terms().find("Nike shoes, 1:1 replica")
    assert (term.found, term.strength, term.needs) == ("1:1 replica", 1.0, "anywhere")


def test_a_denial_in_another_sentence_denies_nothing() -> None:
    assert found("This is not a game. Replica Nike shoes") == ["Replica"]


def test_the_list_speaks_many_languages() -> None:
    with (DATA / "counterfeit_terms.tsv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader((line for line in lines if line[0] != "#"), delimiter="\t"))
    languages = Counter(row["language"] for row in rows)
    assert len(rows) >= 200
    assert sum(count >= 4 for count in languages.values()) >= 12
    assert len({row["term"] for row in rows}) == len(rows)
    assert {row["strength"] for row in rows} == {"strong", "medium", "weak"}
    assert {row["needs"] for row in rows} == {"beside", "anywhere"}


@given(st.text())
def test_spans_point_at_what_was_found(text: str) -> None:
    text = f"{text} replica {text} 高仿"
    for term in default_terms().find(text):
        assert text[slice(*term.span)] == term.found
