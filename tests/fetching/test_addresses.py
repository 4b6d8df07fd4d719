"""Nothing is fetched from networks that are not public, however the address is spelt or found."""

import asyncio
from ipaddress import ip_address

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.errors import BadSetting
from tests.fetching.ssrf import TRAPS, Trap
from workers.fetching.addresses import allowed, not_public
from workers.fetching.errors import FetchFailed, UrlRefused
from workers.fetching.fetcher import Fetcher
from workers.fetching.pinning import Guard
from workers.fetching.urls import checked, shown

_WEB = frozenset({80, 443})


def test_the_table_is_long_enough() -> None:
    assert len(TRAPS) > 100
    assert len({(trap.url, trap.resolves) for trap in TRAPS}) == len(TRAPS)


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: f"{trap.url[:40]!a} {','.join(trap.resolves)}")
def test_no_trap_is_fetched(trap: Trap) -> None:
    asked = []

    async def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return list(trap.resolves)

    async def fetch() -> None:
        async with Fetcher(Guard(resolve=resolve)) as fetcher:
            await fetcher.get(trap.url)

    with pytest.raises(FetchFailed) as refused:
        asyncio.run(fetch())
    assert trap.reason in str(refused.value)
    assert not refused.value.passing
    assert bool(asked) == bool(trap.resolves)
    assert not {*trap.resolves} & {*str(refused.value).split()}, "it tells what lies in this network"


@pytest.mark.parametrize("address", ["93.184.215.14", "8.8.8.8", "2606:4700::1111", "2a00:1450::1"])
def test_the_open_internet_is_public(address: str) -> None:
    assert not_public(ip_address(address)) is None


@given(st.ip_addresses())
def test_what_python_calls_private_is_never_public(address) -> None:
    if not address.is_global or address.is_multicast:
        assert not_public(address)


@given(st.ip_addresses(v=4))
def test_no_ipv4_address_hides_in_ipv6(address) -> None:
    low, high = int(address) & 0xFFFF, int(address) >> 16
    for text in (f"::ffff:{address}", f"::{address}", f"64:ff9b::{address}", f"2002:{high:x}:{low:x}::1"):
        assert not_public(ip_address(text))


@pytest.mark.parametrize(
    ("given_url", "becomes"),
    [
        ("HTTPS://Shop.Example/A?b=c#d", "https://shop.example/A?b=c"),
        ("http://shop.example.:80/", "http://shop.example/"),
        ("http://bücher.example/ü", "http://xn--bcher-kva.example/%C3%BC"),
        ("http://93.184.215.14/", "http://93.184.215.14/"),
        ("https://[2606:4700::1111]/", "https://[2606:4700::1111]/"),
    ],
)
def test_sound_addresses_come_out_in_one_spelling(given_url: str, becomes: str) -> None:
    assert str(checked(given_url, _WEB)) == becomes


@given(st.text(max_size=60), st.text(max_size=30))
def test_any_text_is_an_address_or_refused(text: str, host: str) -> None:
    for url in (text, f"http://{host}/", f"https://{host}@{text}"):
        try:
            sound = checked(url, _WEB)
        except UrlRefused:
            continue
        assert sound.scheme in {"http", "https"}
        assert not sound.userinfo
        assert checked(sound, _WEB) == sound


def test_what_is_shown_of_an_address_holds_no_secret() -> None:
    shows = shown("https://user:word@shop.example/feed.xml?key=secret#secret")
    assert shows == "https://shop.example/feed.xml"


@pytest.mark.parametrize("setting", ["127.0.0.1", "localhost:80", "127.0.0.1:0", "127.0.0.1:70000", "::1:x"])
def test_a_wrong_allowance_is_said(setting: str) -> None:
    with pytest.raises(BadSetting, match="DETECTOR_FETCH_ALLOW"):
        allowed(setting)


def test_only_the_very_place_is_allowed() -> None:
    places = allowed("127.0.0.1:8001, [::1]:8002,10.1.0.0/16:443")
    assert (ip_address("127.0.0.1"), 8001) in places
    assert (ip_address("::1"), 8002) in places
    assert (ip_address("10.1.2.3"), 443) in places
    assert (ip_address("127.0.0.1"), 8002) not in places
    assert (ip_address("127.0.0.2"), 8001) not in places
    assert httpx.URL("http://127.0.0.1:8001").port in places.ports
