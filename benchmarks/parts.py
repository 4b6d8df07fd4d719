"""Finds the parts of `detector evaluate` and `detector bench`: every module of `quality` and of `speed`
is one.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from detector.errors import UnreadableInput


@dataclass(frozen=True, slots=True)
class Part:
    """`measure` yields figures or measurements; `needs` are files relative to the data that it is
    measured on.
    """

    name: str
    about: str
    needs: tuple[str, ...]
    measure: Callable[..., Iterator[Any]]
    reports: bool = False
    """Whether `measure` takes a folder `report` to write a page into."""

    def lacking(self, data: Path) -> list[str]:
        """The files that it needs and that aren't there."""
        return [needed for needed in self.needs if not (data / needed).exists()]


def parts(kind: str, only: str | None = None) -> Iterator[Part | tuple[str, str]]:
    """The parts of 'quality' or 'speed' by name; one that can't be imported as its name and what it lacks.

    Raises `UnreadableInput` where there is none of the name `only`.
    """
    package = importlib.import_module(f"benchmarks.{kind}")
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    if only is not None and only not in names:
        raise UnreadableInput(f"no part is named {only!r}; there are {', '.join(names) or 'none'}")
    for name in names if only is None else [only]:
        try:
            module = importlib.import_module(f"benchmarks.{kind}.{name}")
        except ModuleNotFoundError as lacking:
            yield name, f"needs the package {lacking.name}; install the extra 'evaluate'"
            continue
        about = (module.__doc__ or "").strip().splitlines()[:1]
        reports = "report" in inspect.signature(module.measure).parameters
        yield Part(module.NAME, "".join(about), getattr(module, "NEEDS", ()), module.measure, reports)
