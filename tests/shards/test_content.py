"""What a shard holds comes back as it was."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.reading import PictureReading, TextLine
from tests.shards.given import look
from workers.shards.content import (
    joined_looks,
    looks_from,
    looks_of_files,
    looks_to_files,
    some_looks,
    texts_from,
    texts_of_files,
    texts_to_files,
)

BOX = ((0.0, 0.0), (90.0, 0.0), (90.0, 20.0), (0.0, 20.0))


@settings(deadline=None)
@given(st.lists(st.lists(st.text(st.characters(codec="utf-8")), max_size=4), max_size=8))
def test_texts_come_back_as_they_were(texts) -> None:
    kept = texts_of_files(texts_to_files(texts_from(enumerate(texts, 1))))
    assert kept.texts == texts
    assert kept.ids.tolist() == list(range(1, len(texts) + 1))


def test_looks_come_back_as_they_were() -> None:
    vectors = np.random.default_rng(1).normal(size=(3, 8))
    readings = [
        PictureReading("", 1, 1, (TextLine("ACME", 0.9, BOX),), "e", 0, look(vectors)),
        PictureReading("", 1, 1, (), "e"),
        PictureReading("", 1, 1, (), "e", 0, look(vectors[:1])),
    ]
    looks = looks_from((n, f"sha{n}", "engine", one) for n, one in enumerate(readings, 1))
    kept = looks_of_files(looks_to_files(looks), 8)
    assert kept.lines == [["ACME"], [], []]
    assert kept.starts.tolist() == [0, 3, 3, 4]
    assert (kept.vectors == looks.vectors).all()
    assert (kept.hashes[0] == looks.hashes[0]).all()
    assert not kept.hashes[1].any()
    left = some_looks(kept, np.array([False, True, True]))
    assert left.sha256s == ["sha2", "sha3"]
    assert (left.vectors == looks.vectors[3:]).all()


def test_another_models_vectors_are_left_out() -> None:
    """A shard may begin before a model was changed and end after it."""
    old, new = np.ones((2, 4)), np.ones((3, 8))
    readings = [PictureReading("", 1, 1, (), "e", 0, look(one)) for one in (old, new)]
    first, last = (looks_from([(n, f"sha{n}", "e", one)]) for n, one in enumerate(readings))
    for both in (
        looks_from((n, f"sha{n}", "e", one) for n, one in enumerate(readings)),
        joined_looks([first, last]),
    ):
        assert both.starts.tolist() == [0, 0, 3]
        assert (both.vectors == new).all()
        assert both.hashes.any(axis=(1, 2)).all()
