import io
import os
import signal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from rich.console import Console

from detector.brand import Brand
from detector.errors import UnreadableInput
from detector.fair_use import in_favour
from detector.judge import Judge
from detector.listing import Listing
from detector.result import Case, Evidence, Missing, Qualification, Qualifier, Reason, Result, Verdict
from detector.text.strange import strange
from detector.weights import default_weights
from workers.boxes import boxed
from workers.check import find_listing, read_pictures, uncompared_floors
from workers.drawings import Drawing, draw
from workers.explain import coloured, print_explained
from workers.visible import plain


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Plain café naïve text", []),
        ("Привет мир", []),
        ("Nіke", ["CYRILLIC SMALL LETTER BYELORUSSIAN-UKRAINIAN I"]),
        ("A\u200bcme", ["ZERO WIDTH SPACE"]),
        ("\u202eemca", ["RIGHT-TO-LEFT OVERRIDE"]),
        ("Ｎike", ["FULLWIDTH LATIN CAPITAL LETTER N"]),
        ("a\u0336b", ["COMBINING LONG STROKE OVERLAY"]),
        ("\ue000", ["U+E000, no name"]),
        ("two\nlines", []),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467 \u2764\ufe0f\u200d\U0001f525", []),
        ("\U0001f44d\U0001f3fd\u200d\u2640\ufe0f", []),
        ("\U0001f525\u200dAcme", ["ZERO WIDTH JOINER"]),
        ("\u200d\U0001f525\u200d", ["ZERO WIDTH JOINER"] * 2),
        ("Tシャツ 3ème", []),
        ("ɴike", ["LATIN LETTER SMALL CAPITAL N"]),
    ],
)
def test_characters_that_hide_are_named(text, names) -> None:
    assert [name for _, _, name in strange(text)] == names


@given(st.text())
def test_nothing_that_is_printed_acts_on_a_terminal(text) -> None:
    shown = plain(text)
    assert all(char.isprintable() for char in shown)
    assert len(shown) >= len(text)


def test_spans_are_coloured_where_they_stand_even_after_what_hides() -> None:
    text = coloured("\u200b\u200bAcrne shoe", [(2, 7, Reason.MISSPELLING)])
    assert text.plain == "⟨U+200B⟩⟨U+200B⟩Acrne shoe"
    assert "".join(text.plain[s.start : s.end] for s in text.spans) == "Acrne"


def test_long_texts_are_cut_around_what_was_found() -> None:
    long = "word " * 10_000 + "Acrne" + " word" * 10_000
    text = coloured(long, [(50_000, 50_005, Reason.MISSPELLING)])
    assert len(text.plain) < 1500
    assert "Acrne" in text.plain
    assert "[…]" in text.plain


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60))))
def test_any_spans_of_any_text_can_be_shown(text, spans) -> None:
    marks = [(min(a, b, len(text)), min(max(a, b), len(text)), Reason.MISSPELLING) for a, b in spans]
    assert coloured(text, marks).plain == plain(text)


LISTING = Listing.model_validate(
    {
        "id": "L1",
        "title": "Acrne [bold]shoe[/bold]",
        "description": "fits Acme",
        "price": {"amount": 5, "currency": "EUR"},
        "images": ["a.png"],
    }
)
BOX = ((100, 100), (300, 100), (300, 160), (100, 160))
RESULT = Result(
    "L1",
    Verdict.FLAG,
    0.9,
    (
        Case(
            "acme",
            0.9,
            (
                Evidence(
                    Reason.MISSPELLING, "title", "Acrne", 0.98, span=(0, 5), mark="Acme", detail="r n for m"
                ),
                Evidence(Reason.HIDDEN_TEXT, "image:0", "ACME", 0.9, box=BOX, mark="Acme"),
            ),
            (Qualification(Qualifier.COMPATIBLE_WITH, "description", "fits", span=(0, 4)),),
        ),
    ),
    (Missing("image:0", "a.png: the file is not there"),),
)


def explained(result=RESULT):
    file = io.StringIO()
    print_explained(Console(file=file, width=80), LISTING, result, {"acme": "Acme"})
    return " ".join(file.getvalue().split())


@pytest.mark.parametrize(
    "said",
    [
        "flagged, for a person to review, risk 90%",
        "Acrne [bold]shoe[/bold]",
        "misspelling 'Acrne' in title, for 'Acme', 98%: r n for m",
        "compatible with 'fits' in description",
        f"misspelling in title {default_weights().reasons[Reason.MISSPELLING] * 0.98:+.1f}",
        "not looked at: image:0: a.png: the file is not there",
    ],
)
def test_what_speaks_against_and_for_the_seller_is_said(said) -> None:
    assert said in explained()


HOSTILE = "[/nope]\x1b[2J\\"


