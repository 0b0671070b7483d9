#!/usr/bin/env python3
"""What do broken and hostile pages cost?

usage: bad_input.py LEDE

Each page is made in a temporary folder and given to `lede extract --jobs 1` by itself; printed are
its bytes, processor seconds, the largest resident set, the exit status (0 an article, 1 none) and
how many letters of text came out. Beside them stands the same page's half where the time may tell
whether it grows faster than the input does.
"""
import json
import os
import subprocess
import sys
import tempfile

MB = 1 << 20
PROSE = ("The council met on Monday and voted, after four hours of talks, to keep the old bridge "
         "open to walkers for another year. ")
STORY = ("<title>Bridge stays open</title><h1>Bridge stays open</h1>"
         + "".join(f"<p>{PROSE * 3}</p>" for _ in range(8)))


def repeated(part, size):
    return (part * (size // len(part) + 1))[:size]


def pages():
    """name: function of a size factor (1 or 1/2) to bytes."""
    def text(make):
        return lambda share: make(share).encode()

    mixed = (STORY.encode() + "<p>caf\u00e9 na\u00efve \u2014 ".encode() + b"caf\xe9 na\xefve \x97 "
             + "\u00e9t\u00e9".encode("utf-16le") + b"\xff\xfe\x80\xc0\xaf\xed\xa0\x80</p>") * 200
    nul = STORY.replace(" ", "\0 ").encode() * 100
    return {
        "story": text(lambda s: STORY),
        "cut within a tag": text(lambda s: STORY + "<div class='a"),
        "cut within a script": text(lambda s: STORY + "<script>var a = '" + "x" * 1000),
        "cut within a comment": text(lambda s: STORY + "<!-- " + "x" * 1000),
        "100,000 <div> deep": text(lambda s: "<div>" * int(100000 * s) + STORY),
        "100,000 <b> deep": text(lambda s: "<b>" * int(100000 * s) + STORY),
        "100,000 <table> deep": text(lambda s: "<table><tr><td>" * int(100000 * s) + STORY),
        "100,000 <li><ul> deep": text(lambda s: "<li><ul>" * int(100000 * s) + STORY),
        "JSON-LD 100,000 deep": text(lambda s: "<script type=application/ld+json>"
                                     + "[" * int(100000 * s) + "</script>" + STORY),
        "one line, 30 MB": text(lambda s: "<p>" + repeated(PROSE, int(30 * MB * s))),
        "one line, 50 MB": text(lambda s: "<p>" + repeated(PROSE, int(50 * MB * s))),
        "one line of tags, 30 MB": text(lambda s: repeated("<p class=body>a</p>",
                                                           int(30 * MB * s))),
        "one word, 30 MB": text(lambda s: "<p>" + "x" * int(30 * MB * s)),
        "one attribute, 30 MB": text(lambda s: STORY + "<p class='" + "a b-c " * int(5 * MB * s)
                                     + "'>x"),
        "1,000,000 attributes": text(lambda s: STORY + "<p " + "".join(
            f"a{i}=1 " for i in range(int(1000000 * s))) + ">x"),
        "2,000,000 references": text(lambda s: STORY + "<p>" + "&amp;&nGt;&#x41;"
                                     * int(666666 * s)),
        "mixed encodings": lambda s: mixed,
        "NUL bytes": lambda s: nul,
        "only NUL bytes, 10 MB": lambda s: b"\0" * int(10 * MB * s),
        "no markup": text(lambda s: PROSE * 100),
        "random bytes, 10 MB": lambda s: os.urandom(int(10 * MB * s)),
        "empty": lambda s: b"",
    }


def measure(lede, path):
    with open(path + ".jsonl", "wb") as out:
        process = subprocess.Popen([lede, "extract", "--quiet", "--format", "jsonl", "--jobs", "1",
                                    path], stdout=out, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    counted = subprocess.run([sys.executable, __file__, "--count", path + ".jsonl"], check=True,
                             capture_output=True, text=True)
    return (usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, process.returncode,
            int(counted.stdout))


def make_page(name, share, path):
    """In a process of its own: the largest resident set of a child counts from its parent's."""
    subprocess.run([sys.executable, __file__, "--make", name, str(share), path], check=True)
    return os.path.getsize(path)


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "--count":
        with open(sys.argv[2], encoding="utf-8") as lines:
            print(sum(len(json.loads(line)["articleBody"]) for line in lines))
        return
    if len(sys.argv) == 5 and sys.argv[1] == "--make":
        page = pages()[sys.argv[2]](float(sys.argv[3]))
        with open(sys.argv[4], "wb") as f:
            f.write(page)
        return
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    print(f"{'page':26} {'MB':>6} {'s':>7} {'s, half':>8} {'peak MB':>8} {'status':>6} "
          f"{'letters':>9}")
    failed = False
    with tempfile.TemporaryDirectory() as scratch:
        path = os.path.join(scratch, "page.html")
        for name in pages():
            times = []
            for share in (0.5, 1):
                size = make_page(name, share, path)
                seconds, peak, status, letters = measure(sys.argv[1], path)
                times.append(seconds)
            failed |= status not in (0, 1)
            print(f"{name:26} {size / 1e6:6.1f} {times[1]:7.3f} {times[0]:8.3f} {peak:8.1f} "
                  f"{status:6} {letters:9}", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
