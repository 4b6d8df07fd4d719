"""`detector audit verify`: whether the log of the reviews is as it was written."""

import argparse

from detector.counted import counted
from review.audit.checking import verify_all
from workers.registry.opened import opened


def add_arguments(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    about = "check every row of the log, and every decision against it"
    verify = commands.add_parser("verify", help=about, description=about[0].upper() + about[1:] + ".")
    verify.add_argument(
        "--noted",
        metavar="HASH",
        help="the hash that an earlier check ended with: finds a log that was written anew as a whole",
    )
    verify.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Raises `Tampered`, whose sentence is printed with status 1."""
    with opened() as database, database.reading() as session:
        sound = verify_all(session, arguments.noted)
    rows, decisions = counted(sound.rows, "row"), counted(sound.decisions, "decision")
    print(f"The audit log is as it was written: {rows}, {decisions}.")
    print(f"Note the hash of its last row elsewhere: {sound.hash}")
    return 0
