"""The measures against values worked out by hand."""

import unittest

import measures


class Measures(unittest.TestCase):
    def test_ndcg_by_hand(self):
        # gains 3, 0, 2 at ranks 1, 2, 3: 3/1 + 0 + 2/2 = 4
        # ideal 3, 2, 1: 3/1 + 2/1.58496 + 1/2 = 4.76186
        grades = {"a": 3, "b": 2, "c": 1}
        self.assertAlmostEqual(measures.ndcg(["a", "x", "b"], grades), 4 / 4.7618595, places=6)
        self.assertEqual(measures.ndcg(["a", "b", "c"], grades), 1.0)
        self.assertEqual(measures.ndcg([], grades), 0.0)

    def test_ndcg_looks_at_ten(self):
        others = [f"x{i}" for i in range(9)]
        # the one relevant document at rank 10: 1 / log2(11) = 0.28906
        self.assertAlmostEqual(measures.ndcg(others + ["a"], {"a": 1}), 0.2890648, places=6)
        self.assertEqual(measures.ndcg(others + ["y", "a"], {"a": 1}), 0.0)

    def test_ndcg_ideal_is_cut_too(self):
        grades = {f"d{i}": 1 for i in range(12)}
        self.assertEqual(measures.ndcg(sorted(grades)[:10], grades), 1.0)

    def test_average_precision_by_hand(self):
        # relevant at ranks 1 and 3 of three relevant: (1/1 + 2/3) / 3
        grades = {"a": 1, "b": 2, "c": 1, "z": 0}
        self.assertAlmostEqual(measures.average_precision(["a", "z", "b"], grades), 5 / 9)
        self.assertEqual(measures.average_precision(["z"], grades), 0.0)

    def test_mean_counts_unanswered_queries_and_leaves_out_unjudged(self):
        judged = {"1": {"a": 1}, "2": {"b": 1}, "3": {"c": 0}}
        self.assertEqual(measures.mean_over_queries({"1": ["a"], "4": ["a"]}, judged,
                                                    measures.ndcg), 0.5)


if __name__ == "__main__":
    unittest.main()
