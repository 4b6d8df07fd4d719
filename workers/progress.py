"""How far a walk through a catalogue is: a bar on a terminal, now and then a plain line elsewhere."""

import sys
import time
from collections.abc import Callable
from typing import Protocol, TextIO

_SECONDS_BETWEEN_DRAWINGS = 0.1
_SECONDS_BETWEEN_LINES = 10.0


class Progress(Protocol):
    """Shows counts, as they print themselves."""

    def show(self, counts: object) -> None: ...
    def close(self) -> None: ...


def progress_on(stream: TextIO, done: Callable[[], float], doing: str) -> Progress:
    """`done` tells how much of the catalogue has been read, 0 to 1."""
    return Bar(done, doing) if stream.isatty() else Lines(stream, done)


class Lines:
    """A line every ten seconds, for logs, and one at the end: the last line of a log is believed."""

    def __init__(
        self, stream: TextIO, done: Callable[[], float], between: float = _SECONDS_BETWEEN_LINES
    ) -> None:
        self._stream, self._done, self._between = stream, done, between
        self._last = time.monotonic()
        self._unsaid: object = None

    def show(self, counts: object) -> None:
        self._unsaid = counts
        now = time.monotonic()
        if now - self._last >= self._between:
            self._last = now
            self._say(counts)

    def close(self) -> None:
        if self._unsaid is not None:
            self._say(self._unsaid)

    def _say(self, counts: object) -> None:
        self._unsaid = None
        print(f"{min(self._done(), 1):4.0%}  {counts}", file=self._stream, flush=True)


class Bar:
    """A bar that is drawn from the scan's own thread: one more thread must not be there when processes
    are forked.
    """

    def __init__(self, done: Callable[[], float], doing: str) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Drawing

        self._done = done
        self._drawing = Drawing(
            TextColumn(f"[bold]{doing}"),
            BarColumn(bar_width=None),
            TaskProgressColumn(),
            TextColumn("{task.fields[counts]}"),
            TimeRemainingColumn(compact=True),
            console=Console(file=sys.stderr),
            auto_refresh=False,
            transient=True,
            expand=False,
        )
        self._task = self._drawing.add_task("", total=1.0, counts="starting")
        self._drawing.start()
        self._drawing.refresh()
        self._last = 0.0

    def show(self, counts: object) -> None:
        now = time.monotonic()
        if now - self._last >= _SECONDS_BETWEEN_DRAWINGS:
            self._last = now
            self._drawing.update(self._task, completed=min(self._done(), 1.0), counts=str(counts))
            self._drawing.refresh()

    def close(self) -> None:
        self._drawing.stop()
