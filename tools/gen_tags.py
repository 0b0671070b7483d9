#!/usr/bin/env python3
"""Writes src/html/tag_table.h: a hash without collisions over the names of src/html/tag.h.

The key of a name is its first eight bytes as a little-endian number, plus its length; the slot is
the top BITS bits of key * MULTIPLIER. Seeded multipliers are tried until every name has a slot of
its own.

    python3 tools/gen_tags.py > src/html/tag_table.h
"""
import os
import random
import re
import sys

BITS = 11


def main():
    header = os.path.join(os.path.dirname(__file__), "..", "src", "html", "tag.h")
    with open(header, encoding="utf-8") as file:
        names = re.findall(r'^\s+X\(\w+, "([^"]+)"\)', file.read(), re.M)
    if len(names) > 255:
        sys.exit("tags no longer fit a byte")
    keys = [(int.from_bytes(name[:8].encode().ljust(8, b"\0"), "little") + len(name)) % 2**64
            for name in names]
    if len(set(keys)) != len(keys):
        sys.exit("two names share their key: lengthen it")
    source = random.Random(1)
    while True:
        multiplier = source.getrandbits(64) | 1
        slots = [(key * multiplier % 2**64) >> (64 - BITS) for key in keys]
        if len(set(slots)) == len(slots):
            break
    table = [0] * 2**BITS
    for number, slot in enumerate(slots):
        table[slot] = number + 1
    print("/* Made by tools/gen_tags.py from the names in html/tag.h: do not edit. */")
    print("/* clang-format off */")
    print("#define TAG_HASH_BITS %d" % BITS)
    print("#define TAG_HASH_MULTIPLIER 0x%016xull" % multiplier)
    print("static const uint8_t tag_slots[1 << TAG_HASH_BITS] = {")
    for start in range(0, len(table), 32):
        print("    " + "".join("%d," % value for value in table[start:start + 32]))
    print("};")
    print("/* clang-format on */")


main()
