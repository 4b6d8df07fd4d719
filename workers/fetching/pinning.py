"""Connects to the very address that was checked, so that what DNS answers later cannot matter."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

import httpcore
import httpx

from workers.fetching.addresses import NONE_ALLOWED, Allowed, not_public
from workers.fetching.errors import AddressRefused, Unreachable

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""The addresses of a host, in the order in which they are to be tried."""


async def system_resolver(host: str, port: int) -> list[str]:
    """By the machine's own means. Raises `OSError` where the name is not known."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True)
class Guard:
    """Who may be connected to. `resolve` is asked once a connection, and only what it answered is used."""

    allowed: Allowed = NONE_ALLOWED
    ports: frozenset[int] = frozenset({80, 443})
    resolve: Resolve = system_resolver

    async def addresses(self, host: str, port: int) -> list[str]:
        """The checked addresses of a host. Raises `AddressRefused` where one of them is not public: a name
        that leads both ways is a trap.
        """
        try:
            found: list[IPv4Address | IPv6Address] = [ip_address(host)]
        except ValueError:
            found = await self._resolved(host, port)
        for address in found:
            why = not_public(address)
            if why and (address, port) not in self.allowed:
                # The address itself stays unsaid: it would tell a stranger what lies in this network.
                raise AddressRefused(f"{host}: leads to an address that is not public ({why}); not fetched")
        return [str(address) for address in found]

    async def _resolved(self, host: str, port: int) -> list[IPv4Address | IPv6Address]:
        try:
            texts = await self.resolve(host, port)
            found = [ip_address(text) for text in texts]
        except (OSError, UnicodeError, ValueError):
            raise Unreachable(f"{host}: no such host is known; check the address") from None
        if not found:
            raise Unreachable(f"{host}: has no address; check its spelling")
        return found


class _Pinned(httpcore.AsyncNetworkBackend):
    """The lowest layer: all connections of a client pass here, those of redirects too.

    TLS above it still asks for the host by its name and checks the certificate for that name.
    """

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._sockets = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            async with asyncio.timeout(timeout):
                addresses = await self._guard.addresses(host, port)
        except TimeoutError:
            raise httpcore.ConnectTimeout(f"{host} was not resolved in time") from None
        failed: Exception | None = None
        for address in addresses[:4]:
            try:
                return await self._sockets.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed or httpcore.ConnectError(host)

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.AsyncNetworkStream:
        raise AddressRefused("a socket of this machine is not fetched from")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@cache
def _trusting() -> ssl.SSLContext:
    """Made once: reading all authorities takes longer than a small fetch."""
    return httpx.create_ssl_context(trust_env=False)


class PinnedTransport(httpx.AsyncHTTPTransport):
    """httpx's own transport on that layer. No proxy: one would resolve names by itself."""

    def __init__(self, guard: Guard, verify: Any = True, connections: int = 100) -> None:
        context = _trusting() if verify is True else httpx.create_ssl_context(verify, trust_env=False)
        super().__init__(verify=context, trust_env=False)
        # httpx hands its pool no backend of ours, so the pool is made here.
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            max_connections=connections,
            max_keepalive_connections=20,
            keepalive_expiry=15.0,
            network_backend=_Pinned(guard),
        )
