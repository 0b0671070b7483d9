#!/usr/bin/env python3
"""How long does each operator of the query language take? p50 and p99 on the largest corpus.

    bench/operators/run.py [--corpus articles|paragraphs|ocr] [--docs N] [--build DIR]

One archive of the profile news with all articles of the corpus, one merged segment. Words are those of
the search benchmark's 962 queries, in the order they stand there; each operator is given QUERIES
queries made of them by its form below. Every query is asked twice, the second time counts (files in
memory, as a server has them). Written to bench/results and printed as a table.
"""

import argparse
import csv
import json
import statistics
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import common  # noqa: E402
import corpus as corpora  # noqa: E402
import engines as players  # noqa: E402

QUERIES = 200
FORMS = [
    ("word", "{a}"), ("two words", "{a} {b}"), ("three words", "{a} {b} {c}"),
    ("OR", "{a} OR {b} OR {c}"), ("-", "{a} -{b}"), ("optional()", "{a} optional({b})"),
    ('"phrase"', '"{a} {b}"'), ('"phrase"~2', '"{a} {b}"~2'), ('"a * b"', '"{a} * {b}"'),
    ("w/5", "{a} w/5 {b}"), ("pre/3", "{a} pre/3 {b}"), ("not w/5", "{a} not w/5 {b}"),
    ("w/s", "{a} w/s {b}"), ("w/p", "{a} w/p {b}"), ("w/seg", "{a} w/seg {b}"),
    ("atleast3()", "atleast3({a})"), ("caps()", "caps({a})"), ("allcaps()", "allcaps({a})"),
    ('="exact"', '="{a}"'), ("prefix*", "{a4}*"), ("w?rd", "{aq}"), ("*suffix", "*{a4e}"),
    ("word~1", "{a}~1"), ("word~2", "{a}~2"), ("/regex/", "/{a4}[a-z]?(s|ed|ing)?/"),
    ("hlead()", "hlead({a})"), ("body:", "body:{a}"), ("lang:", "{a} lang:en"),
    ("event:", "{a} event:2001"), ("event: range", "event:1999..2003"),
    ("said:", "said:{a}"), ("said:x(y)", "said:{a}({b})"),
    ("mixed", '({a} OR {b}) w/10 "{c} {d}" -{e} lang:en'),
]


def words():
    """The words of the benchmark's queries, each once, three letters and more."""
    path = common.test_data() / "queries/search-benchmark-game.queries.jsonl.zst"
    raw = subprocess.run(["zstd", "-dcq", path], check=True, stdout=subprocess.PIPE).stdout
    seen = {}
    for line in raw.decode().splitlines():
        for word in json.loads(line)["query"].replace("+", " ").replace('"', " ").split():
            if word.isalpha() and word.isascii() and len(word) > 2:
                seen[word.lower()] = None
    return list(seen)


def queries_of(form, pool):
    for i in range(QUERIES):
        a, b, c, d, e = (pool[(i * 5 + k * 7) % len(pool)] for k in range(5))
        yield form.format(a=a, b=b, c=c, d=d, e=e, a4=a[:4], a4e=a[-4:],
                          aq=a[0] + "?" + a[2:] if len(a) > 3 else a)


def ask(program, archive, queries):
    out = subprocess.run([program, archive], input="\n".join(queries * 2) + "\n", check=True,
                         capture_output=True, text=True).stdout.splitlines()
    rows = [line.split("\t") for line in out[len(queries):]]
    if len(rows) != len(queries):
        sys.exit(f"operators: {len(rows)} answers to {len(queries)} queries")
    return [(float(us), int(total), whole == "1") for us, total, whole in rows]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--corpus", default="articles", choices=corpora.SOURCES)
    parser.add_argument("--docs", type=int, default=0, help="only the first so many; 0: all")
    parser.add_argument("--build", default="build", help="a release build of lede")
    args = parser.parse_args()
    path, facts = corpora.make(args.corpus, args.docs)
    archive = players.index_of(players.find(args.build, ["lede-news"])[0], path, facts)
    program = players.build_driver(args.build, "operators/operators.c", "lede-operators")
    pool = words()
    print(f"{path.stem}, {facts['docs']} articles; {common.machine()}; lede {common.revision()}")
    print("%-14s %10s %10s %10s %9s" % ("operator", "p50 us", "p99 us", "max us", "mean hits"))
    results = common.results_path(f"operators-{path.stem}.csv")
    with open(results, "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["operator", "form", "queries", "p50_us", "p99_us", "max_us", "mean_hits", "partial"])
        for name, form in FORMS:
            rows = ask(program, archive, list(queries_of(form, pool)))
            times = sorted(r[0] for r in rows)
            p99 = times[len(times) * 99 // 100]
            hits = statistics.mean(r[1] for r in rows)
            partial = sum(not r[2] for r in rows)
            out.writerow([name, form, len(rows), times[len(times) // 2], p99, times[-1],
                          round(hits, 1), partial])
            print("%-14s %10.0f %10.0f %10.0f %9.0f%s"
                  % (name, times[len(times) // 2], p99, times[-1], hits,
                     f"  {partial} partial" if partial else ""), flush=True)
    print(f"written to {results.relative_to(common.ROOT)}")


if __name__ == "__main__":
    main()
