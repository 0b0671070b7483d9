#!/usr/bin/env python3
"""How often is a text's language told right, beside CLD2?

Usage: bench/news/languages.py [BUILD [DATA]]

Sentences of DATA/langid (lingua-py's, 75 languages): the odd ones of each file, for the even ones have
trained lede's model (tools/train_language.py); single, and ten joined as an article. A language that lede
has no name for (it answers with a neighbour) counts as wrong in "all"; "known" is the languages that
both engines tell. CLD2 comes as the package pycld2, installed beside the other peers; texts that it
refuses count as wrong, as do those it calls unknown. Last lines: `bar language.sentences`,
`bar language.articles` (of the known ones), and the same with `.vs_cld2` (errors of CLD2 / ours).
"""

import io
import os
import subprocess
import sys
import tarfile
import tempfile
import venv
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import read_news

PEER = """
import sys, pycld2
for line in sys.stdin.buffer:
    try:
        print(pycld2.detect(line.rstrip(b"\\n"), bestEffort=True)[2][0][1])
    except pycld2.error:
        print("un")
"""
SAME = {"no": "nb", "iw": "he", "zh-Hant": "zh", "sr-ME": "sr"}


def load(data):
    raw = subprocess.run(["zstd", "-dcq", data / "langid/lingua-sentences.tar.zst"], check=True,
                         stdout=subprocess.PIPE).stdout
    with tarfile.open(fileobj=io.BytesIO(raw)) as tar:
        for member in tar:
            name = Path(member.name)
            if name.suffix == ".txt" and len(name.stem) <= 3:
                lines = tar.extractfile(member).read().decode().splitlines()
                yield name.stem, [line.strip() for line in lines if line.strip()][1::2]


def peer(texts):
    home = Path(os.environ.get("LEDE_BENCH_DIR", Path(tempfile.gettempdir()) / "lede-bench")) / "cld2"
    python = home / "bin/python"
    if not python.exists():
        venv.create(home, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "pycld2==0.42"], check=True)
    out = subprocess.run([python, "-c", PEER], input="\n".join(texts) + "\n", check=True,
                         capture_output=True, text=True).stdout
    return [SAME.get(code, code) for code in out.split("\n")[:len(texts)]]


def share(rows, languages):
    rows = [(want, got) for want, got in rows if want in languages]
    return sum(want == got for want, got in rows) / len(rows)


def main():
    build = Path(sys.argv[1] if len(sys.argv) > 1 else "build")
    data = Path(sys.argv[2] if len(sys.argv) > 2 else os.environ.get("LEDE_TEST_DATA", "../shared/data"))
    sets = {language: lines for language, lines in sorted(load(data))}
    bars = []
    for size, name in ((1, "sentences"), (10, "articles")):
        wanted, texts = [], []
        for language, lines in sets.items():
            for at in range(0, len(lines) - size + 1, size):
                wanted.append(language)
                texts.append(" ".join(lines[at:at + size]).replace("\t", " "))
        ours = [line.split(" ")[0] for line in read_news.run(build, "languages", texts)]
        theirs = peer(texts)
        known = set(ours) & set(theirs) & set(sets)
        rows = {"lede": list(zip(wanted, ours)), "cld2": list(zip(wanted, theirs))}
        for engine, row in rows.items():
            print("%-10s %-5s %6d texts  all %d languages %.4f  known to both %d: %.4f"
                  % (name, engine, len(texts), len(sets), share(row, set(sets)), len(known),
                     share(row, known)))
        worst = sorted(known, key=lambda code: share(rows["lede"], {code}))[:6]
        print("  weakest:", ", ".join("%s %.3f" % (c, share(rows["lede"], {c})) for c in worst))
        us, them = share(rows["lede"], known), share(rows["cld2"], known)
        bars += ["bar language.%s %.4f" % (name, us),
                 "bar language.%s.vs_cld2 %.2f" % (name, (1 - them) / max(1 - us, 1e-4))]
    print("\n".join(bars))


if __name__ == "__main__":
    main()
