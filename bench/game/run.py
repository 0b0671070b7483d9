#!/usr/bin/env python3
"""Plays the search benchmark's game: lede and its peers, one thread, the same text and queries.

    bench/game/run.py [--corpus paragraphs|articles|ocr] [--docs N] [--build DIR]
                      [--engines lede,tantivy,...] [--commands TOP_10,COUNT,...]
                      [--passes 10] [--warm-up SECONDS] [--pin CORE]

Every engine is a process that answers "COMMAND<TAB>QUERY" lines over a pipe; a latency is the time
from the write to the answer, the pipe included. Per command all engines are warmed up, then they
take turns: a pass over all queries (shuffled anew) by one, then by the next, so that what the
machine does besides falls on all alike. A query's figure is its minimum over the passes; printed
are mean, median and p99 over the queries, for all and for each kind. The floor is the same for a
term that is in no document: what the pipe and the parser cost.

The client and the threads that answer share one core by default (--pin): a pipe between two cores
measures how fast an idle virtual core wakes up. Compilers and collectors of a virtual machine stay
free to use every core. Engines marked slow answer every seventh query, at most two
passes; ratios are over the queries that both of a pair answered.

Lanes are lede itself under a condition, and no peers: `filter10` and `date10` ask the same queries
of a tenth of the documents (one of ten tags, scattered; days in the middle), `deleted5` asks an
archive of which every twentieth document is deleted, `news` one of the full news profile. Their
bars are their time over that of lede, less is better.
"""

import argparse
import csv
import json
import os
import random
import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import common  # noqa: E402
import corpus as corpora  # noqa: E402
import engines as players  # noqa: E402

COMMANDS = ["TOP_10", "TOP_100", "TOP_1000", "TOP_100_COUNT", "COUNT"]
ABSENT = "zzqabsentqzz"
FLOOR_ROUNDS = 2000
SLOW_STEP, SLOW_PASSES = 7, 2
KIND_MIN_QUERIES = 19
TOLERANCE, FLOOR_ASIDE = 1.05, 2.0


class Server:
    """One engine's process, asked over its pipe without any buffer between."""

    def __init__(self, engine, folder, log, docs):
        self.process = subprocess.Popen(engine.serve_command(folder), stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=log, bufsize=0)
        self.write, self.read = self.process.stdin.fileno(), self.process.stdout.fileno()
        self.name = engine.name
        self.rewrite = engine.rewriter(docs) if engine.lane else lambda query: query

    def play(self, command, query):
        return self.ask(f"{command}\t{self.rewrite(query)}\n".encode())

    def ask(self, line):
        start = time.perf_counter_ns()
        os.write(self.write, line)
        answer = os.read(self.read, 64)
        taken = time.perf_counter_ns() - start
        while not answer.endswith(b"\n"):
            more = os.read(self.read, 64)
            if not more:
                raise SystemExit(f"game: {self.name} ended on {line!r}")
            answer += more
            taken = time.perf_counter_ns() - start
        text = answer.decode().strip()
        if text == "UNSUPPORTED":
            return taken, None
        if not text.isdigit():
            raise SystemExit(f"game: {self.name} answers {text!r} to {line!r}")
        return taken, int(text)

    def pin(self, core):
        """Holds the threads that answer to one core: those that bear the program's own name, which
        compilers and collectors of a virtual machine do not."""
        tasks = Path(f"/proc/{self.process.pid}/task")
        own = (tasks / str(self.process.pid) / "comm").read_text()
        for task in tasks.iterdir():
            if (task / "comm").read_text() == own:
                os.sched_setaffinity(int(task.name), {core})

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def start(engines, folders, core, docs):
    log = open(common.bench_dir() / "serve.log", "wb")
    servers = {e.name: Server(e, folders[e.name], log, docs) for e in engines}
    for server in servers.values():
        server.ask(f"COUNT\t{ABSENT}\n".encode())
        if core >= 0:
            server.pin(core)
    if core >= 0:
        os.sched_setaffinity(0, {core})
    return servers


def queries_of(engine, queries):
    return range(0, len(queries), SLOW_STEP) if engine.slow else range(len(queries))


def warm_up(server, engine, command, queries, seconds):
    """Asks in rounds until the time is over; slow engines once, lede's own lanes, of which nothing
    is compiled as it runs, once as well."""
    order = list(queries_of(engine, queries))
    random.Random(2).shuffle(order)
    end = time.monotonic() + seconds
    while not engine.slow:
        for i in order:
            server.play(command, queries[i]["query"])
        if engine.lane or time.monotonic() >= end:
            return


