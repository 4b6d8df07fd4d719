"""Addresses that lead to where nobody may be led, and what is said of each."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trap:
    """`resolves` is what DNS answers for the host, where it is a name."""

    url: str
    reason: str
    resolves: tuple[str, ...] = ()


def _literal(host: str, why: str) -> Trap:
    return Trap(f"http://{host}/", f"not public ({why})")


def _named(address: str, why: str) -> Trap:
    return Trap("http://shop.example/", f"not public ({why})", (address,))


_NUMBERS = "write an IPv4 address as four plain numbers"
_UNREADABLE = "no address that can be read"

TRAPS = (
    # Networks of one's own, as literals.
    _literal("127.0.0.1", "loopback"),
    _literal("127.255.255.254", "loopback"),
    _literal("0.0.0.0", "unspecified"),
    _literal("0.1.2.3", "private or reserved"),
    _literal("10.0.0.1", "private or reserved"),
    _literal("172.16.0.1", "private or reserved"),
    _literal("172.31.255.255", "private or reserved"),
    _literal("192.168.1.1", "private or reserved"),
    _literal("169.254.169.254", "link-local"),
    _literal("169.254.170.2", "link-local"),
    _literal("100.64.0.1", "private or reserved"),
    _literal("100.100.100.200", "private or reserved"),
    _literal("168.63.129.16", "a cloud's metadata service"),
    _literal("192.0.0.192", "set aside by the IETF"),
    _literal("192.0.2.1", "private or reserved"),
    _literal("198.18.0.1", "private or reserved"),
    _literal("198.51.100.1", "private or reserved"),
    _literal("203.0.113.1", "private or reserved"),
    _literal("192.88.99.1", "6to4"),
    _literal("224.0.0.1", "multicast"),
    _literal("239.255.255.250", "multicast"),
    _literal("240.0.0.1", "private or reserved"),
    _literal("255.255.255.255", "private or reserved"),
    _literal("127.0.0.1.", "loopback"),
    # The same in IPv6, and IPv4 wrapped in it.
    _literal("[::1]", "loopback"),
    _literal("[::]", "unspecified"),
    _literal("[0:0:0:0:0:0:0:1]", "loopback"),
    _literal("[fe80::1]", "link-local"),
    _literal("[fec0::1]", "private or reserved"),
    _literal("[fc00::1]", "private or reserved"),
    _literal("[fd00:ec2::254]", "private or reserved"),
    _literal("[ff02::1]", "multicast"),
    _literal("[::ffff:127.0.0.1]", "IPv4 in IPv6"),
    _literal("[::ffff:7f00:1]", "IPv4 in IPv6"),
    _literal("[::ffff:169.254.169.254]", "IPv4 in IPv6"),
    _literal("[::ffff:8.8.8.8]", "IPv4 in IPv6"),
    _literal("[::127.0.0.1]", "IPv4 in IPv6"),
    _literal("[::ffff:0:127.0.0.1]", "IPv4 in IPv6"),
    _literal("[64:ff9b::127.0.0.1]", "NAT64"),
    _literal("[64:ff9b::a9fe:a9fe]", "NAT64"),
    _literal("[64:ff9b:1::a00:1]", "NAT64"),
    _literal("[2002:7f00:1::]", "6to4"),
    _literal("[2002:a9fe:a9fe::1]", "6to4"),
    _literal("[2001:0:7f00:1::]", "Teredo"),
    _literal("[2001:db8::1]", "for documentation"),
    _literal("[3fff::1]", "for documentation"),
    _literal("[100::1]", "private or reserved"),
    _literal("[5f00::1]", "private or reserved"),
    _literal("[4000::1]", "private or reserved"),
    # Names that lead there; one bad address among good ones is enough.
    _named("127.0.0.1", "loopback"),
    _named("10.1.2.3", "private or reserved"),
    _named("169.254.169.254", "link-local"),
    _named("::1", "loopback"),
    _named("::ffff:10.0.0.1", "IPv4 in IPv6"),
    _named("64:ff9b::7f00:1", "NAT64"),
    _named("fe80::1%eth0", "link-local"),
    _named("fd12:3456::1", "private or reserved"),
    Trap("http://shop.example/", "not public (private or reserved)", ("93.184.215.14", "10.0.0.1")),
    Trap("http://shop.example./", "not public (loopback)", ("127.0.0.1",)),
    Trap("http://SHOP.example/", "not public (loopback)", ("127.0.0.1",)),
    Trap("http://bücher.example/", "not public (loopback)", ("127.0.0.1",)),
    Trap("http://metadata.google.internal/", "not public (link-local)", ("169.254.169.254",)),
    Trap("http://localhost/", "not public (loopback)", ("127.0.0.1", "::1")),
    Trap("http://127.0.0.1.nip.example/", "not public (loopback)", ("127.0.0.1",)),
    # Other spellings of IPv4, of which a connection may make what a check does not see.
    Trap("http://2130706433/", _NUMBERS),
    Trap("http://0x7f000001/", _NUMBERS),
    Trap("http://0x7f.0.0.1/", _NUMBERS),
    Trap("http://0177.0.0.1/", _UNREADABLE),
    Trap("http://017700000001/", _NUMBERS),
    Trap("http://127.1/", _NUMBERS),
    Trap("http://127.0.1/", _NUMBERS),
    Trap("http://127.0.0.1.1/", _NUMBERS),
    Trap("http://0/", _NUMBERS),
    Trap("http://127.0.0.0x1/", _NUMBERS),
    Trap("http://256.256.256.256/", _UNREADABLE),
    Trap("http://127.0.0.01/", _UNREADABLE),
    # Letters that only look like an address.
    Trap("http://１２７.0.0.1/", _UNREADABLE),
    Trap("http://①②⑦.0.0.1/", _UNREADABLE),
    Trap("http://127。0。0。1/", "address"),
    Trap("http://shop%2eexample/", "no name that DNS knows"),
    Trap("http://%31%32%37.0.0.1/", _NUMBERS),
    Trap("http://loc\u00adalhost/", _UNREADABLE),
    # Credentials, zones, other schemes and ports, and what parsers read differently.
    Trap("http://user:secret@shop.example/", "holds a name or password"),
    Trap("http://shop.example@127.0.0.1/", "holds a name or password"),
    Trap("http://@127.0.0.1/", "loopback"),
    Trap("http://user@[::1]/", "holds a name or password"),
    Trap("http://[fe80::1%25eth0]/", "zone"),
    Trap("http://[fe80::1%eth0]/", "zone"),
    Trap("http://[::1", _UNREADABLE),
    Trap("http://[::g]/", "address"),
    Trap("http://shop.example\\@127.0.0.1/", "a backslash"),
    Trap("http:\\\\127.0.0.1/", "a backslash"),
    Trap("http://shop.example/\r\nHost: 127.0.0.1", "a control character"),
    Trap("http://shop.example /", "a blank"),
    Trap("\thttp://127.0.0.1/", "a control character"),
    Trap("http://shop.example\0.evil.example/", "a control character"),
    Trap("file:///etc/passwd", "only http:// and https://"),
    Trap("ftp://shop.example/", "only http:// and https://"),
    Trap("gopher://127.0.0.1:6379/_INFO", "only http:// and https://"),
    Trap("data:text/plain,hello", "only http:// and https://"),
    Trap("javascript:alert(1)", "only http:// and https://"),
    Trap("unix:///var/run/docker.sock", "only http:// and https://"),
    Trap("//127.0.0.1/", "only http:// and https://"),
    Trap("http:///etc/passwd", "only http:// and https://"),
    Trap("http://", "only http:// and https://"),
    Trap("127.0.0.1", "only http:// and https://"),
    Trap("", "only http:// and https://"),
    Trap("http://shop.example:22/", "port 22 is not fetched from"),
    Trap("http://shop.example:6379/", "port 6379 is not fetched from"),
    Trap("http://shop.example:0/", "port 0 is not fetched from"),
    Trap("http://shop.example:99999/", "port 99999 is not fetched from"),
    Trap("http://shop.example:80a/", _UNREADABLE),
    Trap("http://" + "a" * 64 + ".example/", "no name that DNS knows"),
    Trap("http://-shop.example/", "no name that DNS knows"),
    Trap("http://shop..example/", "no name that DNS knows"),
    Trap("http://shop.example/" + "a" * 9_000, "more than 8,000"),
)
