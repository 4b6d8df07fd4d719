"""The parts of a reference index as files, read again without computing anything.

Arrays and large indexes are read where they lie, so that processes share them and nothing comes into memory
that isn't asked for.
"""

from pathlib import Path
from typing import Any

import faiss
import numpy as np

from detector.image.marks import MarkVectors
from detector.image.nearest import Nearest
from detector.image.references import IndexParts
from detector.image.votes import Votes

_MARKS = ("vectors", "owner", "turn", "costs")
_NEAREST, _VOTES = "marks.faiss", "points.faiss"
_HASHES, _OWNER, _PLACES = "picture_hashes.npy", "point_owner.npy", "point_places.npy"


def write(parts: IndexParts, folder: Path) -> None:
    """Writes the parts into a folder that holds none yet."""
    for name in _MARKS:
        np.save(folder / f"mark_{name}.npy", getattr(parts.marks, name))
    np.save(folder / _HASHES, parts.hashes)
    np.save(folder / _OWNER, parts.votes.owner)
    np.save(folder / _PLACES, parts.votes.places)
    if not parts.nearest.exact:
        faiss.write_index(parts.nearest.index, str(folder / _NEAREST))
    if parts.votes.index is not None:
        faiss.write_index(parts.votes.index, str(folder / _VOTES))


def read(folder: Path, *, to_grow: bool = False) -> IndexParts:
    """The parts that `write` wrote; what is read `to_grow` is held in memory.

    The files must be what was written: their checksums are the caller's to compare.
    """
    marks = MarkVectors(*(_array(folder / f"mark_{name}.npy") for name in _MARKS))
    nearest, points = (_index(folder / name, to_grow) for name in (_NEAREST, _VOTES))
    return IndexParts(
        marks,
        Nearest(marks.vectors) if nearest is None else Nearest.of(nearest),
        _array(folder / _HASHES),
        Votes.of(_array(folder / _OWNER), _array(folder / _PLACES), points),
    )


def _array(file: Path) -> Any:
    # An empty file can't be mapped.
    array = np.load(file, mmap_mode="r", allow_pickle=False)
    return array if array.size else np.array(array)


def _index(file: Path, to_grow: bool) -> Any:
    if not file.exists():
        return None
    return faiss.read_index(str(file), 0 if to_grow else faiss.IO_FLAG_MMAP | faiss.IO_FLAG_READ_ONLY)
