"""What shards hold, as arrays and tables, from bytes and to bytes.

| holds | file | what |
| --- | --- | --- |
| texts | `rows.parquet` | `id` of the version, `texts`: what the listing says, as it is judged |
| looks | `rows.parquet` | `id` of the reading, picture's `sha256`, `engine`, `lines`, `hashes`, `regions` |
| looks | `vectors.f16` | the vectors of all regions, row after row, in half precision |
| looks | `codes.faiss` | the same as codes, where there are enough of them |

`hashes` are 8 × 32 bytes, zeros where a picture was not looked at; `regions` is how many vectors it has.
Vectors are all of one model, that of the latest picture: what another made is compared with nothing any more.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from detector.reading import PictureReading
from workers.shards.codes import Codes

ROWS, VECTORS, CODES = "rows.parquet", "vectors.f16", "codes.faiss"
_TEXTS = pa.schema([("id", pa.int64()), ("texts", pa.list_(pa.string()))])
_LOOKS = pa.schema(
    [
        ("id", pa.int64()), ("sha256", pa.string()), ("engine", pa.string()),
        ("lines", pa.list_(pa.string())), ("hashes", pa.binary()), ("regions", pa.int32()),
    ]
)  # fmt: skip
_ROW_GROUP = 10_000


@dataclass(frozen=True, slots=True, eq=False)
class Texts:
    """Listings: `ids` of their versions, rising, and what each says."""

    ids: NDArray[np.int64]
    texts: Sequence[Sequence[str]]

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True, eq=False)
class Looks:
    """Pictures: `ids` of their readings, rising; `hashes` is uint8 (n, 8, 32), zeros where there is none;
    `starts` (n + 1,) says where the vectors of each begin in `vectors`, float16 (m, d). `codes` are of all of
    these, as a shard keeps them.
    """

    ids: NDArray[np.int64]
    sha256s: Sequence[str]
    engines: Sequence[str]
    lines: Sequence[Sequence[str]]
    hashes: NDArray[np.uint8]
    starts: NDArray[np.int64]
    vectors: NDArray[np.float16]
    codes: Codes | None = None

    def __len__(self) -> int:
        return len(self.ids)

    def between(self, start: int, stop: int) -> "Looks":
        """The rows from `start` to `stop`; a part of them has no codes of its own."""
        if (start, stop) == (0, len(self)):
            return self
        first, last = int(self.starts[start]), int(self.starts[stop])
        return Looks(
            self.ids[start:stop],
            self.sha256s[start:stop],
            self.engines[start:stop],
            self.lines[start:stop],
            self.hashes[start:stop],
            self.starts[start : stop + 1] - first,
            self.vectors[first:last],
        )


def texts_from(rows: Iterable[tuple[int, Sequence[str]]]) -> Texts:
    found = list(rows)
    return Texts(np.array([number for number, _ in found], np.int64), [texts for _, texts in found])


def looks_from(rows: Iterable[tuple[int, str, str, PictureReading]]) -> Looks:
    """Of readings, each with its number, the picture's sha256 and what read it."""
    found = list(rows)
    looks = [reading.appearance for *_, reading in found]
    none = np.zeros((8, 32), np.uint8)
    no_vectors = np.zeros((0, 1), np.float16)
    vectors = _of_one_model([no_vectors if look is None else look.regions.embeddings for look in looks])
    return Looks(
        np.array([number for number, *_ in found], np.int64),
        [sha256 for _, sha256, _, _ in found],
        [engine for _, _, engine, _ in found],
        [[line.text for line in reading.lines] for *_, reading in found],
        np.stack([none if look is None else look.hashes for look in looks])
        if looks
        else np.zeros((0, 8, 32), np.uint8),
        _starts(list(map(len, vectors))),
        _stacked(vectors),
    )


def texts_to_files(texts: Texts) -> dict[str, bytes]:
    return {ROWS: _parquet(pa.table({"id": texts.ids, "texts": list(texts.texts)}, schema=_TEXTS))}


