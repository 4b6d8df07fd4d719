"""the registry: taking brands in, and what is built and shown of them"""

from collections.abc import Iterator
from importlib import import_module

from benchmarks.measurement import Measurement

NAME = "registry"

_MODULES = ("importing", "snapshots", "pages")


def measure(share: float = 1.0) -> Iterator[Measurement]:
    """What each module of this package measures, in this order; of 100,000 brands and pictures a `share`."""
    for name in _MODULES:
        yield from import_module(f"{__name__}.{name}").measure(share)
