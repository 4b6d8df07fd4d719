"""`detector brands`: the registry's brands, in and out."""

import argparse
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path

from brand_registry.people import HOUSE
from brand_registry.states import BrandState

FORMATS = ("json", "table", "uspto", "euipo")
_STATES = tuple(map(str, BrandState))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, about: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=about, description=about[0].upper() + about[1:] + ".")
        made.set_defaults(run=_lazily(name))
        return made

    history = command("history", "tell who changed a brand, when, and what it was before")
    history.add_argument("id", metavar="ID")
    history.add_argument("--json", action="store_true", help="one line of JSON a change")
    _add_export(command("export", "write brands into a folder or a file"))
    trial = command("try", "show what a brand would flag in a catalogue before it goes live")
    trial.add_argument("id", metavar="ID")
    trial.add_argument("catalogue", type=Path, metavar="CATALOGUE", help="as for `detector scan`")
    trial.add_argument("--no-pictures", action="store_true", help="judge the text alone")
    trial.add_argument("--json", action="store_true", help="counts and the gravest listings as JSON")
    _add_import(command("import", "take brands from a folder or a file"))
    _add_list(command("list", "list brands, a page at a time"))
    show = command("show", "show one brand")
    show.add_argument("id", metavar="ID")
    show.add_argument("--json", action="store_true", help="as JSON, as it is imported")
    state = command("state", "bring a brand into a state")
    state.add_argument("id", metavar="ID")
    state.add_argument("state", choices=_STATES, metavar="STATE", help=", ".join(_STATES))


def _lazily(name: str) -> Callable[[argparse.Namespace], int]:
    module, function = _RUN[name]
    return partial(_run, module, function)


def _run(module: str, function: str, arguments: argparse.Namespace) -> int:
    status: int = getattr(import_module(f"workers.registry.{module}"), function)(arguments)
    return status


_RUN = {
    "import": ("imports", "import_"),
    "list": ("pages", "list_"),
    "export": ("exports", "export"),
    "history": ("pages", "history"),
    "show": ("pages", "show"),
    "try": ("tryout", "try_"),
    "state": ("pages", "state"),
}
"""Module and function of each, imported when it is asked for."""


def _add_import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "path",
        type=Path,
        metavar="PATH",
        help="a folder of brand folders, brand.json, JSON Lines, CSV or TSV, the USPTO's case files (XML), a "
        "list of EUIPO's (CSV); also as .gz or .zip",
    )
    parser.add_argument(
        "--owner", default=HOUSE, metavar="KEY", help="whose brands they are (default: %(default)s)"
    )
    parser.add_argument(
        "--format",
        choices=FORMATS,
        metavar="NAME",
        help="json, table, uspto or euipo (default: by its content)",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would become of each brand, and change nothing"
    )
    parser.add_argument(
        "--state",
        choices=_STATES,
        metavar="STATE",
        help="of brands that are new: draft, shadow, live or retired (default: live, where the owner is "
        "verified)",
    )
    parser.add_argument(
        "--rejects",
        type=Path,
        metavar="R.jsonl",
        help="what was refused, skipped or warned of, with the reason, one line of JSON each",
    )


def _add_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "path",
        type=Path,
        metavar="PATH",
        help="a folder that is empty or not there, or a file that ends in .jsonl or .csv",
    )
    parser.add_argument("--owner", default=HOUSE, metavar="KEY", help="whose brands (default: %(default)s)")
    parser.add_argument("--state", choices=_STATES, metavar="STATE", help="in this state alone")


def _add_list(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--owner", metavar="KEY", help="of this owner alone")
    parser.add_argument("--state", choices=_STATES, metavar="STATE", help="in this state alone")
    parser.add_argument(
        "--name", metavar="TEXT", default="", help="whose names, marks or id have words like this"
    )
    parser.add_argument("--limit", type=int, default=50, metavar="N", help="brands a page (%(default)s)")
    parser.add_argument("--after", metavar="PLACE", help="where the page before said to go on")
    parser.add_argument("--json", action="store_true", help="one line of JSON a brand")
