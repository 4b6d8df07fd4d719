"""Slips of the fingers, and what is no slip."""

import pytest

from detector.text.slips import is_slip


@pytest.mark.parametrize(
    "found", ["Velmorra", "Vlmora", "Velmpra", "Vlemora", "velmora", "VELMORRA", "Velmorag"]
)
def test_one_key_is_a_slip(found: str) -> None:
    assert is_slip(found, "Velmora")


@pytest.mark.parametrize(
    ("found", "mark"),
    [
        ("V\u0435lmora", "Velmora"),  # a Cyrillic letter
        ("Velm0ra", "Velmora"),
        ("Vel-mora", "Velmora"),
        ("Vel\u200bmora", "Velmora"),
        ("Velrnora", "Velmora"),  # two keys
        ("Vvellmora", "Velmora"),
        ("TraiIforks", "Trailforks"),  # nobody types a capital inside by mistake
        ("Applmage", "AppImage"),  # nor l for I
        ("Velmoaa", "Velmora"),  # keys far apart
        ("Versaee", "Versace"),
        ("Oaklev", "Oakley"),
        ("", "Velmora"),
    ],
)
def test_what_is_meant_is_no_slip(found: str, mark: str) -> None:
    assert not is_slip(found, mark)


def test_an_article_left_out_is_no_edit() -> None:
    assert is_slip("Norht Face", "The North Face")
    assert not is_slip("N0rth Face", "The North Face")


def test_a_mark_may_have_other_letters() -> None:
    assert is_slip("Citro\u00ebnn", "Citro\u00ebn")
    assert is_slip("Etam-s", "Etam-")
