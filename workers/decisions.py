"""`detector decisions`: what people decided, as labelled cases, and one of them replayed."""

import argparse
import os
from pathlib import Path

import orjson

from detector.errors import UnreadableInput
from review.decisions.labels import labelled_cases
from workers import replaying
from workers.registry.opened import opened


def add_arguments(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    about = "write the decided cases, one line of JSON each, as `detector evaluate` reads them"
    export = commands.add_parser("export", help=about, description=about[0].upper() + about[1:] + ".")
    export.add_argument("file", type=Path, metavar="DECISIONS.jsonl")
    export.add_argument("--after", type=int, default=0, metavar="N", help="those after this decision alone")
    export.set_defaults(run=run)
    about = "tell what lay before the person who decided, judge it again, and say what differs"
    replaying.add_arguments(
        commands.add_parser("replay", help=about, description=about[0].upper() + about[1:] + ".")
    )


def run(arguments: argparse.Namespace) -> int:
    """The file is written whole or not at all."""
    file: Path = arguments.file
    if file.is_dir() or not file.parent.is_dir():
        raise UnreadableInput(f"{file}: cannot be written; name a file in a folder that exists")
    beside = file.with_name(f"{file.name}.{os.getpid()}.partial")
    count = 0
    try:
        with opened() as database, database.reading() as session, beside.open("wb") as out:
            for case in labelled_cases(session, arguments.after):
                out.write(orjson.dumps(case, option=orjson.OPT_APPEND_NEWLINE))
                count += 1
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)
    print(f"{count:,} decided cases written to {file}")
    return 0
