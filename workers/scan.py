"""`detector scan`: reads a catalogue on this machine and writes what is suspected of each listing."""

import argparse
import shlex
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from detector.errors import UnreadableInput
from workers.arguments import add_brands
from workers.catalogue import Catalogue, Row, open_catalogue
from workers.catalogue.seen import SeenIds
from workers.judging import Judging, Outcome, Reads
from workers.kept import KeptReader, new_store
from workers.pool import Pool, processors
from workers.progress import Progress, progress_on
from workers.results import ResultFiles, keep_earlier, skip_done
from workers.summary import Tally, print_summary
from workers.typed import typed

if TYPE_CHECKING:
    from brand_registry.judging import RegistryJudge

ROWS_OF_A_JOB = 200
"""Rows without pictures that a process gets at a time: enough that handing over costs nothing to speak of."""

PICTURES_OF_A_JOB = 4
"""Rows with pictures that a process gets at a time: few, as an interrupted job is done again."""


PATIENCE = 30.0
"""Seconds that a picture may take."""
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
    patience: float = PATIENCE


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "catalogue",
        type=Path,
        metavar="CATALOGUE",
        help="JSON Lines (also .gz), CSV, TSV, Parquet, or a Google Merchant feed (XML)",
    )
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
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit status: 0 done, 1 interrupted or the catalogue broke off, 2 wrong usage or unreadable input."""
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
    if out is not None and rejects is not None and out.resolve() == rejects.resolve():
        raise UnreadableInput("--out and --rejects name the same file; give each its own")
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
    )


def scan(options: ScanOptions) -> int:
    """Scans; returns the exit status. Raises `UnreadableInput` where nothing can be begun."""
    from workers.judges import judge_from

    catalogue = open_catalogue(options.catalogue)
    judge, versions = judge_from(options.brands, options.pictures)
    tally, seen = Tally(), SeenIds()
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
            stopped = not scan_rows(
                catalogue,
                judge,
                sinks.take,
                workers=options.workers,
                pictures=options.pictures,
                patience=options.patience,
            )
    print_summary(tally, options.out, options.rejects, _next_step(options, tally, stopped), stopped)
    if tally.broken and not tally.verdicts:
        return 2
    return 1 if stopped or tally.broken or tally.failure else 0


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


def scan_rows(
    catalogue: Catalogue,
    judge: "RegistryJudge",
    take: Callable[[list[Row], list[Outcome]], None],
    *,
    workers: int,
    pictures: bool = True,
    patience: float = PATIENCE,
) -> bool:
    """Hands out what became of rows, in their order. Whether it came to the end; else it was interrupted."""
    with tempfile.TemporaryDirectory(prefix="detector-") as temporary:
        make_work = _work(judge, catalogue, pictures, Path(temporary))
        pool = Pool(make_work, workers, patience=patience)
        try:
            for rows, outcomes in pool.results(_jobs(catalogue.rows)):
                take(rows, outcomes)
        except KeyboardInterrupt:
            return False
        finally:
            # A second Ctrl-C would only make the ending less clean.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            pool.close()
    return True


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


def _work(
    judge: "RegistryJudge", catalogue: Catalogue, pictures: bool, temporary: Path
) -> Callable[[], Judging]:
    def make_reader() -> Reads:
        from workers.reading import configured_reader

        return KeptReader(configured_reader(looks=judge.compares_pictures), store)

    store = temporary / "readings.sqlite"
    new_store(store)
    return lambda: Judging(judge, catalogue.folder, make_reader if pictures else None)


def _jobs(rows: Iterator[Row]) -> Iterator[list[Row]]:
    """Rows in handfuls; the first ones small, so that the first results come at once."""
    room = 1
    while True:
        job: list[Row] = []
        cost = 0.0
        for row in rows:
            job.append(row)
            cost += ROWS_OF_A_JOB / PICTURES_OF_A_JOB if row.data and b'"images"' in row.data else 1
            if cost >= room:
                break
        if not job:
            return
        room = min(room * 4, ROWS_OF_A_JOB)
        yield job


def _once(outcome: Outcome, seen: SeenIds) -> Outcome:
    """The first listing of an id counts, later ones are rejected: two results of one id could not be told
    apart.
    """
    if outcome.rejected is not None or seen.add(outcome.listing_id):
        return outcome
    reason = f"the id {outcome.listing_id!r} stands in an earlier row too, which was read"
    return Outcome(rejected=reason)
