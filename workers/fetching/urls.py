"""Addresses as text: what is fetched from at all, before anybody looks a name up."""

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address

import httpx

from workers.fetching.errors import UrlRefused

LONGEST = 8_000
_SCHEMES = frozenset({"http", "https"})
_PORTS = {"http": 80, "https": 443}
_UNSAFE = re.compile(r"[\\\s\x00-\x20\x7f]")
_NAME = re.compile(
    r"(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
)
_NUMERIC = re.compile(r"(0x[0-9a-f]*|[0-9]+)")


def checked(url: str | httpx.URL, ports: frozenset[int]) -> httpx.URL:
    """The address without fragment and trailing dot. Raises `UrlRefused` where nothing is fetched from such
    a one.

    Every reader must see one and the same host in it: other spellings of IPv4 (`2130706433`, `0x7f.1`),
    backslashes, credentials and zones are how a check and a connection come to disagree.
    """
    given = str(url)
    if len(given) > LONGEST:
        raise UrlRefused(f"an address of {len(given):,} characters; more than {LONGEST:,} are not fetched")
    if _UNSAFE.search(given):
        raise UrlRefused(f"{shown(given)}: holds a blank, a backslash or a control character; escape it")
    try:
        parsed = httpx.URL(given)
        host = parsed.raw_host.decode("ascii").lower()
        port = _PORTS.get(parsed.scheme, 0) if parsed.port is None else parsed.port
    except (httpx.InvalidURL, UnicodeError, ValueError):
        raise UrlRefused(f"{shown(given)}: is no address that can be read; check its spelling") from None
    if parsed.scheme not in _SCHEMES or not host:
        raise UrlRefused(f"{shown(given)}: only http:// and https:// with a host are fetched")
    if parsed.userinfo or "@" in parsed.netloc.decode("ascii", "replace"):
        raise UrlRefused(f"{shown(given)}: holds a name or password, which are not sent; remove them")
    if port not in ports:
        raise UrlRefused(f"{shown(given)}: port {port} is not fetched from; ports are {_listed(ports)}")
    return parsed.copy_with(host=_host(host, given), fragment=None)


def _host(host: str, given: str) -> str:
    literal = host.strip("[]")
    if ":" in literal:
        try:
            return str(IPv6Address(literal if "%" not in literal else ""))
        except AddressValueError:
            raise UrlRefused(f"{shown(given)}: is no IPv6 address, or one with a zone") from None
    name = host.removesuffix(".")
    if _NUMERIC.fullmatch(name.rpartition(".")[2]):
        try:
            return str(IPv4Address(name))
        except AddressValueError:
            raise UrlRefused(f"{shown(given)}: write an IPv4 address as four plain numbers") from None
    if not _NAME.fullmatch(name):
        raise UrlRefused(f"{shown(given)}: the host is no name that DNS knows")
    return name


def shown(url: str | httpx.URL) -> str:
    """An address for people and logs: without credentials, query and fragment."""
    head = re.split(r"[?#]", str(url)[:LONGEST], maxsplit=1)[0]
    scheme, parted, rest = head.partition("://")
    authority, slash, path = rest.partition("/")
    return (f"{scheme}://{authority.rpartition('@')[2]}{slash}{path}" if parted else head.rpartition("@")[2])[
        :300
    ]


def origin(url: httpx.URL) -> tuple[str, str, int]:
    """What secrets are sent to: scheme, host and port."""
    return url.scheme, url.host, url.port or _PORTS[url.scheme]


def _listed(ports: frozenset[int]) -> str:
    return ", ".join(map(str, sorted(ports)))
