#!/usr/bin/env python3
"""How often is it right who says what? On the labelled sentences of quotes*.labels.tsv.

Usage: bench/news/quotes.py [BUILD [DATA]] [--misses]

A label is `-` or several of `D word` (direct quote, a word of its source, `-`: the sentence names
none) and `R word` (reported speech). Found speech is right where its kind and source are labelled.
Each sentence is read alone. Last lines: `bar quotes.precision P` and `bar quotes.recall R`.
"""

import os
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import labels
import read_news


def measure(name, build, data):
    """Right and all of what was found; labelled and found of what is labelled."""
    rows = labels.load(name, data)
    sums = {"D": [0, 0, 0], "R": [0, 0, 0]}
    for (text, label), line in zip(rows, read_news.run(build, "quotes", [r[0] for r in rows])):
        want = [] if label == "-" else [tuple(x.split(" ", 1)) for x in label.split(";")]
        got = []
        for item in filter(None, line.split("\t")):
            kind, rest = item.split(" ", 1)
            source = rest.split(" (", 1)[0] or "-"
            got.append(("R" if kind == "reported" else "D", source))
        left = list(want)
        for kind, source in got:
            words = ["-"] if source == "-" else re.findall(r"[\w.]+", source.lower())
            hit = next((w for w in want if w[0] == kind and w[1].lower() in words), None)
            sums[kind][1] += 1
            sums[kind][0] += hit is not None
            if hit in left:
                left.remove(hit)
            if hit is None and "--misses" in sys.argv:
                print("wrong", kind, source, "|", label, "|", text)
        for kind, word in want:
            sums[kind][2] += 1
        for miss in left:
            if "--misses" in sys.argv:
                print("missed", *miss, "|", text)
        for kind in "DR":
            sums[kind].append(len([w for w in want if w[0] == kind and w not in left]))
    sums_total = [0, 0, 0, 0]
    for kind, title in (("D", "direct"), ("R", "reported")):
        r, f, w, *hits = sums[kind]
        print("  %-9s found %3d right %3d  P %.3f   labelled %3d  R %.3f"
              % (title, f, r, r / f, w, sum(hits) / w))
        sums_total = [a + b for a, b in zip(sums_total, (r, f, w, sum(hits)))]
    return sums_total


def main():
    args = [a for a in sys.argv[1:] if not a.startswith("--")]
    build = Path(args[0] if args else "build")
    data = Path(args[1] if len(args) > 1 else os.environ.get("LEDE_TEST_DATA", "../shared/data"))
    total = [0, 0, 0, 0]
    for path in sorted(Path(__file__).parent.glob("quotes*.labels.tsv")):
        print(path.name)
        total = [a + b for a, b in zip(total, measure(path.name, build, data))]
    right, found, wanted, recalled = total
    print("bar quotes.precision %.4f" % (right / found))
    print("bar quotes.recall %.4f" % (recalled / wanted))


if __name__ == "__main__":
    main()
