#!/usr/bin/env python3
"""Measures indexing: processor time, size and memory of lede and its peers on the same text.

    bench/index/run.py [--corpus paragraphs|articles|ocr] [--docs N] [--build DIR]
                       [--engines lede,tantivy,...] [--runs 3] [--memory MB] [--whitespace]

Each engine indexes the same file with one memory budget and merges to one segment; the engines take
turns, run by run. Two shapes: with the text stored (the speed; lede, Tantivy: zstd, Lucene: its
better compression) and without (the size). The size of an engine that prints its parts (lede) is
theirs: its folder keeps the segments of the generation before, too. Seconds are processor seconds of the whole process, all
threads, just-in-time compiler and garbage collector included; MB are of the JSON lines. Peak memory
is the process's largest resident set, mapped index files included. --whitespace gives Tantivy and
Lucene their cheapest tokenizer in place of their standard one. The CSV file has every run.
"""

import argparse
import csv
import shutil
import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import common  # noqa: E402
import corpus as corpora  # noqa: E402
import engines as players  # noqa: E402

SHAPES = {"stored": ["store"], "bare": []}
STORED_PARTS = {"stored", "stored index"}  # what the bars of the size leave out


def measure(engine, shape, corpus_path, args):
    folder = common.bench_dir() / "index-runs" / f"{engine.name}-{shape}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    options = SHAPES[shape] + [f"mb={args.memory}"] + (["whitespace"] if args.whitespace else [])
    used = common.run_measured(engine.index_command(folder, options), corpus_path,
                               folder.with_suffix(".log"))
    used["parts"] = common.parts_of(used["log"])
    used["bytes"] = sum(used["parts"].values()) or common.folder_bytes(folder)
    used["index_bytes"] = used["bytes"] - sum(used["parts"].get(part, 0) for part in STORED_PARTS)
    segments = [line for line in used["log"].splitlines() if line.startswith("segments ")]
    if segments and segments[0] != "segments 1":
        sys.exit(f"index: {engine.name} made {segments[0]}, one was asked for")
    shutil.rmtree(folder)
    return used


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    common.add_arguments(parser, "articles", corpora.SOURCES)
    parser.add_argument("--runs", type=int, default=3, help="of slow engines always one")
    parser.add_argument("--memory", type=int, default=256, help="MB of buffer an engine may use")
    parser.add_argument("--whitespace", action="store_true")
    return parser.parse_args()


def report(engines, runs, facts):
    """Prints the table; medians by engine and shape."""
    megabytes = facts["json_bytes"] / 1e6
    medians = {}
    print(f"{'engine':10} {'shape':7} {'CPU s':>8} {'MB/s CPU':>9} {'wall s':>8} {'MB':>9} "
          f"{'% of JSON':>9} {'peak MB':>8}")
    for engine in engines:
        for shape in SHAPES:
            mine = runs[engine.name, shape]
            row = {key: statistics.median(run[key] for run in mine)
                   for key in ("cpu_s", "wall_s", "bytes", "index_bytes", "peak_mb")}
            medians[engine.name, shape] = row
            print(f"{engine.name:10} {shape:7} {row['cpu_s']:8.2f} "
                  f"{megabytes / row['cpu_s']:9.1f} {row['wall_s']:8.2f} {row['bytes'] / 1e6:9.1f} "
                  f"{100 * row['bytes'] / facts['json_bytes']:9.1f} {row['peak_mb']:8.0f}")
    return medians


def write_csv(args, facts, versions, runs):
    name = f"{args.corpus}-{args.docs}" if args.docs else args.corpus
    path = common.results_path(f"index-{name}.csv")
    with open(path, "w", newline="") as out:
        print(f"# corpus {facts['corpus']}, {facts['docs']} documents, {facts['json_bytes']} bytes, "
              f"sha256 {facts['sha256']}", file=out)
        print(f"# {common.machine()}; memory {args.memory} MB, "
              f"{'whitespace' if args.whitespace else 'standard'} tokenizers", file=out)
        for version in versions:
            print(f"# {version}", file=out)
        writer = csv.writer(out)
        writer.writerow(["engine", "shape", "run", "cpu_s", "wall_s", "bytes", "peak_mb"])
        for (engine, shape), mine in runs.items():
            for number, run in enumerate(mine, 1):
                writer.writerow([engine, shape, number, f"{run['cpu_s']:.3f}",
                                 f"{run['wall_s']:.3f}", run["bytes"], f"{run['peak_mb']:.0f}"])
            for part, size in mine[-1]["parts"].items():
                writer.writerow([engine, shape, f"part {part}", "", "", size, ""])
    return path


def print_bars(medians, facts):
    peers = [name for name, shape in medians if shape == "bare" and not name.startswith("lede")]
    for name, prefix in (("lede", "index"), ("lede-bp", "index.reordered")):
        stored, bare = medians.get((name, "stored")), medians.get((name, "bare"))
        if not stored:
            continue
        for peer in peers:
            faster = medians[peer, "stored"]["cpu_s"] / stored["cpu_s"]
            print(f"bar {prefix}.mbps.vs_{peer} {faster:.2f}")
        for peer in peers:
            smaller = medians[peer, "bare"]["index_bytes"] / bare["index_bytes"]
            print(f"bar {prefix}.size.vs_{peer} {smaller:.2f}")
        print(f"bar {prefix}.size_share {bare['bytes'] / facts['json_bytes']:.3f}")


def main():
    args = parse_arguments()
    corpus_path, facts = corpora.make(args.corpus, args.docs)
    engines = players.find(args.build, args.engines.split(","))
    versions = [f"{e.name}: {e.version()}" for e in engines]
    print(f"corpus {facts['corpus']}: {facts['docs']} documents, {facts['json_bytes'] / 1e6:.1f} MB")
    print(common.machine())
    print("\n".join(versions))
    runs = {(e.name, shape): [] for e in engines for shape in SHAPES}
    for number in range(args.runs):
        for shape in SHAPES:
            for engine in engines:
                if number == 0 or not engine.slow:
                    runs[engine.name, shape].append(measure(engine, shape, corpus_path, args))
    medians = report(engines, runs, facts)
    for shape in SHAPES:
        parts = runs["lede", shape][-1]["parts"] if ("lede", shape) in runs else {}
        print(f"lede's parts, {shape}: " + ", ".join(f"{n} {b}" for n, b in parts.items() if b))
    print(f"written: {write_csv(args, facts, versions, runs)}\n")
    print_bars(medians, facts)


if __name__ == "__main__":
    main()
