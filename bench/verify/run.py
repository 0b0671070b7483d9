#!/usr/bin/env python3
"""What do the checksums on the read path cost? Counts the instructions of the benchmark's queries with and
without them.

Usage: bench/verify/run.py [BUILD] [--docs N]     (default: build, 100000 paragraphs)

Two builds of the same sources play the same queries from the same archive under callgrind: one as it is, one
whose blocks count as verified (LD_BENCH_UNVERIFIED in src/index/segment_read.c). Each plays the 962
queries of the search benchmark's game, best ten without and with totals, from a snapshot opened anew: every
block that a query touches first is verified within it. A long-lived snapshot verifies each block once,
so that this is the most a query can pay; `again` is what the second pass over them pays. Opening (an
empty run) is taken off. Instructions, not seconds: they are the same on a busy machine.

Prints `bar verify.cost_percent N`; exits with 1 at 3 % and more, or where the two builds' answers differ.
Leaves a results file. `make bench-verify` calls it; needs valgrind.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import common
import corpus
import engines

COST_PERCENT_MAX = 3.0
QUERIES = "queries/search-benchmark-game.queries.jsonl.zst"
COMMANDS = ("TOP_10", "TOP_10_COUNT")


def unverified_build():
    folder = common.ROOT / "build-unverified"
    if not (folder / "build.ninja").exists():
        subprocess.run(["meson", "setup", folder, "--buildtype=release", "-Dtests=false",
                        "-Dc_args=-DLD_BENCH_UNVERIFIED"], cwd=common.ROOT, check=True,
                       stdout=subprocess.DEVNULL)
    subprocess.run(["ninja", "-C", folder, "-j2"], check=True, stdout=subprocess.DEVNULL)
    return folder


def queries():
    path = common.test_data() / QUERIES
    if not path.exists():
        sys.exit(f"verify: no queries at {path}; set LEDE_TEST_DATA")
    text = subprocess.run(["zstd", "-dc", path], check=True, capture_output=True, text=True).stdout
    return re.findall(r'"query"\s*:\s*"((?:[^"\\]|\\.)*)"', text)


def play(program, archive, script):
    """Instructions of a run, and what it answered."""
    done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", str(program),
                           "serve", str(archive)], input=script, capture_output=True, text=True, check=False)
    counted = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or not counted:
        sys.exit(f"verify: callgrind gave no count: {done.stderr[-400:]}")
    return int(counted.group(1)), done.stdout


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", nargs="?", default=str(common.ROOT / "build"))
    parser.add_argument("--docs", type=int, default=100_000)
    args = parser.parse_args()
    text, _ = corpus.make("paragraphs", args.docs)
    rows, worst, differ = [], 0.0, False
    with tempfile.TemporaryDirectory() as scratch:
        programs = {"on": engines.build_driver(args.build, "game/lede/game.c", Path(scratch) / "on"),
                    "off": engines.build_driver(unverified_build(), "game/lede/game.c",
                                                    Path(scratch) / "off")}
        archive = Path(scratch) / "archive"
        with open(text, "rb") as lines:
            subprocess.run([programs["on"], "index", archive], stdin=lines, check=True,
                           stdout=subprocess.DEVNULL)
        opening = {name: play(p, archive, "")[0] for name, p in programs.items()}
        for command in COMMANDS:
            once = "".join(f"{command}\t{q}\n" for q in queries())
            counts = {}
            for name, program in programs.items():
                first, answers = play(program, archive, once)
                both, _ = play(program, archive, once * 2)
                counts[name] = (first - opening[name], both - first, answers)
            differ |= counts["on"][2] != counts["off"][2]
            for part, label in enumerate(("first", "again")):
                cost = 100 * (counts["on"][part] / counts["off"][part] - 1)
                worst = max(worst, cost)
                rows.append((command, label, len(once.splitlines()), counts["on"][part], counts["off"][part],
                             f"{cost:.2f}"))
                print(f"{command:13} {label}: {counts['on'][part]:>13,} instructions, "
                      f"{counts['off'][part]:>13,} without, {cost:+.2f} %")
    path = common.results_path("verify.csv")
    lines = [f"# lede {common.revision()}, {args.docs} paragraphs", f"# {common.machine()}",
             "command,pass,queries,instructions_verified,instructions_unverified,cost_percent"]
    path.write_text("\n".join(lines + [",".join(map(str, row)) for row in rows]) + "\n")
    print(f"bar verify.cost_percent {worst:.2f}")
    print(f"written: {path.relative_to(common.ROOT)}")
    if differ:
        sys.exit("verify: the two builds' answers differ")
    sys.exit(worst >= COST_PERCENT_MAX)


if __name__ == "__main__":
    main()
