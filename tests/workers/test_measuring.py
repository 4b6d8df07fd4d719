from pathlib import Path

import pytest
from PIL import Image

from benchmarks.bench import amount
from benchmarks.evaluate import as_json
from benchmarks.figure import Figure
from benchmarks.invented import brand_names, listings
from benchmarks.measurement import Measurement
from benchmarks.misses import write_misses
from benchmarks.parts import parts
from detector.errors import UnreadableInput
from storage.errors import BadSetting
from storage.settings import settings
from workers.cli import main


def test_every_part_says_what_it_is() -> None:
    for kind in ("quality", "speed"):
        for part in parts(kind):
            assert part.name
            assert part.about


def test_a_part_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(UnreadableInput, match=r"no part is named 'nonsense'; there are .*scan"):
        list(parts("speed", "nonsense"))


@pytest.mark.parametrize(
    ("value", "target", "at_most", "met"),
    [
        (5, 4, False, True),
        (5, 6, False, False),
        (5, 6, True, True),
        (5, 4, True, False),
        (5, None, False, None),
    ],
)
def test_a_target_is_met_from_the_right_side(value, target, at_most, met) -> None:
    assert Measurement("p", "n", value, "s", target, at_most).met is met


@pytest.mark.parametrize(
    ("value", "shown"), [(5123.4, "5,123"), (41.25, "41.2"), (0.1943, "0.194"), (0, "0")]
)
def test_amounts_are_short(value, shown) -> None:
    assert amount(value) == shown


def test_a_figure_without_cases_can_be_reported() -> None:
    assert as_json(Figure("p", "n", 0, 0, target=0.9)) == {
        "part": "p",
        "name": "n",
        "hits": 0,
        "total": 0,
        "target": 0.9,
        "at_most": False,
        "peers": {},
        "misses": [],
    }


def test_a_target_without_cases_is_neither_met_nor_missed() -> None:
    assert Figure("p", "n", 0, 0, target=0.9).met is None


def test_invented_names_and_listings_are_the_same_for_the_same_seed() -> None:
    names = brand_names(5_000)
    assert len(set(names)) == 5_000
    assert names == brand_names(5_000)
    assert (
        list(listings(5, names, seed=2))
        == list(listings(5, names, seed=2))
        != list(listings(5, names, seed=3))
    )


def test_evaluate_without_data_says_what_to_name(tmp_path, capsys, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DETECTOR_DATA", raising=False)
    settings.cache_clear()
    assert main(["evaluate"]) == 2
    assert "which data? Name a folder" in capsys.readouterr().err
    settings.cache_clear()


def test_evaluate_needs_a_folder(tmp_path, capsys) -> None:
    assert main(["evaluate", str(tmp_path / "gone")]) == 2
    assert "is no folder" in capsys.readouterr().err


def test_evaluate_says_what_it_skips_and_why(tmp_path, capsys) -> None:
    assert main(["evaluate", str(tmp_path)]) == 0
    assert "skipped imitations" in capsys.readouterr().out


def test_a_message_that_quotes_a_stranger_does_not_act_on_the_terminal(tmp_path, capsys) -> None:
    (tmp_path / "brands.jsonl").write_bytes(b'{"id": "acme", "name": "Acmelux"}')
    (tmp_path / "c.csv").write_bytes(b"id,\x1b[2J,\xff\n")
    words = ["check", str(tmp_path / "c.csv"), "--brands", str(tmp_path / "brands.jsonl")]
    assert main(words) == 2
    said = capsys.readouterr().err
    assert "no column is named title; it names id, ⟨U+001B⟩[2J, ⟨U+DCFF⟩" in said


def test_no_command_prints_the_help(capsys) -> None:
    assert main([]) == 2
    assert "detector scan catalogue.jsonl" in capsys.readouterr().err


def test_a_setting_that_makes_no_sense_is_named(monkeypatch) -> None:
    monkeypatch.setenv("DETECTOR_OCR_ENGINE", "nonsense")
    with pytest.raises(
        BadSetting, match="DETECTOR_OCR_ENGINE: must be 'onnxruntime' or 'paddle', not 'nonsense'"
    ):
        settings.__wrapped__()


def test_missed_pictures_are_written_with_what_became_of_them(tmp_path: Path) -> None:
    Image.new("RGB", (90, 60), "teal").save(tmp_path / "a.png")
    misses = ("a.png: taken for another", "gone.png: not there", "Acme shoes", f"{tmp_path / 'a.png'}: again")
    figures = [Figure("copies", "cut to 50%: found", 1, 5, misses=misses)]
    assert write_misses(figures, tmp_path, tmp_path / "out") == 2
    files = sorted(
        file.relative_to(tmp_path / "out").as_posix() for file in (tmp_path / "out").rglob("*.jpg")
    )
    assert files == ["copies/cut-to-50-found/00-a.jpg", "copies/cut-to-50-found/03-a.jpg"]
