"""Under which name callers without a key are counted."""

from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from typing import Final

_SUBNET_BITS: Final = 64
_REMEMBERED: Final = 4_096
"""Addresses of which the name is known; who comes through one gateway or proxy has few."""


@lru_cache(_REMEMBERED)
def network_of(host: str) -> str:
    """Return the IPv4 address, or the /64 that one IPv6 connection has all to itself.

    Args:
        host: address of the peer; what is no address is taken as it is.
    """
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(IPv6Address(int(address) >> _SUBNET_BITS << _SUBNET_BITS)) + f"/{_SUBNET_BITS}"