def looks_to_files(looks: Looks) -> dict[str, bytes]:
    table = {
        "id": looks.ids, "sha256": list(looks.sha256s), "engine": list(looks.engines),
        "lines": list(looks.lines), "hashes": [one.tobytes() for one in looks.hashes],
        "regions": np.diff(looks.starts).astype(np.int32),
    }  # fmt: skip
    files = {ROWS: _parquet(pa.table(table, schema=_LOOKS)), VECTORS: looks.vectors.tobytes()}
    codes = Codes.of(looks.vectors)
    return files if codes is None else {**files, CODES: codes.to_bytes()}


def texts_of_files(files: Mapping[str, bytes]) -> Texts:
    table = pq.read_table(io.BytesIO(files[ROWS]))
    return Texts(table.column("id").to_numpy(), table.column("texts").to_pylist())


def looks_of_files(files: Mapping[str, bytes], width: int) -> Looks:
    """`width` is d."""
    table = pq.read_table(io.BytesIO(files[ROWS]))
    hashes = b"".join(table.column("hashes").to_pylist())
    regions = table.column("regions").to_numpy()
    return Looks(
        table.column("id").to_numpy(),
        table.column("sha256").to_pylist(),
        table.column("engine").to_pylist(),
        table.column("lines").to_pylist(),
        np.frombuffer(hashes, np.uint8).reshape(-1, 8, 32),
        _starts(regions),
        np.frombuffer(files[VECTORS], np.float16).reshape(-1, width),
        Codes.of_bytes(files[CODES]) if CODES in files else None,
    )


def joined_texts(several: Sequence[Texts]) -> Texts:
    return Texts(
        np.concatenate([one.ids for one in several]), [texts for one in several for texts in one.texts]
    )


def joined_looks(several: Sequence[Looks]) -> Looks:
    vectors = _of_one_model([one.vectors for one in several])
    counts = [
        np.diff(one.starts) if len(kept) else np.zeros(len(one), np.int64)
        for one, kept in zip(several, vectors, strict=True)
    ]
    return Looks(
        np.concatenate([one.ids for one in several]),
        [each for one in several for each in one.sha256s],
        [each for one in several for each in one.engines],
        [each for one in several for each in one.lines],
        np.concatenate([one.hashes for one in several]),
        _starts(np.concatenate(counts)),
        _stacked(vectors),
    )


def some_texts(texts: Texts, kept: NDArray[np.bool_]) -> Texts:
    return Texts(texts.ids[kept], [one for one, stays in zip(texts.texts, kept, strict=True) if stays])


def some_looks(looks: Looks, kept: NDArray[np.bool_]) -> Looks:
    counts = np.diff(looks.starts)
    rows = np.repeat(kept, counts)

    def left(values: Sequence[str] | Sequence[Sequence[str]]) -> list[str]:
        return [one for one, stays in zip(values, kept, strict=True) if stays]  # type: ignore[misc]

    return Looks(
        looks.ids[kept],
        left(looks.sha256s),
        left(looks.engines),
        left(looks.lines),
        looks.hashes[kept],
        _starts(counts[kept]),
        looks.vectors[rows],
    )


def _starts(counts: Sequence[int] | NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def _of_one_model(several: Sequence[NDArray[np.float16]]) -> list[NDArray[np.float16]]:
    """With none left of those that are as wide as no vector of the latest."""
    widths = [one.shape[1] for one in several if len(one)]
    return [one if widths and one.shape[1] == widths[-1] else one[:0] for one in several]


def _stacked(several: Sequence[NDArray[np.float16]]) -> NDArray[np.float16]:
    there = [one for one in several if len(one)]
    return np.concatenate(there).astype(np.float16) if there else np.zeros((0, 1), np.float16)


def _parquet(table: pa.Table) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out, compression="zstd", row_group_size=_ROW_GROUP)
    return out.getvalue()
