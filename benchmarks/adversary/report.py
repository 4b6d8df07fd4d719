"""A folder of what attacks came to: a page with a curve each, a picture of all curves, the worst misses."""

import shutil
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Any

import orjson

from benchmarks.adversary.attack import Medium
from benchmarks.adversary.curves import HELD, Attacked, Curve
from benchmarks.adversary.judging import Tried
from benchmarks.adversary.telling import told
from benchmarks.misses import captioned
from benchmarks.page import FLAGGED, FOUND, page, svg, thumbnail

PAGE, CURVES, PLOT, MISSES, MISSED = "index.html", "curves.json", "curves.png", "misses", "misses.jsonl"
MADE = (PAGE, CURVES, PLOT, MISSES, MISSED)
_WORST = 3
"""Misses of an attack that are shown."""
_HEADINGS = {Medium.WORDS: "In words", Medium.PICTURES: "In pictures", Medium.BOTH: "In both at once"}


def write_report(folder: Path, attacked: Attacked) -> None:
    """Replaces what an earlier attack left there, and nothing else."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder / MISSES, ignore_errors=True)
    missed = worst([one for one in attacked.tried if one.wrong])
    (folder / CURVES).write_bytes(orjson.dumps(told(attacked), option=orjson.OPT_INDENT_2))
    (folder / MISSED).write_bytes(b"".join(orjson.dumps(_line(one)) + b"\n" for one in missed))
    for number, one in enumerate(missed):
        if one.picture is None:
            continue
        (folder / MISSES).mkdir(exist_ok=True)
        file = folder / MISSES / f"{number:03}-{'twin-' if one.innocent else ''}{_slug(one.attack)}.jpg"
        captioned(one.picture, _said(one)).save(file, quality=88)
    _all_curves(attacked.curves).savefig(folder / PLOT, dpi=110, bbox_inches="tight", facecolor="white")
    (folder / PAGE).write_text(_page(attacked, missed), encoding="utf-8")


def worst(missed: Iterable[Tried]) -> list[Tried]:
    """Of each attack those missed at the weakest, of its twins the riskiest."""
    kept: list[Tried] = []
    count: dict[tuple[str, bool], int] = {}
    for one in sorted(missed, key=lambda one: (one.innocent, -one.risk if one.innocent else one.strength)):
        key = (one.attack, one.innocent)
        count[key] = count.get(key, 0) + 1
        if count[key] <= _WORST:
            kept.append(one)
    return kept


def _line(one: Tried) -> dict[str, Any]:
    return {
        "id": one.id,
        "attack": one.attack,
        "strength": one.strength,
        "innocent": one.innocent,
        "risk": one.risk,
        "reasons": one.reasons,
        "listing": one.said,
    }


def _said(one: Tried) -> str:
    what = "innocent, flagged" if one.innocent else "missed"
    return f"{one.attack}, strength {one.strength}: {what} at {one.risk:.0%}"


def _slug(name: str) -> str:
    return "-".join("".join(c if c.isalnum() else " " for c in name).split())


def _page(attacked: Attacked, missed: Sequence[Tried]) -> str:
    name = attacked.name
    parts = [f"<p>{escape(attacked.summary())}</p>"]
    parts += [
        f"<p class=missed>Not made, as {escape(name)} lacks {escape(lack)}: {escape(', '.join(names))}.</p>"
        for lack, names in attacked.by_lack().items()
    ]
    parts.append(
        f"<p class=small><span style='color:{FOUND}'>●</span> found, with its 95% interval; "
        f"<span style='color:{FLAGGED}'>■</span> innocent twins of the same strength that are flagged. "
        f"Strength grows from 1 to 5; the line lies at {HELD:.0%}.</p>"
    )
    for medium, heading in _HEADINGS.items():
        own = [curve for curve in attacked.curves if curve.medium is medium]
        if own:
            parts.append(f"<h2>{heading}</h2><div class=cards>{''.join(map(_card, own))}</div>")
    for heading, innocent in (("Missed at the weakest", False), ("Innocent, and flagged", True)):
        parts.append(f"<h2>{heading}</h2>{_misses([one for one in missed if one.innocent is innocent])}")
    return page(f"Attacks on {escape(name)}", "\n".join(parts))


def _card(curve: Curve) -> str:
    if curve.holds:
        state = "<span class=met>holds at every strength</span>"
    elif (end := curve.ends) is not None:
        state = f"<span class=missed>ends at strength {end.strength}: {escape(end.dose)}</span>"
    else:
        state = f"not made beyond strength {curve.held_to}"
    shares = ", ".join(f"{p.dose}: {p.found.share:.0%}" for p in curve.points if p.found)
    doses = "; ".join(f"{point.strength}: {point.dose}" for point in curve.points)
    from matplotlib.figure import Figure as Plot

    plot = Plot(figsize=(3.4, 1.7))
    _draw(plot.subplots(), curve)
    return (
        f"<div class=card><h3>{escape(curve.attack)}</h3><p class=small>{state}</p>"
        f"{svg(plot, escape(shares))}<p class=small>{escape(doses)}.<br>"
        f"Twin: {escape(curve.innocent)}, {curve.share(innocent=True):.0%} flagged.</p></div>"
    )


def _draw(axes: Any, curve: Curve) -> None:
    axes.axhline(HELD, color="#888", linewidth=0.8, linestyle=":")
    there = [(p.strength, p.found) for p in curve.points if p.found]
    at = [strength for strength, _ in there]
    axes.fill_between(
        at, [f.interval[0] for _, f in there], [f.interval[1] for _, f in there], color=FOUND, alpha=0.2
    )
    axes.plot(at, [f.share for _, f in there], color=FOUND, marker="o", markersize=4)
    twins = [(p.strength, p.flagged.share) for p in curve.points if p.flagged]
    axes.plot(*zip(*twins, strict=True), color=FLAGGED, marker="s", markersize=3, linewidth=1)
    axes.set(xlim=(0.8, 5.2), ylim=(-0.04, 1.04), xticks=range(1, 6), yticks=(0, 0.5, 1))
    axes.set_yticklabels(("0%", "50%", "100%"))
    axes.tick_params(labelsize=8)
    axes.spines[["top", "right"]].set_visible(False)


def _all_curves(found: Sequence[Curve]) -> Any:
    from matplotlib.figure import Figure as Plot

    across = min(4, len(found))
    down = -(-len(found) // across)
    plot = Plot(figsize=(3.1 * across, 1.9 * down), layout="constrained")
    for number, axes in enumerate(plot.subplots(down, across, squeeze=False).flat):
        if number < len(found):
            _draw(axes, found[number])
            axes.set_title(found[number].attack, fontsize=8)
        else:
            axes.set_visible(False)
    return plot


def _misses(some: Sequence[Tried]) -> str:
    pictured = "".join(
        f"<figure><img alt='' src='{thumbnail(one.picture.read_bytes())}'>"
        f"<figcaption><b>{escape(_said(one))}</b><br>{escape(one.said)}</figcaption></figure>"
        for one in some
        if one.picture is not None
    )
    words = "".join(
        f"<li class=small><b>{escape(_said(one))}</b> {escape(one.said)}"
        for one in some
        if one.picture is None
    )
    if not some:
        return "<p>None.</p>"
    return f"<ul>{words}</ul><div class=misses>{pictured}</div>"
