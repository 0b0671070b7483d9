#!/usr/bin/env python3
"""Runs the program as a user does, and prints TAP.

Usage: tests/cli/run_cases.py LEDE [CASE...]

Each function named case_* is one case with a folder of its own; its first docstring line is its name.
A case that needs test data (LEDE_TEST_DATA, default ../shared/data) is skipped where there is none, and
fails under CI=true.
"""

import csv
import gzip
import io
import json
import os
import pathlib
import pty
import random
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from xml.etree import ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples"
LEDE = os.path.abspath(sys.argv[1])
DATA = pathlib.Path(os.environ.get("LEDE_TEST_DATA") or ROOT.parent / "shared/data")
if not DATA.is_absolute():
    DATA = ROOT / DATA
MANY = 1500  # articles of the cases that are interrupted


class Skip(Exception):
    pass


class Done:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    def __repr__(self):
        return f"exit {self.code}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


def environment(**more):
    env = {k: v for k, v in os.environ.items() if not k.startswith("LEDE_") and k != "NO_COLOR"}
    env.update({"HOME": "/nonexistent", "LC_ALL": "C.UTF-8", "TERM": "xterm"})
    env.pop("XDG_CONFIG_HOME", None)
    env.update(more)
    return env


def lede(*args, cwd=None, stdin=b"", code=None, env=None, stdout=subprocess.PIPE):
    done = subprocess.run(
        [LEDE, *map(os.fsencode, map(str, args))],
        cwd=cwd,
        input=stdin,
        stdout=stdout,
        stderr=subprocess.PIPE,
        env=environment(**(env or {})),
        timeout=110,
        check=False,
    )
    result = Done(
        done.returncode,
        (done.stdout or b"").decode("utf-8", "surrogateescape"),
        done.stderr.decode("utf-8", "surrogateescape"),
    )
    if code is not None:
        assert result.code == code, result
    assert "Sanitizer" not in result.err and "runtime error" not in result.err, result
    return result


def on_terminal(*args, cwd=None, env=None):
    """What the program prints where standard output and standard error are a terminal."""
    try:
        ours, theirs = pty.openpty()
    except OSError as why:  # a container without /dev/pts
        if os.environ.get("CI") == "true":
            raise
        raise Skip(f"no pseudo terminal to be had: {why}")
    process = subprocess.Popen(
        [LEDE, *map(str, args)], cwd=cwd, stdin=theirs, stdout=theirs, stderr=theirs,
        env=environment(**(env or {})),
    )
    os.close(theirs)
    printed = b""
    while select.select([ours], [], [], 60)[0]:
        try:
            chunk = os.read(ours, 65536)
        except OSError:
            break
        if not chunk:
            break
        printed += chunk
    process.wait(60)
    os.close(ours)
    return printed


def one_sentence(done, *words):
    lines = done.err.strip().splitlines()
    assert len(lines) == 1 and lines[0].startswith("lede: "), done
    for word in words:
        assert word in lines[0], (word, done)


def page(title, body, more=""):
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title>{more}</head><body><article>"
        f"<h1>{title}</h1><p>{body}</p></article></body></html>"
    )


BODY = (
    "The council voted on Monday to close the old bridge over the river for the whole of the "
    "winter, after engineers had warned that its bolts were no longer to be trusted in a storm."
)


def write_many(folder):
    path = folder / "many.jsonl"
    with open(path, "w", encoding="utf-8") as out:
        for i in range(MANY):
            words = " ".join(f"word{(i * 7 + k * k) % 997}" for k in range(60))
            out.write(json.dumps({"id": f"story-{i}", "title": f"Story number {i}",
                                  "text": f"{BODY} {words}."}) + "\n")
    return path


def data(name):
    path = DATA / name
    if path.exists():
        return path
    if os.environ.get("CI") == "true":
        raise AssertionError(f"no test data at {path}")
    raise Skip(f"no test data at {path}")


def dump(archive):
    return lede("dump", archive, code=0).out


def counts(done):
    c = json.loads(done.out)
    kinds = c["added"] + c["unchanged"] + c["new_versions"] + c["replaced"] + c["rejected"]
    assert c["pages"] == kinds, c
    return c


# ---- about the program ----


def case_version(tmp):
    """--version names program, format, analyser and stemmer"""
    done = lede("--version", code=0)
    for word in ("lede ", "format ", "analyser ", "stemmer ", "processes with limits"):
        assert word in done.out, done


def case_help(tmp):
    """every verb has a help that names its form and its options"""
    listed = lede("--help", code=0).out
    for verb in "add extract search show similar suggest timeline query serve check stats delete dump load completion".split():
        assert f"\n  {verb} " in listed, listed
        text = lede(verb, "--help", code=0).out
        assert f"lede {verb} [OPTION...]" in text and "--help" in text, text
        assert text == lede("help", verb, code=0).out
        assert all(len(line) <= 100 for line in text.splitlines()), text


def case_unknown_verb(tmp):
    """an unknown verb gets a suggestion and exit code 2"""
    one_sentence(lede("serach", code=2), "did you mean search")
    one_sentence(lede("zzzzzz", code=2), "lede --help")
    assert lede(code=2).out == ""


def case_unknown_option(tmp):
    """an unknown option gets a suggestion and exit code 2"""
    one_sentence(lede("search", "a.lede", "x", "--cuont", "3", code=2), "--count")
    one_sentence(lede("search", "a.lede", "-x", code=2), "goes behind --")
    one_sentence(lede("search", "a.lede", "x", "--count", "many", code=2), "whole number")
    one_sentence(lede("search", "a.lede", "x", "--count", code=2), "wants a value")
    one_sentence(lede("search", "a.lede", "x", "--sort=best", code=2), "relevance|newest|oldest")
    one_sentence(lede("add", "a.lede", "x", "--dry-run=1", code=2), "takes no value")
    one_sentence(lede("add", "a.lede", code=2), "lede add ARCHIVE PATH...")
    one_sentence(lede("dump", "a.lede", "b", code=2), "'b' is too much")


def case_completion(tmp):
    """the completion scripts parse, and name every verb"""
    for shell in ("bash", "zsh", "fish", "man"):
        text = lede("completion", shell, code=0).out
        assert "dialect" in text and "extract" in text, text
        path = tmp / shell
        path.write_text(text)
        checker = {"bash": ["bash", "-n"], "zsh": ["zsh", "-n"], "fish": ["fish", "--no-execute"]}
        if shell in checker and shutil.which(shell):
            subprocess.run([*checker[shell], path], check=True)
    script = f"source {tmp}/bash; COMP_WORDS=(lede search --sort ''); COMP_CWORD=3; _lede; echo ${{COMPREPLY[@]}}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["relevance", "newest", "oldest"], done
    one_sentence(lede("completion", "csh", code=2), "bash, zsh, fish")


