"""A page of what was measured: figures, the reliability plot, risks, the worst misses as pictures."""

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

import numpy as np

from benchmarks.composed import measures
from benchmarks.composed.case import Composed
from benchmarks.composed.groups import of_reason
from benchmarks.composed.measures import Sample
from benchmarks.composed.outcome import Outcome, write
from benchmarks.figure import Estimate, Figure, Group
from benchmarks.page import FLAGGED, FOUND, page, svg, thumbnail

OUTCOMES = "outcomes.jsonl"
WORST = 24
_PLOTTED = 50
"""Cases of a reason from which on its reliability is drawn."""
_AXES = {"tactic": "By tactic", "reason": "By reason", "language": "By language"}


def write_report(
    folder: Path,
    outcomes: Sequence[Outcome],
    figures: Sequence[Figure | Estimate],
    groups: Sequence[Group],
    cases: Mapping[str, Composed],
) -> None:
    """`index.html`, which needs no other file, and the outcomes, which `--compare` reads."""
    folder.mkdir(parents=True, exist_ok=True)
    write(outcomes, folder / OUTCOMES)
    missed = sorted((one for one in outcomes if one.infringing and not one.flagged), key=lambda one: one.risk)
    wrong = sorted((one for one in outcomes if not one.infringing and one.flagged), key=lambda one: -one.risk)
    whole = Sample.of(outcomes)
    body = f"""<p>{len(outcomes):,} listings of the test part, none of them real counterfeits;
docs/benchmark.md says how they were made. Figures over all are reweighted: one of twenty infringes.</p>
<h2>Figures</h2>{_table(figures)}
{"".join(_groups(heading, [one for one in groups if one.axis == axis]) for axis, heading in _AXES.items())}
<h2>Is a risk what it says?</h2>
<p>Each circle holds the listings of a tenth of the risks, the larger the more of them. On the line a risk is
what it says; above it more infringe than was said, below it fewer.</p>
<div class=cards>{_reliability("All listings", whole)}{_by_reason(outcomes, whole)}</div>
<h2>Where the risks lie</h2>{_risks(outcomes)}
<h2>Abuses that were missed</h2>{_misses(missed, cases)}
<h2>Innocent listings that were flagged</h2>{_misses(wrong, cases)}
"""
    (folder / "index.html").write_text(page("Composed listings: what was measured", body), encoding="utf-8")


def _table(figures: Sequence[Figure | Estimate]) -> str:
    rows = ["<tr><th>figure<th class=n>value<th class=n>95% interval<th class=n>of<th class=n>aimed at"]
    for one in figures:
        if not one.total:
            continue
        low, high = one.interval
        aim = ""
        if one.target is not None:
            state = "met" if one.met else "missed"
            aim = f"<span class={state}>{'≤' if one.at_most else '≥'} {one.target:.1%}, {state}</span>"
        peers = "".join(
            f"<br><span class=small>{escape(name)}: {share:.1%}</span>" for name, share in one.peers
        )
        rows.append(
            f"<tr><td>{escape(one.name)}{peers}<td class=n>{one.share:.1%}<td class=n>{low:.1%} to {high:.1%}"
            f"<td class=n>{one.total:,}<td class=n>{aim}"
        )
    return f"<div class=scroll><table>{''.join(rows)}</table></div>"


def _groups(heading: str, groups: Sequence[Group]) -> str:
    if not groups:
        return ""
    heads = "".join(f"<th class=n>{escape(one.name)}" for one in groups[0].measures)
    rows = [f"<tr><th>{escape(groups[0].axis)}{heads}<th class=n>of"]
    for group in groups:
        cells = "".join(
            f"<td class=n>{one.share:.1%}<br><span class=small>{low:.0%} to {high:.0%}</span>"
            for one in group.measures
            for low, high in [one.interval]
        )
        rows.append(f"<tr><td>{escape(group.name)}{cells}<td class=n>{group.total:,}")
    return f"<h2>{heading}</h2><div class=scroll><table>{''.join(rows)}</table></div>"


def _by_reason(outcomes: Sequence[Outcome], whole: Sample) -> str:
    some = sorted({reason for one in outcomes for reason in one.reasons})
    samples = ((reason, of_reason(reason, outcomes, whole)) for reason in some)
    return "".join(_reliability(name, sample) for name, sample in samples if len(sample.truth) >= _PLOTTED)


def _reliability(name: str, sample: Sample) -> str:
    """Each bin's mean risk against the share that held, its size the listings in it."""
    from matplotlib.figure import Figure as Plot

    said, held, mass = measures.reliability(sample.truth, sample.risk, sample.weight)
    there = mass > 0
    plot = Plot(figsize=(3.4, 3))
    axes = plot.subplots()
    axes.plot([0, 1], [0, 1], color="#999", linewidth=1)
    size = 20 + 220 * np.sqrt(mass[there] / mass[there].max())
    axes.scatter(said[there], held[there], s=size, alpha=0.6, color=FOUND)
    axes.set(
        xlabel="risk that was said", ylabel="share that infringes", xlim=(-0.05, 1.05), ylim=(-0.05, 1.05)
    )
    axes.spines[["top", "right"]].set_visible(False)
    error = measures.ece(sample.truth, sample.risk, sample.weight)
    told = f"calibration error {error:.1%}, {len(sample.truth):,} listings"
    drawn = svg(plot, escape(f"{name}: {told}"))
    return f"<div class=card><h3>{escape(name)}</h3><p class=small>{told}</p>{drawn}</div>"


def _risks(outcomes: Sequence[Outcome]) -> str:
    from matplotlib.figure import Figure as Plot

    plot = Plot(figsize=(7, 3.2))
    axes = plot.subplots()
    bins = [number / 40 for number in range(41)]
    for name, true, colour in (("abuses", True, FLAGGED), ("innocent", False, FOUND)):
        risks = [one.risk for one in outcomes if one.infringing is true]
        axes.hist(risks, bins, alpha=0.6, color=colour, label=name)
    axes.set(xlabel="risk", ylabel="listings", yscale="log")
    axes.axvline(0.5, color="#999", linewidth=1)
    axes.legend(frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    return svg(plot, "How many abuses and innocent listings have which risk")


def _misses(some: Sequence[Outcome], cases: Mapping[str, Composed]) -> str:
    """Pictured ones as pictures, the others by their texts; some of each tactic."""
    shown: list[Outcome] = []
    of_tactic: dict[str, int] = {}
    for one in some:
        of_tactic[one.tactic] = of_tactic.get(one.tactic, 0) + 1
        if of_tactic[one.tactic] <= 6:
            shown.append(one)
    pictured = [one for one in shown if one.pictured][:WORST]
    texts = [one for one in shown if not one.pictured][: 2 * WORST]
    figures = "".join(
        f"<figure><img alt='' src='{thumbnail(picture())}'><figcaption>{_said(one)}</figcaption></figure>"
        for one in pictured
        if (picture := cases[one.id].picture) is not None
    )
    items = "".join(f"<li class=small>{_said(one)}" for one in texts)
    counted = ", ".join(f"{escape(tactic)} {count}" for tactic, count in sorted(of_tactic.items()))
    return f"<p>{len(some)}: {counted or 'none'}</p><div class=misses>{figures}</div><ul>{items}</ul>"


def _said(one: Outcome) -> str:
    return f"<b>{escape(one.tactic)}</b>, {one.risk:.0%}: {escape(one.shown)}"
