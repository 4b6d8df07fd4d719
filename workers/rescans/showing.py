"""Rescans in a terminal."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from detector.counted import counted
from workers.rescans.tables import Kind, RescanState
from workers.rescans.telling import Report
from workers.visible import plain

if TYPE_CHECKING:
    from rich.console import Console

_SAID = (
    ("candidates", "candidates"), ("judged", "judged again"), ("opened", "cases opened"),
    ("merged", "merged"), ("gone", "no longer shown"), ("kept", "kept back"),
    ("left", "left to their own turn"), ("failed", "failed"),
)  # fmt: skip


def show(console: "Console", found: Sequence[Report]) -> None:
    """A few lines each."""
    from rich.markup import escape

    if not found:
        console.print("There was no rescan yet; `detector rescan start --brand ID` begins one.")
    for one in found:
        of_model = one.kind == Kind.MODEL
        about = reads_of(one) if of_model else ", ".join(one.brands) or "all brands"
        console.print(
            f"[bold]{one.number}[/] {one.kind}, {escape(plain(about))}: {_state(one)}", soft_wrap=True
        )
        counts = [
            counted(one.counts["pictures"], "picture")
            if of_model
            else counted(one.counts["listings"], "listing")
        ]
        counts += [f"{one.counts[name]:,} {said}" for name, said in _SAID if one.counts[name]]
        console.print(f"  {', '.join(counts)}", soft_wrap=True)
        if spent := [f"{name} {seconds:,.1f} s" for name, seconds in one.seconds.items() if seconds]:
            console.print(f"  [dim]{', '.join(spent)}[/]", soft_wrap=True)
        if of_model and one.estimate:
            console.print(f"  {escape(plain(one.estimate['said']))}", soft_wrap=True)
        if one.why:
            console.print(f"  [yellow]{escape(plain(one.why))}[/]", soft_wrap=True)


def reads_of(one: Report) -> str:
    """What reads, as settings are typed."""
    return " ".join(f"{name}={value or ''}" for name, value in sorted((one.reads or {}).items()))


def _state(one: Report) -> str:
    said = f"[dim]{one.state}[/]"
    if one.state in {RescanState.RUNNING, RescanState.PAUSED}:
        said += f", {one.share:.0%}"
    if one.rate is not None:
        said += f", {one.rate:,.1f} pictures" if one.kind == Kind.MODEL else f", {one.rate:,.0f} listings"
        said += " a second"
    if one.left is not None:
        said += f", {_time(one.left)} left"
    return said


def _time(seconds: float) -> str:
    for size, unit in ((86_400, "days"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
