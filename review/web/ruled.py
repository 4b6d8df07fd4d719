"""What was typed into a form that decides."""

from collections.abc import Mapping

from review.decisions.rules import Code, Outcome, Policy, Ruling
from review.errors import AgainstTheRules


def ruling_of_form(typed: Mapping[str, str]) -> Ruling:
    """What was typed; what doesn't go with the outcome is left out, as the form has fields for all.

    Raises `AgainstTheRules`.
    """
    try:
        outcome = Outcome(typed.get("outcome", ""))
        confirmed, harmless = outcome is Outcome.CONFIRMED, outcome is Outcome.NOT_INFRINGING
        return Ruling(
            outcome,
            Policy(typed["policy"]) if confirmed and "policy" in typed else None,
            typed.get("reason") if confirmed else None,
            Code(typed["code"]) if harmless and "code" in typed else None,
            typed.get("note", ""),
        )
    except ValueError:
        raise AgainstTheRules("choose what the case is first") from None