def test_nothing_of_a_listing_acts_on_the_terminal_or_as_markup() -> None:
    listing = Listing.model_validate(
        {
            "id": HOSTILE,
            "title": HOSTILE,
            "brand": HOSTILE,
            "category": HOSTILE,
            "seller": {"name": HOSTILE},
            "images": [HOSTILE],
            "attributes": {HOSTILE: "A\u200bcme"},
        }
    )
    evidence = Evidence(
        Reason.MISSPELLING, f"attributes.{HOSTILE}", HOSTILE, 0.9, (0, 2), mark=HOSTILE, detail=HOSTILE
    )
    qualifier = Qualification(Qualifier.OTHER_BRAND, f"attributes.{HOSTILE}", HOSTILE, detail=HOSTILE)
    case = Case(HOSTILE, 0.9, (evidence,), (qualifier,))
    result = Result(HOSTILE, Verdict.FLAG, 0.9, (case,), (Missing("image:0", HOSTILE),))
    file = io.StringIO()
    print_explained(Console(file=file, width=200), listing, result, {HOSTILE: HOSTILE})
    assert "\x1b" not in file.getvalue()
    assert file.getvalue().count("[/nope]⟨U+001B⟩[2J") >= 14


@pytest.mark.slow
def test_a_picture_that_kills_its_reader_is_named_and_does_not_end_the_check(tmp_path, monkeypatch) -> None:
    class Dies:
        engine = "dies"

        def read(self, data: bytes) -> None:
            os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr("workers.reading.configured_reader", lambda looks: Dies())
    (tmp_path / "a.png").write_bytes(png((60, 40)))
    readings, missing = read_pictures(LISTING, tmp_path)
    assert not readings
    assert missing == [Missing("image:0", "a.png: reading it crashed the reader")]


@pytest.mark.slow
def test_a_picture_that_kills_its_drawer_is_named_and_the_others_are_drawn(tmp_path, monkeypatch) -> None:
    def dies(data: bytes, found: list[Evidence], file: Path) -> None:
        if file.name == "image-0.png":
            os.kill(os.getpid(), signal.SIGKILL)
        file.write_bytes(data)

    monkeypatch.setattr("workers.boxes.write_boxed", dies)
    for name in ("a.png", "b.png"):
        (tmp_path / name).write_bytes(png((60, 40)))
    listing = LISTING.model_copy(update={"images": ("a.png", "b.png")})
    brands = tmp_path / "brands.jsonl"
    brands.write_text('{"id": "acme", "name": "Acme"}')
    drawings = [Drawing(number, (RESULT.cases[0].evidence[1],)) for number in (0, 1)]
    failed = draw(listing, tmp_path, brands, drawings, tmp_path / "boxes")
    assert failed == [(drawings[0], "reading it crashed the reader")]
    assert [file.name for file in (tmp_path / "boxes").iterdir()] == ["image-1.png"]


@pytest.mark.parametrize(
    ("title", "currency", "said"),
    [
        ("Acme shoe", "USD", ["the price is in USD, the price floor of Acme in EUR"]),
        ("Acme shoe", "eur", []),
        ("A shoe", "USD", []),
    ],
)
def test_a_price_floor_in_another_currency_is_said_not_to_count(title, currency, said) -> None:
    judge = Judge(
        [
            Brand.model_validate(
                {"id": "acme", "name": "Acme", "price_floor": {"amount": 60, "currency": "EUR"}}
            )
        ]
    )
    listing = Listing.model_validate(
        {"id": "L1", "title": title, "price": {"amount": 5, "currency": currency}}
    )
    assert uncompared_floors(judge.view(listing)) == said


def test_a_clear_listing_is_said_to_be_clear() -> None:
    said = explained(Result("L1", Verdict.CLEAR, 0.0))
    assert "clear" in said
    assert "Nothing was found" in said


@pytest.mark.parametrize(
    ("listing", "told"),
    [
        (
            {"title": "Case compatible with Acmelux phone"},
            ["Acmelux named, and no case", "compatible with 'compatible with' in title"],
        ),
        (
            {"title": "Acmelux phone", "condition": "used"},
            ["Acmelux named, and no case", "genuine resale 'used' in condition"],
        ),
        ({"title": "Acmelux phone"}, ["named, and no case", "named openly, and nothing more was found"]),
        ({"title": "Blue shirt"}, []),
    ],
)
def test_why_an_honest_listing_is_clear_is_shown_as_plainly(listing, told) -> None:
    judge = Judge([Brand(id="acme", name="Acmelux"), Brand(id="beta", name="Betamora")])
    known = Listing.model_validate({"id": "L1"} | listing)
    result, view = judge.explain(known)
    assert not result.cases
    file = io.StringIO()
    print_explained(
        Console(file=file, width=200), known, result, {"acme": "Acmelux"}, in_favour=in_favour(view)
    )
    said = " ".join(file.getvalue().split())
    assert [one for one in told if one not in said] == []
    assert ("named, and no case" in said) is bool(told)
    assert ("colours: compatible with" in said) is ("compatible" in known.title)


