"""`detector shared`, over a catalogue whose sellers show each other's pictures."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from detector.image.looking import glance
from detector.packing import packed_looks
from tests import cartons
from workers.alike import AlikePictures
from workers.cli import main
from workers.parts import Looks, Part, blocks
from workers.stars import stars

Change = Callable[[np.ndarray], np.ndarray]


def photo(maker: int) -> np.ndarray:
    return cartons.photo(cartons.package(cartons.ORANGE, maker), hand=False, shelf_of=maker)


def watermarked(pixels: np.ndarray) -> np.ndarray:
    return cv2.putText(pixels.copy(), "shop.example", (200, 480), 0, 0.7, (200, 200, 200), 1, cv2.LINE_AA)


def scan(
    folder: Path, listings: list[tuple[str, str | None, np.ndarray]], *words: str
) -> tuple[int, list[dict]]:
    """The exit status and the groups; a listing is its id, its seller and its picture."""
    rows = []
    for listing, seller, pixels in listings:
        Image.fromarray(pixels).save(folder / f"{listing}.jpg", quality=85)
        of = {"seller": {"id": seller, "name": seller}} if seller else {}
        rows.append(json.dumps({"id": listing, "title": "A lamp", "images": [f"{listing}.jpg"], **of}))
    catalogue, out = folder / "catalogue.jsonl", folder / "shared.jsonl"
    catalogue.write_text("\n".join(rows) + "\n")
    status = main(["shared", str(catalogue), "--out", str(out), "--workers", "1", *words])
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


def cropped(pixels: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(pixels[80:430, 130:500])


def framed(pixels: np.ndarray) -> np.ndarray:
    return cv2.copyMakeBorder(pixels, 90, 40, 60, 120, cv2.BORDER_CONSTANT, value=(30, 90, 160))


def collage(*tiles: np.ndarray) -> np.ndarray:
    return np.vstack([np.hstack(tiles[:2]), np.hstack(tiles[2:])])


@pytest.mark.parametrize(
    ("change", "turn"),
    [
        (cropped, None),
        (framed, None),
        (lambda pixels: collage(photo(5), pixels, photo(6), photo(7)), None),
        (lambda pixels: np.ascontiguousarray(framed(cropped(pixels))[:, ::-1]), "mirrored"),
    ],
    ids=["cropped", "framed", "in a collage", "cropped, framed and mirrored"],
)
def test_a_part_of_another_sellers_picture_is_found(change: Change, turn: str | None, tmp_path: Path) -> None:
    listings = [("a", "s1", photo(1)), ("b", "s2", photo(2)), ("c", "s3", change(photo(1)))]
    assert scan(tmp_path, listings, "--whole") == (0, [])
    status, [group] = scan(tmp_path, listings)
    assert status == 0
    first, second = group["pictures"]
    assert (first["listing_id"], first["of"], first["bits"]) == ("a", None, 0)
    assert (second["listing_id"], second["of"], second["bits"]) == ("c", 0, None)
    assert second["turn"] == turn
    assert second["score"] > 0.5
    assert ("box" in second) is not ("box_in_it" in second)


def test_the_place_of_a_part_is_told(tmp_path: Path) -> None:
    _, [group] = scan(tmp_path, [("a", "s1", photo(1)), ("b", "s2", framed(photo(1)))])
    height, width = photo(1).shape[:2]
    shown = group["pictures"][1]
    expected = [(60, 90), (60 + width, 90), (60 + width, 90 + height), (60, 90 + height)]
    if "box_in_it" in shown:  # the framed one lies around the whole of the other
        expected = [(0, 0), (width, 0), (width, height), (0, height)]
    assert np.allclose(shown.get("box") or shown["box_in_it"], expected, atol=3)


def test_all_that_show_a_part_or_the_whole_are_on_one_line(tmp_path: Path) -> None:
    listings = [
        ("a", "s1", photo(1)),
        ("b", "s2", cropped(photo(1))),
        ("c", "s3", photo(1)),
        ("d", "s4", cropped(photo(1))),
        ("e", "s5", photo(3)),
    ]
    _, [group] = scan(tmp_path, listings)
    shown = {(each["listing_id"], each["of"], each["bits"]) for each in group["pictures"]}
    assert shown == {("a", None, 0), ("c", 0, 0), ("b", 0, None), ("d", 2, 0)}


def test_a_sellers_own_crops_are_no_sharing(tmp_path: Path) -> None:
    assert scan(tmp_path, [("a", "s1", photo(1)), ("b", "s1", cropped(photo(1)))]) == (0, [])


def test_no_room_for_looks_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(looks: Looks, number: int, packed: bytes) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(Looks, "add", full)
    Image.fromarray(photo(1)).save(tmp_path / "1.png")
    (tmp_path / "c.jsonl").write_text('{"id": "a", "title": "t", "images": ["1.png"]}\n')
    assert main(["shared", str(tmp_path / "c.jsonl"), "--workers", "1"]) == 2
    assert "TMPDIR" in capsys.readouterr().err


def _part(first: int, second: int, score: float = 0.9) -> Part:
    return Part(first, second, (), score, False)


@pytest.mark.parametrize(
    ("ties", "expected"),
    [
        ([], []),
        ([(1, 2)], [(1, {2})]),
        ([(2, 1), (1, 2)], [(1, {2})]),
        ([(1, 2), (1, 3), (2, 3)], [(1, {2, 3})]),
        ([(1, 4), (2, 4), (3, 4)], [(4, {1, 2, 3})]),
        ([(1, 2), (2, 3), (3, 4)], [(2, {1, 3}), (3, {4})]),
    ],
    ids=["none", "a pair", "both ways", "all with all", "a collage", "a chain"],
)
def test_pictures_are_put_together_around_one(
    ties: list[tuple[int, int]], expected: list[tuple[int, set[int]]]
) -> None:
    found = [
        (number, {part.first + part.second - number for part in parts})
        for number, parts in stars(_part(*tie) for tie in ties)
    ]
    assert found == expected


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda tie: tie[0] != tie[1])))
def test_who_is_tied_is_on_one_line(ties: list[tuple[int, int]]) -> None:
    lines = [
        {number} | {one for part in parts for one in (part.first, part.second)}
        for number, parts in stars(_part(*tie) for tie in ties)
    ]
    assert all(any({*tie} <= line for line in lines) for tie in ties)


def test_blocks_find_what_one_block_finds(tmp_path: Path) -> None:
    looks = Looks(tmp_path / "looks.sqlite")
    pictures = [photo(1), photo(2), cropped(photo(1)), photo(3), framed(photo(2))]
    for number, pixels in enumerate(pictures):
        looks.add(number, packed_looks([glance(pixels)]))

    def found(size: int) -> set[tuple[int, int]]:
        return {
            (part.first, part.second)
            for block in blocks(looks, size)
            for number in looks.numbers()
            for part in block.parts(number, looks, lambda *_: True)
        }

    assert found(2) == found(100) >= {(0, 2), (1, 4)}
    looks.close()


def test_a_picture_of_many_sellers_is_one_group(tmp_path: Path) -> None:
    _, [group] = scan(tmp_path, [(f"l{n}", f"s{n}", photo(1)) for n in range(30)])
    assert (group["sellers"], len(group["pictures"])) == (30, 30)


def test_what_cannot_be_read_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "c.jsonl").write_text(
        '{"id": "a", "title": "t", "images": ["gone.jpg", "../out.jpg", "https://x.example/1.jpg"]}\n{broken\n'
    )
    assert main(["shared", str(tmp_path / "c.jsonl"), "--workers", "1"]) == 0
    said = capsys.readouterr().err
    for what in ("file is not there", "leads out of", "on the web", "1 row holds no listing"):
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
    [group] = alike.shared()
    _, found = alike.members(group)
    assert (found.bits, found.turn) == (len(flipped), turn)
    alike.close()
