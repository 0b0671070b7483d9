#!/usr/bin/env python3
"""How surely are copies of an article told from other articles? A seeded edit model over real ones.

Usage: bench/news/copies.py [BUILD [DATA]]

Articles: stories of news/reuters21578 with WORDS_MIN words and more, drawn by SEED. From each one copy
an edit is made:
  truncate    the first third to two thirds of the paragraphs
  headline    another headline, dateline and agency tail; one figure spelt out
  paragraphs  a fifth of the paragraphs dropped, one of another story put in
  spelling    American and British spellings and marks changed wherever they occur
  ocr5..ocr15 that share of the words has one wrong letter
  char2..     that share of all letters is wrong: of 10, two words in five are whole
Negatives: as many pairs of stories of one day that share a topic (the same event where there is one),
and as many drawn at random. Pairs that the collection itself lists as copies are left out
(dup/reuters21578-pairs.tsv). A pair is found where it is moderate or better. Prints precision, recall
and F1 by edit, each against all negatives; `bar copies.EDIT.f1`.
"""

import json
import os
import random
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import read_news

SEED, COUNT, WORDS_MIN = 20151113, 400, 120
SPELLING = {"color": "colour", "labor": "labour", "center": "centre", "program": "programme",
            "percent": "per cent", "pct": "percent", "mln": "million", "dlrs": "dollars",
            "favor": "favour", "ized": "ised", "ization": "isation", "--": "-"}


def paragraphs(text):
    """Reuters indents the first line of a paragraph."""
    return [re.sub(r"\s+", " ", p).strip() for p in re.split(r"\n {3,}", text) if p.strip()]


def garble(rng, word):
    at = rng.randrange(len(word))
    return word[:at] + rng.choice("abcdefghijklmnopqrstuvwxyz") + word[at + 1:]


def ocr(rng, parts, share):
    return [" ".join(garble(rng, w) if rng.random() < share else w for w in p.split())
            for p in parts]


def edit(rng, name, parts, other):
    if name == "truncate":
        return parts[:max(1, round(len(parts) * rng.uniform(.34, .67)))]
    if name == "headline":
        return ["LONDON (AP) - " + parts[0].replace(" two ", " 2 ")] + parts[1:] + ["REUTER"]
    if name == "paragraphs":
        kept = [p for p in parts if rng.random() > .2] or parts[:1]
        kept.insert(rng.randrange(len(kept) + 1), rng.choice(other))
        return kept
    if name == "spelling":
        out = []
        for p in parts:
            for a, b in SPELLING.items():
                p = p.replace(a, b)
            out.append(p)
        return out
    if name.startswith("char"):
        share = int(name[4:]) / 100
        return ["".join(rng.choice("abcdefghijklmnopqrstuvwxyz") if c.isalpha() and
                        rng.random() < share else c for c in p) for p in parts]
    return ocr(rng, parts, int(name[3:]) / 100)


def main():
    build = Path(sys.argv[1] if len(sys.argv) > 1 else "build")
    data = Path(sys.argv[2] if len(sys.argv) > 2 else os.environ.get("LEDE_TEST_DATA",
                                                                     "../shared/data"))
    raw = subprocess.run(["zstd", "-dcq", data / "news/reuters21578/corpus.jsonl.zst"], check=True,
                         stdout=subprocess.PIPE).stdout.decode()
    stories = [s for s in map(json.loads, raw.splitlines()) if len(s["text"].split()) >= WORDS_MIN]
    known = set()
    pairs = subprocess.run(["zstd", "-dcq", data / "dup/reuters21578-pairs.tsv.zst"], check=True,
                           stdout=subprocess.PIPE).stdout.decode()
    for line in pairs.splitlines():
        known.add(frozenset(line.split("\t")[:2]))
    rng = random.Random(SEED)
    drawn = rng.sample(stories, COUNT)
    negatives = []
    by_topic = {}
    for s in stories:
        for t in s["topics"]:
            by_topic.setdefault((s["date"][:10] if s["date"] else "", t), []).append(s)
    for s in drawn:
        same = [o for t in s["topics"] for o in by_topic[(s["date"][:10] if s["date"] else "", t)]
                if o is not s]
        for o in ([rng.choice(same)] if same else []) + [rng.choice(stories)]:
            if o is not s and frozenset((str(s["id"]), str(o["id"]))) not in known:
                negatives.append((paragraphs(s["text"]), paragraphs(o["text"])))
    lines = ["\t".join(a) + "\n" + "\t".join(b) for a, b in negatives]
    answers = read_news.run(build, "copies", "\n".join(lines).split("\n"))
    wrong = sum(a in ("moderate", "high", "exact") for a in answers[1::2])
    print("negatives %d, %d of them taken for copies" % (len(negatives), wrong))
    names = ("truncate", "headline", "paragraphs", "spelling", "ocr0", "ocr5", "ocr10", "ocr15",
             "char2", "char5", "char10")
    bars = []
    for name in names:
        lines = []
        for s in drawn:
            parts = paragraphs(s["text"])
            other = paragraphs(rng.choice(stories)["text"])
            lines += ["\t".join(parts), "\t".join(edit(rng, name, parts, other))]
        answers = read_news.run(build, "copies", lines)[1::2]
        found = sum(a in ("moderate", "high", "exact") for a in answers)
        high = sum(a in ("high", "exact") for a in answers)
        p, r = found / (found + wrong), found / COUNT
        print("%-11s P %.3f R %.3f F1 %.3f   high %.3f" % (name, p, r, 2 * p * r / (p + r),
                                                         high / COUNT))
        bars.append("bar copies.%s.f1 %.4f" % (name, 2 * p * r / (p + r)))
    print("\n".join(bars))


if __name__ == "__main__":
    main()
