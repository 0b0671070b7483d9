#!/usr/bin/env python3
"""Does the whole path hold on real data?

Usage: tools/prove_path.py LEDE [news] [pages] [kill] [memory]     (all of them without a name)

    news     the news collections go in; counts add up; the same again changes nothing
    pages    the same for the dev pages of the extraction benchmarks
    kill     kill -9 in the middle of an add, the same command again: equal dumps
    memory   the speed corpus under --memory 64M: flushes, merges, anonymous memory from outside

The data is taken from LEDE_TEST_DATA (default ../shared/data) and unpacked into a temporary folder.
Prints what it saw and ends with `N passed, N failed`.
"""
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time

DATA = pathlib.Path(os.environ.get("LEDE_TEST_DATA", "../shared/data"))
LEDE = ""
passed = failed = 0


def say(ok, text):
    global passed, failed
    passed += ok
    failed += not ok
    print(("ok      " if ok else "FAILED  ") + text, flush=True)


def run(*args):
    done = subprocess.run([LEDE, *map(str, args)], capture_output=True)
    return done.returncode, done.stdout, done.stderr.decode(errors="replace")


def add(archive, paths, *options):
    code, out, err = run("add", archive, *paths, "--format", "json", "--quiet", *options)
    if not out:
        sys.exit(f"add failed ({code}): {err}")
    return code, json.loads(out)


def adds_up(c):
    return c["pages"] == c["added"] + c["unchanged"] + c["new_versions"] + c["replaced"] + c["rejected"]


def shown(c):
    return ", ".join(f"{c[k]} {k}" for k in ("pages", "added", "unchanged", "new_versions", "replaced",
                                              "rejected", "skipped"))


def unpack(archive, target):
    target.mkdir(parents=True, exist_ok=True)
    name = str(archive)
    if name.endswith((".tar.xz", ".tar.zst")):
        flag = "-J" if name.endswith("xz") else "--zstd"
        subprocess.run(["tar", flag, "-xf", name, "-C", str(target)], check=True)
    elif name.endswith(".zst"):
        with open(target / archive.name[:-4], "wb") as out:
            subprocess.run(["zstd", "-dcq", "--long=27", name], stdout=out, check=True)


def gunzip_below(folder):
    """Pages that a set keeps compressed one by one."""
    for suffix, command in ((".gz", ["gzip", "-d"]), (".zst", ["zstd", "-dq", "--rm"]),
                            (".xz", ["xz", "-d"])):
        files = [str(p) for p in folder.rglob("*" + suffix) if not p.name.endswith(".warc.gz")]
        for start in range(0, len(files), 200):
            subprocess.run(command + files[start:start + 200], check=True)


def goes_in_once(work, name, paths):
    archive = work / f"{name}.lede"
    code, first = add(archive, paths)
    say(code == 0 and adds_up(first) and first["added"] > 0, f"{name}: {shown(first)}; "
        f"{first['docs_per_s']:.0f} docs/s, {first['mb_per_s']:.1f} MB/s")
    _, dump, _ = run("dump", archive)
    code, again = add(archive, paths)
    changed = again["added"] + again["new_versions"] + again["replaced"]
    say(code == 0 and changed == 0 and adds_up(again), f"{name}, the same again: {shown(again)}")
    _, dump_again, _ = run("dump", archive)
    say(dump == dump_again and len(dump) > 0, f"{name}: the dump is the same ({len(dump)} bytes)")
    code, _, err = run("check", archive, "--deep")
    say(code == 0, f"{name}: check --deep {err.strip()[:100]}")


def prove_news(work):
    folder = work / "news"
    unpack(DATA / "news/reuters21578/corpus.jsonl.zst", folder / "reuters")
    unpack(DATA / "news/chronam1916-11/corpus.jsonl.zst", folder / "chronam")
    goes_in_once(work, "news", [folder / "reuters", folder / "chronam"])


