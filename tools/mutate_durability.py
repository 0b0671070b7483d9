#!/usr/bin/env python3
"""Takes every durability call out of the commit path, one at a time, and asks who notices.

Usage: tools/mutate_durability.py [--states N] [--keep FOLDER]

For each call of ld_file_sync, ld_dir_sync, ld_dir_sync_parent and ld_path_rename in src/index/ and in
src/engine/rejects.c: a copy of the tree is made outside the repository, the call's text in it becomes
LEDE_OK (what the call would have answered, without its effect), the crash test is built anew from
that text and run. So nothing is simulated about the mutation: the program under test is the one that a
careless edit would give, and the sources need no hooks for it.

Prints one line a call, `file:line call -> caught by ...` or `SURVIVED`, and exits with 1 when one on the
commit path survives. The list of rejects is a report, not part of a generation: its calls are listed
apart and do not count.

--states  how far the crash test searches, once its short search has found nothing, before a call
          counts as survived (LEDE_TRUST_STATES)
--keep    work in this folder and leave it there (default: a temporary one, removed)
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

CALL = re.compile(r"(?<!lede_status )\b(ld_file_sync|ld_dir_sync|ld_dir_sync_parent|ld_path_rename)\s*\(")
FUNCTION = re.compile(r"^(?:static )?(?:lede_status|bool|void)\s+(\w+)\(", re.MULTILINE)
TARGET = "tests/crash/test_crash"
RUN_SECONDS_MAX = 1200
LEFT_OUT = shutil.ignore_patterns(".git", "build*", "*.lede", "__pycache__")


def end_of_call(text, start):
    """The place after the parenthesis that closes the one at or after `start`."""
    depth = 0
    for at in range(text.index("(", start), len(text)):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if depth == 0:
            return at + 1
    raise ValueError("a call without its end")


def find_calls(root):
    files = sorted((root / "src/index").glob("*.c")) + [root / "src/engine/rejects.c"]
    for path in files:
        text = path.read_text()
        for match in CALL.finditer(text):
            yield path, match.start(), end_of_call(text, match.start())


def place_of(path, root, text, start):
    functions = [m.group(1) for m in FUNCTION.finditer(text, 0, start)]
    line = text.count("\n", 0, start) + 1
    return f"{path.relative_to(root)}:{line} in {functions[-1] if functions else '?'}()"


def build(folder):
    done = subprocess.run(
        ["ninja", "-C", str(folder / "build"), TARGET], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        sys.exit(f"mutate_durability.py: the copy does not build:\n{done.stdout[-3000:]}")


def run(folder, states):
    """What the crash test said against it; None when it passed. states 0: the short search."""
    env = dict(os.environ, LEDE_TRUST_STOP="1")
    env.pop("LEDE_TRUST_STATES", None)
    if states:
        env["LEDE_TRUST_STATES"] = str(states)
    try:
        done = subprocess.run(
            [str(folder / "build" / TARGET)],
            cwd=folder, env=env, capture_output=True, text=True, timeout=RUN_SECONDS_MAX, check=False,
        )
    except subprocess.TimeoutExpired:
        return "the crash test did not end"
    text = done.stdout + done.stderr
    # cmocka writes verdicts and messages to two streams: the messages of the first test come first
    if "[       OK ] nothing_lost_nothing_wrong" in text:
        return None
    if "[  FAILED  ] nothing_lost_nothing_wrong" not in text:
        return f"exit code {done.returncode}"
    errors = [line.strip() for line in text.splitlines() if "ERROR" in line]
    first = errors[0] if errors else "a failed comparison"
    return re.sub(r"^\[?\s*ERROR\s*\]?:?\s*(---)?\s*", "", first)


def main():
    parser = argparse.ArgumentParser(add_help=True, usage=__doc__.split("\n\n")[1])
    parser.add_argument("--states", type=int, default=20000)
    parser.add_argument("--keep", type=pathlib.Path)
    options = parser.parse_args()
    root = pathlib.Path(__file__).resolve().parent.parent
    folder = options.keep or pathlib.Path(tempfile.mkdtemp(prefix="lede-mutate-"))
    try:
        sys.exit(1 if mutate(root, folder, options.states) else 0)
    finally:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)


def mutate(root, folder, states):
    """How many calls on the commit path survived."""
    shutil.copytree(root, folder, ignore=LEFT_OUT, dirs_exist_ok=True)
    if not (folder / "build" / "build.ninja").exists():
        subprocess.run(
            ["meson", "setup", str(folder / "build"), str(folder), "--buildtype=release"],
            check=True, stdout=subprocess.DEVNULL,
        )
    build(folder)
    problem = run(folder, 0)
    if problem:
        sys.exit(f"mutate_durability.py: the crash test fails as it is: {problem}")
    survived = caught = 0
    for path, start, end in list(find_calls(folder)):
        text = path.read_text()
        path.write_text(text[:start] + "LEDE_OK" + text[end:])
        build(folder)
        problem = run(folder, 0) or run(folder, states)
        path.write_text(text)
        on_path = path.name != "rejects.c"
        survived += on_path and problem is None
        caught += on_path and problem is not None
        call = re.sub(r"\s+", " ", text[start:end])
        verdict = f"caught by {problem}" if problem else "SURVIVED"
        apart = "" if on_path else " (a report)"
        print(f"{place_of(path, folder, text, start)} {call}{apart} -> {verdict}", flush=True)
    print(f"{caught} calls on the commit path caught, {survived} survived")
    return survived


if __name__ == "__main__":
    main()
