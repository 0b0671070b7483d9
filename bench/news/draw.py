#!/usr/bin/env python3
"""Draws sentences to be labelled by hand: STORY TAB SENTENCE TAB TEXT, from news/reuters21578.

Usage: bench/news/draw.py aliases|quotes SEED COUNT [DATA]

aliases: sentences with a bracket with letters in it, an acronym between commas, "known as", "called"
or "formerly"; quotes: sentences with a quotation mark or a verb of saying. Stories that a *.labels.tsv names
are left out, so that a new draw is fresh.
"""

import json
import os
import random
import re
import subprocess
import sys
from pathlib import Path

from labels import sentences

WANTED = {
    "aliases": re.compile(r"\([^)]*[A-Za-z]|known as|\bcalled\b|\bformerly\b|, [A-Z]{2,6},"),
    "quotes": re.compile(r'"|\b(said|says|told|added|warned|believe|believes|according to|asked|'
                         r'announced|claimed|reported|denied|insisted|stated|noted)\b'),
}


def main():
    kind, seed, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    data = Path(sys.argv[4] if len(sys.argv) > 4 else os.environ.get("LEDE_TEST_DATA", "../shared/data"))
    known = {line.split("\t")[0] for path in Path(__file__).parent.glob("*.labels.tsv")
             for line in open(path, encoding="utf-8")}
    raw = subprocess.run(["zstd", "-dcq", data / "news/reuters21578/corpus.jsonl.zst"], check=True,
                         stdout=subprocess.PIPE).stdout
    found = []
    for line in raw.decode().splitlines():
        story = json.loads(line)
        if str(story["id"]) in known:
            continue
        for number, text in enumerate(sentences(story["text"])):
            if WANTED[kind].search(text) and 30 <= len(text) <= 500:
                found.append((story["id"], number, text))
    for row in random.Random(seed).sample(found, count):
        print("%s\t%d\t%s" % row)


if __name__ == "__main__":
    main()
