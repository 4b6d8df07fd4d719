"""The `detector` command. Each subcommand's module is imported when it is asked for."""

import argparse
import importlib
import logging
import os
import sys
import warnings
from collections.abc import Sequence

from detector.errors import DetectorError, NamesNothing, UnreadableInput
from storage.errors import BadSetting, StorageError
from workers.typed import typed
from workers.visible import plain

_COMMANDS = {
    "scan": ("workers.scan", "scan a catalogue, write what is suspected of each listing"),
    "pull": ("workers.pull", "get the listings of a marketplace, as far as they are new"),
    "check": ("workers.check", "explain one listing: its text with what was found, its pictures with boxes"),
    "shared": ("workers.shared", "find the pictures that several sellers of a catalogue show"),
    "snapshot": (
        "workers.registry.snapshot",
        "build, list, verify and prune what is judged with, made of the registry",
    ),
    "worker": ("workers.worker", "work on queues until it is told to end (default: all of them)"),
    "rescan": ("workers.rescan", "judge again what was judged before: a brand joined, or a rule changed"),
    "capacity": ("workers.capacity.command", "the machines that a number of listings a day needs, simulated"),
    "status": ("workers.status", "how the work stands: what waits, what failed and why, what was put aside"),
    "quarantine": ("workers.quarantine", "what nobody gets done: list it, put it back to work"),
    "beat": ("workers.beat", "say when it is time: the schedule, and the search for what got lost"),
    "serve": ("workers.serve", "serve the brand owners' pages and the API"),
    "brands": ("workers.registry.brands", "keep the brands of the registry: take in, list, show, try"),
    "owners": ("workers.registry.owners", "keep those who own brands"),
    "people": ("workers.registry.people", "keep those who may sign in, their passwords and roles"),
    "decisions": ("workers.decisions", "write what reviewers decided, as labelled cases; replay one of them"),
    "retention": ("workers.retention", "what is kept for how long, what is held, and erasing it"),
    "audit": ("workers.audit", "check the log of who decided and saw what"),
    "evaluate": ("benchmarks.evaluate", "measure quality on labelled data"),
    "attack": ("benchmarks.attack", "attack a brand's own assets, to see where its protection ends"),
    "fit": ("benchmarks.fit", "fit the weights of the scoring table on labelled cases"),
    "bench": ("benchmarks.bench", "measure speed and memory"),
}

_AFTER = """\
exit status: 0 done (flagged or not), 1 failed or interrupted, 2 wrong usage, as an id that is not there,
or input that cannot be read

example: {typed} scan catalogue.jsonl --brands brands/ --out results.jsonl
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command and returns the exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    parser = _parser(words)
    if not words:
        parser.print_help(sys.stderr)
        return 2
    options = parser.parse_args(words, argparse.Namespace(words=words))
    _quieten_libraries()
    try:
        status: int = options.run(options)
        sys.stdout.flush()
    except (UnreadableInput, NamesNothing, BadSetting) as error:
        status = _say(str(error), 2)
    except (DetectorError, StorageError) as error:
        status = _say(str(error), 1)
    except KeyboardInterrupt:
        status = _say("stopped", 1)
    except BrokenPipeError:
        # Whoever read the output has seen enough (`| head`); closing it at exit must not complain again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 1
    except OSError as error:
        status = _say(f"{error.filename or 'a file'}: {error.strerror or error}", 1)
    return status


def _quieten_libraries() -> None:
    """Deep-learning libraries draw bars and warn of compilers and caches that nobody here uses."""
    os.environ.setdefault("TQDM_DISABLE", "1")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
    if not sys.warnoptions:
        warnings.simplefilter("ignore")


def _say(what: str, status: int) -> int:
    # It may quote a file of strangers.
    print(f"detector: {plain(what)}", file=sys.stderr)
    return status


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=typed(),
        description="Finds listings that abuse a brand, and shows where and why.",
        epilog=_AFTER.format(typed=typed()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    named = next((word for word in words if not word.startswith("-")), None)
    for name, (module, about) in _COMMANDS.items():
        command = commands.add_parser(name, help=about, description=about[0].upper() + about[1:] + ".")
        if name == named:
            importlib.import_module(module).add_arguments(command)
    return parser


if __name__ == "__main__":
    sys.exit(main())
