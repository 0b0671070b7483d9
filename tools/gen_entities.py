#!/usr/bin/env python3
"""Writes src/html/entities_tables.c: the named character references of HTML.

The list is the one of the HTML standard, as Python's html.entities.html5 carries it. A name with
and one without its semicolon share a row: `legacy` marks the names that are also known without.

    python3 tools/gen_entities.py > src/html/entities_tables.c
"""
import html.entities
import sys


def rows():
    table = html.entities.html5
    with_semicolon = {k[:-1]: v for k, v in table.items() if k.endswith(";")}
    legacy = {k for k in table if not k.endswith(";")}
    for name in legacy:
        if with_semicolon.get(name) != table[name]:
            sys.exit("legacy name without its own semicolon form: " + name)
    return [(name, with_semicolon[name].encode("utf-8"), name in legacy)
            for name in sorted(with_semicolon)]


def c_bytes(value):
    return ", ".join("0x%02x" % byte for byte in value)


def wrapped(items, width):
    line = ""
    for item in items:
        if line and len(line) + len(item) + 2 > width:
            yield line + ","
            line = ""
        line += (", " if line else "") + item
    yield line


def main():
    all_rows = rows()
    pool, offsets = "", []
    for name, _, _ in all_rows:
        offsets.append(len(pool))
        pool += name
    longest = max(len(name) for name, _, _ in all_rows)
    longest_legacy = max(len(name) for name, _, is_legacy in all_rows if is_legacy)
    longest_value = max(len(value) for _, value, _ in all_rows)
    if len(pool) > 65535 or longest_value > 6:
        sys.exit("the row of ld_entity is too small for this list")

    print("/* Made by tools/gen_entities.py from the list of the HTML standard: do not edit. */")
    print("/* clang-format off */")
    print('#include "html/entities.h"\n')
    print("_Static_assert(LD_ENTITY_NAME_BYTES_MAX == %d, \"longest name\");" % longest)
    print("_Static_assert(LD_ENTITY_LEGACY_BYTES_MAX == %d, \"longest legacy name\");\n"
          % longest_legacy)
    print("const uint32_t ld_entity_count = %d;\n" % len(all_rows))
    print("const char ld_entity_names[] =")
    for start in range(0, len(pool), 88):
        end = ";" if start + 88 >= len(pool) else ""
        print('    "%s"%s' % (pool[start:start + 88], end))
    print()
    print("const ld_entity ld_entities[%d] = {" % len(all_rows))
    items = ["{%d, %d, %d, %d, {%s}}" % (offset, len(name), len(value), is_legacy, c_bytes(value))
             for offset, (name, value, is_legacy) in zip(offsets, all_rows)]
    for line in wrapped(items, 94):
        print("    " + line)
    print("};\n")
    # Rows that open with a given letter: [first['A'], first['A' + 1]) and so on up to 'z'.
    first = []
    for code in range(ord("A"), ord("z") + 2):
        first.append(sum(1 for name, _, _ in all_rows if ord(name[0]) < code))
    print("const uint16_t ld_entity_first['z' - 'A' + 2] = {")
    for line in wrapped([str(value) for value in first], 94):
        print("    " + line)
    print("};")


main()
