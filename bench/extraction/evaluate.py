#!/usr/bin/env python3
"""How much of the public gold does `lede extract` find?

usage: evaluate.py LEDE [DATA] [--sets a,b] [--csv FILE] [--rouge] [--worst N]

LEDE is the program; DATA holds one folder a benchmark with an archive (tar.xz, tar.zst) or its
unpacked form: index.jsonl, one object a page with the gold, and the pages it names. Default:
$LEDE_TEST_DATA/extraction. Every page is read from its file alone, without its address; then once
more with what the other pages of its site in the same set teach (extract --learn).

  article-extraction-benchmark, fundus-*, naeb   counted 4-word shingles, precision and recall of
                       each page, their means over pages, F1 of the two means (the evaluation of
                       scrapinghub/article-extraction-benchmark, 2020)
  wcxb                 mean over pages of the F1 of counted words; pages of type article
  trafilatura-eval     segments that must and must not occur, white space folded; F1 over all
  titles, dates        share of exact ones: titles without case and punctuation, dates to the day
                       (of the gold's own zone or of UTC)
  authors              mean over pages of the F1 of the two sets of names
  htmldate-eval        day exact: precision over answers, recall as right / (right + unanswered),
                       accuracy over all pages
"""
import argparse
import collections
import csv
import datetime
import json
import os
import re
import subprocess
import sys
import tempfile

# set: {measure: (target, best known open figure on the same pages)}
TARGETS = {
    "article-extraction-benchmark": {"f1": (.972, .9705)},
    "fundus-evaluation": {"f1": (.960, .947)},
    "fundus-parser-tests": {"f1": (.957, .943), "title": (.90, .79), "author_f1": (.90, .83),
                            "date": (.97, .965)},
    "naeb": {"f1": (.946, .925)},
    "wcxb": {"f1": (.950, .944)},
    "trafilatura-eval": {"f1": (.940, .920)},
    "htmldate-eval": {"accuracy": (.92, .903), "f1": (.955, .949)},
}


# ---- measures of a body ----

def words(text):
    return re.findall(r"\w+", text or "")


def shingles(text, size=4):
    tokens = words(text)
    counts = collections.Counter(tuple(tokens[i:i + size])
                                 for i in range(max(1, len(tokens) - size + 1)))
    counts.pop((), None)
    return counts


def overlap(gold, found):
    """(precision, recall) of two multisets; None where the side they divide by is empty."""
    hits = sum((gold & found).values())
    gold_count, found_count = sum(gold.values()), sum(found.values())
    if gold_count == found_count == hits:
        return (1.0, 1.0) if hits else (None, None)
    return (hits / found_count if found_count else None, hits / gold_count if gold_count else None)


def f1(precision, recall):
    return 2 * precision * recall / (precision + recall) if precision and recall else 0.0


def shingle_f1(pairs):
    """pairs: [(gold text, found text)] -> (precision, recall, F1 of the means)."""
    rates = [overlap(shingles(gold), shingles(found)) for gold, found in pairs]
    precision = mean([p for p, _ in rates if p is not None])
    recall = mean([r for _, r in rates if r is not None])
    return precision, recall, f1(precision, recall)


def page_word_f1(gold, found):
    precision, recall = overlap(collections.Counter(words(gold)),
                                collections.Counter(words(found)))
    return f1(precision or 0, recall or 0)


def mean(values):
    return sum(values) / len(values) if values else 0.0


def fold(text):
    return re.sub(r"\s+", " ", text or "").strip()


def segment_counts(row, found):
    """(hits, misses, false hits)"""
    text = fold(found)
    hits = sum(fold(s) in text for s in row["with"])
    return hits, len(row["with"]) - hits, sum(fold(s) in text for s in row["without"])


def rouge_lsum(gold, found):
    """F1 of the union of the longest common subsequences of all paragraphs (Lin 2004), words
    without case, no stemming."""
    gold_lines = [words(x.lower()) for x in gold.split("\n") if x.strip()]
    found_lines = [words(x.lower()) for x in found.split("\n") if x.strip()]
    left_gold = collections.Counter(w for line in gold_lines for w in line)
    left_found = collections.Counter(w for line in found_lines for w in line)
    gold_count, found_count = sum(left_gold.values()), sum(left_found.values())
    hits = 0
    for line in gold_lines:
        union = set()
        for other in found_lines:
            if set(line) & set(other):
                union |= common_places(line, other)
        for place in sorted(union):
            word = line[place]
            if left_gold[word] > 0 and left_found[word] > 0:
                hits += 1
                left_gold[word] -= 1
                left_found[word] -= 1
    return f1(hits / found_count if found_count else 0, hits / gold_count if gold_count else 0)


def common_places(a, b):
    """Places in a of one longest common subsequence of a and b."""
    if a == b:
        return set(range(len(a)))
    table = [[0] * (len(b) + 1)]
    for x in a:
        above, row = table[-1], [0]
        for j, y in enumerate(b):
            row.append(above[j] + 1 if x == y else max(above[j + 1], row[j]))
        table.append(row)
    places, i, j = set(), len(a), len(b)
    while i and j:
        if a[i - 1] == b[j - 1]:
            places.add(i - 1)
            i, j = i - 1, j - 1
        elif table[i][j - 1] > table[i - 1][j]:
            j -= 1
        else:
            i -= 1
    return places


