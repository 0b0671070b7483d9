#!/usr/bin/env python3
"""How well does lede rank, beside Lucene's BM25 on the same collections?

    bench/relevance/run.py [--build DIR] [--without-peer] DATA

DATA: a folder of collections, each a folder with corpus.jsonl and queries.jsonl (plain or .zst) and
qrels.tsv; a queries.<part>.jsonl with its qrels.<part>.tsv is left alone, and another
qrels.<name>.tsv is a second judgement of the same answers and gets a line of its own.

lede is asked through its public interface with nothing but its defaults: the profile `news`, the
records as they stand, the query's text as it stands. Lucene's BM25 (see Answers.java) has the same
stemmer and the text of title and body in one field; of the two common settings of k1 and b both are
run, and the bars hold lede against the better one of each collection. Measures: measures.py.
"""

import argparse
import csv
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import common  # noqa: E402
import engines  # noqa: E402
import measures  # noqa: E402

HITS = 1000
SETTINGS = [("1.2", "0.75"), ("0.9", "0.4")]  # Lucene's own; Anserini's for news


def lines_of(path):
    packed = path.with_name(path.name + ".zst")
    if not path.exists():
        text = subprocess.run(["zstd", "-dcq", str(packed)], check=True, capture_output=True).stdout
        return text.decode().splitlines()
    return path.read_text().splitlines()


def one_line(text):
    return " ".join(str(text).split())


class Collection:
    def __init__(self, folder):
        self.name = folder.name
        self.records = [json.loads(line) for line in lines_of(folder / "corpus.jsonl") if line]
        self.queries = [json.loads(line) for line in lines_of(folder / "queries.jsonl") if line]
        self.judgements = {}
        parts = {p.name.split(".")[1] for p in folder.glob("queries.*.jsonl*")}
        for path in sorted(folder.glob("qrels*.tsv")):
            name = path.name[len("qrels"):-len(".tsv")].strip(".")
            if name not in parts:
                self.judgements[name] = self.read_judgement(path)

    @staticmethod
    def read_judgement(path):
        judged = {}
        for line in path.read_text().splitlines():
            query, document, grade = line.split("\t")[:3]
            judged.setdefault(query, {})[document] = int(grade)
        return judged

    def write(self, folder):
        """The corpus for both engines and the queries."""
        with open(folder / "corpus.jsonl", "w") as records, open(folder / "corpus.tsv", "w") as flat:
            for r in self.records:
                kept = {key: r[key] for key in ("id", "title", "text") if r.get(key)}
                records.write(json.dumps(kept) + "\n")
                text = one_line(f"{r.get('title', '')} {r.get('text', '')}")
                flat.write(f"{r['id']}\t{text}\n")
        with open(folder / "queries.tsv", "w") as out:
            for q in self.queries:
                out.write(f"{q['id']}\t{one_line(q['text'])}\n")


def ask(command, folder):
    with open(folder / "queries.tsv", "rb") as queries:
        done = subprocess.run(command, stdin=queries, check=True, capture_output=True)
    run = {}
    for line in done.stdout.decode().splitlines():
        query, document, _ = line.split("\t")
        run.setdefault(query, []).append(document)
    return run


def run_lede(program, build, folder):
    archive = folder / "archive.lede"
    shutil.rmtree(archive, ignore_errors=True)
    subprocess.run([str(build / "src" / "lede"), "add", "-q", str(archive),
                    str(folder / "corpus.jsonl")], check=True, stdout=subprocess.DEVNULL)
    return ask([str(program), str(archive), str(HITS)], folder)


def lucene_command():
    """None where there is no Lucene: bench/setup.sh says why."""
    folder = common.bench_dir()
    java, jars = folder / "jre" / "bin" / "java", folder / "lucene" / "lib"
    if not java.exists() or not jars.exists():
        return None
    classes = folder / "lucene" / "relevance"
    compiler = next(jars.glob("ecj-*.jar"))
    path = ":".join(str(p) for p in sorted(jars.glob("lucene-*.jar")))
    subprocess.run([str(java), "-jar", str(compiler), "-21", "-cp", path, "-d", str(classes),
                    str(common.ROOT / "bench/relevance/Answers.java")], check=True)
    return [str(java), "--enable-native-access=ALL-UNNAMED", "-cp", f"{classes}:{path}", "Answers"]


def judge(run, judged):
    return (measures.mean_over_queries(run, judged, measures.ndcg),
            measures.mean_over_queries(run, judged, measures.average_precision))


def measure(collection, program, build, peer):
    """[(judgement, engine, nDCG@10, MAP)]"""
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        collection.write(folder)
        runs = {"lede": run_lede(program, build, folder)}
        for k1, b in SETTINGS if peer else []:
            runs[f"lucene {k1}/{b}"] = ask(
                peer + [str(folder / "corpus.tsv"), str(HITS), k1, b], folder)
    for judgement, judged in collection.judgements.items():
        for engine, run in runs.items():
            rows.append((judgement, engine, *judge(run, judged)))
    return rows


def print_rows(collection, rows):
    for judgement, engine, ndcg10, average in rows:
        name = collection.name + (f" ({judgement})" if judgement else "")
        print(f"{name:24} {engine:18} nDCG@10 {ndcg10:.4f}  MAP {average:.4f}", flush=True)


def bars(name, rows):
    own = [r for r in rows if r[0] == ""]
    lede = next(r[2] for r in own if r[1] == "lede")
    peers = [r[2] for r in own if r[1] != "lede"]
    lines = [(f"ir.{name}.ndcg10", lede)]
    if peers and max(peers):
        lines.append((f"ir.{name}.vs_bm25", lede / max(peers)))
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--build", default="build", type=Path)
    parser.add_argument("--without-peer", action="store_true")
    args = parser.parse_args()
    build = args.build.resolve()
    folders = sorted(p.parent for p in args.data.glob("*/qrels.tsv"))
    if not folders:
        raise SystemExit(f"relevance: no test data at {args.data}")
    peer = None if args.without_peer else lucene_command()
    if not peer and not args.without_peer:
        print("relevance: no Lucene here (bench/setup.sh); lede alone")
    program = engines.build_driver(build, "relevance/answers.c", "lede-answers")
    results, lines = [], []
    for folder in folders:
        collection = Collection(folder)
        rows = measure(collection, program, build, peer)
        print_rows(collection, rows)
        results += [(collection.name, *row) for row in rows]
        lines += bars(collection.name, rows)
    ratios = [value for name, value in lines if name.endswith("vs_bm25")]
    if ratios:
        lines.append(("ir.mean.vs_bm25", sum(ratios) / len(ratios)))
    path = common.results_path("relevance.csv")
    with open(path, "w", newline="") as out:
        out.write(f"# lede {common.revision()}; {common.machine()}; Lucene: the better setting of "
                  "k1/b is what the bars count\n")
        writer = csv.writer(out)
        writer.writerow(["collection", "judgement", "engine", "ndcg10", "map"])
        writer.writerows([(*r[:3], f"{r[3]:.4f}", f"{r[4]:.4f}") for r in results])
    print(f"written: {path.relative_to(common.ROOT)}")
    for name, value in lines:
        print(f"bar {name} {value:.4f}")


if __name__ == "__main__":
    main()
