#!/usr/bin/env python3
"""Runs the tests of a build folder and counts single test cases.

Usage: tools/run_tests.py BUILD_DIR [NAME...]

Reads `meson introspect --tests`, runs two tests at a time (those whose name contains one of NAME, where
given) under the time limits stated there, and prints one line a test, the whole output of those that
fail, and last `N passed, N failed, N skipped`. Exits with 0 only when something passed and
nothing failed.

What is counted: a TAP test's cases, one each; any other test as one case by its exit code (77:
skipped). On top of that one failure for a TAP test that ends before its plan is done, exits non-zero
though no case failed (a sanitizer's find, a crash at the end), or prints no case at all. cmocka prints a
skipped case as "not ok 3 # SKIP name", against the TAP rules, so SKIP is looked for first.
"""

import concurrent.futures
import json
import os
import re
import signal
import subprocess
import sys
import time

PARALLEL = 2
OUTPUT_BYTES_MAX = 64 << 10  # of a failing test, from its end

PLAN = re.compile(r"^1\.\.(\d+)\s*(#\s*skip.*)?$", re.IGNORECASE)
CASE = re.compile(r"^(not )?ok\b\s*\d*(.*)$")
DIRECTIVE = re.compile(r"#\s*(skip|todo)\b", re.IGNORECASE)


class Outcome:
    def __init__(self, name):
        self.name = name
        self.passed = self.failed = self.skipped = 0
        self.notes = []
        self.output = ""
        self.seconds = 0.0

    def fail(self, note, count=1):
        self.failed += count
        self.notes.append(note)


def count_tap(outcome, text, exit_code):
    planned = 0
    plan_skips = False
    for line in text.splitlines():
        plan = PLAN.match(line)
        if plan:
            planned += int(plan.group(1))
            plan_skips = plan_skips or bool(plan.group(2))
            continue
        case = CASE.match(line)
        if not case:
            continue
        directive = DIRECTIVE.search(case.group(2))
        kind = directive.group(1).lower() if directive else ""
        if kind == "skip":
            outcome.skipped += 1
        elif case.group(1) and kind != "todo":
            outcome.failed += 1
        else:
            outcome.passed += 1
    seen = outcome.passed + outcome.failed + outcome.skipped
    if seen == 0 and plan_skips and exit_code == 0:
        outcome.skipped = 1
        return
    if seen == 0 and exit_code == 77:
        outcome.skipped = 1
        return
    if seen < planned:
        outcome.fail(f"ended after {seen} of {planned} cases", planned - seen)
    elif seen == 0:
        outcome.fail("printed no case")
    if exit_code != 0 and outcome.failed == 0:
        outcome.fail(f"exit code {exit_code} though no case failed")


def count_exit_code(outcome, exit_code):
    if exit_code == 0:
        outcome.passed = 1
    elif exit_code == 77:
        outcome.skipped = 1
    else:
        outcome.fail(f"exit code {exit_code}")


def run_command(test):
    """The test's output and exit code; the code is None when the time ran out."""
    env = dict(os.environ)
    env.update(test.get("env") or {})
    timeout = test.get("timeout") or 0
    process = subprocess.Popen(
        test["cmd"],
        cwd=test.get("workdir") or None,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=timeout if timeout > 0 else None)
        return output, process.returncode
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
        return output, None


def run_test(test):
    suites = [s.split(":", 1)[-1] for s in test.get("suite", [])]
    outcome = Outcome(test["name"] or "/".join(suites))
    start = time.monotonic()
    try:
        raw, exit_code = run_command(test)
    except OSError as error:
        outcome.fail(f"cannot run {test['cmd'][0]}: {error.strerror}")
        return outcome
    outcome.seconds = time.monotonic() - start
    outcome.output = raw.decode("utf-8", "replace")
    if test.get("protocol") == "tap":
        count_tap(outcome, outcome.output, 0 if exit_code is None else exit_code)
    elif exit_code is not None:
        count_exit_code(outcome, exit_code)
    if exit_code is None:
        outcome.fail(f"did not end within {test.get('timeout')} s")
    return outcome


def report(outcome):
    word = "FAIL" if outcome.failed else "ok"
    print(
        f"{word:4} {outcome.name}: {outcome.passed} passed, {outcome.failed} failed, "
        f"{outcome.skipped} skipped, {outcome.seconds:.2f} s"
    )
    for note in outcome.notes:
        print(f"     {note}")
    if outcome.failed and outcome.output:
        text = outcome.output[-OUTPUT_BYTES_MAX:]
        print("     " + text.rstrip("\n").replace("\n", "\n     "))
    sys.stdout.flush()


def load_tests(build_dir, names):
    listing = subprocess.run(
        ["meson", "introspect", "--tests", build_dir], capture_output=True, text=True, check=False
    )
    if listing.returncode != 0:
        sys.exit(f"run_tests.py: {build_dir} is no build folder: {listing.stderr.strip()}")
    tests = json.loads(listing.stdout)
    return [t for t in tests if not names or any(n in t["name"] for n in names)]


def main():
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit("usage: tools/run_tests.py BUILD_DIR [NAME...]")
    tests = load_tests(sys.argv[1], sys.argv[2:])
    parallel = [t for t in tests if t.get("is_parallel", True)]
    alone = [t for t in tests if not t.get("is_parallel", True)]
    passed = failed = skipped = 0
    with concurrent.futures.ThreadPoolExecutor(PARALLEL) as pool:
        outcomes = list(map_reporting(pool, parallel))
    for test in alone:
        outcome = run_test(test)
        report(outcome)
        outcomes.append(outcome)
    for outcome in outcomes:
        passed += outcome.passed
        failed += outcome.failed
        skipped += outcome.skipped
    if passed + failed == 0:
        print("nothing ran")
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    sys.exit(0 if passed > 0 and failed == 0 else 1)


def map_reporting(pool, tests):
    """Each test's outcome as it ends, already printed."""
    for future in concurrent.futures.as_completed([pool.submit(run_test, t) for t in tests]):
        outcome = future.result()
        report(outcome)
        yield outcome


if __name__ == "__main__":
    main()
