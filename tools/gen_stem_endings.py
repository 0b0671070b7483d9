#!/usr/bin/env python3
"""Writes src/text/stem_endings_tables.c: for each language, folded word endings and the accented
ending that they most often stand for, learned from lists of words (stem.c says what they serve).

usage: gen_stem_endings.py FOLDER_OF_SENTENCES    (files named <language code>.txt)

Only frequencies leave the word lists: a row is kept when at least LEAST words end so, a share of
SHARE of them is accented in one way, and a shorter row does not say the same already.
"""
import collections
import os
import re
import subprocess
import sys
import unicodedata

LEAST, SHARE, LONGEST = 3, 0.6, 5
LANGUAGES = "ca fr ga hu lt pt ro sv tr".split()
# The Spanish list at hand has lost its accents; these endings are Spanish grammar.
WRITTEN = {"es": {"cion": "ción", "sion": "sión", "xion": "xión", "abamos": "ábamos",
                  "iamos": "íamos", "ieramos": "iéramos", "iesemos": "iésemos"}}
LETTERS = str.maketrans({"ı": "i", "ø": "o", "ł": "l", "đ": "d"})


def fold(word):
    marks = (c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", "".join(marks)).translate(LETTERS)


def restored(rules, folded):
    for length in range(min(LONGEST, len(folded)), 0, -1):
        if folded[-length:] in rules:
            return folded[:-length] + rules[folded[-length:]]
    return folded


def learn(path):
    with open(path, encoding="utf-8") as f:
        text = unicodedata.normalize("NFC", f.read()).lower()
    counts = collections.defaultdict(collections.Counter)
    for word in sorted(set(re.findall(r"[^\W\d_]+", text))):
        folded = fold(word)
        if len(folded) != len(word) or len(folded) < 3 or not folded.isascii():
            continue
        for length in range(1, min(LONGEST, len(folded) - 1) + 1):
            counts[folded[-length:]][word[-length:]] += 1
    rules = {}
    for ending in sorted(counts, key=lambda e: (len(e), e)):
        (best, n), = counts[ending].most_common(1)
        total = sum(counts[ending].values())
        if total >= LEAST and n / total >= SHARE and restored(rules, ending) != best:
            rules[ending] = best
    return rules


def main():
    folder = sys.argv[1]
    tables = dict(WRITTEN)
    for language in LANGUAGES:
        tables[language] = learn(os.path.join(folder, language + ".txt"))
    out = ["/* Written by tools/gen_stem_endings.py; do not edit. */\n"
           '#include "text/stem_endings_tables.h"\n\n'
           "const ld_stem_ending ld_stem_endings[] = {\n"]
    for language in sorted(tables):
        out += [f'{{"{language}", "{a}", "{b}"}},\n' for a, b in sorted(tables[language].items())]
        print(language, len(tables[language]))
    out.append("};\nconst uint32_t ld_stem_ending_count ="
               "sizeof ld_stem_endings / sizeof ld_stem_endings[0];\n")
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "src", "text",
                        "stem_endings_tables.c")
    with open(path, "w", encoding="utf-8") as f:
        f.write("".join(out))
    subprocess.run(["clang-format", "-i", path], check=True)


main()
