#!/usr/bin/env python3
"""Queries that are meant to hurt: what they cost in seconds and memory.

    bench/bad_queries/run.py [--build DIR] [--docs 100000] [--corpus paragraphs] [--deadline MS]

Each case is one query of ten hits with an exact total, answered by a process of its own on an
archive of the profile `news`, with the deadline that a search has unless told otherwise. Seconds are
real time of the search alone; memory is what the search adds to the process's own (anonymous)
pages at its peak. A case stands when it ends within the deadline and a grace for the step that was
under way, and within the memory that limits.h grants a query; `partial` says that the deadline cut
it, `refused` that it asked for more than that memory and was answered with one sentence.
"""

import argparse
import csv
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import common  # noqa: E402
import corpus as corpora  # noqa: E402
import engines as players  # noqa: E402

GRACE_MS = 250
MEMORY_MAX_MB = 5 * 64  # the arenas of a search, each LD_QUERY_ARENA_BYTES_MAX


def words(path, count):
    """So many different words, as they come in the corpus."""
    found = {}
    with open(path, encoding="ascii") as lines:
        for line in lines:
            for word in line[line.index('"text":"') + 8:-3].split():
                found.setdefault(word)
                if len(found) == count:
                    return list(found)
    return list(found)


def cases(path):
    vocabulary = words(path, 10_000)
    common_words = ["the", "of", "and", "in", "to", "a", "was", "is", "for", "on"]
    stops = " ".join(common_words * 100)
    letters = "abcdefghijklmnopqrstuvwxyz"
    return {
        "10,000 words, any": ("lucene", " ".join(vocabulary)),
        "10,000 words, all": ("lede", " ".join(vocabulary)),
        "10,000 words, none of them": ("lede", "the " + " ".join(f"-{w}" for w in vocabulary)),
        "10,000 times one word": ("lucene", " ".join(["the"] * 10_000)),
        "10,000 times one word, required": ("lucene", " ".join(["+the"] * 10_000)),
        "a word of 1 MB": ("lede", "x" * 1_000_000),
        "a phrase of 1 MB": ("lede", '"' + "ab " * 330_000 + '"'),
        "1 MB of brackets": ("lede", "(" * 1_000_000),
        "1 MB of quotation marks": ("lede", '"' * 1_000_000),
        "1 MB of bytes that are no text": ("lede", "\udcff" * 1_000_000),
        "phrase of 1,000 stop words": ("lede", f'"{stops}"'),
        "phrase of one stop word, 1,000 times": ("lede", '"' + "the " * 1000 + '"'),
        "phrase of 1,000 stop words, loose": ("lede", f'"{stops}"~1000'),
        "all of 1,000 stop words": ("lede", stops),
        "w/1000 between stop words": ("lede", " w/1000 ".join(common_words * 10)),
        "10,000 brackets deep": ("lede", "(" * 10_000 + "the" + ")" * 10_000),
        "500 negations deep": ("lede", "the " + "-(of " * 500 + "in" + ")" * 500),
        "any of 1,000 pairs": ("lede", " OR ".join("(the of)" for _ in range(1000))),
        "wildcard of every word": ("lede", "*"),
        "wildcard in front": ("lede", "*e*"),
        "1,000 wildcards": ("lede", " OR ".join(f"{a}*" for a in (letters * 40)[:1000])),
        "26 wildcards, all": ("lede", " ".join(f"*{a}*" for a in letters)),
        "a wildcard of 1,000 stars": ("lede", "a*" * 1000),
        "regex that blows up backtrackers": ("lede", "/(a+)+(a+)+(a+)+(a+)+b/"),
        "regex of nested repeats": ("lede", "/((((a{1,50}){1,50}){1,50}){1,50}){1,50}/"),
        "regex of every word": ("lede", "/.*.*.*.*.*.*.*.*/"),
        "1,000 fuzzy words": ("lede", " OR ".join(f"{w}~2" for w in vocabulary[:1000])),
        "a fuzzy word of 200 letters": ("lede", "internationalisation" * 10 + "~2"),
        "a date no calendar has": ("lede", "date:" + "9" * 100_000),
    }


def ask(program, folder, dialect, query, deadline):
    done = subprocess.run([str(program), str(folder), dialect, str(deadline)], check=True,
                          input=query.encode(errors="surrogateescape"), stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL)
    return {name: float(value) for name, value in
            (line.split() for line in done.stdout.decode().splitlines())}


def stands(row, deadline):
    return row["ms"] <= deadline + GRACE_MS and row["added_mb"] <= MEMORY_MAX_MB


def write(rows, args):
    path = common.results_path("bad-queries.csv")
    with open(path, "w", newline="") as out:
        print(f"# lede {common.revision()}; corpus {args.corpus}, {args.docs or 'all'} documents, "
              f"deadline {args.deadline} ms; {common.machine()}", file=out)
        writer = csv.writer(out)
        writer.writerow(["case", "query_bytes", "ms", "added_mb", "total", "partial", "refused"])
        for name, row in rows.items():
            writer.writerow([name, int(row["query_bytes"]), f"{row['ms']:.2f}",
                             f"{row['added_mb']:.1f}", int(row.get("total", 0)),
                             int(row.get("partial", 0)), int(row["refused"])])
    return path


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    common.add_arguments(parser, "paragraphs", corpora.SOURCES)
    parser.add_argument("--deadline", type=int, default=5000, help="of each search, ms")
    args = parser.parse_args()
    program = players.build_driver(args.build, "bad_queries/ask.c", "lede-ask")
    engine = players.find(args.build, ["lede-news"])[0]
    path, facts = corpora.make(args.corpus, args.docs)
    folder = players.index_of(engine, path, facts)
    rows = {}
    print(f"{'case':40}{'bytes':>10}{'ms':>10}{'MB':>8}{'total':>9}  ")
    for name, (dialect, query) in cases(path).items():
        row = rows[name] = ask(program, folder, dialect, query, args.deadline)
        row["query_bytes"] = len(query.encode(errors="surrogateescape"))
        print(f"{name:40}{row['query_bytes']:>10}{row['ms']:>10.2f}{row['added_mb']:>8.1f}"
              f"{row.get('total', 0):>9.0f}  "
              f"{'refused' if row['refused'] else 'partial' if row['partial'] else ''}", flush=True)
    print(f"written: {write(rows, args).relative_to(common.ROOT)}\n")
    print(f"bar bad_queries.slowest_ms {max(row['ms'] for row in rows.values()):.1f}")
    print(f"bar bad_queries.most_mb {max(row['added_mb'] for row in rows.values()):.1f}")
    broken = [name for name, row in rows.items() if not stands(row, args.deadline)]
    print(f"bar bad_queries.out_of_bounds {len(broken)}")
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
