#!/usr/bin/env python3
"""Kills `lede add` on a real disk, over and over, and looks for what was lost.

Usage: tools/kill_loop.py LEDE_BINARY KILLS [--reopen PROGRAM] [--seed N] [--folder FOLDER]

Each round adds a batch of articles with `--commit-every`, in a process of its own, which is killed with
SIGKILL after a random time (some rounds end before that; then the whole batch is acknowledged). After
each round:

- the archive is opened by PROGRAM (tests/crash/reopen.c), which measures the opening in its process;
- generation and number of articles are not lower than what a reader saw right before the kill;
- `lede check --deep` finds it whole;
- every CHECK_EVERY rounds, and at the end, `lede dump` holds each acknowledged article in the version
  acknowledged last or in a later one that was begun, and nothing that nobody added.

Articles have explicit ids; a later version replaces the one before. A kill leaves what was written in the
kernel's hands: it shows that the program needs no orderly end. Power cuts are tests/crash/.

Prints `kills N`, `lost N`, `wrong N`, `reopen_p50_ms X`, `reopen_p99_ms X`; exits with 1 when lost or
wrong is not 0.
"""

import argparse
import json
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

BATCH = 120  # articles a round
IDS = 2400  # ids in use; round after round they are replaced
COMMIT_EVERY = 15
CHECK_EVERY = 10
VERSION = re.compile(r"version (\d+) of article (\d+)")
WORDS = (
    "council harbour bridge storm ferry mayor budget vote spring winter school library tram road "
    "court verdict concert orchestra match goal season price bread strike union wage river flood"
).split()


class Loop:
    def __init__(self, options, folder):
        self.lede = options.lede
        self.reopen = options.reopen
        self.archive = folder / "a.lede"
        self.batch_file = folder / "batch.jsonl"
        self.random = random.Random(options.seed)
        self.acked = {}  # id -> version acknowledged last
        self.begun = {}  # id -> version begun last
        self.kills = self.lost = self.wrong = 0
        self.milliseconds = []
        self.whole_seconds = 0.3  # a batch without a kill; measured as it goes

    def say(self, kind, text):
        setattr(self, kind, getattr(self, kind) + 1)
        print(f"{kind}: after {self.kills} kills: {text}", file=sys.stderr)

    def write_batch(self, round_number):
        first = round_number * BATCH
        ids = [(first + i) % IDS for i in range(BATCH)]
        with open(self.batch_file, "w", encoding="utf-8") as out:
            for number in ids:
                version = self.begun.get(number, 0) + 1
                self.begun[number] = version
                text = " ".join(self.random.choices(WORDS, k=60))
                record = {
                    "id": f"a-{number}",
                    "title": f"Headline {number}",
                    "text": f"This is version {version} of article {number}. {text}.",
                }
                out.write(json.dumps(record) + "\n")
        return ids

    def open_archive(self):
        """(generation, articles), or None where there is no archive yet."""
        done = subprocess.run([self.reopen, self.archive], capture_output=True, text=True, check=False)
        if done.returncode == 1:
            return None
        if done.returncode != 0:
            self.say("wrong", f"it cannot be opened: {done.stderr.strip()}")
            return None
        figures = dict(pair.split("=") for pair in done.stdout.split())
        self.milliseconds.append(float(figures["ms"]))
        return int(figures["generation"]), int(figures["articles"])

    def add(self):
        """True: the program ended by itself. Else it was killed; then what a reader saw before."""
        begun = time.monotonic()
        process = subprocess.Popen(
            [self.lede, "add", self.archive, self.batch_file, "--commit-every", str(COMMIT_EVERY)],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )
        seen = None
        try:
            process.wait(self.random.uniform(0, 1.05 * self.whole_seconds))
        except subprocess.TimeoutExpired:
            if self.random.random() < 0.3 and self.archive.exists():
                seen = self.open_archive()
        ended = process.poll() is not None
        if not ended:
            process.kill()
        errors = process.communicate()[1]
        if process.returncode == 0:
            self.whole_seconds = 0.8 * self.whole_seconds + 0.2 * (time.monotonic() - begun)
        elif process.returncode != -9:
            self.say("wrong", f"add ended with {process.returncode}: {errors.decode()[-300:]}")
        return process.returncode == 0, seen

    def check_whole(self):
        done = subprocess.run(
            [self.lede, "check", "--deep", self.archive], capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            self.say("wrong", f"check: {(done.stdout + done.stderr)[-500:]}")

    def check_articles(self):
        done = subprocess.run([self.lede, "dump", self.archive], capture_output=True, text=True, check=False)
        held = {}
        for line in done.stdout.splitlines():
            article = json.loads(line)
            found = VERSION.search(line)
            if not found or article.get("key") != f"a-{found.group(2)}":
                self.say("wrong", f"nobody added {line[:200]}")
                continue
            held[int(found.group(2))] = int(found.group(1))
        for number, version in self.acked.items():
            if held.get(number, 0) < version:
                self.say("lost", f"article {number}: version {version} was acknowledged, {held.get(number)} is there")
        for number, version in held.items():
            if version > self.begun.get(number, 0):
                self.say("wrong", f"article {number} has version {version}, which nobody added")

    def round(self, round_number):
        ids = self.write_batch(round_number)
        whole, seen = self.add()
        if whole:
            self.acked.update({number: self.begun[number] for number in ids})
        else:
            self.kills += 1
        now = self.open_archive()
        if now is None:
            if self.acked or seen:
                self.say("lost", "the archive is gone")
            return
        if seen and (now[0] < seen[0] or now[1] < seen[1]):
            self.say("lost", f"a reader saw {seen} (generation, articles) before the kill, now {now}")
        self.check_whole()
        if round_number % CHECK_EVERY == 0:
            self.check_articles()

    def figure(self, part):
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else float("nan")


def run(options, folder):
    loop = Loop(options, folder)
    round_number = 0
    while loop.kills < options.kills and round_number < 4 * options.kills + 20:
        loop.round(round_number)
        round_number += 1
    if loop.archive.exists():
        loop.check_articles()
    print(f"kills {loop.kills}")
    print(f"lost {loop.lost}")
    print(f"wrong {loop.wrong}")
    print(f"reopen_p50_ms {loop.figure(0.50):.3f}")
    print(f"reopen_p99_ms {loop.figure(0.99):.3f}")
    return loop.lost + loop.wrong == 0 and loop.kills >= options.kills


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1])
    parser.add_argument("lede")
    parser.add_argument("kills", type=int)
    parser.add_argument("--reopen")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=pathlib.Path, help="on the disk to be tried")
    options = parser.parse_args()
    build = pathlib.Path(options.lede).resolve().parent.parent
    options.lede = str(pathlib.Path(options.lede).resolve())
    options.reopen = options.reopen or str(build / "tests/crash/reopen")
    if not pathlib.Path(options.reopen).exists():
        sys.exit(f"kill_loop.py: {options.reopen} is not there; name it with --reopen")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="lede-kill-", dir=options.folder))
    try:
        sys.exit(0 if run(options, folder) else 1)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
