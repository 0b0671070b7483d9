#!/usr/bin/env python3
"""Writes src/codec/crc32c_tables.c: what each byte amounts to in CRC-32C, 0 to 7 zero bytes later.

Usage: tools/gen_crc32c_tables.py > src/codec/crc32c_tables.c
"""

POLYNOMIAL = 0x82F63B78  # bit-reversed


def one_byte(value):
    for _ in range(8):
        value = value >> 1 ^ (POLYNOMIAL if value & 1 else 0)
    return value


def main():
    rows = [[one_byte(b) for b in range(256)]]
    for _ in range(7):
        rows.append([rows[0][v & 0xFF] ^ v >> 8 for v in rows[-1]])
    print("/* Made by tools/gen_crc32c_tables.py: change that file, not this one. */")
    print('#include "codec/crc32c.h"\n')
    print("/* clang-format off */")
    print("const uint32_t ld_crc32c_tables[8][256] = {")
    for row in rows:
        print("    {")
        for i in range(0, 256, 8):
            print("        " + " ".join(f"0x{v:08x}," for v in row[i : i + 8]))
        print("    },")
    print("};")


if __name__ == "__main__":
    main()
