#!/usr/bin/env python3
"""Writes src/text/charset_tables.c (single-byte encodings), and, given a folder with the Encoding
Standard's encodings.json and indexes.json, src/text/charset_labels_tables.c (labels), after
comparing every table with the standard's own index.

The tables come from Python's codecs; where the Encoding Standard (https://encoding.spec.whatwg.org)
deviates from them, the deviation is written down below. usage: gen_charsets.py [STANDARD_DIR]
"""
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TEXT = os.path.join(HERE, "..", "src", "text")

# canonical name: (Python codec, {byte: code point} deviations; holes 80..9F become C1 controls)
SINGLE = {
    "IBM866": ("cp866", {}),
    "ISO-8859-2": ("iso8859_2", {}),
    "ISO-8859-3": ("iso8859_3", {}),
    "ISO-8859-4": ("iso8859_4", {}),
    "ISO-8859-5": ("iso8859_5", {}),
    "ISO-8859-6": ("iso8859_6", {}),
    "ISO-8859-7": ("iso8859_7", {}),
    "ISO-8859-8": ("iso8859_8", {}),
    "ISO-8859-10": ("iso8859_10", {}),
    "ISO-8859-13": ("iso8859_13", {}),
    "ISO-8859-14": ("iso8859_14", {}),
    "ISO-8859-15": ("iso8859_15", {}),
    "ISO-8859-16": ("iso8859_16", {}),
    "KOI8-R": ("koi8_r", {}),
    "KOI8-U": ("koi8_u", {0xAE: 0x045E, 0xBE: 0x040E}),
    "macintosh": ("mac_roman", {}),
    "windows-874": ("cp874", {}),
    "windows-1250": ("cp1250", {}),
    "windows-1251": ("cp1251", {}),
    "windows-1252": ("cp1252", {}),
    "windows-1253": ("cp1253", {}),
    "windows-1254": ("cp1254", {}),
    "windows-1255": ("cp1255", {0xCA: 0x05BA}),
    "windows-1256": ("cp1256", {}),
    "windows-1257": ("cp1257", {}),
    "windows-1258": ("cp1258", {}),
    "x-mac-cyrillic": ("mac_cyrillic", {0xA2: 0x0490, 0xB6: 0x0491, 0xFF: 0x20AC}),
}


def table(codec, deviations):
    out = []
    for byte in range(0x80, 0x100):
        if byte in deviations:
            out.append(deviations[byte])
            continue
        try:
            out.append(ord(bytes([byte]).decode(codec)))
        except UnicodeDecodeError:
            out.append(byte if byte < 0xA0 else 0)
    return out


def check(name, values, standard):
    index = json.load(open(os.path.join(standard, "indexes.json")))[name.lower()]
    theirs = [c or 0 for c in index]
    for i, (a, b) in enumerate(zip(values, theirs)):
        if a != b:
            print(f"{name} {0x80 + i:02X}: {a:04X}, the standard says {b:04X}")
    return values == theirs


def write(path, text):
    with open(path, "w") as f:
        f.write(text)
    subprocess.run(["clang-format", "-i", path], check=True)


def tables(standard):
    out = ["/* Written by tools/gen_charsets.py; do not edit. */\n"
           '#include "text/charset_tables.h"\n\n'
           "const ld_charset_single ld_charset_singles[] = {\n"]
    good = True
    for name, (codec, deviations) in SINGLE.items():
        values = table(codec, deviations)
        good = good and (not standard or check(name, values, standard))
        numbers = ", ".join(f"0x{v:04X}" for v in values)
        out.append(f'{{"{name}", {{{numbers}}}}},\n')
    out.append("};\nconst uint32_t ld_charset_single_count =\n"
               "sizeof ld_charset_singles / sizeof ld_charset_singles[0];\n")
    write(os.path.join(TEXT, "charset_tables.c"), "".join(out))
    return good


def labels(standard):
    groups = json.load(open(os.path.join(standard, "encodings.json")))
    rows = sorted((label, e["name"]) for g in groups for e in g["encodings"]
                  for label in e["labels"])
    out = ["/* Labels of the Encoding Standard, sorted by bytes; written by tools/gen_charsets.py;\n"
           ' * do not edit. */\n#include "text/charset_tables.h"\n\n'
           "const ld_charset_label ld_charset_labels[] = {\n"]
    out += [f'{{"{label}", "{name}"}},\n' for label, name in rows]
    out.append("};\nconst uint32_t ld_charset_label_count =\n"
               "sizeof ld_charset_labels / sizeof ld_charset_labels[0];\n")
    write(os.path.join(TEXT, "charset_labels_tables.c"), "".join(out))


standard_dir = sys.argv[1] if len(sys.argv) > 1 else None
ok = tables(standard_dir)
if standard_dir:
    labels(standard_dir)
sys.exit(0 if ok else 1)
