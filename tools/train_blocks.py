#!/usr/bin/env python3
"""Writes src/article/block_model_tables.c: which blocks of a page are the story?

usage: train_blocks.py DUMP_FEATURES LEDE_DATA [--write] [--csv FILE] [--trees N] [--depth D]

DUMP_FEATURES is bench/extraction/dump_features.c, built; it computes the features with the code
that ships. LEDE_DATA holds the benchmarks (see bench/extraction/evaluate.py). Needs numpy and
xgboost, for training alone.

Labels: a block is of the story when most of its word trigrams stand in the gold. Weights: its
words against those of the gold, so that a page counts as its score does. Trained on the halves
for development of article-extraction-benchmark (MIT), fundus-evaluation (MIT), fundus-parser-tests
(MIT), naeb (Apache-2.0) and the articles of wcxb (CC-BY-4.0, M. Foley, WCXB, 2026); never on
trafilatura-eval, which stands for what was not seen. What ships are thresholds and sums.

Judged by folds: all pages of a site, in whatever benchmark, fall into one fold, and each page is
extracted by the C program with a model that has seen no page of its site.
"""
import argparse
import hashlib
import json
import math
import os
import re
import subprocess
import sys
import tempfile

import numpy
import xgboost

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "bench", "extraction"))
import evaluate  # noqa: E402

# set: weight of one of its pages; small sets count for more
TRAINED = {"article-extraction-benchmark": 1.6, "fundus-evaluation": 1.6,
           "fundus-parser-tests": 1.3, "naeb": 1.2, "wcxb": 0.8}
UNSEEN = "trafilatura-eval"
FOLDS = 5
UNIT = 256  # of leaves and sums
FAR_LEAF = 32000
DEPTH = 6  # LD_BLOCK_TREE_DEPTH of src/article/block_model.h
SHARE_OF_STORY = 0.6
TABLE = os.path.join(HERE, "..", "src", "article", "block_model_tables.c")


# ---- pages, sites, labels ----

def site_of(row, page):
    """The registered domain as far as it shows; the publisher's name where there is no address."""
    url = row.get("url") or (row.get("extra") or {}).get("url") or row.get("site") or ""
    if not url:
        found = re.search(rb"""(?:rel=["']?canonical["']?[^>]*href|property=["']?og:url["']?[^>]*"""
                          rb"""content)=["']?(https?://[^"'\s>]+)""", page)
        url = found.group(1).decode("latin-1") if found else row["id"]
    host = re.sub(r"^\w+://", "", url).split("/")[0].split(":")[0].lower()
    labels = host.split(".")
    short = len(labels) > 2 and len(labels[-2]) <= 3 and len(labels[-1]) == 2
    return ".".join(labels[-3 if short else -2:])


def tokens(text):
    return re.findall(r"\w+", text.lower())


def trigrams(words):
    return zip(words, words[1:], words[2:])


def label_blocks(gold, blocks):
    """[(share of the block that is gold, its words)]"""
    known = set(trigrams(gold))
    words = [tokens(b) for b in blocks]
    result = []
    for i, own in enumerate(words):
        if len(own) >= 3:
            hits = sum(t in known for t in trigrams(own))
            result.append((hits / (len(own) - 2), len(own)))
            continue
        before = words[i - 1][-2:] if i else []
        behind = words[i + 1][:2] if i + 1 < len(words) else []
        crossing = list(trigrams(before + own)) + list(trigrams(own + behind))
        result.append((float(bool(own) and any(t in known for t in crossing)), len(own)))
    return result


class Page:
    def __init__(self, name, row, folder):
        self.set, self.row = name, row
        self.path = os.path.join(folder, row["html"])
        with open(self.path, "rb") as f:
            self.site = site_of(row, f.read())
        digest = hashlib.sha256(self.site.encode()).digest()
        self.fold = digest[0] % FOLDS
        self.rows = slice(0, 0)


def load(data, scratch):
    pages = []
    for name in list(TRAINED) + [UNSEEN]:
        folder = evaluate.unpack(os.path.join(data, name), scratch)
        for row in evaluate.read_gold(folder):
            if name != "wcxb" or row["type"] == "article":
                pages.append(Page(name, row, folder))
    return pages


# ---- the C program ----