def case_settings(tmp):
    """a value comes from the option, then the environment, then lede.conf, then the default"""
    (tmp / "p").mkdir()
    for i in range(15):
        (tmp / "p" / f"{i}.html").write_text(page(f"Bridge story {i}", f"{BODY} {i}"))
    lede("add", "a.lede", "p", cwd=tmp, code=0)

    def shown(*args, **env):
        done = lede("search", "a.lede", "bridge", "--format", "jsonl", *args, cwd=tmp, env=env)
        return len(done.out.splitlines())

    assert shown() == 10
    (tmp / "config/lede").mkdir(parents=True)
    (tmp / "config/lede/lede.conf").write_text("count = 8\nmemory = 64M\n")
    config = {"XDG_CONFIG_HOME": str(tmp / "config")}
    assert shown(**config) == 8
    (tmp / "lede.conf").write_text("# mine\n\nsearch.count = 7\ncount=6\n")
    assert shown(**config) == 7
    assert shown(LEDE_COUNT="5", **config) == 5
    assert shown(LEDE_COUNT="5", LEDE_SEARCH_COUNT="4") == 4
    assert shown("--count=3", LEDE_COUNT="5") == 3
    assert shown("-n2") == shown("-n", "2") == 2
    (tmp / "lede.conf").write_text("cuont = 3\n")
    one_sentence(lede("search", "a.lede", "x", cwd=tmp, code=2), "lede.conf:1", "cuont")
    (tmp / "lede.conf").write_text("\ncount = three\n")
    one_sentence(lede("search", "a.lede", "x", cwd=tmp, code=2), "lede.conf:2", "three")
    (tmp / "lede.conf").write_text("dry-run = yes\n")
    one_sentence(lede("search", "a.lede", "x", cwd=tmp, code=2), "dry-run")


# ---- the samples, end to end ----


def case_samples(tmp):
    """samples: added, counted, unchanged when added again, searched, checked"""
    archive = tmp / "a.lede"
    first = lede("add", archive, SAMPLES, "--format", "json", code=0)
    assert first.err == f"lede: made a new archive: {archive}\n", first
    c = counts(first)
    assert c["added"] >= 60 and c["docs_per_s"] > 0 and c["mb_per_s"] > 0, c
    before = dump(archive)
    again = counts(lede("add", archive, SAMPLES, "--format", "json", code=0))
    assert (again["added"], again["new_versions"], again["replaced"]) == (0, 0, 0), again
    assert again["unchanged"] == c["pages"] - c["rejected"], again
    assert dump(archive) == before
    line = lede("add", archive, SAMPLES, code=0).out
    assert line.startswith(f"{c['pages']} pages: 0 added, ") and "pages/s" in line, line
    assert lede("check", archive, "--deep", code=0).out.startswith("whole: 1 segment, ")
    found = lede("search", archive, "gannet bridge", code=0)
    head, blank, headline, origin = found.out.splitlines()[:4]
    assert "stories in" in head and blank == "" and headline, found
    assert " · " in origin and "\x1b" not in found.out, found
    assert lede("search", archive, "gannet", "bridge", code=0).out.splitlines()[1:] == (
        found.out.splitlines()[1:])
    assert lede("search", archive, "xyzzyplugh", code=1).out.startswith("0 stories in ")


def case_jobs(tmp):
    """the dump is the same for any number of jobs"""
    lede("add", tmp / "1", SAMPLES, "--jobs", 1, code=0)
    lede("add", tmp / "4", SAMPLES, "--jobs", 4, "--commit-every", 7, code=0)
    lede("add", tmp / "m", SAMPLES, "--jobs", 3, "--merge", code=0)
    assert dump(tmp / "1") == dump(tmp / "4") == dump(tmp / "m")


def case_shards(tmp):
    """shards of an add make up the whole"""
    whole = counts(lede("add", tmp / "w", SAMPLES, "--format=json", code=0))
    parts = [counts(lede("add", tmp / f"{i}", SAMPLES, "--shard", f"{i}/3", "--format=json"))
             for i in range(3)]
    assert sum(p["pages"] for p in parts) == whole["pages"], (parts, whole)
    assert all(p["pages"] < whole["pages"] for p in parts)
    one_sentence(lede("add", tmp / "x", SAMPLES, "--shard", "3/3", code=2), "--shard")


def case_formats(tmp):
    """json, jsonl and csv say the same as text"""
    archive = tmp / "a.lede"
    lede("add", archive, SAMPLES, code=0)
    search = ["search", archive, "bridge", "--count", 5]
    answer = json.loads(lede(*search, "--format", "json", "--facet", "source", code=0).out)
    assert answer["query"] == "bridge" and answer["total"] >= 5 and len(answer["hits"]) == 5
    for hit in answer["hits"]:
        assert hit["headline"] and hit["passages"] and hit["score"] > 0, hit
        for passage in hit["passages"]:
            text = passage["text"].encode()
            marked = [text[at : at + n].decode().lower() for at, n in passage["marks"]]
            assert all(m.startswith("bridge") for m in marked), passage
    assert sum(v["count"] for v in answer["facets"]["source"]) <= answer["total"]
    lines = lede(*search, "--format", "jsonl", code=0).out.splitlines()
    assert [json.loads(line)["key"] for line in lines] == [h["key"] for h in answer["hits"]]
    rows = list(csv.DictReader(io.StringIO(lede(*search, "--format", "csv", code=0).out, newline="")))
    assert [r["key"] for r in rows] == [h["key"] for h in answer["hits"]]
    assert [r["headline"] for r in rows] == [h["headline"] for h in answer["hits"]]
    text = lede(*search, code=0).out
    assert all(h["headline"] in text for h in answer["hits"])
    assert lede(*search, "--total", code=0).out == f"{answer['total']}\n"
    assert "read as: bridge" in lede(*search, "--explain-query", code=0).out


def case_paging(tmp):
    """offset and cursor walk through the same list"""
    archive = tmp / "a.lede"
    lede("add", archive, SAMPLES, code=0)

    def keys(*args):
        answer = json.loads(lede("search", archive, "the", "--format=json", *args, code=0).out)
        return [h["key"] for h in answer["hits"]], answer.get("nextCursor")

    whole, _ = keys("--count", 12)
    assert len(whole) == 12
    first, cursor = keys("--count", 5)
    second, cursor = keys("--count", 5, "--cursor", cursor)
    third, _ = keys("--count", 2, "--cursor", cursor)
    assert first + second + third == whole
    assert keys("--count", 5, "--offset", 5)[0] == second
    newest = json.loads(lede("search", archive, "the", "-s", "newest", "--format=json").out)["hits"]
    dates = [h.get("datePublished", "") for h in newest]
    assert dates == sorted(dates, reverse=True), dates


def case_messages(tmp):
    """warnings and notices stand on standard error, with a caret under the place"""
    archive = tmp / "a.lede"
    lede("add", archive, SAMPLES / "plain", code=0)
    done = lede("search", archive, "clock (dock", "--count", 1)
    assert "  clock (dock\n        ^" in done.err, done
    relaxed = lede("search", archive, "clock xyzzyplugh", code=0)
    assert relaxed.err.startswith("lede: ") and "story" in relaxed.out, relaxed
    assert lede("search", archive, "clock xyzzyplugh", "--quiet", code=0).err == ""


def case_query(tmp):
    """a query in every dialect, with what the other one cannot say; no archive is needed"""
    done = lede("query", "a OR b", "title:c", "--translate", "all", code=0)
    assert [line.split()[0] for line in done.out.splitlines()] == "lede lucene lexis factiva".split()
    assert "lexis    (a or b) and headline(c)" in done.out and done.err == "", done
    done = lede("query", "--dialect", "lexis", "recycl! w/p bottle and not length > 5", code=0)
    assert done.out == "recycl* w/p bottle\n" and "Lengths" in done.err and "^" in done.err, done
    answer = json.loads(lede("query", "/re/ x", "--translate", "lexis", "-f", "json", code=0).out)
    assert answer["query"] == "x" and not answer["exact"], answer
    assert answer["messages"][0]["code"] == "translation"


