#!/usr/bin/env python3
"""Writes src/text/language_tables.c: n-gram weights for telling languages of one script apart.

usage: train_language.py FOLDER_OF_SENTENCES [--measure]    (files named <language code>.txt)

Only the even sentences of a file train; the odd ones are left for bench/news/languages.py and the
tests. --measure reports the model's accuracy on them; nothing is written. The model is naive Bayes over the n-grams (3 and 4 letters, words padded with one space)
that are frequent in some language; a weight is the quantised log probability. No text is kept.
"""
import collections
import math
import os
import re
import subprocess
import sys
import unicodedata

LATIN = ("en fr de es it pt nl sv nb da fi hu ro tr ca pl cs sk sl hr et lv lt id vi sq is eu ga cy "
         "af tl").split()
CYRILLIC = "ru uk bg sr mk be kk mn".split()
ARABIC = "ar fa ur".split()
MODELS = (("latin", LATIN), ("cyrillic", CYRILLIC), ("arabic", ARABIC))
TRIGRAMS, QUADGRAMS = 200, 150  # the most frequent of each language
STEPS_A_BIT = 5  # quantisation of log2
WEIGHT_MAX = 88

HERE = os.path.dirname(os.path.abspath(__file__))


def clean(text):
    text = unicodedata.normalize("NFC", text).lower()
    return " " + re.sub(r"[\W\d_]+", " ", text).strip() + " "


def grams(text):
    for n in (3, 4):
        for i in range(len(text) - n + 1):
            gram = text[i:i + n]
            if " " not in gram[1:-1]:
                yield gram


def fnv(gram):
    h = 0x811C9DC5
    for byte in gram.encode():
        h = (h ^ byte) * 0x01000193 & 0xFFFFFFFF
    return h


def sentences(folder, language):
    with open(os.path.join(folder, language + ".txt"), encoding="utf-8") as f:
        return [line.strip() for line in f if line.strip()]


def training(folder, language):
    return sentences(folder, language)[0::2]


# The Spanish sentences at hand have lost their accented letters ("informacin"): the regular ones
# are put back.
SPANISH = [("cin ", "ción "), (" ms ", " más "), (" tambin ", " también "), (" ao ", " año "),
           (" aos ", " años "), (" das ", " días "), (" est ", " está "), (" segn ", " según "),
           (" as ", " así "), ("despus", "después"), ("ltim", "últim"), ("poltic", "polític"),
           ("pblic", "públic"), (" maana ", " mañana "), ("econmi", "económi"),
           (" aqu ", " aquí "), ("haba ", "había "), ("nmero", "número"), (" nio", " niño"),
           ("razn ", "razón "), ("milln ", "millón "), ("podra", "podría"),
           ("espaol", "español"), ("espaa", "españa"), ("compaa", "compañía"),
           (" pas ", " país "), ("reunin ", "reunión "), ("seor", "señor"), ("tena ", "tenía "),
           (" qu ", " qué "), (" l ", " él "), ("sesin ", "sesión "), ("tcnic", "técnic")]


def train(texts):
    counts = {}
    for language, lines in texts.items():
        text = " ".join(clean(line) for line in lines)
        if language == "es":
            for lost, whole in SPANISH:
                text = text.replace(lost, whole)
        counts[language] = collections.Counter(grams(text))
    features = set()
    for c in counts.values():
        for n, most in ((3, TRIGRAMS), (4, QUADGRAMS)):
            ranked = sorted((g for g in c if len(g) == n), key=lambda g: (-c[g], g))
            features.update(ranked[:most])
    weights = {}
    totals = {language: sum(c.values()) for language, c in counts.items()}
    for gram in features:
        row = []
        for language, c in counts.items():
            p = (c[gram] + 0.5) / totals[language]
            row.append(max(0, min(WEIGHT_MAX, round(STEPS_A_BIT * (math.log2(p) + 18)))))
        weights[gram] = row
    assert len({fnv(g) for g in weights}) == len(weights)
    return weights


def best(weights, languages, text):
    score = [0] * len(languages)
    for gram in grams(clean(text)):
        row = weights.get(gram)
        if row:
            score = [a + b for a, b in zip(score, row)]
    return languages[max(range(len(score)), key=score.__getitem__)]


def measure(folder, languages):
    texts = {language: sentences(folder, language) for language in languages}
    weights = train({language: training(folder, language) for language in languages})
    for size, name in ((1, "sentence"), (3, "paragraph of 3"), (10, "article of 10")):
        right = total = 0
        wrong = collections.Counter()
        for language, lines in texts.items():
            held = lines[1::2]
            for i in range(0, min(len(held), 60 * size), size):
                found = best(weights, languages, " ".join(held[i:i + size]))
                total += 1
                right += found == language
                if found != language:
                    wrong[language + ">" + found] += 1
        print(f"{name}: {right}/{total} = {right / total:.4f}", wrong.most_common(8))
    print(len(weights), "features")


def string(row):
    """One printable character a weight, from '#' on, without ? (trigraphs) and the backslash."""
    codes = (35 + v + (35 + v >= 63) for v in row)
    return "".join(chr(c + (c >= 92)) for c in codes)


def table(name, languages, weights):
    rows = sorted((fnv(g), row) for g, row in weights.items())
    out = [f"static const char *const {name}_languages[] = {{"]
    out += [f'"{language}", ' for language in languages]
    out.append(f"}};\nstatic const uint32_t {name}_hashes[] = {{")
    out += [f"0x{h:08x}, " for h, _ in rows]
    out.append("};\n/* clang-format off */\n"
               f"static const char {name}_weights[][{len(languages) + 1}] = {{\n")
    out += [f'"{string(row)}",\n' for _, row in rows]
    out.append("};\n/* clang-format on */\n"
               f"const ld_language_model ld_language_{name} = {{{name}_languages, "
               f"{len(languages)}, {name}_hashes, {len(rows)}, &{name}_weights[0][0]}};\n")
    return "".join(out)


def main():
    folder = sys.argv[1]
    if "--measure" in sys.argv:
        for _, languages in MODELS:
            measure(folder, languages)
        return
    out = ("/* Written by tools/train_language.py; do not edit. */\n"
           '#include "text/language_tables.h"\n\n')
    for name, languages in MODELS:
        weights = train({language: training(folder, language) for language in languages})
        out += table(name, languages, weights) + "\n"
    path = os.path.join(HERE, "..", "src", "text", "language_tables.c")
    with open(path, "w", encoding="utf-8") as f:
        f.write(out)
    subprocess.run(["clang-format", "-i", path], check=True)


main()
