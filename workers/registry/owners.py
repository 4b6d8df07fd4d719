"""`detector owners`: who owns brands."""

import argparse

from brand_registry.access import operator
from brand_registry.owners import add_owner, owners_page
from workers.registry.opened import opened
from workers.visible import plain


def add_arguments(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    adding = commands.add_parser("add", help="add an owner; an administrator verifies it on the pages")
    adding.add_argument("key", metavar="KEY", help="its name in ids and addresses, such as globex")
    adding.add_argument("name", metavar="NAME")
    adding.set_defaults(run=add)
    listing = commands.add_parser("list", help="list owners, a page at a time")
    listing.add_argument("--words", default="", metavar="TEXT", help="whose key or name holds this")
    listing.add_argument("--after", default="", metavar="KEY", help="the last owner of the page before")
    listing.set_defaults(run=list_)


def add(arguments: argparse.Namespace) -> int:
    """Exit status: 0, or 1 where there is one of the key, or it is none."""
    viewer = operator()
    with opened() as database, database.writing(viewer.name) as session:
        key = add_owner(session, viewer, arguments.key, arguments.name).key
    print(f"{key} is an owner now, not verified yet: its brands can be drafts or in shadow")
    return 0


def list_(arguments: argparse.Namespace) -> int:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("key", "name", ""):
        table.add_column(column, overflow="fold")
    with opened() as database, database.reading() as session:
        owners, after = owners_page(session, operator(), words=arguments.words, after=arguments.after)
        for owner in owners:
            verified = "[green]verified[/]" if owner.verified else "[dim]not verified[/]"
            table.add_row(escape(plain(owner.key)), escape(plain(owner.name)), verified)
    console = Console(highlight=False)
    console.print(table if owners else "No owner is like that.")
    if after:
        console.print(f"[dim]go on with --after {escape(plain(after))}[/]", soft_wrap=True)
    return 0
