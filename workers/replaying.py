"""`detector decisions replay`: a past decision, what lay before the person, and the same judged again."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date
from functools import partial

import orjson
from sqlalchemy.orm import Session

from brand_registry.judging import RegistryJudge
from brand_registry.snapshots.folder import snapshots
from brand_registry.snapshots.loading import load
from brand_registry.snapshots.manifest import BadSnapshot
from brand_registry.web.told import point_of
from review.decisions.replaying import Differences, Json, Seen, differences, seen_by
from storage.blobs import Blobs, blobs
from workers.graph.judging import Claimed, gather
from workers.graph.tables import Lane
from workers.judges import judge_from, judge_of
from workers.middle.advice import Advice, within
from workers.registry.opened import opened
from workers.visible import plain


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("number", type=int, metavar="ID", help="of the decision")
    parser.add_argument("--today", action="store_true", help="judge with the registry as it is now")
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit status: 0, whatever differs; 2 where there is no such decision."""
    with opened() as database, database.reading() as session:
        seen = seen_by(session, arguments.number)
        judge, with_what = _judge(seen, arguments.today)
        result, unread = _judged(session, blobs(), judge, seen)
        found = differences(seen, result)
        if arguments.json:
            told = {"then": _then(seen), "with": with_what, "unread": unread, "now": result}
            told |= {"differences": asdict(found)}
            sys.stdout.buffer.write(orjson.dumps(told, default=str) + b"\n")
        else:
            for line in (*_before(seen), "", f"Judged again with {with_what}:", *_after(seen, found, unread)):
                print(plain(line))
    return 0


def _judge(seen: Seen, today: bool) -> tuple[RegistryJudge, str]:
    """With the snapshot that it was judged with, where that is kept and its pictures can be compared."""
    name = str(seen.told["versions"].get("registry", ""))
    then = None if today else _judge_of_then(name, seen.decision.at.date())
    if then is not None:
        return then, f"the same registry, {name}"
    judge, versions = judge_from(None)
    gone = "is kept no more, or of what another model saw"
    kept = "" if today else f"; {name or 'what it was judged with'} {gone}"
    return judge, f"today's registry, {versions['registry']}{kept}"


def _judge_of_then(name: str, day: date) -> RegistryJudge | None:
    kept = next((path for path, _ in snapshots().all() if path.name == name), None)
    if kept is None:
        return None
    try:
        judge = judge_of(load(kept, blobs(), day))
    except BadSnapshot:
        return None
    return judge if judge.unseen is None else None


def _judged(session: Session, files: Blobs, judge: RegistryJudge, seen: Seen) -> tuple[Json, int]:
    """The result, and how many pictures nobody has read as they would be read now."""
    claimed = {seen.version_id: Claimed(0, 0, Lane.CHECK)}
    work = gather(session, files, claimed, judge.compares_pictures, past=True)
    (job,) = work.jobs
    ruled = judge.ruled(job.listing, job.readings, job.missing)
    result = (
        Advice(judge, partial(within, session)).heard(job.listing, job.readings, ruled, tells=False).shown
    )
    said: Json = orjson.loads(result.to_json())
    return said, sum(map(len, work.unread.values()))


def _then(seen: Seen) -> Json:
    decision = seen.decision
    names = ("id", "case_id", "stage", "outcome", "policy", "reason", "code", "note", "who", "at", "final")
    said = {name: getattr(decision, name) for name in names}
    return said | {
        "brand": seen.brand, "listing": seen.listing, "version": seen.version, "logged": seen.logged,
        "seen": dict(decision.seen) | {"evidence": seen.evidence},
    }  # fmt: skip


def _before(seen: Seen) -> Iterator[str]:
    decision, told = seen.decision, seen.told
    why = ", ".join(filter(None, (decision.policy, decision.reason, decision.code)))
    yield f"Decision {decision.id}: {decision.outcome.replace('_', ' ')}" + (f" ({why})" if why else "")
    yield f"  of case {decision.case_id}, brand {seen.brand}, by {decision.who}"
    yield f"  on {decision.at:%Y-%m-%d %H:%M} UTC"
    if decision.note:
        yield f"  note: {decision.note}"
    yield (
        "  the audit log has it as it is" if seen.logged else "  THE AUDIT LOG DOES NOT HAVE IT AS IT IS HERE"
    )
    yield ""
    yield f"What lay there: version {seen.version} of listing {seen.listing['id']}, “{seen.listing['title']}”"
    yield f"  risk {float(told['risk']):.0%}; made by {_made_by(told['versions'])}"
    yield from _points(seen.evidence, "  ")
    for one in told["qualifiers"]:
        yield f"  for the seller: {_said(one)}"
    if (opinion := told.get("opinion")) is not None:
        yield f"  a model said: {_opined(opinion)}"
    for one in told["missing"]:
        yield f"  not looked at: {one['where']}: {one['why']}"
    lost = len(told["evidence"]) - len(seen.evidence)
    if lost:
        yield f"  {lost} more pieces of evidence have been erased since"


def _after(seen: Seen, found: Differences, unread: int) -> Iterator[str]:
    if found.same:
        yield "  the same is found"
    else:
        yield f"  risk {float(seen.told['risk']):.0%} then, {found.risk:.0%} now"
    yield from _points(found.gone, "  found no more: ")
    yield from _points(found.new, "  found now: ")
    for one, score in found.scores:
        yield f"  another score, {float(one['score']):.0%} then, {score:.0%} now: {_said(one)}"
    for lacking in found.missing:
        yield f"  not looked at now: {lacking}"
    if unread:
        yield f"  {unread} of its pictures were not read as they would be now, and were left out"
    for name, (before, after) in found.versions.items():
        yield f"  {name}: {before or 'none'} then, {after or 'none'} now"


def _points(evidence: Sequence[Json], before: str) -> Iterator[str]:
    for one in evidence:
        yield f"{before}{_said(one)}"


def _said(one: Json) -> str:
    point = point_of(dict(one) | {"tone": ""})
    score = "" if point.score is None else f" {point.score:.0%}"
    return f"{point.title}{score}: {point.plain}"


def _opined(opinion: Json) -> str:
    answer = opinion["answer"].replace("_", " ")
    return f"{answer} {opinion['weight']:+.1f} ({opinion['model']}, {opinion['prompt']})"


def _made_by(versions: Json) -> str:
    return ", ".join(f"{name} {version}" for name, version in versions.items()) or "nobody knows what"
