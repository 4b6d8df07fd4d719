"""Which cases a model is asked about, and how far its answer may move one.

| a case | is |
| --- | --- |
| below `low` or above `high` | never asked about: what the rules hold certain stays |
| with nothing but hints that support | never asked about: a model flags nothing by itself |
| between | asked about; it stays between, whatever is answered |

An answer moves a case by `most` log-odds times how sure it says it is, and no farther than `low` and `high`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from detector.listing import Listing
from detector.middle.addressed import addresses_a_model
from detector.result import Answer, Case, Missing, Opinion, Result, Verdict
from detector.scoring import SUPPORTING, log_odds, probability
from detector.view import texts_of

ASKED = "model in the middle"
"""Where something is missing that a model should have looked at."""
MOST_CASES = 3
"""Of one listing that are asked about, the gravest."""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer as it came. `model` and `prompt` are as in `Opinion`."""

    answer: Answer
    sureness: float
    why: str
    model: str
    prompt: str


@dataclass(frozen=True, slots=True)
class Band:
    """Two risks, 0 < `low` < `high` < 1, and the log-odds that an answer may count at most."""

    low: float
    high: float
    most: float

    def doubtful(self, result: Result) -> list[Case]:
        """The cases of a result to ask about."""
        return [case for case in result.cases if self._holds(case)][:MOST_CASES]

    def _holds(self, case: Case) -> bool:
        return self.low <= case.risk <= self.high and not SUPPORTING.issuperset(case.reasons)

    def heard(self, case: Case, said: Said, *, biased: bool = False) -> Case:
        """A doubtful case with an opinion. What acquits a listing that speaks to models (`biased`) counts
        nothing.
        """
        towards = {Answer.IMITATION: 1.0, Answer.UNSURE: 0.0}.get(said.answer, -1.0)
        before = log_odds(case.risk)
        wanted = before + towards * self.most * said.sureness
        after = min(max(wanted, log_odds(self.low)), log_odds(self.high))
        weight, why = after - before, said.why
        if biased and towards < 0:
            weight, why = 0.0, f"not counted, as the listing speaks to models: {why}"
        opinion = Opinion(said.answer, said.sureness, weight, said.model, said.prompt, why)
        return replace(case, risk=probability(before + weight), opinion=opinion)

    def all_heard(
        self,
        result: Result,
        listing: Listing,
        said: Mapping[str, Said | str],
        flags: Callable[[Case], bool],
    ) -> Result:
        """The result with what was said of its doubtful cases, by their brands; where a clause says why
        nothing was said, the case stands as it was, and that is missing. `flags` is as for verdicts.
        """
        if not said:
            return result
        biased = any(addresses_a_model(text) for _, text in texts_of(listing))
        cases: list[Case] = []
        missing: Sequence[Missing] = [
            Missing(ASKED, f"{brand}: {why}") for brand, why in said.items() if isinstance(why, str)
        ]
        for case in result.cases:
            one = said.get(case.brand)
            cases.append(self.heard(case, one, biased=biased) if isinstance(one, Said) else case)
        cases.sort(key=lambda case: -case.risk)
        lacking = (*result.missing, *missing)
        verdict = Verdict.INCOMPLETE if lacking else Verdict.CLEAR
        if any(map(flags, cases)):
            verdict = Verdict.FLAG
        return replace(result, verdict=verdict, risk=cases[0].risk, cases=tuple(cases), missing=lacking)
