"""`detector people`: who may sign in, and what they may do."""

import argparse
import getpass
import sys

from brand_registry.access import operator
from brand_registry.identity.accounts import leave, people_page, take_role
from brand_registry.identity.enrolling import HERE, add_person, give_role, owner_number, set_password
from brand_registry.people import Role
from detector.errors import UnreadableInput
from workers.registry.opened import opened
from workers.visible import plain

_ROLES = tuple(map(str, Role))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    adding = commands.add_parser("add", help="add a person; the password is asked for, or read from a pipe")
    adding.add_argument("email", metavar="EMAIL")
    adding.add_argument("--name", required=True, metavar="NAME")
    _add_role(adding, "--role", required=True)
    adding.set_defaults(run=add)
    password = commands.add_parser("password", help="set a person's password, which signs them out")
    password.add_argument("email", metavar="EMAIL")
    password.set_defaults(run=set_)
    role = commands.add_parser("role", help="give a person a role, or take it away")
    role.add_argument("email", metavar="EMAIL")
    _add_role(role, "role")
    role.add_argument("--take", action="store_true", help="take it away")
    role.set_defaults(run=role_)
    leaving = commands.add_parser("leave", help="say that a person has left: they may do nothing any more")
    leaving.add_argument("email", metavar="EMAIL")
    leaving.set_defaults(run=leave_)
    listing = commands.add_parser("list", help="list people and their roles, a page at a time")
    listing.add_argument("--words", default="", metavar="TEXT", help="whose address or name holds this")
    listing.add_argument("--after", default="", metavar="EMAIL", help="the last person of the page before")
    listing.set_defaults(run=list_)


def _add_role(parser: argparse.ArgumentParser, name: str, **more: bool) -> None:
    parser.add_argument(name, choices=_ROLES, metavar="ROLE", help=", ".join(_ROLES), **more)  # type: ignore[arg-type]
    parser.add_argument(
        "--owner", metavar="KEY", help="whom it is held for: of owner and brand_manager alone"
    )


def add(arguments: argparse.Namespace) -> int:
    """Exit status: 0, or 1 where it can't be."""
    viewer, role = operator(), Role(arguments.role)
    password = _password()
    with opened() as database, database.writing(viewer.name) as session:
        email = add_person(session, viewer, arguments.email, arguments.name, password).email
        give_role(session, viewer, email, role, arguments.owner)
    print(f"{plain(email)} may sign in now, as {role.value}{_held_for(arguments)}")
    return 0


def set_(arguments: argparse.Namespace) -> int:
    """Exit status: 0, 1 where the password is weak, or 2 where there is no such person."""
    viewer, password = operator(), _password()
    with opened() as database, database.writing(viewer.name) as session:
        set_password(session, viewer, arguments.email, password)
    print(f"{plain(arguments.email)} has a new password, and is signed out everywhere")
    return 0


def role_(arguments: argparse.Namespace) -> int:
    """Exit status: 0, or 1 where it can't be."""
    viewer, role, as_before = operator(), Role(arguments.role), True
    with opened() as database, database.writing(viewer.name) as session:
        if arguments.take:
            owner = owner_number(session, viewer, role, arguments.owner)
            take_role(session, viewer, arguments.email, role, owner, address=HERE)
        else:
            as_before = give_role(session, viewer, arguments.email, role, arguments.owner)
    done = "is no longer" if arguments.take else "is"
    print(f"{plain(arguments.email)} {done} {role.value}{_held_for(arguments)}")
    if not as_before:
        print(
            "an owner let them in, who may know their password: it opens nothing any more; give them a link "
            f"for a new one, or set it with `detector people password {plain(arguments.email)}`"
        )
    return 0


def leave_(arguments: argparse.Namespace) -> int:
    """Exit status: 0, or 2 where there is no such person."""
    viewer = operator()
    with opened() as database, database.writing(viewer.name) as session:
        leave(session, viewer, arguments.email, HERE)
    print(f"{plain(arguments.email)} has left, and may do nothing any more")
    return 0


def list_(arguments: argparse.Namespace) -> int:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("address", "name", "roles"):
        table.add_column(column, overflow="fold")
    with opened() as database, database.reading() as session:
        people, after = people_page(session, operator(), words=arguments.words, after=arguments.after)
        for person in people:
            roles = [f"{one.role} of {one.owner.key}" if one.owner else one.role for one in person.roles]
            said = "has left" if person.left else ", ".join(roles)
            table.add_row(*(escape(plain(text)) for text in (person.email, person.name, said)))
    console = Console(highlight=False)
    console.print(table if people else "Nobody is like that.")
    if after:
        console.print(f"[dim]go on with --after {escape(plain(after))}[/]", soft_wrap=True)
    return 0


def _held_for(arguments: argparse.Namespace) -> str:
    return f" of {plain(arguments.owner)}" if arguments.owner else ""


def _password() -> str:
    """Asked for twice, unseen, at a terminal; else the first line of what is piped in."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != password:
        raise UnreadableInput("the two passwords are not the same; type it again")
    return password
