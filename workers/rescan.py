"""`detector rescan`: has the workers judge again what was judged before, after something changed."""

import argparse
import sys
import time
from contextlib import closing
from pathlib import Path

import orjson
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress

from brand_registry.access import one_brand, operator
from brand_registry.stored import public_id
from detector.counted import counted
from detector.errors import UnreadableInput
from storage.blobs import blobs
from storage.database import Database, database_url
from workers.broker import broker_kept
from workers.graph.judges import SnapshotJudges
from workers.graph.outbox import announcing
from workers.registry.current import current_revision, publish
from workers.rescans import moving
from workers.rescans.estimating import estimate_of
from workers.rescans.model import compare_with, switch_to
from workers.rescans.opening import open_kept
from workers.rescans.rereading import checked
from workers.rescans.showing import show
from workers.rescans.switching import as_settings
from workers.rescans.tables import ENDED, Kind, RescanState
from workers.rescans.telling import Report, report, reports
from workers.scan import add_options
from workers.scan import run as run_scan
from workers.typed import typed
from workers.visible import plain

_LOOKS = 0.25


def add_arguments(parser: argparse.ArgumentParser) -> None:
    deeds = parser.add_subparsers(title="what to do", metavar="DEED", required=True)
    start = deeds.add_parser("start", help="judge again, with what the registry holds now")
    what = start.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--brand",
        action="append",
        metavar="ID",
        help="for this brand, which joined or changed; may be repeated",
    )
    what.add_argument(
        "--rule", action="store_true", help="for all brands: a rule, weight or threshold changed"
    )
    what.add_argument(
        "--model",
        nargs="+",
        metavar="NAME=VALUE",
        help="read pictures again by another model, beside what is judged with, such as ocr_recogniser=small",
    )
    what.add_argument(
        "--catalogue",
        type=Path,
        metavar="FILE",
        help="a catalogue's file, from files alone as `detector scan` does it, into --out",
    )
    start.add_argument(
        "--budget", type=_count, metavar="N", help="listings an hour at most, or pictures of a model"
    )
    start.add_argument(
        "--cap", type=_count, metavar="N", help="cases opened a brand at most; the rest is kept"
    )
    start.add_argument("--yes", action="store_true", help="without a dry run, and without asking")
    start.add_argument("--wait", action="store_true", help="until it has come to its end")
    add_options(start.add_argument_group("with --catalogue"))
    start.set_defaults(run=_start)
    for name, about, run in (
        ("status", "how rescans stand", _status),
        ("pause", "halt one; `resume` has it go on", _move),
        ("resume", "have one go on that was paused, or waits for a yes", _move),
        ("abort", "end one; the cases that it opened stay", _move),
        ("more", "open cases that were kept back over the cap, the riskiest first", _more),
        ("compare", "of a model: judge a sample with what either of both has read", _compare),
        ("switch", "of a model: have what it read judged with, once the settings name it", _switch),
    ):
        deed = deeds.add_parser(name, help=about)
        if name == "status":
            deed.add_argument("number", type=int, nargs="?", metavar="N", help="this one alone")
            deed.add_argument("--json", action="store_true", help="as JSON")
        else:
            deed.add_argument("number", type=int, metavar="N")
        if name == "more":
            deed.add_argument("--cases", type=_count, default=100, metavar="M", help="default: %(default)s")
        deed.set_defaults(run=run, deed=name)


def _start(arguments: argparse.Namespace) -> int:
    """Exit status: 0 begun, or with --wait completed; 1 otherwise. Of a catalogue as `detector scan`."""
    _check(arguments)
    if arguments.catalogue is not None:
        return run_scan(arguments)
    console = Console(highlight=False)
    with closing(Database(database_url())) as database, broker_kept():
        with announcing(database, "command line") as session:
            brands = [one_brand(session, operator(), name) for name in arguments.brand or ()]
            names = [public_id(brand.owner.key, brand.key) for brand in brands]
            kind = Kind.MODEL if arguments.model else Kind.RULE if arguments.rule else Kind.BRAND
            reads = checked(arguments.model) if arguments.model else None
            wish = moving.Wish(kind, names, arguments.budget, arguments.cap, reads)
            number = moving.begin(session, wish, operator().name).id
        if not arguments.model and not arguments.yes and not _agreed(console, database, number):
            console.print(f"Nothing is judged again yet; `detector rescan resume {number}` has it begin.")
            return 1
        with announcing(database, "command line") as session:
            moving.advance(session, moving.resume(session, number), current_revision())
        console.print(
            f"The workers judge again, as rescan {number}; `detector rescan status {number}` tells."
        )
        return _watch(console, database, number) if arguments.wait else 0