def dump(program, pages, scratch, model=None, features=True, learn=False):
    """[what the program prints of each page], features [blocks, features]"""
    feature_file = os.path.join(scratch, "features.i16") if features else "-"
    command = [program, feature_file] + ([model] if model else []) + (["-learn"] if learn else [])
    done = subprocess.run(command, input="\n".join(p.path for p in pages).encode() + b"\n",
                          stdout=subprocess.PIPE, check=True)
    printed = [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]
    if not features:
        return printed, None
    names = subprocess.run([program, "-names"], stdout=subprocess.PIPE, check=True)
    count = len(names.stdout.split())
    return printed, numpy.fromfile(feature_file, dtype="<i2").reshape(-1, count)


# ---- trees ----

PARAMETERS = {"objective": "binary:logistic", "tree_method": "hist", "base_score": 0.5,
              "eta": 0.12, "subsample": 0.8, "colsample_bytree": 0.5, "min_child_weight": 2.0,
              "lambda": 2.0, "gamma": 0.2, "max_bin": 128, "nthread": 1, "seed": 7}


def train(x, y, weight, trees, depth):
    parameters = dict(PARAMETERS, max_depth=depth)
    matrix = xgboost.DMatrix(x, label=y, weight=weight)
    booster = xgboost.train(parameters, matrix, num_boost_round=trees)
    return to_model(booster)


def to_model(booster):
    """(splits [(threshold, feature)], leaves), of all trees one behind the other"""
    model = json.loads(booster.save_raw("json"))
    splits, leaves = [], []
    for tree in model["learner"]["gradient_booster"]["model"]["trees"]:
        add_tree(tree, splits, leaves)
    return splits, leaves


def add_tree(tree, splits, leaves):
    """The tree level by level; below a leaf that comes early stand splits that are not asked."""
    level = [0]
    for _ in range(DEPTH):
        below = []
        for at in level:
            left, right = tree["left_children"][at], tree["right_children"][at]
            if left < 0:
                splits.append((0, 0))
                below += [at, at]
            else:
                splits.append((math.ceil(tree["split_conditions"][at]), tree["split_indices"][at]))
                below += [left, right]
        level = below
    for at in level:
        if tree["left_children"][at] >= 0:
            sys.exit(f"a tree is deeper than {DEPTH}")
        value = round(tree["split_conditions"][at] * UNIT)
        leaves.append(max(-FAR_LEAF, min(FAR_LEAF, value)))


def write_model(path, model, bias):
    splits, leaves = model
    with open(path, "w", encoding="ascii") as f:
        print(len(leaves) >> DEPTH, bias, file=f)
        for split in splits:
            print(*split, file=f)
        print(*leaves, file=f)


# ---- by folds ----

class Trainer:
    def __init__(self, options, pages, scratch):
        self.options, self.pages, self.scratch = options, pages, scratch
        self.trained = [p for p in pages if p.set in TRAINED]
        printed, self.x = dump(options.program, pages, scratch)
        self.y, self.weight = self.label(printed)
        self.fold = numpy.concatenate(
            [numpy.full(p.rows.stop - p.rows.start, p.fold if p.set in TRAINED else -1)
             for p in pages])

    def label(self, printed):
        y, weight, at = [], [], 0
        for page, out in zip(self.pages, printed):
            blocks = out.get("blocks", [])
            page.rows = slice(at, at + len(blocks))
            at += len(blocks)
            if page.set not in TRAINED:
                y += [0.0] * len(blocks)
                weight += [0.0] * len(blocks)
                continue
            gold = tokens(page.row["text"])
            for share, words in label_blocks(gold, blocks):
                y.append(float(share > SHARE_OF_STORY))
                part = min(0.5, (words + 1) / (len(gold) + 40))
                weight.append(part * TRAINED[page.set])
        weight = numpy.array(weight)
        return numpy.array(y), weight / weight[weight > 0].mean()

    def train(self, folds):
        chosen = numpy.isin(self.fold, folds)
        return train(self.x[chosen], self.y[chosen], self.weight[chosen], self.options.trees,
                     self.options.depth)


def figures(pages, bodies):
    result = {}
    for name in list(TRAINED) + [UNSEEN]:
        rows = [p for p in pages if p.set == name]
        found = {evaluate.page_of(p.row): {"articleBody": bodies[p.path]} for p in rows}
        result[name] = evaluate.measure_body(name, [p.row for p in rows], found)["f1"]
    return result


