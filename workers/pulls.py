"""Pulls that workers do: begun from the command line, and watched until they have come to their end."""

import time
from contextlib import closing

from rich.console import Console
from rich.progress import Progress

from storage.database import Database, database_url
from workers.broker import broker_kept
from workers.graph.outbox import announcing
from workers.graph.pages import source_settings
from workers.graph.pulling import moving, one_at_a_time, start
from workers.graph.telling import MOVING, is_settled, run_of
from workers.sources.errors import BadSources
from workers.status import show_run

_LOOKS = 0.25


def give(source: str, wait: bool, whole: bool = False) -> int:
    """Has the workers pull a source, named in the file of sources or a path, what has changed or the `whole`
    of it; exit status 0, or 1 where it failed. Raises `BadSources`.
    """
    if source_settings(source).paused:
        raise BadSources(f"the source {source} is paused; set `paused: false` in its settings to pull it")
    console = Console(highlight=False)
    with closing(Database(database_url())) as database, broker_kept():
        with announcing(database, "command line") as session:
            one_at_a_time(session, source)
            going = moving(session, source)
            number = start(session, source, whole)
        if going is not None:
            console.print(f"{source} is being pulled already, as number {number}; no second pull is begun.")
        if not wait and going is None:
            console.print(
                f"The workers pull {source}, as number {number}; `detector status` tells how it goes."
            )
        return watch(console, database, number) if wait else 0


def watch(console: Console, database: Database, number: int) -> int:
    """Until all of its listings are judged or put aside; exit status 0, or 1 where the pull failed."""
    with Progress(*Progress.get_default_columns(), "{task.fields[of]}", console=Console(stderr=True)) as bar:
        task = bar.add_task("judging", total=None, of="", visible=bar.console.is_terminal)
        while not is_settled(run := run_of(database, number)):
            listings: dict[str, int] = run["listings"]
            total, left = sum(listings.values()), sum(listings.get(state, 0) for state in MOVING)
            bar.update(task, total=total or None, completed=total - left, of=f"{total - left:,} of {total:,}")
            time.sleep(_LOOKS)
    show_run(console, run)
    return int(run["state"] != "done")
