"""What was looked up, kept as it comes up again: a catalogue uses few words often."""

from collections.abc import Callable
from typing import TypeVar

Asked = TypeVar("Asked")
Found = TypeVar("Found")


class Kept(dict[Asked, Found]):
    """Looks up what it is asked for and doesn't hold; all is forgotten where there are `most` of them."""

    def __init__(self, look_up: Callable[[Asked], Found], most: int) -> None:
        self._look_up, self._most = look_up, most

    def __missing__(self, asked: Asked) -> Found:
        if len(self) >= self._most:
            self.clear()
        found = self[asked] = self._look_up(asked)
        return found
