"""Since when a shop is asked for changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from workers.sources.listing import utc

_MARGIN = timedelta(minutes=10)
"""What a shop's clock may be behind ours, and a change may take until its search knows it."""


@dataclass(frozen=True, slots=True)
class Watch:
    """`since` is from when on changes are asked for, None for all there is; `began` is when this pull did,
    which the next one asks from. Both are texts of ISO 8601.
    """

    since: str | None
    began: str

    @classmethod
    def of(cls, cursor: Mapping[str, Any] | None) -> Self:
        """That of a cursor; a new one where the pull before it came to its end."""
        known = cursor or {}
        began = str(known.get("began") or utc((datetime.now(UTC) - _MARGIN).isoformat()))
        return cls(str(known["since"]) if known.get("since") else None, began)

    def going(self, place: Mapping[str, Any]) -> dict[str, Any]:
        """A cursor in the middle."""
        return {**place, "began": self.began, **({"since": self.since} if self.since else {})}

    def done(self) -> dict[str, Any]:
        """The cursor after the last page."""
        return {"since": self.began}
