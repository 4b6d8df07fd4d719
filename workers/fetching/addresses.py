"""Which IP addresses belong to the open internet; all others are somebody's own network, or this machine."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

from storage.errors import BadSetting

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NOT_PUBLIC = tuple(
    (ip_network(network), why)
    for network, why in (
        # Global by their numbers, but they lead elsewhere: the first two wrap an IPv4 address.
        ("2002::/16", "6to4"),
        ("2001::/32", "Teredo"),
        ("2001::/23", "set aside by the IETF"),
        ("2001:db8::/32", "for documentation"),
        ("3fff::/20", "for documentation"),
        ("192.88.99.0/24", "6to4"),
        ("192.0.0.0/24", "set aside by the IETF"),
        # The one metadata service that lies at a public address.
        ("168.63.129.16/32", "a cloud's metadata service"),
    )
)
_WRAPPED = tuple(
    (IPv6Network(network), why)
    for network, why in (
        ("::ffff:0:0/96", "IPv4 in IPv6"),
        ("::ffff:0:0:0/96", "IPv4 in IPv6"),
        ("64:ff9b::/96", "NAT64"),
        ("64:ff9b:1::/48", "NAT64"),
        ("::/96", "IPv4 in IPv6"),
    )
)


def not_public(address: IPv4Address | IPv6Address) -> str | None:
    """Why an address is not fetched from, in a word or two; None for one of the open internet.

    An IPv6 address that wraps an IPv4 one is refused whatever it wraps: no shop has one in its DNS.
    """
    special = (
        ("unspecified", address.is_unspecified),
        ("loopback", address.is_loopback),
        ("link-local", address.is_link_local),
        ("multicast", address.is_multicast),
    )
    for why, is_so in special:
        if is_so:
            return why
    if isinstance(address, IPv6Address):
        wrapped = _first(address, _WRAPPED)
        if wrapped or address not in _GLOBAL_UNICAST:
            return wrapped or "private or reserved"
    named = _first(address, _NOT_PUBLIC)
    return named or (None if address.is_global else "private or reserved")


def _first(
    address: IPv4Address | IPv6Address, networks: Iterable[tuple[IPv4Network | IPv6Network, str]]
) -> str | None:
    return next((why for network, why in networks if address in network), None)


@dataclass(frozen=True, slots=True)
class Allowed:
    """Networks and ports that an operator opens by name, such as a test server on this machine."""

    places: tuple[tuple[IPv4Network | IPv6Network, int], ...] = ()

    def __contains__(self, place: tuple[IPv4Address | IPv6Address, int]) -> bool:
        address, port = place
        return any(address in network and port == its_port for network, its_port in self.places)

    @property
    def ports(self) -> frozenset[int]:
        return frozenset(port for _, port in self.places)


NONE_ALLOWED = Allowed()


def allowed(setting: str) -> Allowed:
    """From '127.0.0.1:8001, [::1]:8001, 10.1.0.0/16:443'. Raises `BadSetting`."""
    places = []
    for place in filter(None, (part.strip() for part in setting.split(","))):
        network, _, port = place.rpartition(":")
        try:
            places.append((ip_network(network.strip("[]")), _port(port)))
        except ValueError:
            raise BadSetting(
                f"the setting DETECTOR_FETCH_ALLOW: {place!r} must be an address or a network with a port, "
                "such as 127.0.0.1:8001"
            ) from None
    return Allowed(tuple(places))


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise ValueError
    return int(text)
