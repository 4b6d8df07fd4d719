"""the registry: taking brands in, and what is built and shown of them"""

from collections.abc import Iterator
from importlib import import_module

from benchmarks.measurement import Measurement

NAME = "registry"

_MODULES = ("importing", "snapshots", "pages")


def measure() -> Iterator[Measurement]:
    """What each module of this package measures, in this order."""
    for name in _MODULES:
        yield from import_module(f"{__name__}.{name}").measure()
