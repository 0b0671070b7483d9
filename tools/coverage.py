#!/usr/bin/env python3
"""How much of the code do the tests run? Lines over all of src/, branches of the storage core.

Usage: tools/coverage.py [--report] [BUILD_DIR [TEST...]]     (default: build-cov, every test)

--report: only reads the counters that are there.

Configures a gcc build with counters, builds and runs the tests (those whose name contains one of TEST), and
reads the counters with gcov. Prints one line a file of the core with its branches, those not taken with
their places, and `bar cov.lines_percent N`, `bar cov.core_branches_percent N`, `bar cov.unlisted_gaps N`.
Error paths and what the compiler made of one condition count like any other branch: whether a gap is known is
said in tools/coverage_gaps.txt, a row each: file, the line's text and the reason, with " | " between. By
text, so that rows outlive edits above them. Exits with 1 at a gap without a row and below 90 % of
lines; a row without a gap is printed, to be removed.
"""

import collections
import gzip
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
GAPS = ROOT / "tools" / "coverage_gaps.txt"
LINES_PERCENT_MIN = 90
CORE = ("src/index/writer_commit.c", "src/index/manifest_read.c", "src/index/manifest_write.c",
        "src/index/segment_read.c", "src/index/open_segment.c", "src/index/tombstones_read.c",
        "src/codec/")


def build(folder, tests):
    if not (folder / "build.ninja").exists():
        subprocess.run(["meson", "setup", str(folder), "--buildtype=debug", "-Db_coverage=true"], cwd=ROOT,
                       check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["ninja", "-C", str(folder), "-j2"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    for counter in folder.rglob("*.gcda"):
        counter.unlink()
    subprocess.run([sys.executable, "tools/run_tests.py", str(folder), *tests], cwd=ROOT, check=False)


def records(folder):
    """gcov's JSON of each object of src/ that ran."""
    counters = sorted(c.resolve() for c in (folder / "src").rglob("*.gcda"))
    with tempfile.TemporaryDirectory() as scratch:
        for at in range(0, len(counters), 50):
            subprocess.run(["gcov", "--json-format", "--branch-probabilities", *map(str, counters[at : at + 50])],
                           cwd=scratch, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for path in pathlib.Path(scratch).glob("*.gcov.json.gz"):
                with gzip.open(path) as file:
                    yield json.load(file)
                path.unlink()


def add_up(folder):
    lines = collections.defaultdict(lambda: collections.defaultdict(int))
    branches = collections.defaultdict(dict)
    for record in records(folder):
        base = pathlib.Path(record["current_working_directory"])
        for source in record["files"]:
            path = (base / source["file"]).resolve()
            if not path.is_relative_to(ROOT / "src"):
                continue
            name = str(path.relative_to(ROOT))
            for line in source["lines"]:
                number = line["line_number"]
                lines[name][number] += line["count"]
                taken = [b["count"] for b in line["branches"]]
                before = branches[name].get(number, [0] * len(taken))
                if len(before) == len(taken):
                    taken = [a + b for a, b in zip(before, taken)]
                branches[name][number] = taken
    return lines, branches


def known_gaps():
    rows = {}
    for row in GAPS.read_text().splitlines() if GAPS.exists() else []:
        if row.strip() and not row.startswith("#"):
            name, rest = row.split(" | ", 1)
            text, reason = rest.rsplit(" | ", 1)
            assert reason.strip(), row
            rows[(name, text)] = reason
    return rows


def report_core(branches):
    """Percent of the core's branches, and how many lines with a gap have no row."""
    known, seen, taken_all, all_all, unlisted = known_gaps(), set(), 0, 0, 0
    for name in sorted(n for n in branches if n.startswith(CORE) and n.endswith(".c")):
        taken = sum(c > 0 for line in branches[name].values() for c in line)
        total = sum(len(line) for line in branches[name].values())
        taken_all, all_all = taken_all + taken, all_all + total
        gaps = [n for n, line in sorted(branches[name].items()) if any(c == 0 for c in line)]
        print(f"{name}: {taken} of {total} branches")
        text = (ROOT / name).read_text().splitlines()
        for number in gaps:
            place = (name, text[number - 1].strip())
            seen.add(place)
            if place not in known:
                unlisted += 1
                print(f"  gap without a reason: {name}:{number}: {place[1]}")
    for name, line in sorted(set(known) - seen):
        print(f"  reason without a gap: {name}: {line}")
    return 100 * taken_all / max(all_all, 1), unlisted


def main():
    words = [w for w in sys.argv[1:] if w != "--report"]
    folder = ROOT / (words[0] if words else "build-cov")
    if "--report" not in sys.argv:
        build(folder, words[1:])
    lines, branches = add_up(folder)
    run = sum(count > 0 for file in lines.values() for count in file.values())
    total = sum(len(file) for file in lines.values())
    core, unlisted = report_core(branches)
    percent = 100 * run / max(total, 1)
    print(f"bar cov.lines_percent {percent:.1f}")
    print(f"bar cov.core_branches_percent {core:.1f}")
    print(f"bar cov.unlisted_gaps {unlisted}")
    return 1 if unlisted or percent < LINES_PERCENT_MIN else 0


if __name__ == "__main__":
    sys.exit(main())
