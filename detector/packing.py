"""A reading as bytes, to be kept or sent: MessagePack, arrays as they lie in memory, never pickle."""

from collections.abc import Iterable
from typing import Any

import msgpack
import numpy as np

from detector.appearance import Appearance, LocalFeatures, Obscured, Regions
from detector.reading import PictureReading, TextLine

Plain = Any
"""What MessagePack knows: lists, numbers, texts, bytes, None."""


def packed(reading: PictureReading) -> bytes:
    """`unpacked` gives it back the same."""
    lines = [[line.text, line.score, line.box, line.turn, line.mirrored] for line in reading.lines]
    look = None if reading.appearance is None else _look(reading.appearance)
    whole = [reading.sha256, reading.width, reading.height, lines, reading.engine, reading.unread, look]
    return bytes(msgpack.packb(whole, default=_array))


def unpacked(data: bytes) -> PictureReading:
    """A reading that `packed` wrote; its arrays can't be written to."""
    sha256, width, height, lines, engine, unread, look = msgpack.unpackb(
        data, use_list=False, ext_hook=_as_array, strict_map_key=False
    )
    return PictureReading(
        sha256,
        width,
        height,
        tuple(TextLine(*line) for line in lines),
        engine,
        unread,
        None if look is None else _as_look(look),
    )


def packed_looks(looks: Iterable[Appearance]) -> bytes:
    """The looks of one reference. `unpacked_looks` gives them back the same."""
    return bytes(msgpack.packb([_look(look) for look in looks], default=_array))


def unpacked_looks(data: bytes) -> tuple[Appearance, ...]:
    """Looks that `packed_looks` wrote; their arrays can't be written to."""
    plain = msgpack.unpackb(data, use_list=False, ext_hook=_as_array, strict_map_key=False)
    return tuple(_as_look(look) for look in plain)


def _look(look: Appearance) -> Plain:
    regions = [look.regions.boxes, look.regions.embeddings]
    features = [look.features.places, look.features.descriptors]
    return [
        look.width,
        look.height,
        look.hashes,
        look.hash_quality,
        regions,
        features,
        look.thumbnail,
        look.engine,
        [[patch.box, patch.kind, patch.score] for patch in look.patches],
    ]


def _as_look(plain: Plain) -> Appearance:
    width, height, hashes, quality, regions, features, thumbnail, engine, patches = plain
    return Appearance(
        width,
        height,
        hashes,
        quality,
        Regions(*regions),
        LocalFeatures(*features),
        thumbnail,
        engine,
        tuple(Obscured(*patch) for patch in patches),
    )


def _array(value: Any) -> msgpack.ExtType:
    if not isinstance(value, np.ndarray):
        raise TypeError(f"{type(value).__name__} cannot be kept")
    head: bytes = msgpack.packb([value.dtype.str, value.shape])
    return msgpack.ExtType(_ARRAY, head + np.ascontiguousarray(value).tobytes())


_ARRAY = 1


def _as_array(code: int, data: bytes) -> Any:
    if code != _ARRAY:
        raise ValueError(f"an unknown kind of value, {code}, in a kept reading")
    unpacker = msgpack.Unpacker(use_list=False)
    unpacker.feed(data)
    dtype, shape = unpacker.unpack()
    return np.frombuffer(data, dtype=dtype, offset=unpacker.tell()).reshape(shape)
