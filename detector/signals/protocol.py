"""What a signal is: one file that looks at one listing for one kind of abuse."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from detector.result import Evidence, Qualification, Reason
from detector.view import View


@dataclass(frozen=True, slots=True)
class Finding:
    """Evidence against one brand (its `id`), and what qualifies just this evidence.

    What qualifies the whole brand in this listing (an authorised seller, say) is the judge's to add.
    """

    brand: str
    evidence: Evidence
    qualifiers: tuple[Qualification, ...] = ()


class Signal(Protocol):
    """Reads the shared view and yields what it finds; keeps nothing of a listing, costs little where nothing
    is.

    Its module's docstring holds a table: what it needs, what it finds, why it counts. Weights stand in
    `detector.scoring`, so that a person can read them in one place.
    """

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The kinds of evidence that it can yield."""

    def find(self, view: View) -> Iterator[Finding]: ...
