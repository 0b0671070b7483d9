#!/usr/bin/env python3
"""Makes the corpora that lede and its peers are measured on.

    bench/corpus.py paragraphs|articles|ocr [N]

One line a document: {"id":"17","text":"..."}; the text is lower-cased and every run of other
characters than a-z is one space, so that all engines see the same words whatever their tokenizer
does with digits, marks and accents. The form is fixed (no blanks, no escapes, id before text), so
that no engine's time holds a general JSON parser.

    paragraphs  the articles split at newlines, paragraphs of 60 characters and more (the judged one)
    articles    the same articles whole
    ocr         newspaper front pages of November 1916 with the noise of their recognition

N takes the first N documents (the articles come in random order). The files are kept in
$LEDE_BENCH_DIR and are the same on every run; the printed SHA-256 says which one a figure is of.
"""

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import common

SOURCES = {
    "paragraphs": "speed/enwiki-articles.jsonl.zst",
    "articles": "speed/enwiki-articles.jsonl.zst",
    "ocr": "news/chronam1916-11/corpus.jsonl.zst",
}
QUERIES = "queries/search-benchmark-game.queries.jsonl.zst"
PARAGRAPH_MIN_CHARS = 60
PARAGRAPHS_MIN_DOCS = 700_000
OTHER = re.compile("[^a-z]+")


def read_texts(corpus):
    source = common.test_data() / SOURCES[corpus]
    if not source.exists():
        sys.exit(f"corpus: no test data at {source}; set LEDE_TEST_DATA")
    process = subprocess.Popen(["zstd", "-dc", "--long=27", str(source)], stdout=subprocess.PIPE)
    for line in process.stdout:
        yield json.loads(line)["text"]
    if process.wait() != 0:
        sys.exit(f"corpus: zstd cannot read {source}")


def texts_of(corpus):
    for text in read_texts(corpus):
        if corpus != "paragraphs":
            yield text
            continue
        for paragraph in text.split("\n"):
            if len(paragraph) >= PARAGRAPH_MIN_CHARS:
                yield paragraph


def write(corpus, docs_max, path):
    """Writes the corpus and returns what is known of it; a broken-off run leaves nothing behind."""
    digest, docs, text_bytes, json_bytes = hashlib.sha256(), 0, 0, 0
    unfinished = path.with_suffix(".unfinished")
    with open(unfinished, "wb") as out:
        for text in texts_of(corpus):
            if docs_max and docs == docs_max:
                break
            text = OTHER.sub(" ", text.lower()).strip()
            if not text:
                continue
            line = f'{{"id":"{docs}","text":"{text}"}}\n'.encode("ascii")
            out.write(line)
            digest.update(line)
            docs += 1
            text_bytes += len(text)
            json_bytes += len(line)
    if corpus == "paragraphs" and not docs_max and docs < PARAGRAPHS_MIN_DOCS:
        sys.exit(f"corpus: {docs} paragraphs, the judged corpus has {PARAGRAPHS_MIN_DOCS} or more")
    facts = {"corpus": corpus, "docs": docs, "text_bytes": text_bytes, "json_bytes": json_bytes,
             "sha256": digest.hexdigest()}
    unfinished.rename(path)
    path.with_suffix(".json").write_text(json.dumps(facts) + "\n")
    return facts


def make(corpus, docs_max=0):
    """The path of the corpus and its facts; made where it is not there yet."""
    folder = common.bench_dir() / "corpus"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (f"{corpus}-{docs_max}.jsonl" if docs_max else f"{corpus}.jsonl")
    facts_path = path.with_suffix(".json")
    if path.exists() and facts_path.exists():
        return path, json.loads(facts_path.read_text())
    return path, write(corpus, docs_max, path)


def load_queries():
    """The queries of the search benchmark's game, with their kinds as tags."""
    path = common.test_data() / QUERIES
    if not path.exists():
        sys.exit(f"corpus: no queries at {path}; set LEDE_TEST_DATA")
    done = subprocess.run(["zstd", "-dc", str(path)], capture_output=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def main():
    if len(sys.argv) not in (2, 3) or sys.argv[1] not in SOURCES:
        sys.exit(__doc__)
    path, facts = make(sys.argv[1], int(sys.argv[2]) if len(sys.argv) == 3 else 0)
    print(path)
    print(json.dumps(facts))


if __name__ == "__main__":
    main()