def prove_pages(work):
    folder = work / "pages"
    for archive in sorted((DATA / "extraction").rglob("*.tar.*")):
        unpack(archive, folder / archive.parent.name)
    gunzip_below(folder)
    # the pages themselves; the index.jsonl beside them describes them and is no source of pages
    goes_in_once(work, "pages", sorted(p for p in folder.glob("*/*/html") if p.is_dir()))


def prove_kill(work):
    folder = work / "news"
    if not folder.exists():
        unpack(DATA / "news/reuters21578/corpus.jsonl.zst", folder / "reuters")
    source = folder / "reuters"
    whole = work / "whole.lede"
    started = time.monotonic()
    add(whole, [source], "--memory", "32M")
    seconds = time.monotonic() - started
    _, expected, _ = run("dump", whole)
    chance = random.Random(1)
    same = 0
    for trial in range(8):
        archive = work / f"killed{trial}.lede"
        process = subprocess.Popen([LEDE, "add", str(archive), str(source), "--quiet", "--memory",
                                    "32M", "--commit-every", "2000"], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        time.sleep(seconds * chance.uniform(0.05, 0.95))
        process.kill()
        process.wait()
        code, _ = add(archive, [source], "--memory", "32M")
        _, dump, _ = run("dump", archive)
        check, _, _ = run("check", archive, "--deep")
        same += code == 0 and dump == expected and check == 0
        shutil.rmtree(archive)
    say(same == 8 and len(expected) > 0, f"kill -9 in the middle, then the same command: {same} of "
        f"8 dumps are equal ({len(expected)} bytes)")


def anonymous_kib(pid):
    try:
        text = pathlib.Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0, 0
    values = {line.split(":")[0]: line.split()[1] for line in text.splitlines() if ":" in line
              and len(line.split()) > 1}
    return int(values.get("RssAnon", 0)), int(values.get("RssFile", 0))


def prove_memory(work):
    unpack(DATA / "speed/enwiki-articles.jsonl.zst", work / "speed")
    corpus = next((work / "speed").iterdir())
    cap_mib = 64
    process = subprocess.Popen([LEDE, "add", str(work / "speed.lede"), str(corpus), "--quiet",
                                "--memory", f"{cap_mib}M", "--format", "json"],
                               stdout=subprocess.PIPE)
    peak = [0, 0]

    def watch():
        while process.poll() is None:
            anonymous, file_backed = anonymous_kib(process.pid)
            peak[0] = max(peak[0], anonymous)
            peak[1] = max(peak[1], file_backed)
            time.sleep(0.01)

    watcher = threading.Thread(target=watch)
    watcher.start()
    out, _ = process.communicate()
    watcher.join()
    counts = json.loads(out)
    say(process.returncode == 0 and adds_up(counts), f"speed corpus: {shown(counts)}")
    say(counts["flushes"] >= 8 and counts["merges"] >= 1,
        f"{counts['flushes']} flushes, {counts['merges']} merges")
    say(peak[0] <= cap_mib * 1024 * 1.1, f"anonymous memory at most {peak[0] / 1024:.1f} MiB of "
        f"{cap_mib} + 10 %; file-backed {peak[1] / 1024:.1f} MiB")
    print(f"        {counts['docs_per_s']:.0f} docs/s, {counts['mb_per_s']:.1f} MB/s")
    code, _, err = run("check", work / "speed.lede")
    say(code == 0, f"check {err.strip()[:100]}")


PROOFS = {"news": prove_news, "pages": prove_pages, "kill": prove_kill, "memory": prove_memory}


def main():
    global LEDE
    if len(sys.argv) < 2 or any(name not in PROOFS for name in sys.argv[2:]):
        sys.exit(__doc__)
    LEDE = str(pathlib.Path(sys.argv[1]).resolve())
    if not DATA.is_dir():
        sys.exit(f"no test data at {DATA}: set LEDE_TEST_DATA")
    with tempfile.TemporaryDirectory(prefix="lede-prove-") as folder:
        for name in sys.argv[2:] or PROOFS:
            print(f"-- {name}", flush=True)
            PROOFS[name](pathlib.Path(folder))
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
