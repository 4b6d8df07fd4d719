"""What can be said of a case, and what must be said with it: one table, held by the server."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from detector.result import Reason
from review.errors import AgainstTheRules

LONGEST_NOTE = 2_000


class Outcome(StrEnum):
    CONFIRMED = "confirmed"
    NOT_INFRINGING = "not_infringing"
    CANNOT_TELL = "cannot_tell"
    ESCALATE = "escalate"
    UNDONE = "undone"
    """The decision before it was taken back."""


class Policy(StrEnum):
    """What a confirmed listing breaks."""

    COUNTERFEIT = "counterfeit"
    TRADEMARK = "trademark"
    COPYRIGHT = "copyright"
    DESIGN = "design"


class Code(StrEnum):
    """Why a listing may be as it is."""

    COMPATIBLE = "compatible"
    RESALE = "resale"
    AUTHORISED = "authorised"
    GENERIC = "generic"
    LICENSED = "licensed"
    HOMAGE = "homage"
    PARODY = "parody"


@dataclass(frozen=True, slots=True)
class Rule:
    """`needs` must be given with an outcome; of the rest a note may be, and nothing else."""

    words: str
    needs: frozenset[str]
    decides: bool = True


RULES: Mapping[Outcome, Rule] = {
    Outcome.CONFIRMED: Rule("Confirmed", frozenset({"policy", "reason"})),
    Outcome.NOT_INFRINGING: Rule("Not infringing", frozenset({"code"})),
    Outcome.CANNOT_TELL: Rule("Cannot tell", frozenset({"note"})),
    Outcome.ESCALATE: Rule("Escalate", frozenset({"note"}), decides=False),
}
DECIDES = frozenset(outcome for outcome, rule in RULES.items() if rule.decides)

NOTICE = "notice"
"""The reason that somebody gave notice of a listing."""
AUDIT = "audit"
"""The reason that a reviewer saw it in a listing that was cleared."""
BY_PEOPLE = frozenset({NOTICE, AUDIT})
"""The reasons that no program finds."""

POLICIES: Mapping[Policy, tuple[str, frozenset[str]]] = {
    Policy.COUNTERFEIT: ("Counterfeit goods", frozenset({*Reason, *BY_PEOPLE})),
    Policy.TRADEMARK: (
        "Use of a trademark",
        frozenset({*Reason, *BY_PEOPLE}) - {Reason.IMAGE_COPY, Reason.PRODUCT_LOOKALIKE},
    ),
    Policy.COPYRIGHT: ("Copied pictures", frozenset({Reason.IMAGE_COPY, *BY_PEOPLE})),
    Policy.DESIGN: ("Copied design", frozenset({Reason.PRODUCT_LOOKALIKE, Reason.IMAGE_COPY, *BY_PEOPLE})),
}
"""In words, and the reasons that can carry it."""

CODES: Mapping[Code, str] = {
    Code.COMPATIBLE: "Compatible with the brand's goods, and says so",
    Code.RESALE: "Genuine goods resold",
    Code.AUTHORISED: "The seller is authorised",
    Code.GENERIC: "A word of everyday language",
    Code.LICENSED: "Licensed goods",
    Code.HOMAGE: "An homage under the seller's own brand",
    Code.PARODY: "A parody",
}


@dataclass(frozen=True, slots=True)
class Ruling:
    """What somebody says of a case."""

    outcome: Outcome
    policy: Policy | None = None
    reason: str | None = None
    code: Code | None = None
    note: str = ""

    def agrees(self, other: "Ruling") -> bool:
        """Whether two people say the same; why exactly is each one's own."""
        return (self.outcome, self.policy, self.code) == (other.outcome, other.policy, other.code)


def check(ruling: Ruling, reasons: Collection[str]) -> None:
    """Raises `AgainstTheRules` where something is missing, or doesn't go together. `reasons` are those of
    the case.
    """
    rule = RULES.get(ruling.outcome)
    if rule is None:
        raise AgainstTheRules("a decision is taken back by undoing it")
    given = {
        name
        for name, value in (
            ("policy", ruling.policy), ("reason", ruling.reason), ("code", ruling.code),
            ("note", ruling.note.strip()),
        )
        if value
    }  # fmt: skip
    words = rule.words.lower()
    for name in sorted(rule.needs - given):
        raise AgainstTheRules(
            f"{words} needs a {name}; choose one" if name != "note" else _NO_NOTE[ruling.outcome]
        )
    for name in sorted(given - rule.needs - {"note"}):
        raise AgainstTheRules(f"{words} goes without a {name}; take it out")
    if len(ruling.note) > LONGEST_NOTE:
        raise AgainstTheRules(f"a note may have {LONGEST_NOTE:,} characters at most")
    if ruling.reason is not None and ruling.reason not in reasons:
        raise AgainstTheRules("the reason is none of those that the case gives; choose one of them")
    if ruling.policy is not None and ruling.reason not in POLICIES[ruling.policy][1]:
        told = str(ruling.reason).replace("_", " ")
        raise AgainstTheRules(f"{told} is no reason for {ruling.policy}; choose another policy or reason")


_NO_NOTE = {
    Outcome.CANNOT_TELL: "say in the note what was missing to tell",
    Outcome.ESCALATE: "say in the note what the lead is to look at",
}
