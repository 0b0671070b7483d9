#!/usr/bin/env python3
"""How often is an alias right? On MED1250 (abbreviation pairs) and on the labelled sentences.

Usage: bench/news/aliases.py [BUILD [DATA]] [--misses]

MED1250: every pair of an abstract counts once; short and long form must be equal but for case and
white space and the s of a plural at the end (the gold has "amino acid" for "amino acids (AA)"). Labels of aliases*.labels.tsv: `-` or `OTHER=FULL` pairs, each sentence is read alone.
Last lines: `bar aliases.med1250.f1`, `bar aliases.news.precision`, `bar aliases.news.recall`.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import labels
import read_news


def med1250(data):
    raw = subprocess.run(["zstd", "-dcq", Path(data) / "alias/MED1250_labeled.zst"], check=True,
                         stdout=subprocess.PIPE).stdout.decode("utf-8", "replace")
    for record in re.split(r"\n\s*\n", raw.strip()):
        lines = record.split("\n")
        pairs = {tuple(norm(p) for p in line.strip().split("|")[:2]) for line in lines[1:]
                 if line.startswith("  ") and not line.strip().startswith("//")
                 and line.count("|") >= 1}
        yield "\t".join(l.strip() for l in lines[1:] if not l.startswith("  ")), pairs


def norm(text):
    return re.sub(r"s$", "", re.sub(r"\s+", " ", text).strip().lower())


def found_pairs(line):
    for item in filter(None, line.split("\t")):
        kind, full, other = item.split(" | ")
        yield kind, norm(other), norm(full)


def main():
    args = [a for a in sys.argv[1:] if not a.startswith("--")]
    misses = "--misses" in sys.argv
    build = Path(args[0] if args else "build")
    data = Path(args[1] if len(args) > 1 else os.environ.get("LEDE_TEST_DATA", "../shared/data"))
    abstracts = list(med1250(data))
    right = found = wanted = 0
    for (text, want), line in zip(abstracts, read_news.run(build, "aliases",
                                                           [a[0] for a in abstracts])):
        got = {(o, f) for kind, o, f in found_pairs(line) if kind == "short form"}
        right, found, wanted = right + len(got & want), found + len(got), wanted + len(want)
        if misses and got != want:
            print("med wrong", sorted(got - want), "missed", sorted(want - got))
    p, r = right / found, right / wanted
    print("MED1250  P %.3f R %.3f of %d pairs" % (p, r, wanted))
    right = found = wanted = 0
    for path in sorted(Path(__file__).parent.glob("aliases*.labels.tsv")):
        rows = labels.load(path.name, data)
        nright = nfound = nwanted = 0
        for (text, label), line in zip(rows, read_news.run(build, "aliases", [x[0] for x in rows])):
            want = set() if label == "-" else {tuple(norm(x) for x in pair.split("=", 1))
                                               for pair in label.split(";")}
            got = {(o, f) for _, o, f in found_pairs(line)}
            nright, nfound, nwanted = nright + len(got & want), nfound + len(got), nwanted + len(want)
            if misses and got != want:
                print("news wrong", sorted(got - want), "missed", sorted(want - got), "|", text)
        print("%s  P %.3f R %.3f of %d pairs" % (path.name, nright / nfound, nright / nwanted, nwanted))
        right, found, wanted = right + nright, found + nfound, wanted + nwanted
    print("bar aliases.med1250.f1 %.4f" % (2 * p * r / (p + r)))
    print("bar aliases.news.precision %.4f" % (right / found))
    print("bar aliases.news.recall %.4f" % (right / wanted))


if __name__ == "__main__":
    main()
