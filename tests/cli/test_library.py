#!/usr/bin/env python3
"""Holds what the library shows to the world, and prints TAP.

Usage: tests/cli/test_library.py LIBLEDE_SO EXAMPLE

The exported symbols are those of exported_symbols.txt; the headers are C11 and C++17 on their own and
one by one; the example runs against the shared library.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEADERS = sorted((ROOT / "include/lede").glob("*.h"))
C_FLAGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only", f"-I{ROOT / 'include'}"]


def exported(library):
    """Names of the dynamic table; what begins with _ is the linker's or a sanitizer's."""
    done = subprocess.run(
        ["nm", "-D", "--defined-only", library], capture_output=True, text=True, check=True
    )
    names = {line.split()[-1].split("@")[0] for line in done.stdout.splitlines()}
    return {name for name in names if not name.startswith("_")}


def declared():
    """Functions that the headers mark with LEDE_API."""
    names = set()
    for header in HEADERS:
        text = re.sub(r"/\*.*?\*/", "", header.read_text(encoding="utf-8"), flags=re.DOTALL)
        for declaration in re.findall(r"^LEDE_API\b[^;]*;", text, flags=re.MULTILINE):
            names.add(re.search(r"(\w+)\s*\(", declaration).group(1))
    return names


def check_symbols(library, _example):
    """the shared library exports exactly what exported_symbols.txt lists"""
    listed = set((ROOT / "tests/cli/exported_symbols.txt").read_text(encoding="utf-8").split())
    names = exported(library)
    assert names == listed, f"not listed: {names - listed}; not exported: {listed - names}"


def check_declared(library, _example):
    """every exported symbol is declared in a public header, and the other way round"""
    names = exported(library)
    assert names == declared(), names ^ declared()


def check_headers_c(_library, _example):
    """each public header is C11 by itself"""
    compile_headers(["cc", "-x", "c", "-std=c11"])


def check_headers_cpp(_library, _example):
    """each public header is C++17 by itself"""
    if not shutil.which("g++"):
        return "no g++"
    compile_headers(["g++", "-x", "c++", "-std=c++17"])
    return None


def compile_headers(compiler):
    for header in HEADERS:
        source = f"#include <lede/{header.name}>\nint main(void) {{ return 0; }}\n"
        subprocess.run([*compiler, *C_FLAGS, "-"], input=source, text=True, check=True)


def check_example_c11(_library, _example):
    """the example is plain C11"""
    subprocess.run(["cc", "-std=c11", *C_FLAGS, ROOT / "examples/search.c"], check=True)


def check_example(library, example):
    """the example finds what it added"""
    env = dict(os.environ, LD_LIBRARY_PATH=str(pathlib.Path(library).resolve().parent))
    with tempfile.TemporaryDirectory(prefix="lede-example-") as folder:
        archive = str(pathlib.Path(folder) / "a.lede")
        done = subprocess.run(
            [example, archive, "ferry goats"], capture_output=True, text=True, env=env, check=False
        )
    lines = done.stdout.splitlines()
    assert done.returncode == 0 and done.stderr == "", done
    assert lines[0].startswith("1 found"), done
    assert lines[1] == "Ferry returns to the Sarn", done
    assert lines[2] == "https://www.lantern.example/2024/05/06/ferry", done
    assert any("goats" in line for line in lines[3:]), done


def main():
    checks = [check_symbols, check_declared, check_headers_c, check_headers_cpp,
              check_example_c11, check_example]
    print(f"1..{len(checks)}", flush=True)
    failed = 0
    for number, check in enumerate(checks, 1):
        title = f"{number} - {check.__doc__}"
        try:
            skip = check(sys.argv[1], sys.argv[2])
            print(f"ok {title} # SKIP {skip}" if skip else f"ok {title}", flush=True)
        except (AssertionError, subprocess.CalledProcessError) as error:
            failed += 1
            print(f"not ok {title}\n# {error}", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
