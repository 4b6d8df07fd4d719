"""`detector shared`, over a catalogue whose sellers show each other's pictures."""

import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests import cartons
from workers.alike import AlikePictures
from workers.cli import main

Change = Callable[[np.ndarray], np.ndarray]


def photo(maker: int) -> np.ndarray:
    return cartons.photo(cartons.package(cartons.ORANGE, maker))


def watermarked(pixels: np.ndarray) -> np.ndarray:
    return cv2.putText(pixels.copy(), "shop.example", (200, 480), 0, 0.7, (200, 200, 200), 1, cv2.LINE_AA)


def scan(folder: Path, listings: list[tuple[str, str | None, np.ndarray]]) -> tuple[int, list[dict]]:
    """The exit status and the groups; a listing is its id, its seller and its picture."""
    rows = []
    for listing, seller, pixels in listings:
        Image.fromarray(pixels).save(folder / f"{listing}.jpg", quality=85)
        of = {"seller": {"id": seller, "name": seller}} if seller else {}
        rows.append(json.dumps({"id": listing, "title": "A lamp", "images": [f"{listing}.jpg"], **of}))
    catalogue, out = folder / "catalogue.jsonl", folder / "shared.jsonl"
    catalogue.write_text("\n".join(rows) + "\n")
    status = main(["shared", str(catalogue), "--out", str(out), "--workers", "1"])
    return status, [json.loads(line) for line in out.read_text().splitlines()]


@pytest.mark.parametrize(
    ("change", "turn"),
    [
        (lambda pixels: pixels, None),
        (lambda pixels: cv2.resize(pixels, (300, 250), interpolation=cv2.INTER_AREA), None),
        (lambda pixels: (pixels * 0.7).astype(np.uint8), None),
        (watermarked, None),
        (lambda pixels: np.ascontiguousarray(pixels[:, ::-1]), "mirrored"),
        (lambda pixels: np.ascontiguousarray(np.rot90(pixels)), "turned by 270°"),
        (lambda pixels: np.ascontiguousarray(np.rot90(pixels, 2)), "turned by 180°"),
    ],
    ids=["again", "smaller", "darker", "watermarked", "mirrored", "a quarter", "half"],
)
def test_another_sellers_picture_is_found(change: Change, turn: str | None, tmp_path: Path) -> None:
    status, groups = scan(
        tmp_path, [("a", "s1", photo(1)), ("b", "s2", photo(2)), ("c", "s3", change(photo(1)))]
    )
    assert status == 0
    [group] = groups
    assert (group["sellers"], group["listings"]) == (2, 2)
    assert [(each["listing_id"], each["where"], each["seller"]) for each in group["pictures"]] == [
        ("a", "image:0", "s1"),
        ("c", "image:0", "s3"),
    ]
    assert group["pictures"][1]["turn"] == turn


@pytest.mark.parametrize(
    ("sellers", "pixels"),
    [
        (("s1", "s1"), photo(1)),
        (("s1", None), photo(1)),
        (("s1", "s2"), np.full((300, 300, 3), 255, np.uint8)),
    ],
    ids=["one seller's", "nobody's", "blank"],
)
def test_no_sharing_is_said_where_none_is(
    sellers: tuple[str | None, ...], pixels: np.ndarray, tmp_path: Path
) -> None:
    assert scan(tmp_path, [(f"l{n}", seller, pixels) for n, seller in enumerate(sellers)]) == (0, [])


def test_a_picture_of_many_sellers_is_one_group(tmp_path: Path) -> None:
    _, [group] = scan(tmp_path, [(f"l{n}", f"s{n}", photo(1)) for n in range(30)])
    assert (group["sellers"], len(group["pictures"])) == (30, 30)


def test_what_cannot_be_read_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "c.jsonl").write_text(
        '{"id": "a", "title": "t", "images": ["gone.jpg", "../out.jpg", "https://x.example/1.jpg"]}\n{broken\n'
    )
    assert main(["shared", str(tmp_path / "c.jsonl"), "--workers", "1"]) == 0
    said = capsys.readouterr().err
    for what in ("file is not there", "leads out of", "on the web", "1 rows hold no listing"):
        assert what in said


@pytest.mark.parametrize(
    "words", [["--workers", "0"], ["--out", "c.jsonl"], ["--out", "."], ["--out", "gone/shared.jsonl"]]
)
def test_wrong_usage_is_told(words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("c.jsonl").write_text('{"id": "a", "title": "t"}\n')
    assert main(["shared", "c.jsonl", *words]) == 2


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32), st.sets(st.integers(0, 255), max_size=12), st.integers(0, 7))
def test_hashes_up_to_twelve_bits_apart_are_one_group(seed: int, flipped: set[int], turn: int) -> None:
    dice = np.random.default_rng(seed)
    hashes, others = dice.integers(0, 256, (2, 8, 32), dtype=np.uint8)
    bits = np.unpackbits(hashes[0])
    bits[list(flipped)] ^= 1
    others[turn] = np.packbits(bits)
    alike = AlikePictures(Path(":memory:"))
    alike.add("a", "image:0", "s1", hashes, 100)
    alike.add("b", "image:0", "s2", others, 100)
    [[_, found]] = list(alike.shared())
    assert (found.bits, found.turn) == (len(flipped), turn)
    alike.close()