def warm_up_all(servers, engines, commands, queries, seconds):
    """Before the first command: all commands in turns, so that the first one measured does not
    meet code that is compiled as it runs."""
    end_after = seconds / len(commands)
    for engine in engines:
        for _ in range(2):
            for command in commands:
                warm_up(servers[engine.name], engine, command, queries, end_after)


def floor_us(server, command):
    line = f"{command}\t{ABSENT}\n".encode()
    times = [server.ask(line) for _ in range(FLOOR_ROUNDS)]
    if times[0][1] is None:
        return float("nan")
    return statistics.median(t for t, _ in times) / 1e3


def play(command, servers, engines, queries, args):
    """Per engine: {query: (least microseconds, answer)} and the floor."""
    best = {e.name: {} for e in engines}
    supported = [e for e in engines
                 if servers[e.name].ask(f"{command}\tthe\n".encode())[1] is not None]
    for engine in supported:
        warm_up(servers[engine.name], engine, command, queries, args.warm_up)
    for turn in range(args.passes):
        first = turn % max(len(supported), 1)
        for engine in supported[first:] + supported[:first]:
            if engine.slow and turn >= SLOW_PASSES:
                continue
            order = list(queries_of(engine, queries))
            random.Random(turn).shuffle(order)
            for i in order:
                ns, answer = servers[engine.name].play(command, queries[i]["query"])
                if answer is None:
                    continue
                known = best[engine.name].get(i)
                if known and known[1] != answer:
                    sys.exit(f"game: {engine.name} answers {queries[i]['query']} with {known[1]} "
                             f"and with {answer}")
                best[engine.name][i] = (min(ns / 1e3, known[0]) if known else ns / 1e3, answer)
    floors = {e.name: floor_us(servers[e.name], command) for e in supported}
    return best, floors


