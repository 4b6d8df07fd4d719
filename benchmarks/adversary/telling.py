"""What attacks came to, for a person in a terminal, and for a program."""

from typing import Any

from benchmarks.adversary.attack import STRENGTHS
from benchmarks.adversary.curves import HELD, Attacked, Curve
from benchmarks.evaluate import as_json
from benchmarks.figure import Figure


def show(attacked: Attacked) -> None:
    """Attacks with what is found of them by strength, those first where protection ends first."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(highlight=False)
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("attack", overflow="fold")
    for strength in range(1, STRENGTHS + 1):
        table.add_column(str(strength), justify="right", no_wrap=True)
    table.add_column("twins flagged", justify="right")
    table.add_column("protection ends at", overflow="fold")
    medium = None
    for curve in attacked.curves:
        if curve.medium is not medium:
            medium = curve.medium
            table.add_row(f"[bold]in {medium}[/]" if medium != "both" else "[bold]in both[/]")
        twins = curve.share(innocent=True)
        table.add_row(
            escape(curve.attack),
            *(_cell(point.found) for point in curve.points),
            f"[{'red' if twins > 0.02 else 'dim'}]{twins:.0%}[/]",
            _state(curve),
        )
    console.print(table)
    console.print()
    console.print(escape(attacked.summary()), soft_wrap=True)
    for lack, names in attacked.by_lack().items():
        console.print(
            f"[yellow]not made:[/] {len(names)} {'attack' if len(names) == 1 else 'attacks'}, as "
            f"{escape(attacked.name)} lacks {lack} ({escape(', '.join(names))})",
            soft_wrap=True,
        )


def _state(curve: Curve) -> str:
    from rich.markup import escape

    if curve.holds:
        return "[green]holds[/]"
    return escape(curve.ends.dose) if curve.ends is not None else f"not made beyond {curve.held_to}"


def told(attacked: Attacked) -> Any:
    """All of it, for a program."""
    return {
        "brand": attacked.brand,
        "seed": attacked.seed,
        "held_from": HELD,
        "attacks": [
            {
                "attack": curve.attack,
                "medium": curve.medium,
                "innocent": curve.innocent,
                "held_to": curve.held_to,
                "points": [
                    {
                        "strength": point.strength,
                        "dose": point.dose,
                        "found": _numbers(point.found),
                        "flagged_twins": _numbers(point.flagged),
                    }
                    for point in curve.points
                ],
            }
            for curve in attacked.curves
        ],
        "not_made": [{"attack": attack.name, "lacks": lack} for attack, lack in attacked.lacking],
    }


def _numbers(figure: Figure | None) -> Any:
    if figure is None:
        return None
    return {
        key: value for key, value in as_json(figure).items() if key in ("hits", "total", "share", "interval")
    }


def _cell(figure: Figure | None) -> str:
    if figure is None:
        return "[dim]–[/]"
    colour = "green" if figure.share >= HELD else "yellow" if figure.share >= HELD / 2 else "red"
    return f"[{colour}]{figure.share:.0%}[/]"