def _check(arguments: argparse.Namespace) -> None:
    """Raises `UnreadableInput` for what doesn't go together."""
    of_catalogues = ("brands", "out", "rejects", "resume", "no_pictures", "spread", "readings")
    of_the_database = ("budget", "cap", "yes", "wait")
    whole = arguments.catalogue is not None
    for name in of_the_database if whole else of_catalogues:
        if getattr(arguments, name):
            said = "is for what the database holds, not for" if whole else "is for"
            raise UnreadableInput(f"--{name.replace('_', '-')} {said} a file named by --catalogue")


def _agreed(console: Console, database: Database, number: int) -> bool:
    """What a sample tells, and whether to go on: where it would flood the queue, somebody has to say so."""
    publish(database, wait=True)
    found = estimate_of(database, blobs(), SnapshotJudges(database), number)
    console.print(f"A dry run: {found}.")
    if not sys.stdin.isatty():
        return not found.floods
    return input("Judge all of it again? [y/N] ").strip().lower() in {"y", "yes"}


def _watch(console: Console, database: Database, number: int) -> int:
    """Until it has come to its end, or somebody pauses it."""
    with Progress(*Progress.get_default_columns(), "{task.fields[of]}", console=Console(stderr=True)) as bar:
        task = bar.add_task("judging again", total=1.0, of="", visible=bar.console.is_terminal)
        while (now := _report(database, number)).state not in (*ENDED, RescanState.PAUSED):
            bar.update(task, completed=now.share, of=counted(now.counts["listings"], "listing"))
            time.sleep(_LOOKS)
    show(console, [now])
    return int(now.state != RescanState.COMPLETED)


def _status(arguments: argparse.Namespace) -> int:
    with closing(Database(database_url())) as database:
        if arguments.number is not None:
            found = [_report(database, arguments.number)]
        else:
            with database.reading() as session:
                found = reports(session)
    if arguments.json:
        sys.stdout.buffer.write(orjson.dumps(found, option=orjson.OPT_APPEND_NEWLINE))
    else:
        show(Console(highlight=False), found)
    return 0


def _move(arguments: argparse.Namespace) -> int:
    deed = {"pause": moving.pause, "resume": moving.resume, "abort": moving.abort}[arguments.deed]
    with closing(Database(database_url())) as database, broker_kept():
        with announcing(database, "command line") as session:
            moving.advance(session, deed(session, arguments.number), current_revision())
        show(Console(highlight=False), [_report(database, arguments.number)])
    return 0


def _more(arguments: argparse.Namespace) -> int:
    with closing(Database(database_url())) as database:
        with database.writing("command line") as session:
            effects = open_kept(session, moving.held(session, arguments.number), arguments.cases)
        console = Console(highlight=False)
        console.print(f"{effects['opened']:,} opened, {effects['left']:,} dropped, as their listings changed")
        show(console, [_report(database, arguments.number)])
    return 0


def _compare(arguments: argparse.Namespace) -> int:
    console = Console(highlight=False)
    with closing(Database(database_url())) as database:
        found = compare_with(database, arguments.number)
    console.print(f"{str(found)[0].upper()}{str(found)[1:]}.")
    for one in found.examples:
        said = [f"{brand} comes" for brand in one["come"]] + [f"{brand} goes" for brand in one["go"]]
        console.print(f"  {escape(plain(one['listing']))}: {escape(plain(', '.join(said)))}", soft_wrap=True)
    return 0


def _switch(arguments: argparse.Namespace) -> int:
    with closing(Database(database_url())) as database:
        switch_to(database, arguments.number)
        with database.reading() as session:
            rescan = moving.known(session, arguments.number)
            moved, words = rescan.moved, as_settings(rescan)
    console = Console(highlight=False)
    console.print(
        f"{counted(moved, 'reading is', 'readings are')} ready. Set {escape(words)} and start everything "
        f"again: from then on they are judged with; `{typed()} rescan start --rule` judges what is there "
        "with them.",
        soft_wrap=True,
    )
    return 0


def _report(database: Database, number: int) -> Report:
    with database.reading() as session:
        return report(session, moving.known(session, number))


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 10**12:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 on")
    return int(text)