def case_docs_query(tmp):
    """every example of docs/query.md is read as the page says, and can be searched for"""
    archive = tmp / "a.lede"
    lede("add", archive, SAMPLES / "plain", code=0)
    dialect, examples = None, 0
    for line in (ROOT / "docs/query.md").read_text().splitlines():
        if line.startswith("```"):
            dialect = line.removeprefix("```query ") if line.startswith("```query ") else None
        elif dialect:
            query, want = (part.strip() for part in line.split(" => "))
            done = lede("query", "--dialect", dialect, "--", query, code=0)
            assert done.out == want + "\n" and done.err == "", (line, done)
            found = lede("search", archive, "--dialect", dialect, "--total", "--", query)
            assert found.code in (0, 1), (line, found)
            examples += 1
    assert examples > 90, examples


def case_did_you_mean(tmp):
    """a word that is hardly known gets a proposal that has hits; --no-suggest leaves it out"""
    archive = tmp / "a.lede"
    lede("add", archive, SAMPLES, code=0)
    word = "harbour" if lede("search", archive, "=harbour", "--total").out != "0\n" else "bridge"
    wrong = word[:3] + word[4:]
    done = lede("search", archive, wrong)
    assert f"did you mean: {word}" in done.err, done
    assert "did you mean" not in lede("search", archive, wrong, "--no-suggest").err
    answer = json.loads(lede("search", archive, wrong, "-f", "json").out)
    assert answer["didYouMean"] == word, answer


def case_suggest_similar_timeline(tmp):
    """completions, stories like one, and hits by time"""
    archive = tmp / "a.lede"
    lede("add", archive, SAMPLES, code=0)
    items = json.loads(lede("suggest", archive, "bri", "-f", "json", code=0).out)
    assert any(i["kind"] == "word" and i["text"].lower() == "bridge" for i in items), items
    assert "bridge" in lede("suggest", archive, "the", "bri", code=0).out.lower()
    assert lede("suggest", archive, "xyzzyplugh", code=1).out == ""
    hits = json.loads(lede("search", archive, "bridge", "-n", 1, "-f", "json", code=0).out)["hits"]
    key = hits[0]["key"]
    like = json.loads(lede("similar", archive, key, "-f", "json", code=0).out)
    assert like["total"] > 0 and all(h["key"] != key for h in like["hits"]), like
    one_sentence(lede("similar", archive, "nothing", code=1), "nothing")
    rows = json.loads(lede("timeline", archive, "bridge", "storm", "-f", "json", code=0).out)
    assert rows["queries"] == ["bridge", "storm"]
    for row in rows["rows"]:
        assert len(row["hits"]) == 2 and all(n <= row["archive"] for n in row["hits"]), row
    assert lede("timeline", archive, "bridge", "--unit", "year", code=0).out.startswith("year ")
    lede("timeline", archive, "a", "b", "c", "d", "e", code=2)


def case_in(tmp):
    """--in searches pages without an archive, wherever it stands"""
    want = None
    for args in (
        ["clock", "--in", SAMPLES / "plain"],
        ["--in", SAMPLES / "plain", "clock"],
        ["clock", f"--in={SAMPLES / 'plain'}"],
        ["clock", "--in", SAMPLES / "plain" / "guildhall-clock-stops.txt", SAMPLES / "plain"],
    ):
        hits = json.loads(lede("search", *args, "--format", "json", code=0, cwd=tmp).out)["hits"]
        want = want or hits[0]["headline"]
        assert hits[0]["headline"] == want, (args, hits)
    assert list(tmp.iterdir()) == []
    one_sentence(lede("search", "clock", "--in", tmp / "nope", code=2), "nope")


def case_show(tmp):
    """show prints one article in every format; an unknown key is exit code 1"""
    archive = tmp / "a.lede"
    lede("add", archive, SAMPLES / "plain", code=0)
    hit = json.loads(lede("search", archive, "clock", "--format", "jsonl", code=0).out.splitlines()[0])
    key = hit["key"]
    text = lede("show", archive, key, code=0).out
    assert text.startswith(hit["headline"]) and text.count("\n\n") >= 2, text
    shown = json.loads(lede("show", archive, key, "--format=json", "--mark", "clock", code=0).out)
    assert shown["articleBody"] == hit["articleBody"] and shown["marks"], shown
    assert lede("show", archive, key, "--format=markdown", code=0).out.startswith("# ")
    assert lede("show", archive, key, "--format=html", code=0).out.startswith("<article>")
    assert "\x1b[1;31m" in lede("show", archive, key, "--mark=clock", "--color=always", code=0).out
    one_sentence(lede("show", archive, "no-such-key", code=1), "no-such-key")
    one_sentence(lede("show", archive, key, "--version", 3, code=1), "1 version")
    one_sentence(lede("show", archive, key, "--mark=x", "--format=html", code=2), "--mark")


def case_versions(tmp):
    """a changed page becomes a new version, the older one stays"""
    archive, path = tmp / "a.lede", tmp / "p.html"
    path.write_text(page("The bridge is closed", BODY))
    lede("add", archive, "p.html", cwd=tmp, code=0)
    path.write_text(page("The bridge is open", BODY + " On Friday it was opened again."))
    c = counts(lede("add", archive, "p.html", "--format=json", cwd=tmp, code=0))
    assert c["new_versions"] + c["replaced"] == 1, c
    hits = lede("search", archive, "bridge", "--format=jsonl", code=0).out.splitlines()
    assert len(hits) == 1 and json.loads(hits[0])["headline"] == "The bridge is open", hits
    if c["new_versions"]:
        key = json.loads(hits[0])["key"]
        old = json.loads(lede("show", archive, key, "--version=1", "--format=json", code=0).out)
        assert old["headline"] == "The bridge is closed", old
        both = lede("search", archive, "bridge", "--versions", "--format=jsonl", code=0).out
        assert len(both.splitlines()) == 2, both


def case_site_learning(tmp):
    """what stands on several pages of a site is no story; again changes nothing, nor does order"""
    furniture = ("<p>The Gannet Gazette has been printed in the same house by the river since it "
                 "was founded, and its readers pay for every word of it.</p>")
    stories = {"Ships without a crew": "The harbour master counted eleven ships on Tuesday, and "
                                       "asked for a tug that could take three of them out.",
               "A theatre opens": "A theatre that had been dark for nine years opened on Friday "
                                  "with a play about a theatre that is dark.",
               "Bees in February": "Bees were seen in four of the valley's villages, six weeks "
                                   "before their time, and the keepers carried sugar water up.",
               "The night train": "The night train to the coast runs again, with two sleeping "
                                  "cars that had stood in a barn since the line was given up."}
    for folder, numbers in (("forth", (0, 1, 2, 3)), ("back", (3, 2, 1, 0))):
        (tmp / folder).mkdir()
        for number, (title, text) in zip(numbers, stories.items()):
            head = f"<link rel=canonical href='https://gazette.example/{title[:4].strip()}'>"
            (tmp / folder / f"{number}.html").write_text(
                head + page(title, f"<article><p>{text}</p><p>{text[::-1]}.</p>{furniture}</article>"))
    learned = lede("extract", tmp / "forth", "--learn", "--format=jsonl", code=0).out
    assert learned.count("Ships") and "founded" not in learned, learned
    assert lede("extract", tmp / "forth", "--format=jsonl", code=0).out.count("founded") == 4
    archive = tmp / "a.lede"
    assert counts(lede("add", archive, tmp / "forth", "--format=json", code=0))["added"] == 4
    assert counts(lede("add", archive, tmp / "forth", "--format=json", code=0))["unchanged"] == 4
    assert "founded" not in dump(archive)
    lede("add", tmp / "alone.lede", tmp / "forth", "--no-learn", code=0)
    assert dump(tmp / "alone.lede").count("founded") == 4

    def bodies(folder):
        rows = lede("extract", tmp / folder, "--learn", "--format=jsonl",
                    code=0).out.splitlines()
        return {json.loads(r)["headline"]: json.loads(r)["articleBody"] for r in rows}

    assert bodies("forth") == bodies("back")


