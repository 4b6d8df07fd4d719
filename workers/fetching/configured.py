"""A fetcher by the settings."""

from storage.errors import BadSetting
from storage.settings import settings
from workers.fetching.addresses import allowed
from workers.fetching.fetcher import Fetcher
from workers.fetching.hosts import Hosts
from workers.fetching.pinning import Guard


def configured_fetcher(delay: float = 0.0, patience: float = 60.0) -> Fetcher:
    """Raises `BadSetting`."""
    return Fetcher(configured_guard(), Hosts(delay=delay, patience=patience))


def configured_guard() -> Guard:
    """What may be connected to. Raises `BadSetting`."""
    now = settings()
    try:
        ports = frozenset(int(port) for port in now.fetch_ports.split(","))
    except ValueError:
        raise BadSetting("the setting DETECTOR_FETCH_PORTS must be port numbers, such as 80,443") from None
    return Guard(allowed(now.fetch_allow), ports)
