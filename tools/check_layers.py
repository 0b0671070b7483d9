#!/usr/bin/env python3
"""Holds the sources to the rules of the house; `make check` calls it.

Usage: tools/check_layers.py [ROOT]

1. Every #include "..." below src/<folder>/ is of the folder itself or of one that src/layers.txt
   allows; base/, flow/ and lede/status.h, lede/env.h, lede/types.h always are. The table has no cycle,
   names every folder, and every included file exists.
2. Effects stay in src/base/: memory, files, clocks, chance and threads are not called elsewhere.
   server/ and cli/ may use stdio, signals and sockets; nobody else prints, exits or aborts.
3. No file over 1,500 lines (but *_tables.c and *_data.c), no function over 100.

Comments, strings and generated tables are not looked at. Prints one line a finding, exits with 1
when there is one.
"""

import pathlib
import re
import sys

FILE_LINES_MAX = 1500
FUNCTION_LINES_MAX = 100
ALWAYS = {"lede/status.h", "lede/env.h", "lede/types.h"}
GENERATED = ("_tables.c", "_data.c", "_tables.h", "_data.h")

MEMORY = "malloc calloc realloc reallocarray free strdup strndup asprintf vasprintf aligned_alloc posix_memalign"
FILES = (
    "fopen fdopen freopen open openat creat read pread write pwrite mmap munmap msync fsync "
    "fdatasync rename renameat unlink unlinkat remove link mkdir rmdir opendir stat lstat fstat "
    "ftruncate truncate flock"
)
CLOCKS = "clock_gettime gettimeofday time clock getrandom getentropy rand random srand nanosleep"
STOPS = "abort signal sigaction raise"
SPEECH = "printf vprintf puts putchar perror fprintf vfprintf fputs fputc fwrite exit _exit _Exit"

EFFECTS = set(f"{MEMORY} {FILES} {CLOCKS} {STOPS} {SPEECH}".split())
# stdio, signals and sockets, which are read, written and closed as descriptors
FRONT_MAY = set(f"{STOPS} {SPEECH} fopen fdopen read write open nanosleep".split())

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+"([^"]+)"', re.MULTILINE)
CALL = re.compile(r"(?<![\w.>])([A-Za-z_]\w*)\s*\(")
TOKEN = re.compile(
    r"""//[^\n]* | /\*.*?\*/ | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*'""", re.DOTALL | re.VERBOSE
)
PREPROCESSOR = re.compile(r"^[ \t]*#(?:\\\n|[^\n])*", re.MULTILINE)
# A name, a parenthesis, and an opening brace alone in column 0: the layout of .clang-format.
FUNCTION_NAME = re.compile(r"(\w+)\s*\([^;{}]*$")


def blank(match):
    """Spaces in place of a comment or string, so that lines and columns stay."""
    return re.sub(r"[^\n]", " ", match.group(0))


def code_of(text):
    return TOKEN.sub(blank, text)


def read_table(path):
    table = {}
    for line in path.read_text().splitlines():
        line = line.split("#", 1)[0].strip()
        if line:
            folder, _, allowed = line.partition(":")
            table[folder.strip()] = allowed.split()
    return table


def find_cycle(table):
    """A list of folders that lead back to its first, or None."""
    done = set()

    def visit(folder, trail):
        if folder in trail:
            return trail[trail.index(folder) :] + [folder]
        if folder in done or folder not in table:
            return None
        for lower in table[folder]:
            cycle = visit(lower, trail + [folder])
            if cycle:
                return cycle
        done.add(folder)
        return None

    for start in table:
        cycle = visit(start, [])
        if cycle:
            return cycle
    return None


class Checker:
    def __init__(self, root):
        self.root = root
        self.table = read_table(root / "src/layers.txt")
        self.findings = []
        self.files = 0

    def find(self, path, line, words):
        self.findings.append(f"{path.relative_to(self.root)}:{line}: {words}")

    def check_table(self):
        path = self.root / "src/layers.txt"
        cycle = find_cycle(self.table)
        if cycle:
            self.find(path, 1, "a cycle: " + " -> ".join(cycle))
        for folder, allowed in self.table.items():
            for name in allowed:
                if name not in self.table and name != "include/lede":
                    self.find(path, 1, f"{folder} may include {name}, which has no row")
        for folder in sorted(p for p in (self.root / "src").iterdir() if p.is_dir()):
            if folder.name not in self.table:
                self.find(path, 1, f"src/{folder.name} has no row")

    def include_allowed(self, folder, target):
        if target in ALWAYS:
            return True
        first = target.split("/", 1)[0]
        if first == "lede":
            return "include/lede" in self.table.get(folder, [])
        if first in (folder, "base") or (first == "flow" and folder != "base"):
            return "/" in target
        return first in self.table.get(folder, [])

    def check_includes(self, path, folder, text):
        # Only comments are blanked here: the included name is itself a string.
        code = re.sub(r"/\*.*?\*/", blank, text, flags=re.DOTALL)
        for match in INCLUDE.finditer(code):
            target = match.group(1)
            line = code.count("\n", 0, match.start(1)) + 1
            if not self.include_allowed(folder, target):
                self.find(path, line, f'src/{folder} may not include "{target}"')
            elif not any((self.root / d / target).is_file() for d in ("src", "include")):
                if not target.endswith(".inc"):  # made by the build
                    self.find(path, line, f'"{target}" is neither below src/ nor include/')

    def check_calls(self, path, folder, code):
        if folder == "base":
            return
        forbidden = EFFECTS - FRONT_MAY if folder in ("server", "cli") else EFFECTS
        code = PREPROCESSOR.sub(lambda m: m.group(0) if "define" in m.group(0) else blank(m), code)
        for match in CALL.finditer(code):
            name = match.group(1)
            if name in forbidden or name.startswith("pthread_"):
                line = code.count("\n", 0, match.start()) + 1
                self.find(path, line, f"{name}() belongs to src/base (use base/env.h)")

    def check_lengths(self, path, text, code):
        if path.name.endswith(GENERATED):
            return
        lines = code.split("\n")
        count = text.count("\n")
        if count > FILE_LINES_MAX:
            self.find(path, count, f"{count} lines, over {FILE_LINES_MAX}")
        start = None
        for number, line in enumerate(lines, 1):
            if line.rstrip() == "{":
                start = number
            elif line.startswith("}") and start is not None:
                if number - start - 1 > FUNCTION_LINES_MAX:
                    before = " ".join(lines[max(0, start - 8) : start - 1])
                    name = FUNCTION_NAME.search(before.strip())
                    self.find(
                        path,
                        start,
                        f"{name.group(1) if name else 'a function'} has {number - start - 1} "
                        f"lines, over {FUNCTION_LINES_MAX}",
                    )
                start = None

    def check_file(self, path):
        self.files += 1
        folder = path.relative_to(self.root / "src").parts[0]
        text = path.read_text(encoding="utf-8")
        code = code_of(text)
        self.check_includes(path, folder, text)
        self.check_calls(path, folder, code)
        self.check_lengths(path, text, code)


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    if not (root / "src/layers.txt").is_file():
        sys.exit(f"check_layers.py: no src/layers.txt in {root}")
    checker = Checker(root)
    checker.check_table()
    for path in sorted((root / "src").rglob("*.[ch]")):
        checker.check_file(path)
    for finding in checker.findings:
        print(finding)
    if checker.findings:
        sys.exit(1)
    print(f"layers: {checker.files} files hold to src/layers.txt and the rules")


if __name__ == "__main__":
    main()