def case_parts_and_twins(tmp):
    """a story in three pages is one article, its AMP twin none, in whatever order they come"""
    def page(number, head, tag="<html>"):
        body = "".join(f"<p>{number}{i} is what the keeper of the bridge said on Monday, before he "
                       "opened it to walkers for another year.</p>" for i in range(3))
        return (f"{tag}<title>Bridge stays open</title>{head}<article><h1>Bridge stays open</h1>"
                f"{body}</article><a href='/bridge?page=2'>2</a>")

    def canonical(path):
        return f"<link rel=canonical href='https://gazette.example{path}'>"

    pages = [page(1, canonical("/bridge") + "<link rel=amphtml href='/amp'>"),
             page(2, canonical("/bridge?page=2")), page(3, canonical("/bridge?page=3")),
             page(4, canonical("/bridge"), "<html amp>")]
    for folder, order in (("forth", (0, 1, 2, 3)), ("back", (3, 2, 1, 0))):
        (tmp / folder).mkdir()
        for name, at in zip("abcd", order):
            (tmp / folder / f"{name}.html").write_text(pages[at])
        rows = lede("extract", tmp / folder, "--learn", "--format=jsonl",
                    code=0).out.splitlines()
        assert len(rows) == 1, rows
        article = json.loads(rows[0])
        assert [b[:2] for b in article["articleBody"].split("\n\n")] == [
            "10", "11", "12", "20", "21", "22", "30", "31", "32"], article
        assert article["ampUrl"] == "https://gazette.example/amp"
    assert len(lede("extract", tmp / "forth", "--format=jsonl", code=0).out.splitlines()) == 4
    told = counts(lede("add", tmp / "a.lede", tmp / "forth", "--format=json", code=0))
    assert told["added"] == 1 and told["skipped"] == 3, told
    assert counts(lede("add", tmp / "a.lede", tmp / "back", "--format=json",
                       code=0))["unchanged"] == 1


def case_dry_run(tmp):
    """--dry-run writes nothing and tells what would be done"""
    archive = tmp / "a.lede"
    dry = counts(lede("add", archive, SAMPLES, "--dry-run", "--format=json", code=0))
    assert not archive.exists()
    real = counts(lede("add", archive, SAMPLES, "--format=json", code=0))
    for key in ("pages", "added", "unchanged", "new_versions", "replaced", "rejected", "skipped"):
        assert dry[key] == real[key], (dry, real)
    before = dump(archive)
    extra = tmp / "x.html"
    extra.write_text(page("A page more", BODY))
    assert counts(lede("add", archive, extra, "--dry-run", "--format=json", code=0))["added"] == 1
    assert dump(archive) == before


def case_delete(tmp):
    """delete takes keys away; --purge takes their bytes away"""
    archive = tmp / "a.lede"
    (tmp / "p").mkdir()
    for word in ("aardvark", "buffalo", "chinchilla"):
        (tmp / "p" / f"{word}.html").write_text(page(f"The {word} story", f"{BODY} A {word}."))
    lede("add", archive, "p", "--profile=plain", cwd=tmp, code=0)
    key = json.loads(lede("search", archive, "buffalo", "--format=jsonl", code=0).out)["key"]
    assert lede("delete", archive, key, code=0).out.startswith("1 article deleted")
    lede("search", archive, "buffalo", code=1)
    lede("search", archive, "aardvark", code=0)
    one_sentence(lede("delete", archive, key, code=1), key)
    one_sentence(lede("delete", archive, code=2), "KEY")
    lede("delete", archive, "--purge", code=0)
    left = b"".join(f.read_bytes() for f in archive.iterdir())
    assert b"buffalo" not in left
    assert lede("check", archive, "--deep", code=0)
    assert len(dump(archive).splitlines()) == 2