def test_a_brand_with_a_case_is_told_by_its_case_alone() -> None:
    judge = Judge([Brand(id="acme", name="Acmelux")])
    known = Listing(id="L1", title="Acme1ux phone, fits Acmelux chargers")
    result, view = judge.explain(known)
    assert [case.brand for case in result.cases] == ["acme"]
    file = io.StringIO()
    print_explained(
        Console(file=file, width=200), known, result, {"acme": "Acmelux"}, in_favour=in_favour(view)
    )
    assert "no case" not in file.getvalue()


def test_of_a_title_stuffed_with_names_a_few_are_told() -> None:
    names = [f"{one}velmora" for one in ("Ab", "Ce", "Di", "Fo", "Gu", "Ha", "Je", "Ki", "Lo", "Mu")]
    judge = Judge([Brand(id=name.lower(), name=name) for name in names])
    known = Listing(id="L1", title="Filter, fits " + ", fits ".join(names))
    result, view = judge.explain(known)
    assert not result.cases
    file = io.StringIO()
    print_explained(Console(file=file, width=200), known, result, {}, in_favour=in_favour(view))
    assert file.getvalue().count("named, and no case") == 8
    assert "and 2 more brands are named without a case" in file.getvalue()


def png(size):
    file = io.BytesIO()
    Image.new("RGB", size, "#dddddd").save(file, "PNG")
    return file.getvalue()


def test_boxes_are_drawn_and_labelled_at_their_place() -> None:
    picture = boxed(png((600, 400)), RESULT.cases[0].evidence)
    assert picture.size == (600, 400)
    assert picture.getpixel((200, 100)) == (214, 40, 40)
    assert picture.getpixel((200, 130)) == (221, 221, 221)  # inside nothing is covered


def test_a_small_picture_is_drawn_larger() -> None:
    assert boxed(png((100, 60)), RESULT.cases[0].evidence).size == (500, 300)


def test_labels_of_the_same_place_do_not_cover_each_other() -> None:
    twice = [
        Evidence(Reason.HIDDEN_TEXT, "image:0", "ACME", 0.9, box=BOX, mark=mark) for mark in ("One", "Two")
    ]
    assert boxed(png((600, 400)), twice).tobytes() != boxed(png((600, 400)), twice[1:]).tobytes()


@pytest.mark.parametrize(
    ("content", "chosen", "found"),
    [
        (b'{"id": "1", "title": "x"}', {}, "1"),
        (b'{"id": "1", "title": "x"}\n{"id": "2", "title": "x"}', {"listing_id": "2"}, "2"),
        (b'{"id": "1", "title": "x"}\nbroken\n\n{"id": "2", "title": "x"}', {"line": 4}, "2"),
        (b'broken\n{"id": "2", "title": "x"}', {"listing_id": "2"}, "2"),
    ],
)
def test_the_listing_that_is_asked_for_is_found(tmp_path, content, chosen, found) -> None:
    (tmp_path / "c.jsonl").write_bytes(content)
    assert find_listing(tmp_path / "c.jsonl", **{"listing_id": None, "line": None} | chosen).id == found


@pytest.mark.parametrize(
    ("name", "content", "chosen", "said"),
    [
        ("c.jsonl", b'{"id": "1", "title": "x"}\n{"id": "2", "title": "x"}', {}, "more than one listing"),
        ("c.jsonl", b'{"id": "1", "title": "x"}', {"listing_id": "9"}, "no listing with the id '9'"),
        ("c.jsonl", b'{"id": "1", "title": "x"}', {"line": 9}, "no listing at line 9"),
        ("c.jsonl", b"x\nbroken", {"line": 2}, "line 2: not JSON"),
        ("c.jsonl", b"", {}, "holds no listing"),
        (
            "c.jsonl",
            b'{"id": "1", "title": "x"}\n\n{"id": "2", "title": "x"}',
            {"line": 2},
            "no listing at line 2",
        ),
        ("c.jsonl", b'x\n{"id": "1"}', {"listing_id": "1"}, "2 of its rows can't be read"),
        ("c.xml", b"<rss><item><id>1</id></item></rss>", {"line": 1}, "item 1: title is missing"),
        ("one.json", b'{"id": "1", "title": "x"}', {"listing_id": "2"}, "holds one listing, '1'"),
        ("one.json", b"{", {}, "one.json: not JSON"),
        ("one.json", b'{"id": "1"}', {}, "title is missing"),
    ],
)
def test_what_cannot_be_found_is_said(tmp_path, name, content, chosen, said) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnreadableInput, match=said):
        find_listing(tmp_path / name, **{"listing_id": None, "line": None} | chosen)


def test_a_json_file_holds_one_listing_over_many_lines(tmp_path) -> None:
    (tmp_path / "one.json").write_text('{\n "id": "1",\n "title": "x"\n}\n')
    assert find_listing(tmp_path / "one.json", None, None).id == "1"
