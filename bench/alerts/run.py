#!/usr/bin/env python3
"""10,000 saved queries against new articles: an index of queries beside running each.

Usage: bench/alerts/run.py [--build build] [--queries 10000] [--articles 200] [DATA]

DATA: the test data (default $LEDE_TEST_DATA); its news/reuters21578 is used: all stories but the last
ARTICLES are the archive, the last are new. The queries are drawn by SEED from the words of the
archive's stories, each word of a story as likely as any other but for those of more than a tenth of the
stories (nobody saves a query for "said"): two or three words, phrases, w/n, a headline word, a word and
one of two others, a word without another, beginnings of words, capitals, what a minister said, and, one
in two hundred, a query that needs no word. Processor time, turn by turn, one article at a time (a
newsroom's case) and 100 at a time (a folder's). Last lines: `bar alerts.NAME VALUE`.
"""

import argparse
import json
import os
import random
import re
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SEED = 20151116


def program(build):
    out = build / "bench_percolate"
    names = ("engine", "query", "ingest", "news", "article", "html", "index", "text", "codec", "base")
    libraries = [build / "src" / f"libld_{name}.a" for name in names]
    packages = ["libutf8proc", "libzstd", "libxxhash", "libdeflate", "zlib", "expat", "jansson"]
    found = subprocess.run(["pkg-config", "--libs", *packages], check=True, capture_output=True,
                           text=True).stdout.split()
    subprocess.run(["cc", "-std=gnu11", "-O2", "-Wall", "-Wextra", f"-I{ROOT}/src",
                    f"-I{ROOT}/include", f"-I{ROOT}", "-o", out, ROOT / "bench/alerts/percolate.c",
                    "-Wl,--start-group", *libraries, "-Wl,--end-group", *found, "-lstemmer", "-lm",
                    "-lpthread"], check=True)
    return out


def words_of(story):
    return re.findall(r"[a-z]{3,}", story["text"].lower())


def query(rng, stories, common):
    words = [w for w in words_of(rng.choice(stories)) if w not in common]
    while len(words) < 8:
        words = [w for w in words_of(rng.choice(stories)) if w not in common]
    a, b, c = rng.sample(words, 3)
    at = rng.randrange(len(words) - 1)
    kinds = [(30, f"{a} {b}"), (15, f"{a} {b} {c}"), (15, f'"{words[at]} {words[at + 1]}"'),
             (10, f"{a} w/10 {b}"), (5, f"title:{a} {b}"), (8, f"{a} ({b} OR {c})"),
             (7, f"{a} -{b}"), (4, f"{a[:4]}* {b}"), (3, f"allcaps({a}) {b}"), (2, f"said:minister({a})"),
             (0.2, f"-{a}"), (0.1, f"lang:en -said:{b}"), (0.2, f"*{a[2:]}")]
    return rng.choices([k[1] for k in kinds], [k[0] for k in kinds])[0]


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--build", type=Path, default=ROOT / "build")
    arguments.add_argument("--queries", type=int, default=10000)
    arguments.add_argument("--articles", type=int, default=200)
    arguments.add_argument("data", nargs="?", type=Path,
                           default=Path(os.environ.get("LEDE_TEST_DATA", "../shared/data")))
    a = arguments.parse_args()
    raw = subprocess.run(["zstd", "-dcq", a.data / "news/reuters21578/corpus.jsonl.zst"], check=True,
                         stdout=subprocess.PIPE).stdout.decode()
    stories = [s for s in map(json.loads, raw.splitlines()) if len(words_of(s)) >= 60]
    old, new = stories[:-a.articles], stories[-a.articles:]
    df = Counter(w for s in old for w in set(words_of(s)))
    common = {w for w, n in df.items() if n > len(old) / 10}
    rng = random.Random(SEED)
    tool = program(a.build)
    with tempfile.TemporaryDirectory() as tmp:
        archive = Path(tmp) / "archive"
        lines = "".join(json.dumps({"id": s["id"], "title": s["title"], "text": s["text"],
                                    "date": s["date"]}) + "\n" for s in old)
        (Path(tmp) / "old.jsonl").write_text(lines)
        subprocess.run([a.build / "src/lede", "add", archive, Path(tmp) / "old.jsonl", "-q"],
                       check=True, stdout=subprocess.DEVNULL)
        with open(archive / "alerts.jsonl", "w") as f:
            for i in range(a.queries):
                f.write(json.dumps({"name": f"q{i}", "query": query(rng, old, common),
                                    "dialect": "lede", "created": 0}) + "\n")
        articles = "".join("\t".join([s["title"]] + [re.sub(r"\s+", " ", p).strip() for p in
                                                     re.split(r"\n {3,}", s["text"])]) + "\n"
                           for s in new)
        bars = []
        for batch, name in ((1, ""), (100, "_by_hundreds")):
            out = subprocess.run([tool, archive, str(batch)], input=articles, check=True,
                                 capture_output=True, text=True).stdout.split()
            queries, count = int(out[0]), int(out[1])
            loop, percolated = float(out[3]), float(out[4])
            print(f"{queries} queries ({out[2]} ms to make ready), {count} articles, {batch} at a "
                  f"time: each query {loop / count:.3f} ms an article, indexed "
                  f"{percolated / count:.3f} ms; {out[6]} matches")
            bars.append(f"bar alerts.vs_loop{name} {loop / percolated:.1f}")
            bars.append(f"bar alerts.equal{name} {float(out[7]):.1f}")
        print("\n".join(bars))


if __name__ == "__main__":
    main()
