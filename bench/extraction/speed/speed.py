#!/usr/bin/env python3
"""How many pages a second, beside whom?

usage: speed.py --build BUILD [DATA] [--rounds N] [--peers a,b]

Every page of every benchmark in DATA (laid out as evaluate.py wants it) is read into memory by each
engine's process. Then the engines take turns: a round is one pass of each, in one thread, measured
in processor seconds; the figure is the median of the rounds. Slow engines pass over every STEP-th
page only, and what lede's time is divided by is then lede's time for the same pages.

    parser      bytes into trees: lede, encodings found and undone, and lexbor, which takes the
                bytes for UTF-8
    extraction  bytes into articles with metadata: lede through its public interface; of the peers
                trafilatura and rs-trafilatura give metadata as well
    warc        the pages as one WARC.gz, a member a record, through `lede extract --jobs 1` into
                JSONL: the whole process, its start included

Last lines: `bar NAME FIGURE`; ratios are the peer's time over lede's. A dated file of all rounds
lies in ../../results.
"""
import argparse
import csv
import gzip
import io
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.path.insert(0, str(HERE.parent.parent))

import common  # noqa: E402
import evaluate  # noqa: E402

FOLDERS = ("html",)


class Engine:
    """One process that holds the pages and makes a pass when it is told to."""

    def __init__(self, name, command, step, pages_list):
        self.name, self.step = name, step
        self.passes = {}  # step: [(seconds, pages, bytes, found)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)
        self.process.stdin.write(f"{pages_list}\n")

    def run(self, step):
        self.process.stdin.write(f"{step}\n")
        self.process.stdin.flush()
        words = self.process.stdout.readline().split()
        if len(words) != 4:
            raise SystemExit(f"speed: {self.name} ended early (status {self.process.wait()})")
        row = (float(words[0]), *map(int, words[1:]))
        self.passes.setdefault(step, []).append(row)

    def seconds(self, step):
        return statistics.median(row[0] for row in self.passes[step])

    def counts(self, step):
        return self.passes[step][-1][1:]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def build_driver(build):
    build = Path(build).resolve()
    library = build / "src" / "liblede.a"
    if not library.exists():
        raise SystemExit(f"speed: no library at {library}; run `make build` first")
    flags = subprocess.run(["pkg-config", "--libs", "--static", "lede"], check=True, text=True,
                           capture_output=True,
                           env={"PKG_CONFIG_PATH": str(build / "meson-uninstalled"),
                                "PATH": "/usr/local/bin:/usr/bin:/bin"}).stdout.split()
    program = common.bench_dir() / "bin" / "lede-pass"
    program.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cc", "-std=gnu11", "-O2", "-Wall", "-Wextra",
                    f"-I{common.ROOT / 'include'}", f"-I{common.ROOT / 'src'}", "-o", str(program),
                    str(HERE / "lede.c"), str(library), *[f for f in flags if f != "-llede"]],
                   check=True)
    return program


def find_pages(data, scratch):
    pages = []
    for name in sorted(os.listdir(data)):
        source = os.path.join(data, name)
        folder = evaluate.unpack(source, scratch) if os.path.isdir(source) else None
        for where in FOLDERS if folder else ():
            for path in Path(folder, where).rglob("*"):
                if path.is_file():
                    pages.append(path)
    return sorted(pages)


def make_warc(pages, path):
    """One response record a page, each a gzip member, as crawlers write them."""
    with open(path, "wb") as out:
        for number, page in enumerate(pages):
            body = page.read_bytes()
            http = (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n"
                    % len(body)) + body
            head = (f"WARC/1.0\r\nWARC-Type: response\r\n"
                    f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{number:012x}>\r\n"
                    f"WARC-Date: 2026-11-01T00:00:00Z\r\n"
                    f"WARC-Target-URI: https://example.org/{number}.html\r\n"
                    f"Content-Type: application/http; msgtype=response\r\n"
                    f"Content-Length: {len(http)}\r\n\r\n").encode()
            member = io.BytesIO()
            with gzip.GzipFile(fileobj=member, mode="wb", mtime=0, compresslevel=6) as packed:
                packed.write(head + http + b"\r\n\r\n")
            out.write(member.getvalue())


def warc_pass(lede, warc, scratch):
    """(processor seconds, articles)"""
    lines = os.path.join(scratch, "out.jsonl")
    with open(lines, "wb") as out:
        process = subprocess.Popen([lede, "extract", "--quiet", "--format", "jsonl", "--jobs", "1",
                                    warc], stdout=out)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"speed: lede extract ended with {process.returncode}")
    with open(lines, "rb") as found:
        return usage.ru_utime + usage.ru_stime, sum(1 for _ in found)


