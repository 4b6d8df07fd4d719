"""Fetching from a server that is really there and misbehaves: bounded, checked at every redirect, clear."""

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from workers.demo.shop.server import Marketplace
from workers.fetching.addresses import allowed
from workers.fetching.errors import (
    AddressRefused,
    BadAnswer,
    Busy,
    FetchFailed,
    Refused,
    TooLarge,
    TooManyRedirects,
    TooSlow,
    Unreachable,
    UrlRefused,
)
from workers.fetching.fetcher import Answer, Fetcher, Limits, Validators, retry_after
from workers.fetching.hosts import Hosts
from workers.fetching.pinning import Guard

_LIMITS = Limits(bytes=200_000, seconds=20, silence=20, redirects=3)


def _guard(*ports: int) -> Guard:
    return Guard(allowed(",".join(f"127.0.0.1:{port}" for port in ports)))


def _get(url: str, guard: Guard, limits: Limits = _LIMITS, **how: Any) -> tuple[Answer, bytes]:
    async def run() -> tuple[Answer, bytes]:
        async with Fetcher(guard, limits=limits) as fetcher:
            return await fetcher.get(url, **how)

    return asyncio.run(asyncio.wait_for(run(), 60))


def _raw(answer: bytes) -> "Raw":
    return Raw(lambda _: _send(answer))


async def _send(answer: bytes) -> bytes:
    return answer


class Raw:
    """A server that sends the very bytes it is told to, on its own port of 127.0.0.1."""

    def __init__(
        self, answer: Callable[[bytes], Awaitable[bytes]], context: ssl.SSLContext | None = None
    ) -> None:
        self._answer, self._context = answer, context
        self.heard: list[bytes] = []
        self.port = 0

    async def __aenter__(self) -> "Raw":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._context)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        self.heard.append(head)
        writer.write(await self._answer(head))
        await writer.drain()
        writer.close()


_BAD: list[tuple[str, type[FetchFailed], str]] = [
    ("429", Busy, "answered 429"),
    ("500", Busy, "answered 500"),
    ("redirect", TooManyRedirects, "leads on more than 3 times"),
    ("metadata", AddressRefused, "not public (link-local)"),
    ("loopback6", AddressRefused, "not public (loopback)"),
    ("short", BadAnswer, "the connection broke"),
    ("bomb", TooLarge, "more than 0 MB"),
    ("not-gzip", BadAnswer, "says that it is packed as gzip"),
]


@pytest.mark.parametrize(("kind", "error", "reason"), _BAD)
def test_a_misbehaving_server_is_said_in_one_sentence(
    kind: str,
    error: type[FetchFailed],
    reason: str,
    market: Marketplace,
) -> None:
    with pytest.raises(error) as failed:
        _get(f"{market.url}/bad/{kind}/products.json?key=secret", _guard(market.port))
    assert reason in str(failed.value)
    assert "secret" not in str(failed.value)
    assert "\n" not in str(failed.value)


@pytest.mark.parametrize("kind", ["drip", "stall"])
def test_time_is_bounded_as_a_whole(kind: str, market: Marketplace) -> None:
    limits = Limits(seconds=0.5, silence=30)
    with pytest.raises(TooSlow, match="the time for it was up"):
        _get(f"{market.url}/bad/{kind}/products.json", _guard(market.port), limits)


def test_silence_is_bounded(market: Marketplace) -> None:
    with pytest.raises(TooSlow):
        _get(f"{market.url}/bad/stall/meta.json", _guard(market.port), Limits(seconds=60, silence=0.2))


@pytest.mark.parametrize(
    ("status", "error"),
    [(404, Refused), (401, Refused), (410, Refused), (503, Busy), (408, Busy), (100_0, BadAnswer)],
)
def test_statuses(status: int, error: type[FetchFailed]) -> None:
    async def run() -> None:
        answer = b"HTTP/1.1 %d X\r\nContent-Length: 0\r\n\r\n" % status
        async with _raw(answer) as server, Fetcher(_guard(server.port)) as fetcher:
            await fetcher.get(f"http://127.0.0.1:{server.port}/")

    with pytest.raises(error):
        asyncio.run(run())


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"hello\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X-Long: " + b"a" * 200_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 1\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip, gzip\r\nContent-Length: 1\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: http://[::1\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n",
    ],
)
def test_what_is_no_http_is_said(answer: bytes) -> None:
    async def run() -> None:
        async with _raw(answer) as server, Fetcher(_guard(server.port)) as fetcher:
            await fetcher.get(f"http://127.0.0.1:{server.port}/")

    with pytest.raises(FetchFailed):
        asyncio.run(run())


