"""nDCG and average precision of ranked answers.

As trec_eval has them (ndcg_cut, map): the gain is the grade itself, the discount log2(rank + 1), the
ideal order is that of all judged documents; what is not judged counts as not relevant; average
precision divides by all relevant documents (grade >= 1), found or not. A collection's figure is the
mean over its judged queries that have at least one relevant document; a query without an answer
counts 0.
"""

import math


def ndcg(ranked, grades, depth=10):
    """ranked: documents, the best first. grades: {document: grade}."""
    def gain(values):
        return sum(v / math.log2(rank + 2) for rank, v in enumerate(values[:depth]))
    ideal = gain(sorted((g for g in grades.values() if g > 0), reverse=True))
    return gain([max(grades.get(d, 0), 0) for d in ranked]) / ideal if ideal else 0.0


def average_precision(ranked, grades):
    relevant = sum(g > 0 for g in grades.values())
    found, total = 0, 0.0
    for rank, document in enumerate(ranked, 1):
        if grades.get(document, 0) > 0:
            found += 1
            total += found / rank
    return total / relevant if relevant else 0.0


def mean_over_queries(run, judged, measure):
    """run: {query: [document]}; judged: {query: {document: grade}}."""
    values = [measure(run.get(query, []), grades) for query, grades in judged.items()
              if any(g > 0 for g in grades.values())]
    return sum(values) / len(values) if values else 0.0
