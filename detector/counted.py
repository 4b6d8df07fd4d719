"""How many of something, for people: '1 row', '2,000 rows'."""


def counted(count: int, one: str, many: str | None = None) -> str:
    """`many` is what several are called, where that isn't `one` with an s."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"
