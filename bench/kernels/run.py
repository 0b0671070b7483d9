#!/usr/bin/env python3
"""Builds and runs bench/kernels/kernels.c; prints a table, leaves a results file.

Usage: bench/kernels/run.py [BUILD]

BUILD: a release build (default: build). Ends with 1 where the variants' answers differ. `make
bench-kernels` calls it.
"""

import csv
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import common


def build_bench(build):
    program = build / "bench_kernels"
    libraries = [build / "src" / f"libld_{name}.a" for name in ("codec", "base")]
    subprocess.run(["cc", "-std=gnu11", "-O2", "-Wall", "-Wextra", f"-I{common.ROOT}/src",
                    f"-I{common.ROOT}/include", f"-I{common.ROOT}", "-o", program,
                    common.ROOT / "bench/kernels/kernels.c", *libraries, "-lm", "-lpthread"],
                   check=True)
    return program


def print_table(rows):
    names = list(dict.fromkeys(row["variant"] for row in rows))
    print(f"{'ns per item (times scalar)':34}" + "".join(f"{name:>18}" for name in names))
    for start in range(0, len(rows), len(names)):
        group = rows[start:start + len(names)]
        cells = [f"{float(row['ns_per_item']):10.3f} ({float(row['times_scalar']):5.2f})"
                 for row in group]
        differs = "" if group[0]["equal"] == "yes" else "   ANSWERS DIFFER"
        label = f"{group[0]['kernel']}, {group[0]['shape']}"
        print(f"{label:34}" + "".join(f"{cell:>18}" for cell in cells) + differs)


def main():
    build = Path(sys.argv[1] if len(sys.argv) > 1 else common.ROOT / "build").resolve()
    done = subprocess.run([build_bench(build)], stdout=subprocess.PIPE, text=True)
    if not done.stdout:
        sys.exit("bench/kernels: the program gave no figures")
    print_table(list(csv.DictReader(done.stdout.splitlines())))
    path = common.results_path("kernels.csv")
    path.write_text(f"# lede {common.revision()}\n# {common.machine()}\n{done.stdout}")
    print(f"written: {path.relative_to(common.ROOT)}")
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
