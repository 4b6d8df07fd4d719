"""A page of what was measured: figures, the reliability plot, risks, the worst misses as pictures."""

import base64
from collections.abc import Mapping, Sequence
from html import escape
from io import BytesIO, StringIO
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.composed import measures
from benchmarks.composed.case import Composed
from benchmarks.composed.measures import Sample
from benchmarks.composed.outcome import Outcome, write
from benchmarks.figure import Estimate, Figure

OUTCOMES = "outcomes.jsonl"
WORST = 24
_THUMB = 220

_STYLE = """
:root { color-scheme: light dark }
body { font: 15px/1.45 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100% } td, th { padding: .2rem .6rem; text-align: left }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums }
tr + tr td { border-top: 1px solid color-mix(in srgb, currentColor 15%, transparent) }
.missed { color: light-dark(#a11, #f88) } .met { color: light-dark(#172, #8d9) }
.misses { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: 1rem }
.misses figure { margin: 0 } .misses img { max-width: 100%; border-radius: 4px }
figcaption, .small { font-size: 13px; overflow-wrap: anywhere }
svg { max-width: 100%; height: auto; background: #fff; border-radius: 4px }
"""


def write_report(
    folder: Path,
    outcomes: Sequence[Outcome],
    figures: Sequence[Figure | Estimate],
    cases: Mapping[str, Composed],
) -> None:
    """`index.html`, which needs no other file, and the outcomes, which `--compare` reads."""
    folder.mkdir(parents=True, exist_ok=True)
    write(outcomes, folder / OUTCOMES)
    missed = sorted((one for one in outcomes if one.infringing and not one.flagged), key=lambda one: one.risk)
    wrong = sorted((one for one in outcomes if not one.infringing and one.flagged), key=lambda one: -one.risk)
    page = f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Composed listings: what was measured</title><style>{_STYLE}</style>
<h1>Composed listings: what was measured</h1>
<p>{len(outcomes):,} listings of the test part, none of them real counterfeits; docs/benchmark.md says how
they were made. Figures over all are reweighted: one listing of twenty infringes.</p>
<h2>Figures</h2>{_table(figures)}
<h2>Is a risk what it says?</h2>{_reliability(Sample.of(outcomes))}
<h2>Where the risks lie</h2>{_risks(outcomes)}
<h2>Abuses that were missed</h2>{_misses(missed, cases)}
<h2>Innocent listings that were flagged</h2>{_misses(wrong, cases)}
</html>
"""
    (folder / "index.html").write_text(page, encoding="utf-8")


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
    return f"<table>{''.join(rows)}</table>"


def _reliability(sample: Sample) -> str:
    """Each bin's mean risk against the share that held, its size the listings in it."""
    from matplotlib.figure import Figure as Plot

    said, held, mass = measures.reliability(sample.truth, sample.risk, sample.weight)
    there = mass > 0
    plot = Plot(figsize=(5, 4.4))
    axes = plot.subplots()
    axes.plot([0, 1], [0, 1], color="#999", linewidth=1)
    size = 30 + 300 * np.sqrt(mass[there] / mass[there].max())
    axes.scatter(said[there], held[there], s=size, alpha=0.6, color="#2a6")
    axes.set(
        xlabel="risk that was said", ylabel="share that infringes, at 5% of all", xlim=(0, 1), ylim=(0, 1)
    )
    return _svg(plot)


def _risks(outcomes: Sequence[Outcome]) -> str:
    from matplotlib.figure import Figure as Plot

    plot = Plot(figsize=(7, 3.2))
    axes = plot.subplots()
    bins = [number / 40 for number in range(41)]
    for name, true, colour in (("abuses", True, "#c33"), ("innocent", False, "#2a6")):
        risks = [one.risk for one in outcomes if one.infringing is true]
        axes.hist(risks, bins, alpha=0.6, color=colour, label=name)
    axes.set(xlabel="risk", ylabel="listings", yscale="log")
    axes.axvline(0.5, color="#999", linewidth=1)
    axes.legend(frameon=False)
    return _svg(plot)


def _svg(plot: object) -> str:
    drawn = StringIO()
    plot.savefig(drawn, format="svg", bbox_inches="tight")  # type: ignore[attr-defined]
    text = drawn.getvalue()
    return text[text.index("<svg") :]


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
        f"<figure><img alt='' src='{_picture(cases[one.id])}'><figcaption>{_said(one)}</figcaption></figure>"
        for one in pictured
    )
    items = "".join(f"<li class=small>{_said(one)}" for one in texts)
    counted = ", ".join(f"{escape(tactic)} {count}" for tactic, count in sorted(of_tactic.items()))
    return f"<p>{len(some)}: {counted or 'none'}</p><div class=misses>{figures}</div><ul>{items}</ul>"


def _said(one: Outcome) -> str:
    return f"<b>{escape(one.tactic)}</b>, {one.risk:.0%}: {escape(one.shown)}"


def _picture(case: Composed) -> str:
    if case.picture is None:
        return ""
    with Image.open(BytesIO(case.picture())) as picture:
        small = picture.convert("RGB")
    small.thumbnail((_THUMB, _THUMB))
    out = BytesIO()
    small.save(out, "JPEG", quality=80)
    return f"data:image/jpeg;base64,{base64.b64encode(out.getvalue()).decode()}"
