#!/usr/bin/env python3
"""How often is a time of a text understood as the public cases say?

Usage: bench/news/times.py [BUILD [DATA]] [--misses]

Cases: DateParser and DatePeriodParser of microsoft/Recognizers-Text (English), under DATA/dates. A
case counts where it has one result with a value. The value is right where an interval that covers
the case's text has its first and last day, in the future or the past reading of the case; the cases
write the end of a period either as its last day or as the day after, and both are taken. Cases whose
day does not exist are right where nothing is found.

times.sentences.tsv: sentences as a newspaper has them, written by hand; day of publication, sentence
with the time in [[ ]], first and last day of what it means. Right is what is right to the day.
Last lines: `bar times.value ACCURACY`, `bar times.sentences ACCURACY`.
"""

import datetime
import io
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import read_news

SETS = ("DateParser", "DatePeriodParser")


def load(data):
    archive = subprocess.run(["zstd", "-dcq", data / "dates/recognizers-datetime-specs.tar.zst"],
                             check=True, stdout=subprocess.PIPE).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar:
            name = Path(member.name)
            if name.stem in SETS and name.parent.name == "English":
                yield name.stem, json.loads(tar.extractfile(member).read().decode("utf-8-sig"))


def reading(value):
    """First and last day of a resolution, as texts; None where the case gives none."""
    days = [v for k, v in (value or {}).items() if k in ("date", "startDate", "endDate")]
    return (days[0], days[-1]) if days else None


def day_before(day):
    return (datetime.date.fromisoformat(day) - datetime.timedelta(1)).isoformat()


def is_right(found, result):
    text_at, text_end = result["Start"], result["Start"] + result["Length"]
    over = [f for f in found if f[0] < text_end and text_at < f[1]]
    readings = [reading(result["Value"].get(k)) for k in ("FutureResolution", "PastResolution")]
    if any(r and r[0].startswith("0001") for r in readings):
        return not over
    for _, _, first, last in over:
        for r in readings:
            if r and first == r[0] and (last == r[1] or (r[1] > first and last == day_before(r[1]))):
                return True
    return False


def sentences(build, misses):
    """Share of times.sentences.tsv that is right."""
    rows = [line.rstrip("\n").split("\t") for line in
            open(Path(__file__).parent / "times.sentences.tsv", encoding="utf-8")]
    texts = ["%s\t%s" % (r[0], r[1].replace("[[", "").replace("]]", "")) for r in rows]
    right = 0
    for (day, text, first, last), answer in zip(rows, read_news.run(build, "times", texts)):
        at, end = text.index("[["), text.index("]]") - 2
        found = [item.split() for item in filter(None, answer.split("\t"))]
        ok = any(int(f[0]) < end and at < int(f[0]) + int(f[1]) and f[2:] == [first, last]
                 for f in found)
        right += ok
        if not ok and misses:
            print("miss", day, text, "| want", first, last, "| got", found)
    print("%-18s %4d cases  %4d right  %.3f" % ("sentences", len(rows), right, right / len(rows)))
    return right / len(rows)


def main():
    args = [a for a in sys.argv[1:] if not a.startswith("--")]
    build = Path(args[0] if args else "build")
    data = Path(args[1] if len(args) > 1 else os.environ.get("LEDE_TEST_DATA", "../shared/data"))
    total = right = 0
    for name, cases in load(data):
        cases = [c for c in cases if len(c["Results"]) == 1
                 and any(reading((c["Results"][0].get("Value") or {}).get(k))
                         for k in ("FutureResolution", "PastResolution"))]
        lines = ["%s\t%s" % ((c.get("Context") or {}).get("ReferenceDateTime", "")[:10],
                             c["Input"].replace("\n", " ")) for c in cases]
        set_right = 0
        for case, answer in zip(cases, read_news.run(build, "times", lines)):
            text = case["Input"].encode()
            found = []
            for item in filter(None, answer.split("\t")):
                at, size, first, last = item.split()
                at, end = (len(text[:n].decode()) for n in (int(at), int(at) + int(size)))
                found.append((at, end, first, last))
            ok = is_right(found, case["Results"][0])
            set_right += ok
            if not ok and "--misses" in sys.argv:
                print("miss", (case.get("Context") or {}).get("ReferenceDateTime", "")[:10],
                      case["Input"], "| want",
                      [reading(case["Results"][0]["Value"].get(k))
                       for k in ("FutureResolution", "PastResolution")], "| got",
                      [(case["Input"][f[0]:f[1]], f[2], f[3]) for f in found])
        print("%-18s %4d cases  %4d right  %.3f" % (name, len(cases), set_right,
                                                    set_right / len(cases)))
        total += len(cases)
        right += set_right
    by_hand = sentences(build, "--misses" in sys.argv)
    print("bar times.value %.4f" % (right / total))
    print("bar times.sentences %.4f" % by_hand)


if __name__ == "__main__":
    main()
