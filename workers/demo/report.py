"""Shows what was expected of each listing beside what was found."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from workers.visible import plain

Row = Mapping[str, Any]


class Outcome(Enum):
    """How a finding compares with what was expected: its sign, its colour."""

    RIGHT = ("✓", "green")
    OTHER_REASON = ("≈", "yellow")
    OTHER_BRAND = ("≠", "red")
    MISSED = ("✗", "red")
    FALSE_ALARM = ("✗", "bold red")
    NOT_READ = ("?", "yellow")


@dataclass(frozen=True, slots=True)
class Line:
    """One listing of the sample: what its seller does, what is expected, and the result, None without one."""

    expected: Row
    title: str
    result: Row | None

    @property
    def outcome(self) -> Outcome:
        verdict = self.result["verdict"] if self.result else "not read"
        wanted = self.expected["verdict"]
        if wanted != "flag":
            if verdict == wanted:
                return Outcome.RIGHT
            return Outcome.FALSE_ALARM if verdict == "flag" else Outcome.NOT_READ
        if verdict != "flag":
            return Outcome.MISSED
        case = self.case
        if case is None:
            return Outcome.OTHER_BRAND
        return Outcome.RIGHT if set(case["reasons"]) & set(self.expected["reasons"]) else Outcome.OTHER_REASON

    @property
    def case(self) -> Row | None:
        """The case for the expected brand; for an honest listing the riskiest of all."""
        cases: list[Row] = self.result["cases"] if self.result else []
        brand = self.expected.get("brand")
        return next((case for case in cases if brand is None or case["brand"] == brand), None)


def read_lines(catalogue: Path, expected: Path, results: Path) -> list[Line]:
    """The sample's listings with their results, in groups: each reason, then the honest, then the broken."""
    titles = {row["id"]: row["title"] for row in _rows(catalogue) if "title" in row}
    found = {row["listing_id"]: row for row in _rows(results)}
    lines = [Line(row, titles[row["listing_id"]], found.get(row["listing_id"])) for row in _rows(expected)]
    order = {group: place for place, group in enumerate(_GROUPS)}
    return sorted(lines, key=lambda line: order[group_of(line)])


def _rows(path: Path) -> Iterable[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            row = json.loads(line)
        except ValueError:
            continue  # the sample holds broken lines on purpose; the scan names them
        yield row


_GROUPS = {
    "misspelling": "misspelt",
    "lookalike_characters": "look-alike characters",
    "split_or_padded": "split or padded",
    "other_script": "another script",
    "sounds_alike": "sounds alike",
    "brand_claim": "claims the brand",
    "counterfeit_terms": "counterfeit terms",
    "seller_impersonation": "poses as the owner's shop",
    "hidden_text": "hidden in a picture",
    "logo": "a mark in a picture",
    "obscured_logo": "a mark made unclear",
    "image_copy": "the brand's own picture",
    "product_lookalike": "the brand's dress",
    "authorised_seller": "honest: an authorised seller",
    "compatible_with": "honest: fits the brand's product",
    "genuine_resale": "honest: genuine, second-hand",
    "licensed_product": "honest: licensed",
    "descriptive_or_generic": "honest: the word means a thing",
    "homage_own_brand": "honest: its own brand",
    "other_brand": "honest: another brand of its own",
    "plain": "honest: nothing against it",
    "broken": "cannot be read whole",
}


def group_of(line: Line) -> str:
    """The group a listing is shown in: its reason, its kind of fair use, or why it cannot be read."""
    if line.expected["verdict"] == "incomplete":
        return "broken"
    named = line.expected["reasons"] or line.expected["qualifiers"] or ["plain"]
    return str(named[0])


def print_report(console: Console, lines: list[Line]) -> None:
    """A table of every listing, and the counts."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 1, 0, 0))
    room = console.width - 12
    table.add_column("", width=1)
    table.add_column("id", width=4, style="dim")
    table.add_column("what the seller wrote", width=room * 33 // 100, no_wrap=True, overflow="ellipsis")
    table.add_column("expected", width=room * 18 // 100)
    table.add_column("found", width=room * 22 // 100)
    table.add_column("where", width=room * 27 // 100, no_wrap=True, overflow="ellipsis")
    group = None
    for line in lines:
        if (now := group_of(line)) != group:
            group = now
            table.add_row(
                "", "", Text(f"\n{_GROUPS[now]}", style="bold cyan"), "", "", "", style="on default"
            )
        sign, colour = line.outcome.value
        # What is expected of an abuse takes two lines anyway, so that its tactic costs no more.
        gap = "\n" if line.expected["verdict"] == "flag" else "  "
        written = Text.assemble(plain(line.title), gap, (line.expected["tactic"], "italic dim"))
        listing_id = line.expected["listing_id"]
        table.add_row(
            Text(sign, style=colour), listing_id, written, _wanted(line), _found(line, colour), _where(line)
        )
    console.print(table)
    _print_counts(console, lines)


def _wanted(line: Line) -> Text:
    expected = line.expected
    if expected["verdict"] != "flag":
        return Text(expected["verdict"])
    return Text.assemble((expected["brand"], "bold"), "\n", " / ".join(map(_words, expected["reasons"])))


def _found(line: Line, colour: str) -> Text:
    if line.result is None:
        return Text("no result", style=colour)
    if line.result["verdict"] != "flag":
        return Text(line.result["verdict"], style=colour)
    case = line.case or line.result["cases"][0]
    reasons = ", ".join(map(_words, case["reasons"]))
    return Text.assemble((case["brand"], "bold"), f" {case['risk']:.2f}\n", reasons, style=colour)


def _where(line: Line) -> Text:
    if line.result is None:
        return Text("")
    if line.case and line.case["evidence"]:
        best = max(line.case["evidence"], key=lambda e: (e["kind"] in line.expected["reasons"], e["score"]))
        spot = "–".join(map(str, best["span"])) if "span" in best else ""
        if "box" in best:
            spot = "at {:.0f},{:.0f}".format(*best["box"][0])
        shown = f"'{plain(best['found'])}'" if "found" in best else plain(best.get("asset") or best["detail"])
        return Text(f"{best['where']} {spot} {shown}")
    return Text(
        "; ".join(f"{missing['where']}: {missing['why']}" for missing in line.result["missing"]), style="dim"
    )


def _words(name: str) -> str:
    return name.replace("_", " ")


def _print_counts(console: Console, lines: list[Line]) -> None:
    abuses = Counter(line.outcome for line in lines if line.expected["verdict"] == "flag")
    honest = Counter(line.outcome for line in lines if line.expected["verdict"] == "clear")
    broken = Counter(line.outcome for line in lines if line.expected["verdict"] == "incomplete")
    console.print()
    console.print(
        f"[bold]{abuses[Outcome.RIGHT]} of {abuses.total()}[/] abuses found, brand and reason as expected, "
        f"{abuses[Outcome.OTHER_REASON]} more for another reason (≈), "
        f"{abuses[Outcome.OTHER_BRAND]} for another brand (≠), [bold]{abuses[Outcome.MISSED]} missed[/]."
    )
    console.print(
        f"[bold]{honest[Outcome.RIGHT]} of {honest.total()}[/] honest listings left alone, "
        f"[bold]{honest[Outcome.FALSE_ALARM]} flagged wrongly[/], {honest[Outcome.NOT_READ]} not read whole."
    )
    console.print(
        f"{broken[Outcome.RIGHT]} of {broken.total()} listings with a broken picture named as incomplete, "
        "not cleared."
    )
