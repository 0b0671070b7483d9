#!/usr/bin/env python3
"""Writes a file as a C array, so that the program carries it.

usage: embed.py INPUT OUTPUT.c SYMBOL

The array ends with a NUL byte that SYMBOL_bytes does not count.
"""

import pathlib
import sys

BYTES_A_LINE = 24


def as_c(name, symbol, data):
    lines = [f"/* {name}, embedded by tools/embed.py */"]
    lines.append(f"extern const char {symbol}[];")
    lines.append(f"extern const unsigned int {symbol}_bytes;")
    lines.append(f"const char {symbol}[] = {{")
    for at in range(0, len(data), BYTES_A_LINE):
        # char may be signed: bytes from 128 on are written as what they are then
        row = (byte - 256 if byte > 127 else byte for byte in data[at : at + BYTES_A_LINE])
        lines.append("    " + ", ".join(map(str, row)) + ",")
    lines.append("    0};")
    lines.append(f"const unsigned int {symbol}_bytes = {len(data)};")
    return "\n".join(lines) + "\n"


def main(arguments):
    if len(arguments) != 3:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    source, target, symbol = arguments
    data = pathlib.Path(source).read_bytes()
    pathlib.Path(target).write_text(as_c(pathlib.Path(source).name, symbol, data))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
