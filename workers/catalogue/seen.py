"""Which ids have been seen, ten million of them in about 130 MB."""

from array import array

_SHARDS = 64
_FULL = 0.7
_MASK = 2**64 - 1


class SeenIds:
    """A set of texts that only grows, kept as 64-bit hashes in open-addressed tables.

    A Python set of ten million ids takes over a gigabyte, a temporary SQLite file a hundred times longer.
    Python's own string hash is keyed afresh in every process, so nobody can aim for a collision; two of ten
    million ids share a hash with a probability of about 3 in a million. 64 tables, so that growing one is
    never felt.
    """

    def __init__(self) -> None:
        self._tables = [array("Q", bytes(8 * 64)) for _ in range(_SHARDS)]
        self._counts = [0] * _SHARDS

    def __len__(self) -> int:
        return sum(self._counts)

    def add(self, text: str) -> bool:
        """Whether the text is new."""
        key = (hash(text) & _MASK) or 1
        shard = key % _SHARDS
        table = self._tables[shard]
        if not _insert(table, key):
            return False
        self._counts[shard] += 1
        if self._counts[shard] > _FULL * len(table):
            larger = array("Q", bytes(16 * len(table)))
            for old in table:
                if old:
                    _insert(larger, old)
            self._tables[shard] = larger
        return True


def _insert(table: "array[int]", key: int) -> bool:
    mask = len(table) - 1
    slot = (key // _SHARDS) & mask
    while held := table[slot]:
        if held == key:
            return False
        slot = (slot + 1) & mask
    table[slot] = key
    return True
