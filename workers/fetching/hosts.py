"""Politeness: how many requests a host gets at once, how fast, and when it has asked to be left alone."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from workers.fetching.errors import Busy

_MOST_HOSTS = 10_000


@dataclass(slots=True)
class _Host:
    turns: asyncio.Semaphore
    next: float = 0.0
    """When the next request may start."""
    users: int = field(default=0)


class Hosts:
    """Of one process. `at_once` requests a host, `delay` seconds between the starts of two.

    A host that asks to wait longer than `patience` is not waited for: the work is done later.
    """

    def __init__(self, at_once: int = 4, delay: float = 0.0, patience: float = 60.0) -> None:
        self._at_once, self._delay, self._patience = at_once, delay, patience
        self._hosts: OrderedDict[str, _Host] = OrderedDict()

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[None]:
        """Waits for a turn and holds it. Raises `Busy` where the host asked to wait longer than is waited."""
        host = self._host(name)
        host.users += 1
        try:
            async with host.turns:
                wait = host.next - time.monotonic()
                if wait > self._patience:
                    raise Busy(f"{name}: asked to be left alone for {wait:,.0f} more seconds", after=wait)
                host.next = max(host.next, time.monotonic()) + self._delay
                if wait > 0:
                    await asyncio.sleep(wait)
                yield
        finally:
            host.users -= 1

    def leave_alone(self, name: str, seconds: float) -> None:
        """The host asked for it: nobody asks again before."""
        host = self._host(name)
        host.next = max(host.next, time.monotonic() + seconds)

    def _host(self, name: str) -> _Host:
        host = self._hosts.get(name)
        if host is None:
            host = self._hosts[name] = _Host(asyncio.Semaphore(self._at_once))
            self._forget()
        self._hosts.move_to_end(name)
        return host

    def _forget(self) -> None:
        """Those longest unused, as a catalogue may name a host of its own for every picture."""
        now = time.monotonic()
        while len(self._hosts) > _MOST_HOSTS:
            name, host = next(iter(self._hosts.items()))
            if host.users or host.next > now:
                break
            del self._hosts[name]