def start_engines(wanted, pages_list, driver):
    cache = common.bench_dir()
    python = cache / "extract-venv" / "bin" / "python"
    crates = cache / "bin" / "extract-peers"
    known = {"lede.parse": ([driver, "parse"], 1), "lede": ([driver, "extract"], 1),
             "lexbor": ([cache / "bin" / "lexbor-pass"], 1),
             "dom_smoothie": ([crates, "dom_smoothie"], 4),
             "resiliparse": ([python, HERE / "peer.py", "resiliparse"], 1),
             "rs-trafilatura": ([crates, "rs-trafilatura"], 8),
             "trafilatura": ([python, HERE / "peer.py", "trafilatura"], 24)}
    engines = {}
    for name, (command, step) in known.items():
        if wanted and name not in wanted and not name.startswith("lede"):
            continue
        if not Path(command[0]).exists():
            print(f"{name} does not run: {command[0]} is missing (speed/setup.sh)")
            continue
        engines[name] = Engine(name, [str(word) for word in command], step, pages_list)
    return engines


def run_rounds(engines, rounds, warc):
    """The seconds of each pass over the WARC, and how many articles it gave."""
    steps = sorted({e.step for e in engines.values()})
    warc_seconds, articles = [], 0
    for number in range(rounds):
        for name, engine in engines.items():
            for step in steps if name == "lede" else [engine.step]:
                engine.run(step)
        seconds, articles = warc()
        warc_seconds.append(seconds)
        print(f"round {number + 1} of {rounds}", flush=True)
    return warc_seconds, articles


def print_table(engines):
    print(f"{'engine':16} {'pages':>6} {'found':>6} {'pages/s':>9} {'MB/s':>7} {'times lede':>10}")
    for name, engine in engines.items():
        pages, page_bytes, found = engine.counts(engine.step)
        seconds = engine.seconds(engine.step)
        base = engines["lede.parse" if name in ("lede.parse", "lexbor") else "lede"]
        print(f"{name:16} {pages:6} {found:6} {pages / seconds:9.1f} "
              f"{page_bytes / seconds / 1e6:7.1f} {seconds / base.seconds(engine.step):10.2f}")


def bars(engines, warc_seconds, articles):
    lede = engines["lede"]
    result = {}
    if "lexbor" in engines:
        result["extract.parser.vs_lexbor"] = (engines["lexbor"].seconds(1) /
                                              engines["lede.parse"].seconds(1))
    result["extract.pages_per_s"] = lede.counts(1)[0] / lede.seconds(1)
    for name, engine in engines.items():
        if name not in ("lede", "lede.parse", "lexbor"):
            result[f"extract.vs_{name}"] = engine.seconds(engine.step) / lede.seconds(engine.step)
    result["extract.warc_pages_per_s"] = articles / statistics.median(warc_seconds)
    return result


def write_csv(engines, warc_seconds, articles, result, pages):
    path = common.results_path("extraction-speed.csv")
    with open(path, "w", newline="", encoding="utf-8") as f:
        f.write(f"# {len(pages)} pages, lede {common.revision()}, {common.machine()}\n")
        out = csv.writer(f)
        out.writerow(["engine", "round", "seconds", "pages", "bytes", "found"])
        for name, engine in engines.items():
            for number, row in enumerate(engine.passes[engine.step]):
                out.writerow([name, number + 1, *row])
        for number, seconds in enumerate(warc_seconds):
            out.writerow(["lede extract WARC.gz", number + 1, f"{seconds:.6f}", articles, "",
                          articles])
        for name, value in result.items():
            out.writerow([f"bar {name}", "", f"{value:.4f}", "", "", ""])
    print(f"rounds: {path}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", nargs="?", default=str(common.test_data() / "extraction"))
    parser.add_argument("--build", default=str(common.ROOT / "build"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peers", help="names, with commas; default: all that are there")
    options = parser.parse_args()
    driver = build_driver(options.build)
    lede = str(Path(options.build).resolve() / "src" / "lede")
    with tempfile.TemporaryDirectory() as scratch:
        pages = find_pages(options.data, scratch)
        if not pages:
            raise SystemExit(f"speed: no pages in {options.data}")
        pages_list = os.path.join(scratch, "pages.txt")
        Path(pages_list).write_text("".join(f"{page}\n" for page in pages), encoding="utf-8")
        warc = os.path.join(scratch, "pages.warc.gz")
        make_warc(pages, warc)
        engines = start_engines(options.peers.split(",") if options.peers else None, pages_list,
                                driver)
        warc_seconds, articles = run_rounds(engines, options.rounds,
                                            lambda: warc_pass(lede, warc, scratch))
        for engine in engines.values():
            engine.close()
    print_table(engines)
    print(f"WARC.gz to JSONL: {articles} articles in {statistics.median(warc_seconds):.3f} s")
    result = bars(engines, warc_seconds, articles)
    write_csv(engines, warc_seconds, articles, result, pages)
    for name, value in result.items():
        print(f"bar {name} {value:.2f}")


if __name__ == "__main__":
    main()
