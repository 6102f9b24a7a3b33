"""Names and numbers of hosts: which ones are not on the public internet."""

from __future__ import annotations

import ipaddress
import re
import socket

# Reserved names. Source: https://www.iana.org/assignments/special-use-domain-names
_PRIVATE_ENDS = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "home.arpa", "test", "invalid", "example", "localdomain")
_NUMBER = re.compile(r"(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+)){0,3}", re.IGNORECASE)


def is_private(host: str) -> bool:
    """Whether a name or an address, without port and brackets, is one that not everybody can reach. Asks no server."""
    name = host.strip("[]").rstrip(".").lower()
    if not name:
        return False
    if number := address(name):
        return not is_public(number)
    return "." not in name or name.endswith(tuple(f".{end}" for end in _PRIVATE_ENDS))


def address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The IP address that a host is written as, in every way that browsers read one (`127.1`, `0x7f000001`, `[::1]`)."""
    try:
        return ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        pass
    if not _NUMBER.fullmatch(name):
        return None
    try:
        return ipaddress.IPv4Address(socket.inet_aton(name))
    except OSError:
        return None


def is_public(number: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether an address is on the public internet; one that carries an IPv4 address inside is judged by that."""
    inner = getattr(number, "ipv4_mapped", None) or getattr(number, "sixtofour", None)
    if inner is None and isinstance(number, ipaddress.IPv6Address) and number in _NAT64:
        inner = ipaddress.IPv4Address(int(number) & 0xFFFFFFFF)
    if inner is not None:
        return is_public(inner)
    return number.is_global and not number.is_multicast and not number.is_reserved


_NAT64 = ipaddress.ip_network("64:ff9b::/96")
