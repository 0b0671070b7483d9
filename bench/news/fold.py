#!/usr/bin/env python3
"""Copies as an archive has them: are the groups right, and what does folding cost?

Usage: bench/news/fold.py [BUILD [DATA]]

Half of the stories of news/reuters21578 (WORDS_MIN words and more, without the later of the pairs that the
collection itself lists as copies), and of COUNT of them, drawn by SEED, a
copy by each edit of copies.py (its edit model), all in one archive. A copy is found where the folded
answer (dup:moderate) to everything has it in the group of its original; wrong is each drawn story that is
in a group with another drawn one. Then QUERIES words of the middle frequencies, each asked unfolded and
folded in turn; the times are those the answers state, medians; the first folded answer of a process makes
the groups of the snapshot, so that is in the figure. Last lines: `bar copies.NAME VALUE`.
"""

import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from copies import SEED, WORDS_MIN, edit, paragraphs

COUNT, QUERIES = 150, 60
EDITS = ("truncate", "headline", "paragraphs", "spelling", "ocr10", "char10")


def search(lede, archive, *words):
    out = subprocess.run([lede, "search", archive, *words, "--format=json", "--no-suggest", "-q"],
                         stdout=subprocess.PIPE).stdout
    return json.loads(out)


def main():
    build = Path(sys.argv[1] if len(sys.argv) > 1 else "build")
    data = Path(sys.argv[2] if len(sys.argv) > 2 else os.environ.get("LEDE_TEST_DATA",
                                                                     "../shared/data"))
    lede = build / "src/lede"
    raw = subprocess.run(["zstd", "-dcq", data / "news/reuters21578/corpus.jsonl.zst"], check=True,
                         stdout=subprocess.PIPE).stdout.decode()
    stories = [s for s in map(json.loads, raw.splitlines()) if len(s["text"].split()) >= WORDS_MIN]
    pairs = subprocess.run(["zstd", "-dcq", data / "dup/reuters21578-pairs.tsv.zst"], check=True,
                           stdout=subprocess.PIPE).stdout.decode()
    known = {line.split("\t")[1] for line in pairs.splitlines()}
    stories = [s for s in stories if str(s["id"]) not in known][::2]
    rng = random.Random(SEED)
    drawn = rng.sample(stories, COUNT)
    rows = [(str(s["id"]), s["date"], paragraphs(s["text"])) for s in stories]
    for s in drawn:
        for name in EDITS:
            other = paragraphs(rng.choice(stories)["text"])
            rows.append((f"{s['id']}-{name}", s["date"], edit(rng, name, paragraphs(s["text"]), other)))
    rng.shuffle(rows)
    with tempfile.TemporaryDirectory() as tmp:
        archive = Path(tmp) / "a"
        with open(Path(tmp) / "rows.jsonl", "w") as f:
            for key, date, parts in rows:
                f.write(json.dumps({"id": key, "title": key, "text": "\n\n".join(parts),
                                    "date": date}) + "\n")
        subprocess.run([lede, "add", archive, Path(tmp) / "rows.jsonl", "-q"], check=True,
                       stdout=subprocess.DEVNULL)
        group = {}
        for offset in range(0, 10000, 2000):
            answer = search(lede, archive, "lang:en OR -qqqq", "--dup=moderate",
                            f"--offset={offset}", "--count=2000")
            for h in answer["hits"]:
                for key in [h["key"], *h.get("copies", {}).get("keys", [])]:
                    group[key] = h["key"]
        names = [str(s["id"]) for s in drawn]
        wrong = sum(n - 1 for n in Counter(group.get(n) for n in names).values() if n > 1)
        bars = []
        for name in EDITS:
            found = sum(group.get(f"{n}-{name}") == group.get(n) for n in names)
            f1 = 2 * found / (2 * found + wrong + COUNT - found)
            print(f"{name:11} {found} of {COUNT} in the group of their original")
            bars.append(f"bar copies.groups.{name}.f1 {f1:.4f}")
        sizes = Counter(group[k] for k in group if "-" not in k).most_common(4)
        print("largest groups of stories:", *[n for _, n in sizes])
        print(f"drawn stories in a group with another: {wrong} (of one template)")
        df = Counter(w for s in stories for w in set(re.findall(r"[a-z]{4,}", s["text"].lower())))
        words = sorted(w for w, n in df.items() if len(stories) / 100 < n < len(stories) / 3)
        plain, folded = [], []
        for word in rng.sample(words, QUERIES):
            plain.append(search(lede, archive, word)["elapsedMs"])
            folded.append(search(lede, archive, word, "--dup=moderate")["elapsedMs"])
        print(f"{len(rows)} articles; median of {QUERIES} words: {statistics.median(plain):.3f} ms, "
              f"folded {statistics.median(folded):.3f} ms")
        print("\n".join(bars))


if __name__ == "__main__":
    main()
