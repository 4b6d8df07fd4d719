"""A listing and its result, for a person: coloured spans, what speaks for and against, and the sum of the
risk.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from detector.listing import Listing
from detector.result import Case, Evidence, Opinion, Qualification, Reason, Result, Verdict
from detector.scoring import FLAG_FROM, explain
from detector.text.strange import strange, visible
from detector.weights import Weights
from workers.visible import plain

STYLES: Mapping[str, str] = {
    Reason.MISSPELLING: "bold white on red",
    Reason.LOOKALIKE_CHARACTERS: "bold white on dark_magenta",
    Reason.SPLIT_OR_PADDED: "bold white on dark_orange3",
    Reason.OTHER_SCRIPT: "bold white on dodger_blue3",
    Reason.SOUNDS_ALIKE: "bold white on deep_pink4",
    Reason.HIDDEN_TEXT: "bold white on red3",
    Reason.LOGO: "bold white on red3",
    Reason.OBSCURED_LOGO: "bold white on dark_red",
    Reason.IMAGE_COPY: "bold white on deep_pink4",
    Reason.PRODUCT_LOOKALIKE: "bold white on indian_red",
    Reason.BRAND_CLAIM: "bold black on yellow3",
    Reason.COUNTERFEIT_TERMS: "bold white on purple",
    Reason.SELLER_IMPERSONATION: "bold black on light_salmon3",
    Reason.PRICE_ANOMALY: "bold black on gold3",
    Reason.MISMATCH: "bold black on wheat4",
    Reason.HIDDEN_LINK: "bold black on dark_khaki",
}
IN_FAVOUR = "bold black on green3"
ASKED = "bold black on light_sky_blue1"
_VERDICTS = {
    Verdict.FLAG: "[bold red]flagged[/], for a person to review",
    Verdict.CLEAR: "[bold green]clear[/]",
    Verdict.INCOMPLETE: "[bold yellow]incomplete[/]: not everything could be looked at",
}
_MOST_CLEAR = 8
"""Brands without a case that are told of: a title can be stuffed with names."""
_AROUND = 160
"""Characters of a long text shown around what was found in it."""


def print_explained(
    console: Console,
    listing: Listing,
    result: Result,
    names: Mapping[str, str],
    *,
    weights: Weights | None = None,
    flags: Callable[[Case], bool] = lambda case: case.risk >= FLAG_FROM,
    in_favour: Mapping[str, Sequence[Qualification]] | None = None,
) -> None:
    """`names` maps a brand's id to its name; `weights` are those the result was judged with; `flags` says
    whether a case asks for a person; `in_favour` is what speaks for the seller, brand by brand, of those
    without a case too.
    """
    cased = {case.brand for case in result.cases}
    clear = {brand: said for brand, said in (in_favour or {}).items() if brand not in cased}
    console.print(
        f"[bold]{escape(plain(listing.id))}[/]  {_VERDICTS[result.verdict]}, risk {percent(result.risk)}"
    )
    console.print()
    items = [*chain.from_iterable(clear.values()), *_items(result.cases)]
    shown = _print_texts(console, listing, items)
    _print_strange(console, listing)
    for case in result.cases:
        _print_case(console, case, names.get(case.brand, case.brand), weights, flagged=flags(case))
    _print_clear(console, clear, names)
    if not result.cases:
        console.print("Nothing was found that speaks against this listing.")
    for missing in result.missing:
        console.print(f"[yellow]not looked at:[/] {missing.where}: {escape(plain(missing.why))}")
    if shown:
        console.print(
            Text.assemble(
                "colours: ", *(part for kind in shown for part in ((_words(kind), _style(kind)), " "))
            )
        )


def percent(risk: float) -> str:
    """A risk for a person: nothing that a machine says is certain."""
    return "over 99%" if risk > 0.99 else f"{risk:.0%}"


def _print_texts(console: Console, listing: Listing, items: Iterable[Evidence | Qualification]) -> list[str]:
    """The listing's texts with their spans coloured; gives the kinds that were coloured."""
    marks: dict[str, list[tuple[int, int, str]]] = {}
    for item in items:
        if item.span is not None:
            marks.setdefault(item.where, []).append((*item.span, item.kind))
    table = Table(show_header=False, box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for where, text in _texts(listing):
        table.add_row(Text(plain(where)), coloured(text, marks.get(where, [])))
    if price := listing.price:
        table.add_row("price", Text(plain(f"{price.amount} {price.currency}")))
    for number, reference in enumerate(listing.images):
        table.add_row(f"image:{number}", Text(plain(reference[:200])))
    console.print(table)
    console.print()
    return list(dict.fromkeys(kind for spans in marks.values() for *_, kind in spans))


def _texts(listing: Listing) -> Iterator[tuple[str, str]]:
    seller = listing.seller.name if listing.seller else None
    for where, text in (
        ("title", listing.title),
        ("brand", listing.brand),
        ("description", listing.description),
        ("seller", seller),
        ("category", listing.category),
    ):
        if text:
            yield where, text
    for name, value in listing.attributes.items():
        if value:
            yield f"attributes.{name}", value


def coloured(text: str, marks: Iterable[tuple[int, int, str]]) -> Text:
    """The text with every character visible and each mark's characters in its colour; long texts are cut."""
    styles = [""] * len(text)
    near = [len(text) <= 4 * _AROUND] * len(text)
    # What speaks in the seller's favour is laid under what speaks against.
    for start, end, kind in sorted(marks, key=lambda mark: mark[2] in STYLES):
        styles[start:end] = [_style(kind)] * (end - start)
        low, high = max(start - _AROUND, 0), min(end + _AROUND, len(text))
        near[low:high] = [True] * (high - low)
    near[: 2 * _AROUND] = [True] * min(2 * _AROUND, len(text))
    shown = Text()
    cut = False
    for char, style, keep in zip(text, styles, near, strict=True):
        if keep:
            shown.append(visible(char), style or None)
        elif not cut:
            shown.append(" […] ", "dim")
        cut = not keep
    return shown


def _print_strange(console: Console, listing: Listing) -> None:
    found = [(where, *odd) for where, text in _texts(listing) for odd in strange(text)]
    if not found:
        return
    console.print("[bold]Characters that are not what they seem[/]")
    for where, position, char, name in found[:12]:
        console.print(
            f"  {escape(plain(where))} {position}: {escape(visible(char))}  U+{ord(char):04X} {name}",
            highlight=False,
        )
    if len(found) > 12:
        console.print(f"  and {len(found) - 12:,} more")
    console.print()


def _print_case(console: Console, case: Case, brand: str, weighed: Weights | None, *, flagged: bool) -> None:
    colour, note = ("red", "") if flagged else ("green", ", too little to flag")
    console.print(
        f"[bold]{escape(plain(brand))}[/]  risk [{colour}]{percent(case.risk)}[/]{note}", highlight=False
    )
    table = Table(show_header=False, box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for evidence in case.evidence:
        table.add_row(Text(_words(evidence.kind), _style(evidence.kind)), _said(evidence))
    for qualifier in case.qualifiers:
        table.add_row(Text(_words(qualifier.kind), IN_FAVOUR), _in_favour(qualifier))
    if not case.qualifiers:
        table.add_row("", Text("nothing speaks in the seller's favour", "dim"))
    if case.opinion is not None:
        table.add_row(Text("model in the middle", ASKED), _opinion(case.opinion))
    console.print(Padding(table, (0, 0, 0, 2)))
    weights = explain(case.evidence, case.qualifiers, weighed, case.opinion)
    total = sum(weight.weight for weight in weights)
    sums = "  ".join(f"{plain(_words(weight.name))} {weight.weight:+.1f}" for weight in weights)
    console.print(
        Padding(Text(f"risk: {sums}  = {total:+.1f}, that is {percent(case.risk)}", "dim"), (0, 0, 1, 2))
    )


def _print_clear(
    console: Console, clear: Mapping[str, Sequence[Qualification]], names: Mapping[str, str]
) -> None:
    """The brands that are named without a case, and why that is fair, as plainly as a case is told."""
    for brand, qualifiers in islice(clear.items(), _MOST_CLEAR):
        name = escape(plain(names.get(brand, brand)))
        console.print(f"[bold]{name}[/]  [green]named, and no case[/]", highlight=False)
        table = Table(show_header=False, box=None, pad_edge=False, padding=(0, 2, 0, 0))
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        for qualifier in qualifiers:
            table.add_row(Text(_words(qualifier.kind), IN_FAVOUR), _in_favour(qualifier))
        if not qualifiers:
            table.add_row("", Text("it is named openly, and nothing more was found", "dim"))
        console.print(Padding(table, (0, 0, 1, 2)))
    if len(clear) > _MOST_CLEAR:
        console.print(f"[dim]and {len(clear) - _MOST_CLEAR:,} more brands are named without a case[/]")


def _said(evidence: Evidence) -> Text:
    found = evidence.asset or "a patch" if evidence.found is None else repr(plain(evidence.found))
    text = Text(f"{plain(found)} in {plain(evidence.where)}")
    if evidence.mark and evidence.mark != evidence.found:
        text.append(f", for {plain(evidence.mark)!r}")
    text.append(f", {evidence.score:.0%}", "dim")
    if evidence.detail:
        text.append(f": {plain(evidence.detail)}", "dim")
    return text


def _in_favour(qualifier: Qualification) -> Text:
    text = Text(f"{plain(qualifier.found)!r} in {plain(qualifier.where)}")
    if qualifier.detail:
        text.append(f": {plain(qualifier.detail)}", "dim")
    return text


def _opinion(opinion: Opinion) -> Text:
    text = Text(f"{_words(opinion.answer.value)}, {opinion.sureness:.0%} sure by its own word")
    text.append(f": {plain(opinion.why)} ({plain(opinion.model)}, {opinion.prompt})", "dim")
    return text


def _items(cases: Iterable[Case]) -> Iterator[Evidence | Qualification]:
    for case in cases:
        yield from case.qualifiers
        yield from case.evidence


def _style(kind: str) -> str:
    return STYLES.get(kind, IN_FAVOUR)


def _words(name: Any) -> str:
    return str(name).replace("_", " ")
