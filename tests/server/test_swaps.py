#!/usr/bin/env python3
"""Searches while articles are added, deleted and merged, by the server and by other processes.

usage: test_swaps.py LEDE    (prints TAP; run from the source folder; LEDE_SWAP_SECONDS: how long, default 4)

A black-box check of the promise that what was acknowledged holds: each article has a word of its own; a word
whose article was acknowledged is found by every later search until its delete was asked for, and none
after the delete was acknowledged. Threads write and delete over HTTP, other processes add, merge, back up
and purge, SIGHUP has the archive opened anew, and readers ask all the while. Under ThreadSanitizer (`make
tsan`) the server's own threads are watched.
"""

import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from test_http import Server  # noqa: E402

SECONDS = float(os.environ.get("LEDE_SWAP_SECONDS", "4"))
TEXT = "The harbour bridge was closed when the storm came in from the sea, and word {} was on the sign."


class Run:
    def __init__(self, lede, folder):
        self.lede, self.folder, self.archive = lede, folder, folder / "news.lede"
        self.lock = threading.Lock()
        self.kept, self.gone = {}, set()  # word: its key; words whose delete was acknowledged
        self.counts = {"added": 0, "deleted": 0, "searches": 0, "busy": 0, "processes": 0, "hangups": 0}
        self.failures = []
        self.next = 0
        self.end = 0.0
        self.add_file(["seed"])
        keys = folder / "keys"
        self.key = self.run("serve", self.archive, "--keys", keys, "--add-key", "all:add,delete").stdout.strip()
        self.server = Server(lede, self.archive, "--keys", str(keys), "--threads", "3")

    def run(self, *args, codes=(0,)):
        done = subprocess.run([self.lede, *map(str, args)], capture_output=True, text=True, check=False, timeout=100)
        assert done.returncode in codes, (args, done.returncode, done.stderr)
        assert "Sanitizer" not in done.stderr, done.stderr
        return done

    def record(self, word):
        return {"id": f"https://news.example/{word}", "title": f"Story {word}", "text": TEXT.format(word)}

    def add_file(self, words, codes=(0,)):
        path = self.folder / f"{words[0]}.jsonl"
        path.write_text("".join(json.dumps(self.record(w)) + "\n" for w in words))
        done = self.run("add", self.archive, path, "--quiet", codes=codes)
        path.unlink()
        return done.returncode

    def count(self, name):
        with self.lock:
            self.counts[name] += 1

    def new_word(self):
        with self.lock:
            self.next += 1
            return f"zq{self.next}x"

    def change(self, method, target, body=None):
        headers = {"Authorization": "Bearer " + self.key, "Content-Type": "application/json"}
        while time.time() < self.end:
            status, _, answer = self.server.ask(target, method, headers, body)
            if status != 503:
                assert status in (200, 201), (method, target, status, answer)
                return True
            self.count("busy")
            time.sleep(0.01)
        return False

    # ---- what goes on at once ----

    def write(self, _):
        word = self.new_word()
        key = f"https://news.example/{word}"
        body = {"url": key, "headline": f"Story {word}", "articleBody": TEXT.format(word)}
        if self.change("POST", "/v1/docs", json.dumps(body)):
            with self.lock:
                self.kept[word] = key
            self.count("added")

    def delete(self, chance):
        with self.lock:
            word = chance.choice(sorted(self.kept)) if self.kept else None
            key = self.kept.pop(word, None)
        if word and self.change("DELETE", f"/v1/docs?key={key}"):
            with self.lock:
                self.gone.add(word)
            self.count("deleted")
        time.sleep(0.02)

    def search(self, chance):
        with self.lock:
            word = chance.choice(sorted(self.kept)) if self.kept else "seed"
            lost = chance.choice(sorted(self.gone)) if self.gone else None
        total = self.server.json(f"/v1/search?q={word}")["total"]
        with self.lock:
            still = word in self.kept or word == "seed"
        assert total == 1 or not still, f"{word} was acknowledged and {total} found"
        if lost:
            assert self.server.json(f"/v1/search?q={lost}")["total"] == 0, f"{lost} was deleted and is found"
        self.count("searches")

    def others(self, chance):
        """Another process; the archive may be busy (exit 2), which is an answer."""
        kind = chance.randrange(4)
        if kind == 0:
            self.add_file([self.new_word() for _ in range(5)], codes=(0, 2))
        elif kind == 1:
            self.run("delete", self.archive, "--purge", codes=(0, 1, 2))
        elif kind == 2:
            copy = self.folder / f"copy-{self.new_word()}"
            self.run("backup", self.archive, copy)
            self.run("check", copy, "--deep")
        else:
            self.server.process.send_signal(signal.SIGHUP)
            self.count("hangups")
        self.count("processes")
        time.sleep(0.05)

    def loop(self, work, seed):
        chance = random.Random(seed)
        try:
            while time.time() < self.end and not self.failures:
                work(chance)
        except Exception as why:  # pylint: disable=broad-except
            self.failures.append(f"{work.__name__}: {why!r}")

    def all(self):
        self.end = time.time() + SECONDS
        works = [self.write, self.write, self.delete, self.search, self.search, self.search, self.others]
        threads = [threading.Thread(target=self.loop, args=(w, i)) for i, w in enumerate(works)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        self.end = time.time() + 60
        code, words = self.server.stop()
        assert not self.failures, self.failures
        assert code == 0 and "Sanitizer" not in words, (code, words)
        self.run("check", self.archive, "--deep")
        for word in list(self.kept) + list(self.gone):
            found = self.run("search", self.archive, word, "--format=jsonl", codes=(0, 1)).returncode == 0
            assert found == (word in self.kept), f"{word}: {'found' if found else 'lost'} at the end"
        assert all(self.counts[name] for name in ("added", "deleted", "searches", "processes")), self.counts


def main():
    print("1..1")
    with tempfile.TemporaryDirectory() as folder:
        run = Run(os.path.abspath(sys.argv[1]), pathlib.Path(folder))
        try:
            run.all()
            print("ok 1 - acknowledged articles are found and deleted ones are not, whatever goes on beside")
        except Exception as why:  # pylint: disable=broad-except
            run.server.process.kill()
            print("not ok 1 - acknowledged articles are found and deleted ones are not, whatever goes on beside")
            print("# " + repr(why).replace("\n", "\n# "))
    print("# " + ", ".join(f"{count} {name}" for name, count in run.counts.items()))


if __name__ == "__main__":
    main()