def summary(times):
    ordered = sorted(times)
    p99 = ordered[max(0, -(-len(ordered) * 99 // 100) - 1)]
    return statistics.fmean(ordered), statistics.median(ordered), p99


def kinds_of(queries):
    kinds = {"all": list(range(len(queries)))}
    for i, query in enumerate(queries):
        for tag in query["tags"]:
            kinds.setdefault(tag, []).append(i)
    return kinds


def report(command, best, floors, kinds):
    """Prints the table of a command, the main kinds of it; the rows for the CSV file are of all."""
    rows = []
    print(f"\n{command}: microseconds, mean | median | p99 of each query's minimum")
    for kind, members in kinds.items():
        if kind != "all" and len(members) < KIND_MIN_QUERIES:
            continue
        printed = ":" not in kind
        if printed:
            print(f"  {kind}")
        for name, answers in best.items():
            times = [answers[i][0] for i in members if i in answers]
            if not times:
                continue
            mean, median, p99 = summary(times)
            rows.append([command, name, kind, len(times), f"{mean:.1f}", f"{median:.1f}",
                         f"{p99:.1f}", f"{floors[name]:.1f}"])
            if printed:
                print(f"    {name:10} {mean:10.1f} | {median:9.1f} | {p99:10.1f}   "
                      f"n {len(times)}")
    for name, floor in floors.items():
        print(f"  floor {name}: {floor:.1f} us")
    return rows


def ratio(best, members, peer, own="lede"):
    both = [i for i in members if i in best[own] and i in best[peer]]
    if not both:
        return None
    return (statistics.fmean(best[peer][i][0] for i in both)
            / statistics.fmean(best[own][i][0] for i in both))


def slower_kinds(best, floors, kinds, peers):
    """Kinds in which the better of two peers is ahead of lede by more than the tolerance."""
    lines = []
    for kind, members in kinds.items():
        means = {name: statistics.fmean(best[name][i][0] for i in members if i in best[name])
                 for name in ["lede", *peers] if any(i in best[name] for i in members)}
        if len(members) < KIND_MIN_QUERIES or len(means) < 2 or "lede" not in means:
            continue
        own = means.pop("lede")
        peer = min(means, key=means.get)
        near_floor = own < FLOOR_ASIDE * floors["lede"]
        if own > TOLERANCE * means[peer] and not near_floor:
            lines.append(f"{kind}: lede {own:.1f} us, {peer} {means[peer]:.1f} us")
    return lines


def count_differences(results, queries, names):
    """Every query on which two engines, or two commands of one engine, count differently."""
    counts = {}
    for command, best in results.items():
        if not command.endswith("COUNT"):
            continue
        for name in names:
            for i, (_, answer) in best[name].items():
                counts.setdefault(i, {})[f"{name} {command}"] = answer
    return [(queries[i]["query"], values) for i, values in sorted(counts.items())
            if len(set(values.values())) > 1], len(counts)


def index_bytes(folder):
    """By the parts its driver printed when it was made."""
    return sum(common.parts_of(folder.with_suffix(".log").read_text()).values())


def print_lanes(lanes, results, members, folders):
    """Each lane's time and bytes over those of lede itself: less is better."""
    for engine in lanes:
        ratios = {command: ratio(best, members, engine.name) for command, best in results.items()}
        for command, value in ratios.items():
            print(f"bar game.{engine.lane}.{command}.vs_plain {value:.2f}")
        whole = (sum(best[engine.name][i][0] for best in results.values() for i in members)
                 / sum(best["lede"][i][0] for best in results.values() for i in members))
        size = index_bytes(folders[engine.name]) / index_bytes(folders["lede"])
        if engine.lane == "news":
            print(f"bar game.news.time_ratio {whole:.2f}\nbar game.news.size_ratio {size:.2f}")
        else:
            print(f"bar game.{engine.lane}.vs_plain {whole:.2f}")


def write_csv(args, facts, versions, rows, differences):
    name = f"{args.corpus}-{args.docs}" if args.docs else args.corpus
    path = common.results_path(f"game-{name}.csv")
    with open(path, "w", newline="") as out:
        print(f"# corpus {facts['corpus']}, {facts['docs']} documents, {facts['json_bytes']} bytes, "
              f"sha256 {facts['sha256']}", file=out)
        print(f"# {common.machine()}; pin {args.pin}, warm-up {args.warm_up} s, "
              f"passes {args.passes}", file=out)
        for version in versions.values():
            print(f"# {version}", file=out)
        for query, values in differences:
            print(f"# counts differ: {query}: {json.dumps(values)}", file=out)
        writer = csv.writer(out)
        writer.writerow(["command", "engine", "kind", "queries", "mean_us", "median_us", "p99_us",
                         "floor_us"])
        writer.writerows(rows)
    return path


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    common.add_arguments(parser, "paragraphs", corpora.SOURCES)
    parser.add_argument("--commands", default=",".join(COMMANDS))
    parser.add_argument("--passes", type=int, default=10)
    parser.add_argument("--warm-up", type=float, default=20, help="seconds an engine and command; twice that before the first")
    parser.add_argument("--pin", type=int, default=max(os.sched_getaffinity(0)),
                        help="core of client and engines; -1: none")
    lanes = ",".join(f"lede-{lane}" for lane in players.LANES)
    parser.set_defaults(engines=f"{parser.get_default('engines')},{lanes}")
    return parser.parse_args()


def main():
    args = parse_arguments()
    queries = corpora.load_queries()
    corpus_path, facts = corpora.make(args.corpus, args.docs)
    engines = players.find(args.build, args.engines.split(","))
    folders = {e.name: players.index_of(e, corpus_path, facts) for e in engines}
    versions = {e.name: f"{e.name}: {e.version()}" for e in engines}
    print(f"corpus {facts['corpus']}: {facts['docs']} documents, {facts['json_bytes'] / 1e6:.1f} MB")
    print(common.machine())
    print("\n".join(versions.values()))
    servers = start(engines, folders, args.pin, facts["docs"])
    kinds, rows, bars, results = kinds_of(queries), [], [], {}
    lanes = [e for e in engines if e.lane]
    peers = [e.name for e in engines if e.name != "lede" and not e.lane]
    commands = args.commands.split(",")
    warm_up_all(servers, engines, commands, queries, args.warm_up)
    for command in commands:
        best, floors = play(command, servers, engines, queries, args)
        results[command] = best
        rows += report(command, best, floors, kinds)
        if not best.get("lede"):
            continue
        swift = [e.name for e in engines if e.name in peers and not e.slow and e.plain
                 and not e.name.startswith("lede")]
        for line in slower_kinds(best, floors, kinds, swift):
            print(f"  slower kind: {line}")
        bars += [(command, peer, ratio(best, kinds["all"], peer)) for peer in peers]
    for server in servers.values():
        server.close()
    differences, counted = count_differences(results, queries, [e.name for e in engines if e.plain])
    print(f"\ncounts: {counted} queries compared, {len(differences)} differ")
    for query, values in differences[:20]:
        print(f"  {query}: {values}")
    print(f"written: {write_csv(args, facts, versions, rows, differences)}\n")
    for command, peer, value in bars:
        if value is not None:
            print(f"bar game.{command}.vs_{peer} {value:.2f}")
    if "lede" in folders:
        print_lanes(lanes, results, kinds["all"], folders)


if __name__ == "__main__":
    main()