# ---- metadata ----

def plain(text):
    return re.sub(r"\W+", " ", (text or "").lower()).strip()


def names(value):
    if not value:
        return set()
    parts = value if isinstance(value, list) else [value]
    cut = (p for part in parts for p in re.split(r",|;| and | & ", str(part)))
    return {plain(p) for p in cut if plain(p)}


def set_f1(gold, found):
    return 2 * len(gold & found) / (len(gold) + len(found)) if gold or found else 1.0


def same_day(gold, found):
    if not found:
        return False
    if str(gold)[:10] == found[:10]:
        return True
    try:
        moment = datetime.datetime.fromisoformat(str(gold))
    except ValueError:
        return False
    return (moment.tzinfo is not None and
            moment.astimezone(datetime.timezone.utc).strftime("%Y-%m-%d") == found[:10])


# ---- running ----

def unpack(folder, scratch):
    """The folder with index.jsonl: the archive's in DATA/SET, unpacked if need be."""
    for where, _, files in os.walk(folder):
        if "index.jsonl" in files:
            return where
    archives = [x for x in sorted(os.listdir(folder)) if re.search(r"\.tar(\.\w+)?$", x)]
    if not archives:
        return None
    target = os.path.join(scratch, os.path.basename(folder))
    os.makedirs(target)
    for archive in archives:
        subprocess.run(["tar", "xf", os.path.join(folder, archive), "-C", target], check=True)
    return unpack(target, scratch) if os.listdir(target) else None


def read_gold(folder):
    with open(os.path.join(folder, "index.jsonl"), encoding="utf-8") as f:
        return [json.loads(line) for line in f]


def run(lede, folder, learn=False):
    """{name of the page's file: what lede extract prints}"""
    done = subprocess.run([lede, "extract", "--quiet", "--format", "jsonl",
                           *(["--learn"] if learn else []), os.path.join(folder, "html")],
                          stdout=subprocess.PIPE, check=False)
    found = {}
    for line in done.stdout.decode("utf-8").splitlines():
        row = json.loads(line)
        found[os.path.basename(row["path"])] = row
    if not found:
        sys.exit(f"{lede} extract printed nothing for {folder} (exit status {done.returncode})")
    return found


def measure_body(name, rows, found):
    if name == "trafilatura-eval":
        counts = [segment_counts(r, body_of(found, r)) for r in rows]
        hits, misses, extra = (sum(c[i] for c in counts) for i in range(3))
        precision, recall = hits / max(1, hits + extra), hits / max(1, hits + misses)
        return {"precision": precision, "recall": recall, "f1": f1(precision, recall)}
    pairs = [(r["text"], body_of(found, r)) for r in rows]
    if name == "wcxb":
        return {"f1": mean([page_word_f1(*p) for p in pairs])}
    precision, recall, score = shingle_f1(pairs)
    return {"precision": precision, "recall": recall, "f1": score}


def measure_dates(rows, found):
    answers = [(r["date"], found.get(page_of(r), {}).get("datePublished")) for r in rows]
    right = sum(same_day(g, a) for g, a in answers)
    wrong = sum(bool(a) and not same_day(g, a) for g, a in answers)
    empty = len(answers) - right - wrong
    return {"precision": right / max(1, right + wrong), "recall": right / max(1, right + empty),
            "accuracy": right / max(1, len(answers)),
            "f1": 2 * right / max(1, 2 * right + wrong + empty)}


def measure_metadata(rows, found):
    result = {}
    titled = [r for r in rows if r.get("title")]
    if titled:
        result["title"] = mean([plain(r["title"]) == plain(found.get(page_of(r), {})
                                                           .get("headline")) for r in titled])
    signed = [r for r in rows if r.get("authors") is not None]
    if signed:
        sets = [(names(r["authors"]), names(found.get(page_of(r), {}).get("author")))
                for r in signed]
        result["author_exact"] = mean([a == b for a, b in sets])
        result["author_f1"] = mean([set_f1(a, b) for a, b in sets])
    dated = [r for r in rows if r.get("date")]
    if dated:
        result["date"] = mean([same_day(r["date"], found.get(page_of(r), {}).get("datePublished"))
                               for r in dated])
    return result


def page_of(row):
    return os.path.basename(row["html"])


def body_of(found, row):
    return found.get(page_of(row), {}).get("articleBody") or ""


def page_scores(name, rows, found):
    for r in rows:
        body = body_of(found, r)
        if name == "trafilatura-eval":
            _, misses, extra = segment_counts(r, body)
            yield -misses - extra, page_of(r), misses, extra
        else:
            p, q = overlap(shingles(r["text"]), shingles(body))
            yield f1(p or 0, q or 0), page_of(r), p or 0, q or 0


