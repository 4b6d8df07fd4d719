import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.appearance import Appearance, LocalFeatures, Obscured, Regions
from detector.packing import packed, unpacked
from detector.reading import PictureReading, TextLine

BOX = ((0.0, 0.5), (9.0, 0.5), (9.0, 9.25), (0.0, 9.25))


def look(points: int) -> Appearance:
    chance = np.random.default_rng(points)
    return Appearance(
        640,
        480,
        chance.integers(0, 256, (8, 32), dtype=np.uint8),
        77,
        Regions(chance.random((3, 4), np.float32), chance.random((3, 16)).astype(np.float16)),
        LocalFeatures(
            chance.random((points, 4), np.float32), chance.integers(0, 256, (points, 128), dtype=np.uint8)
        ),
        chance.integers(0, 256, (96, 128, 3), dtype=np.uint8),
        "engine-1",
        (Obscured(BOX, "pixelated", 0.75),) * (points % 2),
    )


@given(
    st.lists(st.tuples(st.text(), st.floats(0, 1), st.integers(0, 359), st.booleans())),
    st.integers(0, 10**6),
    st.none() | st.integers(0, 3),
)
def test_a_reading_comes_back_as_it_was(
    lines: list[tuple[str, float, int, bool]], unread: int, points: int | None
) -> None:
    texts = tuple(TextLine(text, score, BOX, turn, mirrored) for text, score, turn, mirrored in lines)
    reading = PictureReading(
        "ab" * 32, 640, 480, texts, "e", unread, None if points is None else look(points)
    )
    back = unpacked(packed(reading))
    assert (back.sha256, back.width, back.lines, back.unread) == (reading.sha256, 640, texts, unread)
    if points is None:
        assert back.appearance is None
        return
    was, now = look(points), back.appearance
    assert now is not None
    assert (now.width, now.height, now.hash_quality, now.engine) == (640, 480, 77, "engine-1")
    assert now.patches == was.patches
    for a, b in [
        (was.hashes, now.hashes),
        (was.regions.boxes, now.regions.boxes),
        (was.regions.embeddings, now.regions.embeddings),
        (was.features.places, now.features.places),
        (was.features.descriptors, now.features.descriptors),
        (was.thumbnail, now.thumbnail),
    ]:
        assert a.dtype == b.dtype
        assert np.array_equal(a, b)


def test_what_no_reading_holds_is_not_kept() -> None:
    with pytest.raises(TypeError, match="object cannot be kept"):
        packed(PictureReading("", 1, 1, (TextLine(object(), 1, BOX),), "e"))  # type: ignore[arg-type]
