"""Unpacks what a server sent, in bounded pieces: a bomb is noticed before it has grown."""

import zlib
from collections.abc import AsyncIterator

from workers.fetching.errors import BadAnswer, TooLarge

_PIECE = 64 * 1024
_WINDOWS = {"gzip": 31, "x-gzip": 31, "deflate": 47}
ACCEPTED = "gzip, deflate"
"""What is asked for: what can be unpacked piece by piece."""


async def unpacked(
    chunks: AsyncIterator[bytes], encoding: str, most: int, where: str
) -> AsyncIterator[bytes]:
    """The content in pieces of at most 64 KB. `most` bounds the bytes as sent and as unpacked.

    Raises `TooLarge`, and `BadAnswer` where it is not packed as it says.
    """
    names = [name for name in (part.strip() for part in encoding.lower().split(",")) if name != "identity"]
    names = [name for name in names if name]
    if len(names) > 1 or (names and names[0] not in _WINDOWS):
        raise BadAnswer(f"{where}: is packed as {encoding[:60]!r}, which was not asked for")
    unpacker = zlib.decompressobj(_WINDOWS[names[0]]) if names else None
    sent = had = 0
    async for chunk in chunks:
        sent += len(chunk)
        if sent > most:
            raise too_large(most, where)
        if unpacker is None:
            yield chunk
            continue
        try:
            waiting = chunk
            while waiting:
                piece = unpacker.decompress(waiting, _PIECE)
                waiting = unpacker.unconsumed_tail
                had += len(piece)
                if had > most:
                    raise too_large(most, where)
                if piece:
                    yield piece
        except zlib.error:
            raise BadAnswer(f"{where}: says that it is packed as {names[0]}, and is not") from None
    if unpacker is not None:
        while rest := unpacker.decompress(unpacker.unconsumed_tail, _PIECE):
            had += len(rest)
            if had > most:
                raise too_large(most, where)
            yield rest
        if not unpacker.eof and sent:
            raise BadAnswer(f"{where}: breaks off in the middle of its {names[0]} data")


def too_large(most: int, where: str) -> TooLarge:
    """The one sentence for it."""
    return TooLarge(f"{where}: has more than {most / 2**20:,.0f} MB, and was not taken further")
