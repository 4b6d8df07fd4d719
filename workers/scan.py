"""`detector scan`: reads a catalogue on this machine and writes what is suspected of each listing."""

import argparse
import shlex
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from detector.errors import UnreadableInput
from workers.arguments import add_brands
from workers.catalogue import Catalogue, Row, open_catalogue
from workers.catalogue.seen import SeenIds
from workers.judging import Outcome
from workers.kept import new_store
from workers.pool import processors
from workers.progress import Progress, progress_on
from workers.results import ResultFiles, keep_earlier, skip_done
from workers.scanning import PATIENCE, Take, hand_out, jobs_of, scan_rows
from workers.summary import Tally, print_summary
from workers.typed import typed

if TYPE_CHECKING:
    from brand_registry.judging import RegistryJudge

_WORKERS_A_PROCESSOR = 8


@dataclass(frozen=True, slots=True)
class ScanOptions:
    catalogue: Path
    brands: Path | None
    out: Path | None
    rejects: Path | None
    workers: int
    resume: bool
    pictures: bool
    words: Sequence[str]
    """What was typed after `detector`."""
    spread: bool = False
    readings: Path | None = None
    patience: float = PATIENCE


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "catalogue",
        type=Path,
        metavar="CATALOGUE",
        help="JSON Lines (also .gz), CSV, TSV, Parquet, or a Google Merchant feed (XML)",
    )
    add_options(parser)
    parser.set_defaults(run=run)


def add_options(parser: argparse._ActionsContainer) -> None:
    """Adds all but the catalogue."""
    add_brands(parser)
    parser.add_argument(
        "--out", type=Path, metavar="F.jsonl", help="results, one line a listing (default: standard output)"
    )
    parser.add_argument(
        "--rejects",
        type=Path,
        metavar="R.jsonl",
        help="rows that hold no listing, with the reason (default: beside --out, as F.rejects.jsonl)",
    )
    parser.add_argument(
        "--workers",
        type=int,
        default=processors(),
        metavar="N",
        help="processes, with one thread each (default: one a processor, %(default)s here)",
    )
    parser.add_argument(
        "--resume", action="store_true", help="go on where an interrupted scan into --out stopped"
    )
    parser.add_argument(
        "--no-pictures",
        action="store_true",
        help="judge the text alone; listings with pictures come out as incomplete at best",
    )
    parser.add_argument(
        "--readings",
        type=Path,
        metavar="FILE",
        help="keep what is read of pictures in FILE, and read none again that was kept there: for the next "
        "scan, of the same catalogue or another, with other brands (2 kB a picture; 100 kB, and kept apart, "
        "where brands have pictures)",
    )
    parser.add_argument(
        "--spread",
        action="store_true",
        help="have the workers of all machines do it (`detector worker rescan`), with the same results; they "
        "have to find catalogue and brands at the same paths",
    )