def print_worst(name, rows, found, count):
    for score in sorted(page_scores(name, rows, found))[:count]:
        print("    %6.2f  %s  (%.2f, %.2f)" % score)


def measure(name, rows, found, rouge):
    if name == "htmldate-eval":
        return measure_dates(rows, found)
    result = measure_body(name, rows, found)
    if rouge and name == "fundus-evaluation":
        result["rouge_lsum"] = mean([rouge_lsum(r["text"], body_of(found, r)) for r in rows])
    if name in ("fundus-parser-tests", "naeb", "wcxb"):
        result.update(measure_metadata(rows, found))
    return result


def print_sites(sites):
    print(f"\n{'body F1':30} {'pages':>5} {'of sites with several':>22} {'each alone':>11} "
          f"{'site learned':>13}")
    for name, (pages, several, alone, learned) in sites.items():
        print(f"{name:30} {pages:5} {several:22} {alone:11.4f} {learned:13.4f}"
              f"{'  worse' if learned < alone else ''}")
    alone, learned = (mean([s[i] for s in sites.values()]) for i in (2, 3))
    print(f"{'mean':30} {'':5} {'':22} {alone:11.4f} {learned:13.4f}\n")


def count_of_shared_sites(rows, found):
    """Pages whose site has another page in the set."""
    def site(row):
        page = found.get(page_of(row), {})
        host = re.sub(r"^\w+://(www\.)?", "", page.get("canonicalUrl") or "").split("/")[0]
        return ".".join(host.split(".")[-2:])
    counts = collections.Counter(site(r) for r in rows)
    return sum(n for host, n in counts.items() if host and n > 1)


def print_table(results):
    print(f"{'set':30} {'pages':>5}  {'measure':12} {'figure':>7} {'target':>7} {'best known':>10}")
    for name, (pages, values) in results.items():
        for key, value in values.items():
            target, best = TARGETS[name].get(key, (None, None))
            print(f"{name:30} {pages:5}  {key:12} {value:7.4f} "
                  f"{target if target else '':>7} {best if best else '':>10}"
                  f"{'  below target' if target and value < target else ''}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("lede")
    parser.add_argument("data", nargs="?", default=os.path.join(
        os.environ.get("LEDE_TEST_DATA", "../shared/data"), "extraction"))
    parser.add_argument("--sets", help="names of folders, with commas")
    parser.add_argument("--csv")
    parser.add_argument("--rouge", action="store_true", help="ROUGE-LSum too; takes a minute")
    parser.add_argument("--worst", type=int, default=0, help="the N worst pages of each set")
    options = parser.parse_args()
    wanted = options.sets.split(",") if options.sets else list(TARGETS)
    results, sites = {}, {}
    with tempfile.TemporaryDirectory() as scratch:
        for name in wanted:
            source = os.path.join(options.data, name)
            folder = unpack(source, scratch) if os.path.isdir(source) else None
            if not folder:
                print(f"{name}: not in {options.data}", file=sys.stderr)
                continue
            rows = [r for r in read_gold(folder) if name != "wcxb" or r["type"] == "article"]
            found = run(options.lede, folder)
            results[name] = (len(rows), measure(name, rows, found, options.rouge))
            if name != "htmldate-eval":
                learned = run(options.lede, folder, learn=True)
                sites[name] = (len(rows), count_of_shared_sites(rows, found),
                               results[name][1]["f1"], measure_body(name, rows, learned)["f1"])
            if options.worst and name != "htmldate-eval":
                print(name)
                print_worst(name, rows, found, options.worst)
    if not results:
        sys.exit(f"no benchmark in {options.data}: name the folder that holds them")
    print_table(results)
    print_sites(sites)
    if options.csv:
        os.makedirs(os.path.dirname(os.path.abspath(options.csv)), exist_ok=True)
        with open(options.csv, "w", newline="", encoding="utf-8") as f:
            out = csv.writer(f)
            out.writerow(["set", "pages", "measure", "figure", "target", "best_known"])
            for name, (pages, values) in results.items():
                for key, value in values.items():
                    out.writerow([name, pages, key, f"{value:.4f}",
                                  *TARGETS[name].get(key, ("", ""))])
            for name, (pages, _, alone, learned) in sites.items():
                out.writerow([name, pages, "site_learned_f1", f"{learned:.4f}", f"{alone:.4f}", ""])
    for name, (_, values) in results.items():
        for key, value in values.items():
            print(f"bar extract.{name}.{key} {value:.4f}")
            if key in TARGETS[name]:
                print(f"bar extract.{name}.{key}.vs_best {value / TARGETS[name][key][1]:.4f}")
    for name, (_, _, alone, learned) in sites.items():
        print(f"bar extract.site.{name}.alone {alone:.4f}")
        print(f"bar extract.site.{name}.learned {learned:.4f}")
    if sites:
        print(f"bar extract.site.mean.alone {mean([s[2] for s in sites.values()]):.4f}")
        print(f"bar extract.site.mean.learned {mean([s[3] for s in sites.values()]):.4f}")


if __name__ == "__main__":
    main()
