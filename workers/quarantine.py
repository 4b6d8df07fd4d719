"""`detector quarantine`: what nobody gets done, and putting it back to work."""

import argparse
import sys
from contextlib import closing

import orjson

from detector.errors import NamesNothing, UnreadableInput
from storage.database import Database, database_url
from workers.status import KINDS
from workers.visible import plain


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    shows = actions.add_parser("list", help="what was put aside, the newest first, and why")
    shows.add_argument("--limit", type=int, default=50, metavar="N", help="at most so many (%(default)s)")
    shows.add_argument("--json", action="store_true", help="a JSON object a line, with what it said")
    shows.set_defaults(run=show)
    back = actions.add_parser(
        "back", help="have it tried again; listings that a picture was missing of are judged anew"
    )
    back.add_argument("numbers", nargs="*", type=int, metavar="NUMBER", help="as `list` shows them")
    back.add_argument("--all", action="store_true", help="all, or all of --kind and --run")
    back.set_defaults(run=put_back)
    for action in (shows, back):
        action.add_argument("--kind", choices=sorted(KINDS), help="of one kind of work alone")
        action.add_argument("--run", type=int, dest="of_run", metavar="NUMBER", help="of one pull alone")


def show(arguments: argparse.Namespace) -> int:
    from rich.console import Console
    from rich.markup import escape

    from workers.graph.returning import put_aside

    asked = put_aside(numbers=None, kind=arguments.kind, run=arguments.of_run).limit(arguments.limit)
    console = Console(highlight=False)
    with closing(Database(database_url())) as database, database.reading() as session:
        for one in session.scalars(asked):
            if arguments.json:
                said = {"number": one.id, "kind": one.kind, "subject": one.subject, "run": one.run_id}
                said |= {"why": one.why, "raw": one.raw, "at": one.at}
                sys.stdout.buffer.write(orjson.dumps(said, option=orjson.OPT_APPEND_NEWLINE))
                continue
            where = f"{KINDS.get(one.kind, one.kind)} {one.subject:,}"
            where += f" of pull {one.run_id}" if one.run_id is not None and one.kind != "runs" else ""
            console.print(f"{one.id:>6}  [red]{where}[/] {escape(plain(one.why))}", soft_wrap=True)
    return 0


def put_back(arguments: argparse.Namespace) -> int:
    """Exit status: 0, 1 where something could not go back, or 2 where none of the numbers is there."""
    from workers.broker import broker_kept
    from workers.graph.outbox import announcing
    from workers.graph.returning import CannotGoBack, put_aside
    from workers.graph.returning import put_back as put_back_one
    from workers.graph.tables import Quarantined

    if bool(arguments.numbers) == arguments.all:
        raise UnreadableInput(
            "name what to put back by its numbers, as `detector quarantine list` shows, or --all"
        )
    wanted = arguments.numbers or None
    asked = put_aside(numbers=wanted, kind=arguments.kind, run=arguments.of_run)
    went, stayed = 0, list[str]()
    with closing(Database(database_url())) as database, broker_kept():
        with database.reading() as session:
            found = [one.id for one in session.scalars(asked)]
        if wanted and not found:
            raise NamesNothing(
                f"nothing is put aside under {', '.join(map(str, wanted[:10]))}; `detector quarantine list` "
                "shows what is"
            )
        stayed += [f"{number}: there is none" for number in sorted(set(wanted or ()) - set(found))]
        for number in found:
            # One by one: what can't go back keeps nothing else from it.
            with announcing(database, "command line") as session:
                entry = session.get(Quarantined, number)
                try:
                    if entry is not None:
                        put_back_one(session, entry)
                        went += 1
                except CannotGoBack as why:
                    stayed.append(str(why))
    print(f"{went:,} put back" + (f", {len(stayed):,} not" if stayed else ""))
    for said in stayed[:20]:
        print(f"detector: {plain(said)}", file=sys.stderr)
    return int(bool(stayed))