def case_copies(tmp):
    """--dup and dup: show one article of each group of copies, and list the others"""
    archive = tmp / "a.lede"
    text = " ".join(f"{w}{i} gannet" for i, w in enumerate(["bridge", "harbour", "mayor"] * 30))
    rows = [{"id": k, "title": t, "text": body, "date": d} for k, t, body, d in (
        ("second", "Bridge", text, "2024-05-02"), ("first", "Bridge", text, "2024-05-01"),
        ("part", "Bridge again", text[:len(text) // 2], "2024-05-03"),
        ("other", "Bridge", " ".join(f"ferry{i} gannet" for i in range(60)), "2024-05-04"),
        ("late", "Bridge", text, "2024-12-01"))]
    (tmp / "rows.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows))
    lede("add", archive, "rows.jsonl", cwd=tmp, code=0)
    def folded(*args):
        answer = json.loads(lede("search", archive, *args, "--format=json", code=0).out)
        return answer, {h["key"]: h.get("copies", {}).get("keys", []) for h in answer["hits"]}
    answer, groups = folded("gannet", "--dup=exact")
    assert (answer["total"], answer["articlesTotal"]) == (4, 5)
    assert groups["first"] == ["second"]
    answer, groups = folded("gannet dup:fold sort:oldest")
    assert answer["total"] == 3 and groups["first"] == ["second", "part"]
    answer, groups = folded("gannet dup:fold", "--dup=off")
    assert answer["total"] == 5 and "articlesTotal" not in answer
    shown = lede("search", archive, "gannet", "--dup=fold", code=0).out
    assert "3 stories (5 articles)" in shown and "2 copies: " in shown
    lede("check", archive, "--deep", code=0)


def case_alerts(tmp):
    """alerts are saved, listed, told by add, run, removed"""
    archive = tmp / "a.lede"
    (tmp / "one").mkdir()
    (tmp / "two").mkdir()
    (tmp / "one/a.html").write_text(page("The aardvark story", f"{BODY} An aardvark."))
    (tmp / "two/b.html").write_text(page("The buffalo story", f"{BODY} A buffalo, an aardvark."))
    one_sentence(lede("alert", "add", "x", "aardvark", archive, code=2), "archive")
    lede("add", archive, "one", cwd=tmp, code=0)
    lede("alert", "list", archive, code=1)
    lede("alert", "add", "both", "buffalo w/9 aardvark", archive, code=0)
    lede("alert", "add", "none", "aardvark -buffalo", archive, code=0)
    one_sentence(lede("alert", "add", "none", "x", archive, code=2), "none")
    one_sentence(lede("alert", "add", "empty", "", archive, code=2), "word")
    one_sentence(lede("alert", "add", "few", archive, code=2), "forms")
    names = [json.loads(r)["name"] for r in
             lede("alert", "list", archive, "--format=jsonl", code=0).out.splitlines()]
    assert names == ["both", "none"]
    assert "alert" not in lede("add", archive, "two", "--dry-run", cwd=tmp, code=0).out
    told = lede("add", archive, "two", "--alerts=jsonl", cwd=tmp, code=0).out.splitlines()
    assert json.loads(told[0])["alert"] == "both" and "The buffalo" in json.loads(told[0])["headline"]
    assert "1 added" in told[1]
    assert "alert" not in lede("add", archive, "two", cwd=tmp, code=0).out
    assert lede("alert", "run", archive, code=0).out.count("\n") == 2
    feed = lede("alert", "run", "both", archive, "--format=atom", code=0).out
    assert ElementTree.fromstring(feed).tag == "{http://www.w3.org/2005/Atom}feed"
    one_sentence(lede("alert", "run", archive, "--format=atom", code=2), "name")
    lede("backup", archive, tmp / "copy", code=0)
    assert "both" in lede("alert", "list", tmp / "copy", code=0).out
    lede("alert", "remove", "both", "none", archive, code=0)
    one_sentence(lede("alert", "remove", "both", archive, code=1), "both")
    lede("alert", "list", archive, code=1)


def case_takedown(tmp):
    """after delete --purge no file of the archive has words of the story: not the index, not the columns, not
    the dictionary that texts are compressed with, and not what the same archive writes later"""
    archive, chance = tmp / "a.lede", random.Random(5)
    words = [a + b + c for a in ("ka", "re", "mo", "ti", "bu", "so") for b in ("lan", "ber", "dos", "fim") for c in ("a", "en", "ot")]
    secrets = ["Quorvexia", "Blunderwick", "Zyxwvutania", "Hidden Personage", "hush.example"]

    def text(count):
        return " ".join(chance.choice(words) for _ in range(count))

    def story(i):
        said = f"{secrets[0]} {secrets[1]} went to {secrets[2]} in {i}. "
        hidden = i % 3 == 1  # so many that the dictionary is cut from them, too
        return {"key": f"k{i}", "headline": f"Story {i} {secrets[0] if hidden else text(3)}", "inLanguage": "en",
                "author": secrets[3] if hidden else "Ann Other", "url": f"https://{secrets[4] if hidden else 'news.example'}/{i}",
                "articleBody": f"{text(300)}\n\n{said * 60 if hidden else text(60)}"}  # fmt: skip

    def left():
        found = set()
        for file in archive.iterdir():
            data = file.read_bytes().lower()
            found |= {secret for secret in secrets for word in secret.lower().split() if word.encode() in data}
        return found

    def add(first, end, hidden):
        rows = [story(i) for i in range(first, end)]
        (tmp / "x.jsonl").write_text("\n".join(json.dumps(row) for row in rows if hidden or row["author"] != secrets[3]))
        lede("add", archive, tmp / "x.jsonl", code=0)

    add(0, 240, True)
    add(240, 300, False)  # a second segment, compressed with the first one's dictionary
    assert len(left()) >= 4, left()
    keys = [json.loads(line)["key"] for line in dump(archive).splitlines() if secrets[3] in line]
    assert len(keys) == 80
    lede("delete", archive, *keys, "--purge", code=0)
    assert left() == set(), left()
    add(300, 360, False)
    assert left() == set(), left()
    assert lede("check", archive, "--deep", code=0)
    assert len(dump(archive).splitlines()) == 160 + 40 + 40


def case_dump_load(tmp):
    """load of a dump makes an archive with the same dump"""
    lede("add", tmp / "a", SAMPLES, code=0)
    text = dump(tmp / "a")
    rows = [json.loads(line) for line in text.splitlines()]
    assert len(rows) >= 60
    (tmp / "dump.jsonl").write_text(text)
    lede("load", tmp / "b", tmp / "dump.jsonl", code=0)
    assert dump(tmp / "b") == text
    lede("load", tmp / "c", "-", stdin=text.encode(), code=0)
    assert dump(tmp / "c") == text
    one_sentence(lede("load", tmp / "c", stdin=b"{nonsense\n", code=2), "1")


def case_stats(tmp):
    """stats count what is there; --rejects names what could not be taken"""
    archive = tmp / "a.lede"
    (tmp / "p").mkdir()
    (tmp / "p/good.html").write_text(page("A good page", BODY))
    (tmp / "p/empty.html").write_text("")
    added = lede("add", archive, "p", cwd=tmp, code=0)
    assert "1 added" in added.out and "1 rejected" in added.out, added
    assert "lede: rejected p/empty.html: " in added.err, added
    rejects = lede("stats", archive, "--rejects", code=0).out
    assert rejects.startswith("p/empty.html: ") and rejects.count("\n") == 1, rejects
    stats = json.loads(lede("stats", archive, "--sizes", "--rejects", "--format=json", code=0).out)
    assert stats["articles"] == 1 and len(stats["rejects"]) == 1 and stats["sizes"], stats
    assert sum(stats["sizes"].values()) >= stats["bytes"] // 2, stats
    assert "articles           1\n" in lede("stats", archive, code=0).out


def case_extract(tmp):
    """extract: one object for one, a line each for many, an array by name; all formats"""
    one = SAMPLES / "plain" / "guildhall-clock-stops.txt"
    single = lede("extract", one, code=0).out
    article = json.loads(single)
    assert article["headline"] and single.count("\n") == 1
    many = lede("extract", SAMPLES / "plain", code=0).out.splitlines()
    assert len(many) >= 2 and article["headline"] in [json.loads(m)["headline"] for m in many]
    array = json.loads(lede("extract", "--format=json", SAMPLES / "plain", code=0).out)
    assert array == [json.loads(m) for m in many]
    assert lede("extract", "--format=text", one, code=0).out.startswith(article["headline"])
    assert lede("extract", "--format=markdown", one, code=0).out.startswith("# ")
    assert lede("extract", "--format=html", one, code=0).out.startswith("<article>")
    piped = json.loads(lede("extract", stdin=one.read_bytes(), code=0).out)
    assert piped["headline"] == article["headline"]
    dashed = json.loads(lede("extract", "-", stdin=one.read_bytes(), code=0).out)
    assert dashed == piped
    (tmp / "empty.html").write_text("")
    one_sentence(lede("extract", tmp / "empty.html", code=1), "rejected", "empty.html")
    one_sentence(lede("extract", tmp / "missing.html", code=2), "missing.html")


def case_sandbox(tmp):
    """pages parsed in worker processes give the same archive; a killed worker takes one page at most"""
    lede("add", "walls.lede", SAMPLES, cwd=tmp, code=0)
    lede("add", "bare.lede", SAMPLES, "--no-sandbox", cwd=tmp, code=0)
    assert lede("dump", "walls.lede", cwd=tmp).out == lede("dump", "bare.lede", cwd=tmp).out
    args = [LEDE, "extract", "-", "--jobs=1", "--format=jsonl"]
    source = "".join(json.dumps({"id": str(n), "title": f"Story {n}", "text": BODY}) + "\n" for n in range(3000))
    with open(tmp / "out", "wb") as out, open(tmp / "err", "wb") as err:
        child = subprocess.Popen(args, stdin=subprocess.PIPE, stdout=out, stderr=err, env=environment())
    half = len(source) // 2
    child.stdin.write(source[:half].encode())
    child.stdin.flush()
    keeper = children_of(child.pid, 1)[0]
    os.kill(children_of(keeper, 1)[0], signal.SIGKILL)
    child.communicate(source[half:].encode(), timeout=100)
    rejected = (tmp / "err").read_text().count("rejected")
    printed = (tmp / "out").read_text().count("\n")
    assert child.returncode == 0 and rejected <= 1 and printed == 3000 - rejected, (rejected, printed)


def children_of(pid, count):
    """The processes whose parent is pid, once there are `count`."""
    for _ in range(1000):
        found = []
        for status in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = status.read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(fields[1]) == pid and fields[0] != "Z":
                found.append(int(status.parent.name))
        if len(found) >= count:
            return found
        time.sleep(0.01)
    raise AssertionError(f"no {count} children of {pid}")


def case_options_of_sources(tmp):
    """--published, --source, --lang, --jsonl-fields and --fields are obeyed"""
    (tmp / "r.jsonl").write_text(
        json.dumps({"hed": "A desk story", "copy": BODY, "guid": "g-1", "desk": "metro"}) + "\n")
    mapping = "title=hed,text=copy,id=guid"
    lede("add", "a.lede", "r.jsonl", "--jsonl-fields", mapping, "--published", "2015-11-16",
         "--source", "The Lantern", "--lang", "en", "--fields", "desk:keyword", cwd=tmp, code=0)
    hit = json.loads(lede("search", "a.lede", "desk:metro", "--format=jsonl", cwd=tmp, code=0).out)
    assert hit["headline"] == "A desk story" and hit["key"] == "g-1", hit
    assert hit["datePublished"] == "2015-11-16" and hit["publisher"] == "The Lantern", hit
    assert hit["dateEvidence"]["datePublished"]["evidence"] == "given", hit
    one_sentence(lede("add", "a.lede", "r.jsonl", "--published", "soon", cwd=tmp, code=2), "soon")
    one_sentence(lede("add", "b.lede", "r.jsonl", "--memory", "1M", cwd=tmp, code=2), "32M")
    other = lede("add", "a.lede", "r.jsonl", "--jsonl-fields", mapping, "--profile=plain", cwd=tmp)
    one_sentence(other, "profile news")


# ---- terminals and pipes ----


def case_color(tmp):
    """colours on a terminal only, NO_COLOR and --color are obeyed"""
    archive = tmp / "a.lede"
    lede("add", archive, SAMPLES / "plain", code=0)
    search = ["search", archive, "clock"]
    assert b"\x1b[1;31m" in on_terminal(*search)
    assert b"\x1b" not in on_terminal(*search, env={"NO_COLOR": "1"})
    assert b"\x1b" not in on_terminal(*search, env={"TERM": "dumb"})
    assert b"\x1b" not in on_terminal(*search, "--color=never")
    assert "\x1b[1;31m" in lede(*search, "--color=always", env={"NO_COLOR": "1"}).out
    assert "\x1b" not in lede(*search).out


def case_control_characters(tmp):
    """control characters of a page never reach a terminal"""
    archive = tmp / "a.lede"
    record = {"id": "k", "title": "Evil \x1b]0;owned\x07 title\u009b31m", "text": BODY + " \x1b[2J\x08."}
    (tmp / "r.jsonl").write_text(json.dumps(record) + "\n")
    lede("add", archive, tmp / "r.jsonl", code=0)
    for args in (["search", archive, "bridge"], ["search", archive, "bridge", "--format=json"],
                 ["search", archive, "bridge", "--format=csv"], ["show", archive, "k"],
                 ["show", archive, "k", "--format=html"], ["extract", tmp / "r.jsonl"],
                 ["extract", "--format=text", tmp / "r.jsonl"], ["dump", archive]):
        printed = on_terminal(*args, env={"NO_COLOR": "1"})
        assert b"ridge" in printed, (args, printed)
        for bad in (b"\x1b", b"\x07", b"\x08", b"\xc2\x9b"):
            assert bad not in printed, (args, printed)


def case_progress(tmp):
    """progress is drawn on a terminal only, and not with --quiet"""
    drawn = on_terminal("add", tmp / "a", SAMPLES)
    assert b"\r\x1b[K" in drawn and b"pages/s" in drawn, drawn
    assert b"\r\x1b[K" not in on_terminal("add", tmp / "b", SAMPLES, "--quiet")
    assert "\r" not in lede("add", tmp / "c", SAMPLES, code=0).err


def case_full_disk(tmp):
    """output that cannot be written is an error"""
    if not os.path.exists("/dev/full"):
        raise Skip("no /dev/full")
    lede("add", tmp / "a", SAMPLES, code=0)
    for args in (["dump", tmp / "a"], ["search", tmp / "a", "bridge"], ["--version"]):
        with open("/dev/full", "wb") as full:
            one_sentence(lede(*args, stdout=full, code=2), "No space left")


def case_closed_pipe(tmp):
    """a reader that has gone ends the program without a word"""
    lede("add", tmp / "a", SAMPLES, code=0)
    for args in (["dump", tmp / "a"], ["extract", SAMPLES]):
        process = subprocess.Popen([LEDE, *map(str, args)], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, env=environment())
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 0


def case_locales(tmp):
    """other locales change neither numbers nor words"""
    lede("add", tmp / "a", SAMPLES, code=0)
    want = None
    for locale in ("C", "C.UTF-8", "de_DE.UTF-8", "tr_TR.UTF-8", "xx_XX"):
        env = {"LC_ALL": locale, "LANG": locale}
        out = lede("search", tmp / "a", "bridge", "--format=jsonl", env=env, code=0).out
        want = want or out
        assert out == want, locale
        assert "." in lede("search", tmp / "a", "bridge", env=env, code=0).out.splitlines()[0]


def case_file_names(tmp):
    """file names that are not UTF-8, spaces, dashes and link loops are handled"""
    folder = tmp / "p"
    folder.mkdir()
    for name in (b"caf\xe9.html", b"two words.html", b"-dash.html"):
        with open(os.path.join(os.fsencode(folder), name), "w", encoding="utf-8") as out:
            out.write(page(name.decode("latin-1"), BODY + name.hex()))
    os.symlink("..", folder / "loop")
    c = counts(lede("add", "a.lede", "p", "--format=json", cwd=tmp, code=0))
    assert c["added"] == 3 and c["rejected"] == 0, c
    lede("add", "b.lede", "--", "-dash.html", cwd=folder, code=0)
    rows = [json.loads(line) for line in dump(tmp / "a.lede").splitlines()]
    assert len(rows) == 3


# ---- what goes wrong ----


def case_missing_archive(tmp):
    """a missing archive is one sentence that says how to make it"""
    want = "lede: no archive at news.lede; make one with: lede add news.lede PATH...\n"
    for args in (["search", "news.lede", "x"], ["show", "news.lede", "x"], ["stats", "news.lede"],
                 ["check", "news.lede"], ["dump", "news.lede"], ["delete", "news.lede", "k"]):
        assert lede(*args, cwd=tmp, code=2).err == want, args
    (tmp / "folder").mkdir()
    (tmp / "folder/x.html").write_text(page("X", BODY))
    one_sentence(lede("search", "folder", "x", cwd=tmp, code=2), "--in folder")
    one_sentence(lede("search", "folder/x.html", "x", cwd=tmp, code=2), "--in folder/x.html")
    one_sentence(lede("add", "folder", "folder", cwd=tmp, code=2), "other things in it")
    one_sentence(lede("add", "folder/x.html", "folder", cwd=tmp, code=2), "is no archive")
    one_sentence(lede("add", "new.lede", "nothing-here", cwd=tmp, code=2), "nothing-here")
    assert not (tmp / "new.lede").exists()


def case_bad_input(tmp):
    """bad input is a counted reject or exit code 2, and the archive keeps what it has"""
    archive = tmp / "a.lede"
    (tmp / "good.html").write_text(page("A good page", BODY))
    lede("add", archive, "good.html", cwd=tmp, code=0)
    before = dump(archive)
    whole = (SAMPLES / "capture.warc.gz").read_bytes()
    (tmp / "empty.html").write_bytes(b"")
    (tmp / "empty.warc").write_bytes(b"")
    (tmp / "cut.html.gz").write_bytes(gzip.compress(page("Cut", BODY * 50).encode())[:-200])
    (tmp / "junk.html").write_bytes(bytes((i * 167 + i // 251) % 256 for i in range(100_000)))
    with open(tmp / "huge.html", "wb") as out:
        out.write(b"<html><body>")
        out.truncate(200 << 20)
    for name in ("empty.html", "empty.warc", "cut.html.gz", "junk.html", "huge.html"):
        done = lede("add", archive, name, cwd=tmp)
        assert done.code in (1, 2), (name, done)
        one_sentence(done, name)
        if done.code == 1:
            assert "1 rejected" in done.out and "0 added" in done.out, (name, done)
        assert dump(archive) == before, name
    (tmp / "cut.warc.gz").write_bytes(whole[: len(whole) // 2])
    done = lede("add", archive, "cut.warc.gz", "--format=json", cwd=tmp)
    assert done.code in (0, 1) and counts(done)["rejected"] >= 1, done
    lede("check", archive, "--deep", code=0)
    assert set(before.splitlines()) <= set(dump(archive).splitlines())


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def case_newer_version(tmp):
    """an archive of a newer format is refused in one sentence, and left alone"""
    archive = tmp / "a.lede"
    lede("add", archive, SAMPLES / "plain", code=0)
    for path in archive.glob("manifest-*"):
        body = bytearray(path.read_bytes()[:-4])
        assert bytes(body[:8]) == b"LEDEMAN\n" and crc32c(body) == int.from_bytes(
            path.read_bytes()[-4:], "little")
        body[8:12] = (int.from_bytes(body[8:12], "little") + 1).to_bytes(4, "little")
        path.write_bytes(bytes(body) + crc32c(body).to_bytes(4, "little"))
    before = {p.name: p.read_bytes() for p in archive.iterdir()}
    for args in (["search", archive, "x"], ["add", archive, SAMPLES / "plain"], ["check", archive]):
        one_sentence(lede(*args, code=2), "version")
    assert {p.name: p.read_bytes() for p in archive.iterdir()} == before


def case_damage(tmp):
    """a damaged byte is found by check, with exit code 2"""
    archive = tmp / "a.lede"
    lede("add", archive, SAMPLES, code=0)
    segment = next(archive.glob("segment-*"))
    raw = bytearray(segment.read_bytes())
    raw[len(raw) // 2] ^= 0x40
    segment.write_bytes(raw)
    done = lede("check", archive, "--deep", code=2)
    assert "whole" not in done.out and done.err.startswith("lede: "), done


def start_add(archive, path):
    return subprocess.Popen(
        [LEDE, "add", str(archive), str(path), "--jobs=1", "--commit-every=25"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment())


def wait_for_commits(process, archive, commits):
    """Until so many generations are there, or the process has ended."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        names = [p.name[9:] for p in archive.glob("manifest-*")]
        if any(name.isdigit() and int(name) >= commits for name in names):
            break
        time.sleep(0.002)


def interrupt_add(tmp, how):
    """Stops an add between its commits; the process and how many articles were there then."""
    archive, path = tmp / "cut.lede", write_many(tmp)
    process = start_add(archive, path)
    wait_for_commits(process, archive, 4)
    process.send_signal(how)
    out, err = process.communicate(timeout=60)
    there = json.loads(lede("stats", archive, "--format=json", code=0).out)["articles"]
    assert 0 < there, (out, err)
    lede("check", archive, "--deep", code=0)
    return process, archive, path, there, err.decode()


def finish_add(tmp, archive, path):
    lede("add", archive, path, code=0)
    lede("add", tmp / "whole.lede", path, code=0)
    assert dump(archive) == dump(tmp / "whole.lede")


def case_kill(tmp):
    """kill -9 in the middle, then the same command: the same archive"""
    process, archive, path, there, _ = interrupt_add(tmp, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL and there < MANY, there
    finish_add(tmp, archive, path)


def case_interrupt(tmp):
    """SIGINT: what was read is committed, exit code 2, the same command goes on"""
    process, archive, path, there, err = interrupt_add(tmp, signal.SIGINT)
    assert process.returncode == 2 and there < MANY, (process.returncode, there, err)
    assert "the same command goes on" in err, err
    finish_add(tmp, archive, path)


def case_second_writer(tmp):
    """a second writer is told that the archive is in use"""
    archive, path = tmp / "a.lede", write_many(tmp)
    process = start_add(archive, path)
    wait_for_commits(process, archive, 2)
    process.send_signal(signal.SIGSTOP)
    try:
        one_sentence(lede("delete", archive, "k", code=2), "writer")
    finally:
        process.send_signal(signal.SIGCONT)
        process.communicate(timeout=100)


# ---- the seed page ----


def case_seed_extract(tmp):
    """the seed page: headline, one caption with its credit, ten paragraphs, no made-up date"""
    article = json.loads(lede("extract", "--format", "json", data("seed/page.txt"), code=0).out)
    assert article["headline"] == "France asks US, Russia to join forces against IS", article
    assert [c["credit"] for c in article["captions"]] == ["AP Photo/Thibault Camus"], article
    assert len(article["articleBody"].split("\n\n")) == 10, article
    assert "Search in Site" not in json.dumps(article) and "datePublished" not in article, article


def case_seed_said_and_events(tmp):
    """the seed page: the days it speaks of, who says what, and show --quotes"""
    archive = tmp / "n.lede"
    lede("add", archive, data("seed/page.txt"), "--published", "2015-11-16", code=0)
    hits = ("event:2015-11-13", "event:2015-10", 'said:valls("more attacks")', "said:hollande",
            'said:hollande("war of civilisations")', 'said:"manuel valls"(threat)',
            "said:police(attacker)", "hollande w/s putin", "date:2015-11-16")
    for query in hits:
        lede("search", archive, query, code=0)
    for query in ("event:2015-09", "event:2015-12-24", "said:putin(forces)", "said:putin",
                  'said:police("more attacks")', "date:2015-11-13"):
        lede("search", archive, query, code=1)
    key = json.loads(lede("search", archive, "hollande", "--format", "json",
                          code=0).out)["hits"][0]["key"]
    quotes = json.loads(lede("show", archive, key, "--quotes", "--format", "json",
                             code=0).out)["quotes"]
    article = json.loads(lede("show", archive, key, "--format", "json", code=0).out)
    assert [q["kind"] for q in quotes].count("stated") == 3, quotes
    war = next(q for q in quotes if q["text"].startswith("France is at war"))
    assert (war["kind"], war["speaker"]) == ("inferred", "Hollande"), war
    for q in quotes:
        text = article["articleBody"].split("\n\n")[q["at"]["block"]].encode()
        at = q["at"]["offset"]
        assert text[at:at + q["at"]["length"]].decode() == q["text"], q
    assert "Manuel Valls: We know that" in lede("show", archive, key, "--quotes", code=0).out
    lede("show", archive, key, "--quotes", "--mark", "war", code=2)


def case_seed_aliases(tmp):
    """the seed page: daesh marks IS and Islamic State and says why; alias:off does not; is is no IS"""
    archive = tmp / "n.lede"
    lede("add", archive, data("seed/page.txt"), "--published", "2015-11-16", code=0)

    def answer(query, code=0):
        return json.loads(lede("search", archive, query, "--format", "json", code=code).out)

    found = answer("daesh")
    assert 'allcaps(IS) OR "Islamic State"' in found["understood"], found["understood"]
    assert "IS (named together" in found["messages"][0]["text"], found["messages"]
    hit = found["hits"][0]
    assert [hit["headline"].encode()[a:a + n] for a, n in hit["headlineMarks"]] == [b"IS"], hit
    shown = json.loads(lede("show", archive, hit["key"], "--format=json", "--mark", "daesh",
                            code=0).out)
    blocks = shown["articleBody"].split("\n\n")
    marked = [blocks[m["block"]].encode()[m["offset"]:m["offset"] + m["length"]].decode()
              for m in shown["marks"] if m["block"] >= 0]
    assert marked.count("Islamic") == 2 and marked.count("State") == 2, marked
    assert marked.count("IS") == 1 and marked.count("Daesh") == 2 and "is" not in marked, marked
    off = answer("daesh alias:off")
    assert off["messages"] == [] and off["hits"][0]["headlineMarks"] == [], off
    assert answer("is")["messages"] == []
    other = tmp / "o.lede"
    page = tmp / "is.txt"
    page.write_text("A headline\n\nThis is a story that is about nothing at all, as it is.\n")
    lede("add", other, page, code=0)
    lede("search", other, "allcaps(IS)", code=1)


def case_synonyms(tmp):
    """--synonyms: words and phrases both ways and one way, told, off with alias:off, bad lines"""
    folder = tmp / "p"
    folder.mkdir()
    for name, body in {"a": "The automobile stood in the yard.", "b": "The motor car was sold.",
                       "c": "The bmw was stolen, as IS said.", "d": "A car is a thing."}.items():
        (folder / (name + ".txt")).write_text("Headline %s\n\n%s\n" % (name, body))
    archive, words = tmp / "a.lede", tmp / "words"
    lede("add", archive, folder, code=0)
    words.write_text("# mine\ncar, automobile, motor car\n\nbmw => Automobile # one way\nIS, yard\n")

    def answer(query):
        found = json.loads(lede("search", archive, query, "--synonyms", words, "--format", "json",
                                code=0).out)
        return "".join(sorted(pathlib.Path(h["key"]).stem for h in found["hits"])), found

    hits, found = answer("car")
    assert hits == "abd", hits
    assert found["messages"][0]["text"] == (
        "Also searched for car: automobile (your synonyms), motor car (your synonyms); "
        "alias:off leaves that out."), found["messages"]
    assert answer('"Motor  CAR"')[0] == "abd"
    assert answer("automobile")[0] == "abd"
    assert answer("bmw")[0] == "ac"
    assert answer("car alias:off")[0] == "bd"
    assert answer("car -sold")[0] == "ad" and answer("car -stood")[0] == "bd"
    assert answer("yard")[0] == "ac" and answer("IS")[0].find("a") >= 0
    assert "a" not in answer("is")[0]
    asked = answer("the car that stood in the sunny yard with a thing")[1]["messages"]
    assert any("for car: automobile" in m["text"] for m in asked), asked
    assert json.loads(lede("search", "car", "--synonyms", words, "--format", "json", "--in", folder,
                           code=0).out)["total"] == 3
    for line, why in (("car", "one name only"), ("car,, bus", "nothing before or after a comma"),
                      ("car => ", "nothing before or after a comma"), ("car, bu*", "sign of the query"),
                      ("a => b => c", "sign of the query"), ("car, ...", "without a word"),
                      (",".join("w%d" % i for i in range(33)), "more than 32 names")):
        words.write_text("# one\n" + line + "\n")
        said = lede("search", archive, "car", "--synonyms", words, code=2).err
        assert "line 2 of the synonyms" in said and why in said, said
    lede("search", archive, "car", "--synonyms", tmp / "none", code=2)


def case_seed_search(tmp):
    """the seed page: what the queries find, and which words are marked"""
    archive = tmp / "a.lede"
    lede("add", archive, data("seed/page.txt"), code=0)

    def marked(query, code=0):
        answer = json.loads(lede("search", archive, "--format=json", "--", query, code=code).out)
        if code:
            return set()
        hit = answer["hits"][0]
        texts = [(hit["headline"], hit["headlineMarks"])]
        texts += [(p["text"], p["marks"]) for p in hit["passages"]]
        return {t.encode()[at : at + n].decode() for t, marks in texts for at, n in marks}

    assert marked("daesh alias:off") == {"Daesh"}
    assert marked("daesh") >= {"Daesh", "IS"}, marked("daesh")
    assert marked('"war of civilisations"') == {"war", "of", "civilisations"}
    assert marked("title:russia") == {"Russia"}
    assert marked("caption:bataclan") == {"Bataclan"}
    assert marked("credit:camus") == {"Camus"}
    assert marked("metro OR pavements") == {"Metro", "pavements"}
    marked("hollande -putin", code=1)
    marked("after:2015-11-15 valls", code=1)
    lede("add", tmp / "b.lede", data("seed/page.txt"), "--published", "2015-11-16", code=0)
    found = lede("search", tmp / "b.lede", "after:2015-11-15 valls", code=0).out
    assert "\n2015-11-16 (given) · page.txt\n" in found, found


def main():
    wanted = sys.argv[2:]
    cases = [(n, f) for n, f in globals().items() if n.startswith("case_")]
    cases = [(n, f) for n, f in cases if not wanted or n[5:] in wanted]
    print(f"1..{len(cases)}", flush=True)
    failed = 0
    for number, (name, case) in enumerate(cases, 1):
        title = f"{number} - {name[5:]}: {case.__doc__.splitlines()[0]}"
        with tempfile.TemporaryDirectory(prefix="lede-cli-") as folder:
            try:
                case(pathlib.Path(folder))
                print(f"ok {title}", flush=True)
            except Skip as skip:
                print(f"ok {title} # SKIP {skip}", flush=True)
            except Exception:  # every failure of a case is that case's
                failed += 1
                print(f"not ok {title}", flush=True)
                print("# " + traceback.format_exc().replace("\n", "\n# "), flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
