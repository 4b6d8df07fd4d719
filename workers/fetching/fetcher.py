"""Fetches one address: checked at every step, bounded in bytes, time and redirects."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Any, Self

import httpx

from workers.fetching.errors import (
    BadAnswer,
    Busy,
    Refused,
    TooManyRedirects,
    TooSlow,
    Unreachable,
)
from workers.fetching.hosts import Hosts
from workers.fetching.pinning import Guard, PinnedTransport
from workers.fetching.unpacking import ACCEPTED, too_large, unpacked
from workers.fetching.urls import checked, origin, shown

USER_AGENT = "listing-infringement-detector/0.1"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LONGEST_WAIT = 6 * 3600.0
_TO_STRANGERS = frozenset({"accept", "accept-language", "user-agent"})
"""The headers that a redirect to another host keeps; all others may hold a secret."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one fetch may take: bytes as sent and as unpacked, seconds as a whole and without a byte."""

    bytes: int = 32 * 2**20
    seconds: float = 60.0
    silence: float = 15.0
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class Validators:
    """By what a server tells that something has not changed."""

    etag: str | None = None
    modified: str | None = None

    def headers(self) -> dict[str, str]:
        given = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in given.items() if value}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came. `url` is where it came from in the end. With status 304 nothing has changed and `pieces`
    are none.
    """

    url: httpx.URL
    status: int
    headers: httpx.Headers
    pieces: AsyncIterator[bytes] = field(repr=False)

    @property
    def unchanged(self) -> bool:
        return self.status == 304

    @property
    def validators(self) -> Validators:
        return Validators(self.headers.get("etag"), self.headers.get("last-modified"))

    async def content(self) -> bytes:
        return b"".join([piece async for piece in self.pieces])


class Fetcher:
    """Used as an async context; one a process serves all, as politeness is counted in it."""

    def __init__(
        self,
        guard: Guard | None = None,
        hosts: Hosts | None = None,
        limits: Limits | None = None,
        verify: Any = True,
    ) -> None:
        self._guard = guard or Guard()
        self._hosts = hosts or Hosts()
        self._limits = limits or Limits()
        self._ports = self._guard.ports | self._guard.allowed.ports
        self._client = httpx.AsyncClient(
            transport=PinnedTransport(self._guard, verify),
            headers={"User-Agent": USER_AGENT, "Accept-Encoding": ACCEPTED},
            follow_redirects=False,
            trust_env=False,
            # Strangers set as many as they like, and a process lives for weeks: none is kept.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        )

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.__aexit__(kind, error, trace)

    async def get(self, url: str, **how: Any) -> tuple[Answer, bytes]:
        """The whole answer, held in memory. Arguments and errors are those of `opened`."""
        async with self.opened(url, **how) as answer:
            return answer, await answer.content()

    @asynccontextmanager
    async def opened(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        limits: Limits | None = None,
        form: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> AsyncIterator[Answer]:
        """An answer of status 200 to 299 or 304, to be read inside. With `form` or `body` it is posted.

        `headers` stay with the host they are for: a redirect elsewhere doesn't get them, and what is posted
        is never redirected. Raises one of `FetchFailed`.
        """
        bounds = limits or self._limits
        deadline = time.monotonic() + bounds.seconds
        target, given = checked(url, self._ports), dict(headers or {})
        posted = form if form is not None else body
        for _ in range(bounds.redirects + 1):
            async with AsyncExitStack() as stack:
                asked = time.monotonic()
                await stack.enter_async_context(self._hosts.turn(target.host))
                deadline += time.monotonic() - asked  # it is not the host that took the time in line
                got = await stack.enter_async_context(self._sent(target, given, bounds, deadline, posted))
                following = _location(got) if posted is None else None
                if following is None:
                    self._refuse(got, target)
                    yield _answer(got, target, bounds, deadline)
                    return
            onwards = checked(following, self._ports)
            if origin(onwards) != origin(target):
                given = {name: value for name, value in given.items() if name.lower() in _TO_STRANGERS}
            target = onwards
        raise TooManyRedirects(f"{shown(url)}: leads on more than {bounds.redirects} times")

    @asynccontextmanager
    async def _sent(
        self,
        target: httpx.URL,
        headers: Mapping[str, str],
        bounds: Limits,
        deadline: float,
        posted: Mapping[str, str] | bytes | None,
    ) -> AsyncIterator[httpx.Response]:
        what = {"content": posted} if isinstance(posted, bytes) else {"data": posted}
        request = self._client.build_request(
            "GET" if posted is None else "POST", target, headers=headers, timeout=bounds.silence, **what
        )
        with _told(target):
            async with asyncio.timeout(deadline - time.monotonic()):
                got = await self._client.send(request, stream=True)
        try:
            yield got
        finally:
            await got.aclose()

    def _refuse(self, got: httpx.Response, target: httpx.URL) -> None:
        status, where = got.status_code, shown(target)
        if status == 304 or 200 <= status < 300:
            return
        after = retry_after(got.headers.get("retry-after"))
        if status in {408, 425, 429} or status >= 500:
            if after:
                self._hosts.leave_alone(target.host, after)
            raise Busy(f"{where}: answered {status}; it is busy or has a fault", after)
        raise Refused(f"{where}: answered {status}{_MEANING.get(status, '')}", status)


_MEANING = {
    401: ": it wants other credentials",
    403: ": it gives this to nobody, or not to us",
    404: ": there is no such thing",
    410: ": it is gone",
}


def _answer(got: httpx.Response, target: httpx.URL, bounds: Limits, deadline: float) -> Answer:
    where, most = shown(target), bounds.bytes
    length = got.headers.get("content-length", "")
    encoding = got.headers.get("content-encoding", "")

    async def pieces() -> AsyncIterator[bytes]:
        if re.fullmatch("[0-9]{1,18}", length) and int(length) > most:
            raise too_large(most, where)
        async for piece in unpacked(_in_time(got.aiter_raw(), target, deadline), encoding, most, where):
            yield piece

    return Answer(target, got.status_code, got.headers, pieces())


async def _in_time(chunks: AsyncIterator[bytes], target: httpx.URL, deadline: float) -> AsyncIterator[bytes]:
    """A deadline for the whole: a server may never be silent and yet never end."""
    while True:
        with _told(target):
            async with asyncio.timeout(deadline - time.monotonic()):
                chunk = await anext(chunks, None)
        if chunk is None:
            return
        yield chunk


def _location(got: httpx.Response) -> str | None:
    if got.status_code not in _REDIRECTS or "location" not in got.headers:
        return None
    try:
        return str(got.request.url.join(got.headers["location"]))
    except (httpx.InvalidURL, ValueError):
        raise BadAnswer(f"{shown(got.request.url)}: leads on to what is no address") from None


def retry_after(text: str | None) -> float | None:
    """Seconds, from a number or a date (RFC 9110, 10.2.3); at most six hours, as a host may say anything."""
    if not text:
        return None
    if re.fullmatch("[0-9]{1,9}", text.strip()):
        return min(float(text), _LONGEST_WAIT)
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return min(max((when - datetime.now(UTC)).total_seconds(), 0.0), _LONGEST_WAIT)


@contextmanager
def _told(target: httpx.URL) -> Iterator[None]:
    """Turns what httpx says into words that tell what happened."""
    where = shown(target)
    try:
        yield
    except (TimeoutError, httpx.TimeoutException):
        raise TooSlow(f"{where}: the time for it was up before all of it had come") from None
    except httpx.ConnectError as error:
        why = "its certificate is not valid" if "CERTIFICATE" in str(error) else "nobody answers there"
        raise Unreachable(f"{where}: cannot be reached: {why}") from None
    except httpx.HTTPError:
        raise BadAnswer(f"{where}: the connection broke, or it does not speak HTTP as it should") from None
