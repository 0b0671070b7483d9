#!/usr/bin/env python3
"""Tests of run_tests.py and check_layers.py: each rule is broken once, and must be seen."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.dont_write_bytecode = True

import check_layers  # noqa: E402
import run_tests  # noqa: E402


def tap(text, exit_code=0):
    outcome = run_tests.Outcome("x")
    run_tests.count_tap(outcome, text, exit_code)
    return outcome.passed, outcome.failed, outcome.skipped


class CountTap(unittest.TestCase):
    def test_cases_are_counted(self):
        self.assertEqual(tap("1..2\nok 1 - a\nok 2 - b\n# ok - tests\n"), (2, 0, 0))
        self.assertEqual(tap("1..2\nok 1 - a\nnot ok 2 - b\n# c.c:3: error\n", 1), (1, 1, 0))

    def test_both_ways_to_say_skip(self):
        self.assertEqual(tap("1..2\nnot ok 1 # SKIP a\nok 2 # skip b\n"), (0, 0, 2))
        self.assertEqual(tap("1..0 # skip no data\n"), (0, 0, 1))

    def test_several_groups(self):
        self.assertEqual(tap("1..1\nok 1 - a\n1..1\nok 1 - b\n"), (2, 0, 0))

    def test_a_crash_fails_the_cases_that_are_missing(self):
        self.assertEqual(tap("1..3\nok 1 - a\n", -11), (1, 2, 0))

    def test_a_find_after_the_last_case_fails(self):
        self.assertEqual(tap("1..1\nok 1 - a\nLeakSanitizer\n", 23), (1, 1, 0))

    def test_nothing_printed_fails(self):
        self.assertEqual(tap("", 0), (0, 1, 0))
        self.assertEqual(tap("1..0\n", 0), (0, 1, 0))

    def test_words_that_only_begin_like_a_case(self):
        self.assertEqual(tap("1..1\nokay then\nnotok\nok 1 - a\n"), (1, 0, 0))


class RunTest(unittest.TestCase):
    def run_script(self, script, **more):
        test = {"name": "x", "cmd": ["/bin/sh", "-c", script], "env": {}, "timeout": 20}
        test.update(more)
        outcome = run_tests.run_test(test)
        return outcome.passed, outcome.failed, outcome.skipped

    def test_exit_codes(self):
        self.assertEqual(self.run_script("exit 0"), (1, 0, 0))
        self.assertEqual(self.run_script("exit 77"), (0, 0, 1))
        self.assertEqual(self.run_script("exit 1"), (0, 1, 0))
        self.assertEqual(self.run_script("kill -9 $$"), (0, 1, 0))

    def test_time_limit(self):
        self.assertEqual(self.run_script("sleep 30", timeout=1), (0, 1, 0))
        self.assertEqual(
            self.run_script("echo 1..1; echo ok 1; sleep 30", timeout=1, protocol="tap"), (1, 1, 0)
        )

    def test_environment_and_missing_program(self):
        script = 'test "$A" = b'
        self.assertEqual(self.run_script(script, env={"A": "b"}), (1, 0, 0))
        self.assertEqual(self.run_script("", cmd=["/no/such/program"]), (0, 1, 0))


class CheckLayers(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.dir.name)
        self.write("src/layers.txt", "base:\nflow:\nlow:\nhigh: low\ncli: include/lede\n")
        for folder in ("base", "flow", "low", "high", "cli"):
            self.write(f"src/{folder}/{folder}.h", "#define X 1\n")
        self.write("include/lede/lede.h", "")
        self.write("include/lede/status.h", "")

    def tearDown(self):
        self.dir.cleanup()

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def findings(self):
        done = subprocess.run(
            [sys.executable, str(HERE / "check_layers.py"), str(self.root)],
            capture_output=True,
            text=True,
            check=False,
        )
        lines = done.stdout.splitlines()
        self.assertEqual(done.returncode, 0 if lines[0].startswith("layers: ") else 1)
        return [] if done.returncode == 0 else lines

    def assert_found(self, words):
        found = self.findings()
        self.assertEqual(len(found), 1, found)
        self.assertIn(words, found[0])

    def test_good_sources(self):
        self.write(
            "src/high/a.c",
            '#include "low/low.h"\n#include "flow/flow.h"\n#include "base/base.h"\n'
            '#include "lede/status.h"\n#include <stdlib.h>\n/* #include "cli/cli.h" free() */\n'
            'int x(struct t *v)\n{\n    return v->free(v) + ld_free(v) + "malloc("[0];\n}\n',
        )
        self.write("src/cli/b.c", '#include "lede/lede.h"\nint y(void)\n{\n    printf("");\n}\n')
        self.write("src/base/c.c", "int z(void)\n{\n    free(malloc(1));\n}\n")
        self.assertEqual(self.findings(), [])

    def test_upward_include(self):
        self.write("src/low/a.c", '\n#include "high/high.h"\n')
        self.assert_found('src/low/a.c:2: src/low may not include "high/high.h"')

    def test_public_header_from_inside(self):
        self.write("src/high/a.c", '#include "lede/lede.h"\n')
        self.assert_found("may not include")

    def test_base_includes_nobody(self):
        self.write("src/base/a.c", '#include "flow/flow.h"\n')
        self.assert_found("may not include")

    def test_include_without_folder(self):
        self.write("src/low/a.c", '#include "low.h"\n')
        self.assert_found("may not include")

    def test_missing_header(self):
        self.write("src/high/a.c", '#include "low/gone.h"\n')
        self.assert_found("neither below")

    def test_cycle_and_missing_row(self):
        self.write("src/layers.txt", "base:\nflow:\nlow: high\nhigh: low\ncli:\n")
        self.assert_found("a cycle: low -> high -> low")
        self.write("src/layers.txt", "base:\nflow:\nlow:\nhigh: low\n")
        self.assert_found("src/cli has no row")

    def test_effects(self):
        for call in ("malloc(1)", "open(p, 0)", "time(NULL)", "pthread_mutex_lock(&m)", "abort()"):
            self.write("src/low/a.c", f"int x(void)\n{{\n    return {call};\n}}\n")
            self.assert_found(f"src/low/a.c:3: {call.split('(')[0]}() belongs to src/base")
        self.write("src/low/a.c", "#define GRAB(n) \\\n    malloc(n)\n")
        self.assert_found("malloc()")
        self.write("src/low/a.c", "")
        self.write("src/cli/a.c", "int x(void)\n{\n    return malloc(1);\n}\n")
        self.assert_found("malloc()")

    def test_lengths(self):
        self.write("src/low/a.c", "int long_one(void)\n{\n" + "    x;\n" * 101 + "}\n")
        self.assert_found("long_one has 101 lines")
        self.write("src/low/a.c", "int x;\n" * 1501)
        self.assert_found("1501 lines")
        self.write("src/low/a.c", "")
        self.write("src/low/a_tables.c", "int x;\n" * 1501)
        self.assertEqual(self.findings(), [])


if __name__ == "__main__":
    unittest.main()
