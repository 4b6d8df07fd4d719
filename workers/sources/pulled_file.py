"""What a pull writes to files: listings, rejects, and beside them where to go on."""

import json
import os
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from detector.errors import UnreadableInput
from workers.results import keep_earlier, reject_line
from workers.sources.protocol import Page
from workers.sources.pulling import of_the_next_pull


class PulledFiles:
    """`F.jsonl`, `F.rejects.jsonl` and `F.cursor.json`. A page is in them as a whole or not at all.

    With `resume` they are gone on with, else what stood there before is kept aside (`kept`).
    """

    def __init__(self, out: Path, source: str, resume: bool) -> None:
        stem = out.name.removesuffix(".jsonl")
        self.out, self.rejects = out, out.with_name(f"{stem}.rejects.jsonl")
        self._state = out.with_name(f"{stem}.cursor.json")
        self._source = source
        known = self._known() if resume else None
        self.kept = [] if known else list(keep_earlier(self.out, self.rejects))
        self.since = of_the_next_pull(known["cursor"]) if known else None
        self._files = [file.open("r+b" if known and file.exists() else "wb") for file in (out, self.rejects)]
        for file, size in zip(self._files, known["sizes"] if known else (0, 0), strict=True):
            # What was written of a page whose cursor was not saved comes again.
            file.truncate(size)
            file.seek(size)
        if not known:
            self._state.unlink(missing_ok=True)

    def _known(self) -> dict[str, Any] | None:
        try:
            known = json.loads(self._state.read_bytes())
            if known["source"] != self._source:
                other = known["source"]
                raise UnreadableInput(
                    f"{self.out}: was pulled from {other}, not from {self._source}; name another file"
                )
            if all(
                file.stat().st_size >= size
                for file, size in zip((self.out, self.rejects), known["sizes"], strict=True)
                if size
            ):
                return dict(known)
        except FileNotFoundError:
            raise UnreadableInput(
                f"{self._state}: is not there, so nothing can be gone on with; leave --resume out"
            ) from None
        except (ValueError, KeyError, TypeError):
            pass
        raise UnreadableInput(
            f"{self._state}: does not fit to {self.out}; leave --resume out and pull afresh"
        )

    @property
    def begun(self) -> bool:
        """Whether there is anything to go on from."""
        return self._state.exists()

    def keep(self, page: Page) -> None:
        """Writes the page, and then that it is written."""
        listings, rejects = self._files
        for row in page.rows:
            if row.data is not None:
                listings.write(row.data + b"\n")
            else:
                rejects.write(reject_line(row, f"{page.unit} {row.number:,}: {row.problem}"))
        for file in self._files:
            file.flush()
        state = {
            "source": self._source,
            "sizes": [file.tell() for file in self._files],
            "cursor": page.cursor,
        }
        partial = self._state.with_suffix(".partial")
        partial.write_text(json.dumps(state))
        partial.replace(self._state)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        for file in self._files:
            file.flush()
            os.fsync(file.fileno())
            file.close()
        if not self.rejects.stat().st_size:
            self.rejects.unlink()
