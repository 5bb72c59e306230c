"""Which triples are counted, and in which cells."""

from itertools import combinations
from math import prod

import numpy as np

from synth.metrics.fidelity import correlation_matrix
from synth.metrics.triple_plan import MOST_CELLS, MOST_COLUMNS, plan_triples
from tests.synth.metrics.coded import BINS, coded, histograms
from tests.synth.metrics.columns import categories, numbers


def test_the_most_associated_triple_comes_first() -> None:
    counts = histograms(coded(3000, 0))
    plan = plan_triples(counts)
    strength = np.abs(correlation_matrix(counts))

    def associated(places: tuple[int, ...]) -> float:
        return sum(strength[pair] for pair in combinations(places, 2))

    ranked = sorted(combinations(range(4), 3), key=associated, reverse=True)
    assert [triple.places for triple in plan.triples] == ranked
    assert len(plan.triples) == 4
    assert len(plan_triples(histograms(coded(3000, 0)), most=2).triples) == 2
    assert "the 4 triples of 4" in plan.notes[0]


def test_columns_that_determine_each_other_share_no_triple() -> None:
    matrix = coded(3000, 0)
    doubled = np.column_stack([matrix, matrix[:, 2]])
    plan = plan_triples(histograms(doubled, (*BINS, categories("twin", *"abcd"))))
    assert all(not {2, 4} <= set(triple.places) for triple in plan.triples)


def test_cells_are_bounded_and_it_is_said() -> None:
    bins = tuple(numbers(name, 20) for name in "abc")
    matrix = np.random.default_rng(0).integers(0, 20, (500, 3))
    plan = plan_triples(histograms(matrix, bins))
    assert prod(plan.triples[0].shape) <= MOST_CELLS
    assert "bins of 1 triples were joined" in plan.notes[-1]


def test_wide_tables_are_cut_to_the_most_associated_columns() -> None:
    bins = tuple(categories(f"c{place}", "x", "y") for place in range(MOST_COLUMNS + 2))
    rng = np.random.default_rng(0)
    base = rng.random(400) < 0.5
    matrix = np.stack([base ^ (rng.random(400) < 0.2) for _ in bins], axis=1).astype(int)
    matrix[:, 3] = rng.random(400) < 0.5
    plan = plan_triples(histograms(matrix, bins))
    assert all(3 not in triple.places for triple in plan.triples)
    assert "of 62 columns" in plan.notes[1]


def test_two_columns_have_no_triple() -> None:
    plan = plan_triples(histograms(coded(50, 0)[:, :2], BINS[:2]))
    assert plan.triples == () and "no three columns" in plan.notes[0]