def run(arguments: argparse.Namespace) -> int:
    """Exit status: 0 done, 1 interrupted, the catalogue broke off or a brand could not be read, 2 wrong usage
    or unreadable input.
    """
    options = _options(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    return scan(options)


def _options(arguments: argparse.Namespace) -> ScanOptions:
    most = _WORKERS_A_PROCESSOR * processors()
    if not 1 <= arguments.workers <= most:
        raise UnreadableInput(f"--workers must be 1 to {most} here; more would only wait for each other")
    out, rejects = arguments.out, arguments.rejects
    if arguments.resume and out is None:
        raise UnreadableInput("--resume needs the --out file of the interrupted scan")
    if rejects is None and out is not None and (out.is_file() or not out.exists()):
        rejects = out.with_name(out.name.removesuffix(".jsonl") + ".rejects.jsonl")
    if arguments.readings is not None and (arguments.spread or arguments.no_pictures):
        other = "--spread" if arguments.spread else "--no-pictures"
        raise UnreadableInput(f"--readings is for what this machine reads of pictures; leave out {other}")
    if out is not None and rejects is not None and out.resolve() == rejects.resolve():
        raise UnreadableInput("--out and --rejects name the same file; give each its own")
    if arguments.readings is not None and arguments.readings.resolve() in {
        path.resolve() for path in (out, rejects) if path is not None
    }:
        raise UnreadableInput(f"{arguments.readings}: results go there; name another file for --readings")
    for path in filter(None, (out, rejects)):
        if path.is_dir() or not path.parent.is_dir():
            raise UnreadableInput(f"{path}: cannot be written; name a file in a folder that exists")
        if path.resolve() == arguments.catalogue.resolve():
            raise UnreadableInput(
                f"{path}: is the catalogue itself; name another file for --out and --rejects"
            )
        if arguments.brands is not None and path.resolve() == arguments.brands.resolve():
            raise UnreadableInput(f"{path}: holds the brands; name another file for --out and --rejects")
    return ScanOptions(
        arguments.catalogue,
        arguments.brands,
        out,
        rejects,
        arguments.workers,
        arguments.resume,
        not arguments.no_pictures,
        arguments.words,
        arguments.spread,
        arguments.readings,
    )


def scan(options: ScanOptions) -> int:
    """Scans; returns the exit status. Raises `UnreadableInput` where nothing can be begun."""
    from workers.judges import judge_from

    catalogue = open_catalogue(options.catalogue)
    if options.readings is not None:
        new_store(options.readings)
    judge, versions = judge_from(options.brands, options.pictures)
    tally, seen = Tally(judge.unread), SeenIds()
    with closing(progress_on(sys.stderr, catalogue.done, "scanning")) as progress:
        resuming = options.resume and options.out is not None and options.out.exists()
        if resuming and options.out and options.rejects:
            for result in skip_done(catalogue.rows, options.out, options.rejects, versions):
                if "listing_id" in result:
                    seen.add(result["listing_id"])
                tally.count_earlier(result)
                progress.show(tally)
        if not resuming:
            for kept in keep_earlier(options.out, options.rejects):
                print(f"detector: what an earlier scan wrote is kept as {kept}", file=sys.stderr)
        with closing(ResultFiles(options.out, options.rejects, resuming, catalogue.unit)) as files:
            sinks = _Sinks(files, tally, seen, progress, catalogue.unit)
            stopped = not _scan_rows(options, catalogue, judge, versions, sinks.take)
    print_summary(tally, options.out, options.rejects, _next_step(options, tally, stopped), stopped)
    if tally.broken and not tally.verdicts:
        return 2
    return 1 if stopped or tally.broken or tally.failure or tally.unread else 0


def _scan_rows(
    options: ScanOptions,
    catalogue: Catalogue,
    judge: "RegistryJudge",
    versions: Mapping[str, str],
    take: Take,
) -> bool:
    """Here or by the workers; whether it came to the end."""
    if not options.spread:
        return scan_rows(
            catalogue,
            judge,
            take,
            workers=options.workers,
            pictures=options.pictures,
            patience=options.patience,
            readings=options.readings,
        )
    from storage.blobs import blobs
    from storage.database import Database, database_url
    from workers.broker import broker_kept
    from workers.spread.giving import PICTURED_OF_A_PART, ROWS_OF_A_PART, Spreading

    with closing(Database(database_url())) as database, broker_kept():
        hands = Spreading(
            database, blobs(), catalogue.folder, options.brands, versions, pictures=options.pictures
        )
        return hand_out(hands, jobs_of(catalogue.rows, ROWS_OF_A_PART, PICTURED_OF_A_PART), take)


@dataclass(frozen=True, slots=True)
class _Sinks:
    """Where the outcomes of rows go."""

    files: ResultFiles
    tally: Tally
    seen: SeenIds
    progress: Progress
    unit: str

    def take(self, rows: list[Row], outcomes: list[Outcome]) -> None:
        kept = [_once(outcome, self.seen) for outcome in outcomes]
        self.files.write(rows, kept)
        self.tally.count(kept)
        if rows[-1].last:
            self.tally.broken = f"{self.unit} {rows[-1].number:,}: {rows[-1].problem}"
        self.progress.show(self.tally)


def _next_step(options: ScanOptions, tally: Tally, stopped: bool) -> str | None:
    """What to type next: to go on, or to see the gravest listing explained."""
    if stopped:
        if options.out is None:
            return None
        return shlex.join([typed(), *options.words, *([] if options.resume else ["--resume"])])
    if tally.gravest is None:
        return None
    # An id that acts on a terminal is nothing to copy from one.
    if not tally.gravest.isprintable():
        return None
    about = [str(options.catalogue), f"--id={tally.gravest}"]
    about += [] if options.brands is None else ["--brands", str(options.brands)]
    return shlex.join([typed(), "check", *about])


def _once(outcome: Outcome, seen: SeenIds) -> Outcome:
    """The first listing of an id counts, later ones are rejected: two results of one id could not be told
    apart.
    """
    if outcome.rejected is not None or seen.add(outcome.listing_id):
        return outcome
    reason = f"the id {outcome.listing_id!r} stands in an earlier row too, which was read"
    return Outcome(rejected=reason)
