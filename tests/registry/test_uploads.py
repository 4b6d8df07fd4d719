import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brand_registry.uploads import LONGEST_NAME, clean_name, ending_of
from detector.errors import PictureRefused
from tests.hostile import READ, corpus, encoded, photo

DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h9v9z"/></svg>'
LATER = {"cut.jpg", "cut.png", "cut.heic"}
"""Broken behind a sound header: the worker that decodes them says so."""


@pytest.mark.parametrize(("name", "expected"), [(name, why) for name, (_, why) in corpus().items()])
def test_what_comes_in_is_told_by_what_it_holds(name, expected) -> None:
    data = corpus()[name][0]
    if expected == READ or name in LATER:
        assert ending_of(data) in {".jpg", ".png", ".webp", ".gif", ".avif", ".heic"}
    else:
        with pytest.raises(PictureRefused, match=expected):
            ending_of(data)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (DRAWING.replace(b"<path", b"<script>x()</script><path"), "<script>"),
        (DRAWING.replace(b"<path", b'<path onclick="x()"'), "script in 'onclick'"),
        (DRAWING.replace(b"<path", b"<image href='http://127.0.0.1/'/><path"), "<image>"),
        (b"%PDF-1.7", "a PDF, which is not read; send one of JPEG, PNG, WebP, GIF, AVIF, HEIC, SVG$"),
        (b"<!DOCTYPE svg [<!ENTITY a 'aaaa'>]>" + DRAWING, "document type declares entities"),
    ],
)
def test_a_drawing_that_does_more_is_refused_at_the_door(data, said) -> None:
    with pytest.raises(PictureRefused, match=said):
        ending_of(data)
    assert ending_of(DRAWING) == ".svg"


def test_the_ending_is_that_of_the_content() -> None:
    assert ending_of(encoded(photo(), "PNG")) == ".png"
    assert ending_of(encoded(photo(), "JPEG")) == ".jpg"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("front.png", "front.png"),
        ("front.PNG", "front.png"),
        ("front.jpg", "front.png"),
        ("front", "front.png"),
        ("logo.png.exe", "logo.png"),
        ("shell.php.png", "shell.png"),
        ("version 1.2 front.png", "version 1.2 front.png"),
        ("../../etc/passwd", "passwd.png"),
        ("..\\..\\windows\\system.ini", "system.png"),
        ("C:\\Users\\anna\\mark.png", "mark.png"),
        ("..", "picture.png"),
        ("", "picture.png"),
        (".png", "picture.png"),
        ("  a \t b\n.png", "a b.png"),
        ("a\0b\x07c\x1b[31m.png", "abc[31m.png"),
        ("gpj.\u202egnp.exe", "gpj.png"),
        ("zero\u200bwidth.png", "zerowidth.png"),
        ('a<b>"c"|d?.png', "a b c d.png"),
        ("アクメ ロゴ.png", "アクメ ロゴ.png"),
        ("e\u0301te\u0301.png", "été.png"),
        ("\ud800.png", "picture.png"),
        ("x" * 5_000 + ".png", "x" * (LONGEST_NAME - 4) + ".png"),
    ],
)
def test_a_name_is_cleaned(name, shown) -> None:
    assert clean_name(name, ".png") == shown


def test_two_files_of_one_name_are_told_apart() -> None:
    assert clean_name("a.png", ".png", {"a.png", "a (2).png"}) == "a (3).png"
    long = "x" * 5_000
    first = clean_name(long, ".png")
    second = clean_name(long, ".png", {first})
    assert second != first
    assert second.endswith(" (2).png")
    assert len(second) == LONGEST_NAME


@given(st.text(max_size=300), st.sets(st.sampled_from(["a.png", "picture.png", "0.png"])))
def test_no_name_leads_out_of_its_folder_or_hides_anything(name, there) -> None:
    shown = clean_name(name, ".png", there)
    assert shown not in there
    assert 4 < len(shown) <= LONGEST_NAME
    assert not re.search(r"[/\\\0]", shown)
    assert not shown.startswith(".")
    assert not any(unicodedata.category(char).startswith("C") for char in shown)
    assert clean_name(shown, ".png") == shown
