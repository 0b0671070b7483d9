#!/usr/bin/env python3
"""What grows with an archive, and how fast: one table, one plot.

    bench/growth/run.py [--build DIR] [--sizes 10000,100000,0] [--corpus paragraphs]

For each size (0: the whole corpus) lede indexes so many documents into one segment, then measures

    open          lede_snapshot_open, its files in the cache: median of 200
    cold open     the same after posix_fadvise(DONTNEED) on every file of the archive
    faults        times that open, or the query, waits for the disk (major page faults)
    first query   the first after that: median over 12 queries, each in a process of its own
    warm query    mean over all queries of the game, TOP_10, second round
    add 1         one document more, writer opened, committed on disk
    add 1000      the same with a thousand; add includes what merges it starts
    merge         back to one segment
    memory        peak resident of indexing, of adding and merging; of searching the process's own

All through the public interface with the profile `plain`, in real time on whatever disk holds
$LEDE_BENCH_DIR: commits wait for that disk. `cached` is what share of the files stayed in the cache
in spite of DONTNEED, as mincore tells: a cold figure is one only where that is small.
"""

import argparse
import csv
import json
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent))
import common  # noqa: E402
import corpus as corpora  # noqa: E402
import engines as players  # noqa: E402
import plot  # noqa: E402

OPENS, COLD_QUERIES, BATCH_DOCS = 200, 12, 1000
OPEN_MAX_US = 1000
COLUMNS = ["docs", "index_bytes", "open_us", "cold_open_us", "first_query_us", "open_faults",
           "query_faults", "cached_percent", "warm_query_us", "add_1_us", "add_1000_us",
           "merge_us", "index_s", "index_peak_mb", "add_peak_mb", "merge_peak_mb", "search_own_mb"]


def ask(program, words, stdin=None):
    """The values that the driver prints, by name."""
    done = subprocess.run([str(program), *map(str, words)], input=stdin, text=True, check=True,
                          stdout=subprocess.PIPE)
    return {name: float(value) for name, value in
            (line.split() for line in done.stdout.splitlines())}


def texts(path, count):
    with open(path, encoding="ascii") as lines:
        found = [json.loads(line)["text"] for _, line in zip(range(count), lines)]
    return "".join(text + "\n" for text in found)


def cold(program, folder, queries):
    runs = [ask(program, ["cold", folder, query])
            for query in queries[::max(1, len(queries) // COLD_QUERIES)][:COLD_QUERIES]]
    return {key: statistics.median(run[key] for run in runs)
            for key in ("open_us", "first_query_us", "open_faults", "query_faults",
                        "cached_percent")}


def measure(size, args, program, engine, queries):
    path, facts = corpora.make(args.corpus, size)
    folder = common.bench_dir() / "growth"
    shutil.rmtree(folder, ignore_errors=True)
    used = common.run_measured(engine.index_command(folder), path,
                               common.bench_dir() / "growth.log")
    row = {"docs": facts["docs"], "index_s": used["cpu_s"], "index_peak_mb": used["peak_mb"],
           "index_bytes": sum(common.parts_of(used["log"]).values())}
    row["open_us"] = ask(program, ["open", folder, OPENS])["open_median_us"]
    first = cold(program, folder, queries)
    row["cold_open_us"] = first.pop("open_us")
    row.update(first)
    warm = ask(program, ["warm", folder], "".join(query + "\n" for query in queries))
    row.update(warm_query_us=warm["warm_query_us"], search_own_mb=warm["own_kib"] / 1024)
    one = ask(program, ["add", folder, "one"], texts(path, 1))
    batch = ask(program, ["add", folder, "batch"], texts(path, BATCH_DOCS))
    merge = ask(program, ["merge", folder])
    row.update(add_1_us=one["taken_us"], add_1000_us=batch["taken_us"], merge_us=merge["taken_us"],
               add_peak_mb=batch["peak_resident_kib"] / 1024,
               merge_peak_mb=merge["peak_resident_kib"] / 1024)
    shutil.rmtree(folder)
    return row


def write(rows, args):
    path = common.results_path("growth.csv")
    with open(path, "w", newline="") as out:
        print(f"# lede {common.revision()}; corpus {args.corpus}; {common.machine()}", file=out)
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        writer.writerows([f"{row[name]:.6g}" for name in COLUMNS] for row in rows)
    picture = Path(__file__).resolve().parent / "growth.svg"
    picture.write_text(plot.draw(rows))
    return path, picture


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", default="build", help="a release build of lede")
    parser.add_argument("--sizes", default="10000,100000,0")
    parser.add_argument("--corpus", default="paragraphs", choices=corpora.SOURCES)
    args = parser.parse_args()
    program = players.build_driver(args.build, "growth/growth.c", "lede-growth")
    engine = players.find(args.build, ["lede"])[0]
    queries = [query["query"] for query in corpora.load_queries()]
    rows = [measure(int(size), args, program, engine, queries) for size in args.sizes.split(",")]
    for name in COLUMNS:
        print(f"{name:16}" + "".join(f"{row[name]:>14,.1f}" for row in rows))
    for path in write(rows, args):
        print(f"written: {path.relative_to(common.ROOT)}")
    print()
    for row in rows:
        print(f"bar growth.open_us.{row['docs']} {row['open_us']:.1f}")
    slowest = max(row["open_us"] for row in rows)
    print(f"bar growth.open_under_1_ms {int(slowest < OPEN_MAX_US)}")


if __name__ == "__main__":
    main()
