"""`detector decisions`: what people decided, as labelled cases, and one of them replayed."""

import argparse
import os
import sys
from pathlib import Path

import orjson

from brand_registry.access import Viewer, operator
from brand_registry.people import Role
from detector.counted import counted
from detector.errors import UnreadableInput
from review.decisions.labels import labelled_cases
from review.labelling.choosing import choose
from workers import replaying
from workers.registry.opened import opened


def add_arguments(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    about = "write the decided cases, one line of JSON each, as `detector evaluate` reads them"
    export = commands.add_parser("export", help=about, description=about[0].upper() + about[1:] + ".")
    export.add_argument("file", type=Path, metavar="DECISIONS.jsonl")
    export.add_argument("--after", type=int, default=0, metavar="N", help="those after this decision alone")
    export.set_defaults(run=run)
    about = "write which cases to decide next, one line of JSON each: the least sure ones, no two of a kind"
    ahead = commands.add_parser("next", help=about, description=about[0].upper() + about[1:] + ".")
    ahead.add_argument("--most", type=int, default=50, metavar="N", help="at most so many (%(default)s)")
    ahead.set_defaults(run=write_next)
    about = "tell what lay before the person who decided, judge it again, and say what differs"
    replaying.add_arguments(
        commands.add_parser("replay", help=about, description=about[0].upper() + about[1:] + ".")
    )


def write_next(arguments: argparse.Namespace) -> int:
    lead = Viewer(operator().name, frozenset({(Role.LEAD, None)}))
    with opened() as database, database.reading() as session:
        for one in choose(session, lead, arguments.most):
            sys.stdout.buffer.write(orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE))
    return 0


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
    print(f"{counted(count, 'decided case')} written to {file}")
    return 0
