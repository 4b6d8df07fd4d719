"""`detector snapshot`: what is judged with, made of the registry."""

import argparse
from collections.abc import Callable

from brand_registry.snapshots.manifest import BadSnapshot, Manifest, NoSnapshot
from detector.counted import counted
from detector.errors import UnreadableInput
from storage.database import Database, database_exists, database_url

Run = Callable[[argparse.Namespace], int]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(metavar="WHAT", required=True)

    def add(name: str, about: str, run: Run) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=about, description=about[0].upper() + about[1:] + ".")
        command.set_defaults(run=run)
        return command

    build = add(
        "build", "take pictures that wait through their gates, and publish what the registry holds", _build
    )
    build.add_argument(
        "--anew",
        action="store_true",
        help="take nothing over from the current snapshot: worth it now and then, where `list` says so",
    )
    add("list", "name the snapshots, the newest first", _list)
    verify = add(
        "verify", "compare a snapshot with its checksums, and ask it for what it should find", _verify
    )
    verify.add_argument("name", nargs="?", metavar="NAME", help="default: the current one")
    prune = add("prune", "remove old snapshots that nobody uses", _prune)
    prune.add_argument(
        "--keep", type=int, default=1, metavar="N", help="how many stay (default: %(default)s)"
    )


def _build(arguments: argparse.Namespace) -> int:
    from workers.registry.current import check_waiting, publish

    url = database_url()
    if not database_exists(url):
        raise UnreadableInput("there is no registry yet: bring brands in with `detector brands import PATH`")
    database = Database(url)
    try:
        checked = check_waiting(database)
        published = publish(database, anew=arguments.anew, wait=True)
    finally:
        database.close()
    if checked is None:
        print("pictures: another process is looking at those that wait")
    elif checked.passed or checked.refused or checked.waiting:
        print(
            f"pictures: {checked.passed:,} passed, {checked.refused:,} were refused, "
            f"{checked.waiting:,} wait on{f' ({checked.why})' if checked.why else ''}"
        )
    if published is not None:
        print(f"{'published' if published.new else 'up to date:'} {_told(published.manifest)}")
    return 0


def _list(_arguments: argparse.Namespace) -> int:
    from brand_registry.snapshots.folder import is_held, snapshots

    folder = snapshots()
    try:
        current = folder.current()
    except NoSnapshot as none:
        current = None
        print(none)
    for path, manifest in folder.all():
        told = str(manifest) if isinstance(manifest, BadSnapshot) else _told(manifest)
        marks = [word for word, on in (("current", path == current), ("in use", is_held(path))) if on]
        print(" ".join([told, *(f"({word})" for word in marks)]))
    return 0


def _verify(arguments: argparse.Namespace) -> int:
    from brand_registry.snapshots.checking import check_answers
    from brand_registry.snapshots.folder import snapshots
    from brand_registry.snapshots.loading import load
    from storage.blobs import blobs

    folder = snapshots()
    named = {path.name: path for path, _ in folder.all()}
    if arguments.name is not None and arguments.name not in named:
        raise UnreadableInput(f"there is no snapshot {arguments.name!r}; `detector snapshot list` names them")
    snapshot = load(folder.current() if arguments.name is None else named[arguments.name], blobs())
    check_answers(snapshot)
    print(f"sound: {_told(snapshot.manifest)}")
    return 0


def _prune(arguments: argparse.Namespace) -> int:
    from brand_registry.snapshots.folder import snapshots

    if arguments.keep < 1:
        raise UnreadableInput("--keep must be 1 or more; the current snapshot always stays")
    removed = snapshots().prune(arguments.keep)
    for path in removed:
        print(f"removed {path.name}")
    if not removed:
        print("nothing to remove")
    return 0


def _told(manifest: Manifest) -> str:
    size = sum(file.bytes for file in manifest.files.values())
    parts = [
        f"{manifest.name}  {manifest.made_at:%Y-%m-%d %H:%M:%S} UTC",
        counted(manifest.brands, "brand"),
        counted(manifest.references, "reference"),
        f"{size / 1e6:,.1f} MB",
    ]
    if manifest.unread:
        parts.append(f"{counted(manifest.unread, 'picture')} not read yet")
    if manifest.outgrown:
        parts.append("outgrown: build --anew when there is time")
    return ", ".join(parts)