@pytest.mark.parametrize(
    "location",
    ["file:///etc/passwd", "ftp://127.0.0.1/", "http://127.0.0.1:22/", "http://0x7f.1/", "//169.254.169.254/",
                 "http://user:word@127.0.0.1/", "gopher://127.0.0.1:6379/_x", "http://2130706433/"]
)  # fmt: skip
def test_redirects_are_checked_like_any_address(location: str) -> None:
    async def run() -> None:
        answer = f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()
        async with _raw(answer) as server, Fetcher(_guard(server.port)) as fetcher:
            await fetcher.get(f"http://127.0.0.1:{server.port}/")

    with pytest.raises((UrlRefused, AddressRefused)):
        asyncio.run(run())


def test_dns_that_changes_its_mind_cannot_matter() -> None:
    """The first answer is the test's own server; every later one would be another, and is never used."""
    answers = [["127.0.0.1"], ["127.0.0.2"]]
    asked = []

    async def run() -> tuple[bytes, bytes]:
        async def resolve(host: str, port: int) -> list[str]:
            asked.append(host)
            return answers[min(len(asked), 2) - 1]

        async with _raw(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nmine") as server:
            guard = Guard(allowed(f"127.0.0.1:{server.port}"), resolve=resolve)
            async with Fetcher(guard) as fetcher:
                _, content = await fetcher.get(f"http://shop.example:{server.port}/a?b=c")
                with pytest.raises(AddressRefused):
                    await fetcher.get(f"http://shop.example:{server.port}/")
        return content, server.heard[0]

    content, heard = asyncio.run(run())
    assert content == b"mine"
    assert asked == ["shop.example", "shop.example"]
    assert heard.startswith(b"GET /a?b=c HTTP/1.1\r\nHost: shop.example:")


def test_a_kept_connection_is_to_the_checked_address(market: Marketplace) -> None:
    """While a connection is kept, DNS is not even asked."""
    asked = []

    async def run() -> None:
        async def resolve(host: str, port: int) -> list[str]:
            asked.append(host)
            return ["127.0.0.1"]

        async with Fetcher(Guard(allowed(f"127.0.0.1:{market.port}"), resolve=resolve)) as fetcher:
            for _ in range(3):
                await fetcher.get(f"http://shop.example:{market.port}/meta.json")

    asyncio.run(run())
    assert asked == ["shop.example"]


def test_secrets_stay_with_the_host_they_are_for() -> None:
    secret = {"Authorization": "Bearer secret", "X-Api-Key": "secret", "Cookie": "secret", "Accept": "a/b"}

    async def run() -> tuple[list[bytes], list[bytes]]:
        async with _raw(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") as other:
            there = f"http://127.0.0.1:{other.port}/".encode()
            onwards = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: "
            own = Raw(lambda head: _send(onwards + (there if b"/here" in head else b"/here") + b"\r\n\r\n"))
            async with own, Fetcher(_guard(own.port, other.port)) as fetcher:
                await fetcher.get(f"http://127.0.0.1:{own.port}/", headers=secret)
            return own.heard, other.heard

    own, other = asyncio.run(run())
    assert len(own) == 2
    assert all(head.count(b"secret") == 3 for head in own)
    assert b"secret" not in other[0]
    assert b"accept: a/b" in other[0].lower()


def test_no_cookie_is_kept() -> None:
    async def run() -> list[bytes]:
        answer = b"HTTP/1.1 200 OK\r\nSet-Cookie: seen=1; Path=/\r\nContent-Length: 0\r\n\r\n"
        async with _raw(answer) as server, Fetcher(_guard(server.port)) as fetcher:
            for _ in range(2):
                await fetcher.get(f"http://127.0.0.1:{server.port}/")
            return server.heard

    assert [head.lower().count(b"cookie") for head in asyncio.run(run())] == [0, 0]


def test_a_posted_form_is_not_led_elsewhere() -> None:
    async def run() -> None:
        answer = b"HTTP/1.1 307 X\r\nLocation: http://93.184.215.14/\r\nContent-Length: 0\r\n\r\n"
        async with _raw(answer) as server, Fetcher(_guard(server.port)) as fetcher:
            await fetcher.get(f"http://127.0.0.1:{server.port}/", form={"secret": "x"})

    with pytest.raises(Refused, match="answered 307"):
        asyncio.run(run())


def test_no_proxy_of_the_environment_is_used(market: Marketplace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    assert _get(f"{market.url}/meta.json", _guard(market.port))[0].status == 200


def test_what_has_not_changed_is_not_sent_again(market: Marketplace) -> None:
    first, content = _get(f"{market.url}/images/1.png", _guard(market.port))
    assert content.startswith(b"\x89PNG")
    again, nothing = _get(
        f"{market.url}/images/1.png", _guard(market.port), headers=first.validators.headers()
    )
    assert again.unchanged
    assert nothing == b""
    assert Validators().headers() == {}


def test_nobody_answers_there() -> None:
    with pytest.raises(Unreachable, match="nobody answers there"):
        _get("http://127.0.0.1:1/", Guard(allowed("127.0.0.1:1")))


def test_a_host_that_is_not_known_is_said() -> None:
    async def resolve(host: str, port: int) -> list[str]:
        raise OSError("no such host")

    with pytest.raises(Unreachable, match="no such host") as failed:
        _get("http://shop.example/", Guard(resolve=resolve))
    assert failed.value.passing


def test_a_host_gets_few_requests_at_once_and_not_too_fast() -> None:
    most = now = 0
    starts = []

    hosts = Hosts(at_once=2, delay=0.01)

    async def slowly(_: bytes) -> bytes:
        nonlocal most, now
        now += 1
        most = max(most, now)
        starts.append(time.monotonic())
        await asyncio.sleep(0.05)
        now -= 1
        return b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

    async def run() -> None:
        async with Raw(slowly) as server, Fetcher(_guard(server.port), hosts) as fetcher:
            await asyncio.gather(*(fetcher.get(f"http://127.0.0.1:{server.port}/") for _ in range(8)))

    asyncio.run(run())
    assert most == 2
    assert max(starts) - min(starts) >= 0.06


def test_a_host_is_left_alone_when_it_asks(market: Marketplace) -> None:
    async def run() -> None:
        async with Fetcher(_guard(market.port), Hosts(patience=5)) as fetcher:
            with pytest.raises(Busy) as busy:
                await fetcher.get(f"{market.url}/bad/429-tomorrow/meta.json")
            assert busy.value.after == 6 * 3600
            with pytest.raises(Busy, match="left alone"):
                await fetcher.get(f"{market.url}/meta.json")

    asyncio.run(run())
    assert [path for path, _ in market.asked] == ["/bad/429-tomorrow/meta.json"]


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("5", 5), ("0", 0), ("999999999", 21_600), ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ("Wed, 21 Oct 2099 07:28:00 GMT", 21_600), ("soon", None), ("-5", None), ("", None), (None, None),
        ("9" * 400, None), ("Wed, 99 Oct 2015 07:28:00 GMT", None),
    ],
)  # fmt: skip
def test_retry_after_in_all_its_forms(said: str | None, seconds: float | None) -> None:
    assert retry_after(said) == seconds


def test_forgetting_hosts_keeps_those_that_matter() -> None:
    async def run() -> None:
        hosts = Hosts(patience=1)
        hosts.leave_alone("busy.example", 1000)
        for number in range(20_000):
            async with hosts.turn(f"{number}.example"):
                pass
        with pytest.raises(Busy):
            async with hosts.turn("busy.example"):
                pass

    asyncio.run(run())


def test_the_certificate_is_checked_for_the_name_and_not_the_address(tls: tuple[ssl.SSLContext, str]) -> None:
    """The connection goes to a pinned address; who answers must still prove the name that was asked for."""
    context, authority = tls
    trusting = ssl.create_default_context(cafile=authority)

    async def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    async def run() -> None:
        server = Raw(lambda _: _send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"), context)
        async with server:
            guard = Guard(allowed(f"127.0.0.1:{server.port}"), resolve=resolve)
            async with Fetcher(guard, verify=trusting) as fetcher:
                _, content = await fetcher.get(f"https://shop.example:{server.port}/")
                assert content == b"ok"
                with pytest.raises(Unreachable, match="certificate"):
                    await fetcher.get(f"https://other.example:{server.port}/")
            async with Fetcher(guard) as fetcher:
                with pytest.raises(Unreachable, match="certificate"):
                    await fetcher.get(f"https://shop.example:{server.port}/")

    asyncio.run(run())


@pytest.mark.slow
def test_time_in_line_is_not_the_hosts() -> None:
    async def slowly(_: bytes) -> bytes:
        await asyncio.sleep(1)
        return b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

    async def run() -> None:
        async with (
            Raw(slowly) as server,
            Fetcher(_guard(server.port), Hosts(at_once=1), Limits(seconds=4)) as fetcher,
        ):
            url = f"http://127.0.0.1:{server.port}/"
            await asyncio.gather(*(fetcher.get(url) for _ in range(5)))

    asyncio.run(asyncio.wait_for(run(), 60))
