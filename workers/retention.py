"""`detector retention`: what is kept for how long, what is held, and erasing."""

import argparse
from datetime import UTC, datetime

from brand_registry.access import operator
from detector.counted import counted
from detector.errors import UnreadableInput
from review.retention.holding import hold, holds, lift
from review.retention.running import Asked, count_due, erase_asked
from review.retention.tables import Scope
from storage.blobs import blobs
from storage.settings import settings
from workers.erasing import erase, finish
from workers.registry.opened import opened
from workers.visible import plain


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    status = actions.add_parser("status", help="the rules, how much is due by them, and what is held")
    status.set_defaults(run=show)
    due = actions.add_parser("run", help="erase what is due now, as the clock has it done each hour")
    due.set_defaults(run=run_now)
    asked = actions.add_parser("erase", help="erase what somebody asks for")
    asked.add_argument(
        "--listing", nargs=2, metavar=("SOURCE", "ID"), help="one listing, in all its versions"
    )
    asked.add_argument("--seller", nargs=2, metavar=("MARKETPLACE", "ID"), help="all listings of a seller")
    asked.add_argument("--email", metavar="ADDRESS", help="what was given with a notice or an objection")
    asked.set_defaults(run=erase_now)
    keep = actions.add_parser("hold", help="keep something from being erased")
    keep.add_argument("scope", choices=list(Scope))
    keep.add_argument(
        "value",
        nargs="?",
        default="",
        metavar="CASE|BRAND",
        help="the case, one of the seller's, or the brand",
    )
    keep.add_argument("--why", required=True, help="the proceedings that it is kept for")
    keep.set_defaults(run=hold_now)
    end = actions.add_parser("lift", help="end a hold, by its number")
    end.add_argument("number", type=int)
    end.set_defaults(run=lift_now)


def show(_: argparse.Namespace) -> int:
    with opened() as database, database.reading() as session:
        due, standing = count_due(session, datetime.now(UTC)), holds(session)
        print(f"kept after the last decision, and since a listing is gone: {settings().keep_decided} days")
        print(f"kept of what nobody has to decide, since a listing is gone: {settings().keep_unseen} days")
        print(f"due now: {counted(due, 'listing')}")
        print(f"holds: {len(standing)}")
        for one in standing:
            value = f" {one.value}" if one.value else ""
            print(
                f"{one.id:>6}  {one.scope}{plain(value)}, by {one.who}, {one.at:%Y-%m-%d}: {plain(one.why)}"
            )
    return 0


def run_now(_: argparse.Namespace) -> int:
    with opened() as database:
        erased = erase(database, blobs())
    print(f"erased: {erased}")
    return 0


def erase_now(arguments: argparse.Namespace) -> int:
    """Exit status: 0, or 1 where something was kept."""
    source, key = arguments.listing or ("", "")
    marketplace, seller = arguments.seller or ("", "")
    if sum(map(bool, (arguments.listing, arguments.seller, arguments.email))) != 1:
        raise UnreadableInput("name one of --listing SOURCE ID, --seller MARKETPLACE ID and --email ADDRESS")
    asked = Asked(source, key, marketplace, seller, arguments.email or "")
    with opened() as database:
        with database.writing(operator().name) as session:
            answered = erase_asked(session, operator(), asked, datetime.now(UTC))
        finish(database, blobs())
    print(f"erased: {answered.erased}")
    if answered.kept:
        waits = counted(answered.kept, "listing that waits", "listings that wait")
        print(f"kept: {waits} for a decision, or for the end of a hold")
    return int(bool(answered.kept))


def hold_now(arguments: argparse.Namespace) -> int:
    with opened() as database, database.writing(operator().name) as session:
        kept = hold(
            session, operator(), Scope(arguments.scope), arguments.value, why=arguments.why,
            at=datetime.now(UTC),
        )  # fmt: skip
        print(f"hold {kept.id}: nothing of it is erased until it is lifted")
    return 0


def lift_now(arguments: argparse.Namespace) -> int:
    with opened() as database, database.writing(operator().name) as session:
        lift(session, operator(), arguments.number, datetime.now(UTC))
    print(f"hold {arguments.number} is lifted")
    return 0
