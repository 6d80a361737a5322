#!/usr/bin/env python3
"""Writes a small MaxMind database for tests: write_test_mmdb.py OUT.mmdb

The format is https://maxmind.github.io/MaxMind-DB/. All places and numbers are made up; the networks are those of documentation."""

import ipaddress
import struct
import sys

POLAND = {"iso_code": "PL", "names": {"en": "Poland", "de": "Polen"}}
EUROPE = {"code": "EU", "names": {"en": "Europe"}}
RECORDS = {
    "192.0.2.0/24": {
        "city": {"names": {"en": "Warsaw"}},
        "continent": EUROPE,
        "country": POLAND,
        "location": {"latitude": 52.25, "longitude": 21.0, "time_zone": "Europe/Warsaw"},
        "postal": {"code": "00-001"},
        "subdivisions": [{"iso_code": "14", "names": {"en": "Masovia"}}, {"iso_code": "14X", "names": {"en": "Warsaw County"}}],
        "autonomous_system_number": 64500,
        "autonomous_system_organization": "Example Net",
        "site": {"name": "headquarters", "floors": 7, "open": True, "tags": ["a", "b"]},
    },
    "198.51.100.0/24": {"continent": EUROPE, "country": POLAND, "location": {"latitude": 0.0, "longitude": 0.0}, "autonomous_system_number": 0},
    "2001:db8::/32": {"country": {"iso_code": "SX", "names": {"en": "Six"}}},
}


def control(kind, size):
    """The bytes in front of a value."""
    extended = b"" if kind < 8 else bytes([kind - 7])
    if size >= 285:
        raise ValueError("too long for this writer")
    first = (0 if extended else kind) << 5 | min(size, 29)
    return bytes([first]) + extended + (bytes([size - 29]) if size >= 29 else b"")


def encoded(value):
    if isinstance(value, tuple):
        kind, number = value
        digits = number.to_bytes((number.bit_length() + 7) // 8, "big")
        return control(kind, len(digits)) + digits
    if isinstance(value, dict):
        return control(7, len(value)) + b"".join(encoded(key) + encoded(member) for key, member in sorted(value.items()))
    if isinstance(value, list):
        return control(11, len(value)) + b"".join(map(encoded, value))
    if isinstance(value, str):
        return control(2, len(value.encode())) + value.encode()
    if isinstance(value, bool):
        return control(14, int(value))
    if isinstance(value, float):
        return control(3, 8) + struct.pack(">d", value)
    return encoded((6, value))


def bits_of(network):
    """The way of a network through the tree, IPv4 as ::a.b.c.d."""
    net = ipaddress.ip_network(network)
    length = net.prefixlen + (96 if net.version == 4 else 0)
    return [int(net.network_address) >> (127 - i) & 1 for i in range(length)]


def database(records):
    data, offsets = b"", {}
    for network, record in records.items():
        offsets[network] = len(data)
        data += encoded(record)
    nodes = [[None, None]]
    for network in records:
        node, bits = 0, bits_of(network)
        for bit in bits[:-1]:
            if nodes[node][bit] is None:
                nodes.append([None, None])
                nodes[node][bit] = len(nodes) - 1
            node = nodes[node][bit]
        nodes[node][bits[-1]] = network

    def pointer(target):
        if target is None:
            return len(nodes)
        return target if isinstance(target, int) else len(nodes) + 16 + offsets[target]

    tree = b"".join(pointer(side).to_bytes(3, "big") for node in nodes for side in node)
    metadata = {
        "binary_format_major_version": (5, 2), "binary_format_minor_version": (5, 0), "build_epoch": (9, 1700000000), "database_type": "Test",
        "description": {"en": "made up"}, "ip_version": (5, 6), "languages": ["en"], "node_count": len(nodes), "record_size": (5, 24),
    }  # fmt: skip
    return tree + bytes(16) + data + b"\xab\xcd\xefMaxMind.com" + encoded(metadata)


if __name__ == "__main__":
    with open(sys.argv[1], "wb") as out:
        out.write(database(RECORDS))