def judge(trainer, models, bias, whole, learn=False):
    """Figures of the folds' own pages, and of the unseen set by the model of all folds; learn: with
    what the other pages of a site in the same set teach."""
    program, scratch = trainer.options.program, trainer.scratch
    path, bodies = os.path.join(scratch, "model-judged"), {}
    runs = [(name, fold, models[fold]) for name in TRAINED for fold in models]
    for name, fold, model in runs + [(UNSEEN, None, whole)]:
        pages = [p for p in trainer.pages if p.set == name and fold in (None, p.fold)]
        if pages:
            write_model(path, model, bias)
            for page, out in zip(pages, dump(program, pages, scratch, path, False, learn)[0]):
                bodies[page.path] = out.get("articleBody", "")
    return figures(trainer.pages, bodies)


def worst(result, against):
    """The least ratio to the targets (0) or to the best known figures (1)."""
    return min(value / evaluate.TARGETS[name]["f1"][against] for name, value in result.items())


def short(result):
    return "  ".join(f"{name[:8]} {value:.4f}" for name, value in result.items())


# ---- the tables ----

def write_tables(model, bias):
    splits, leaves = model
    lines = ["/* Generated by tools/train_blocks.py: trees over features of blocks (block_model.h).",
             " * Trained on article-extraction-benchmark, fundus-evaluation, fundus (MIT),",
             " * article-extraction-dataset (Apache-2.0) and WCXB (CC-BY-4.0, M. Foley, 2026). */",
             '#include "article/block_model.h"', "", "/* clang-format off */",
             "static const ld_block_split splits[] = {", *wrap(["{%d,%d}" % n for n in splits]),
             "};", "static const int16_t leaves[] = {", *wrap([str(n) for n in leaves]), "};",
             "/* clang-format on */", "",
             "const ld_block_model ld_block_model_default = "
             f"{{splits, leaves, {len(leaves) >> DEPTH}, {bias}}};",
             ""]
    with open(TABLE, "w", encoding="ascii") as f:
        f.write("\n".join(lines))


def wrap(cells):
    lines, line = [], ""
    for cell in cells:
        if len(line) + len(cell) > 98:
            lines.append(line)
            line = ""
        line += cell + ","
    return lines + [line]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("data")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--csv", help="the figures of the folds")
    parser.add_argument("--trees", type=int, default=90)
    parser.add_argument("--depth", type=int, default=DEPTH)
    options = parser.parse_args()
    options.program = os.path.abspath(options.program)
    with tempfile.TemporaryDirectory() as scratch:
        trainer = Trainer(options, load(options.data, scratch), scratch)
        print(f"{len(trainer.trained)} pages of {len({p.site for p in trainer.trained})} sites, "
              f"{len(trainer.y)} blocks, {trainer.y.mean():.3f} of them story", flush=True)
        folds = list(range(FOLDS))
        models = {k: trainer.train([f for f in folds if f != k]) for k in folds}
        whole = trainer.train(folds)
        print(f"{len(whole[1]) >> DEPTH} trees", flush=True)
        best = None
        for threshold in (-1.2, -0.9, -0.6):
            bias = -round(threshold * UNIT)
            result = judge(trainer, models, bias, whole)
            print(f"threshold {threshold:5.2f}  worst to target {worst(result, 0):.4f}, to best "
                  f"known {worst(result, 1):.4f}  {short(result)}", flush=True)
            if best is None or worst(result, 0) > best[0]:
                best = (worst(result, 0), bias, result)
        learned = judge(trainer, models, best[1], whole, True)
        print(f"each page alone  {short(best[2])}\nsite learned     {short(learned)}")
        if options.csv:
            with open(options.csv, "w", encoding="ascii") as f:
                print("set,measure,figure,target,best_known", file=f)
                for name, value in best[2].items():
                    target, known = evaluate.TARGETS[name]["f1"]
                    print(f"{name},f1,{value:.4f},{target},{known}", file=f)
                    print(f"{name},site_learned_f1,{learned[name]:.4f},{value:.4f},", file=f)
        if options.write:
            write_tables(whole, best[1])


if __name__ == "__main__":
    main()
