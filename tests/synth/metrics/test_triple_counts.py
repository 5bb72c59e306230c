"""Counts over three columns: by hand, and the law of states."""

import numpy as np
import pytest

from synth.metrics.triple_counts import TripleCounts
from synth.metrics.triple_plan import TriplePlan, plan_triples
from tests.synth.metrics.coded import coded, histograms

PLAN = plan_triples(histograms(coded(2000, 0)))


def counted(matrix: np.ndarray, plan: TriplePlan = PLAN) -> TripleCounts:
    counts = TripleCounts(plan)
    counts.update_bins(matrix)
    return counts


def test_cells_by_hand() -> None:
    counts = counted(coded(700, 1))
    triple = PLAN.triples[0]
    cells = counts.cells[0].reshape(triple.shape)
    matrix = coded(700, 1)
    groups = [np.array(own) for own in triple.groups]
    expected = np.zeros(triple.shape, int)
    for row in matrix:
        expected[tuple(groups[k][row[place]] for k, place in enumerate(triple.places))] += 1
    assert cells.tolist() == expected.tolist()


def test_states_of_parts_add_and_survive_their_bytes() -> None:
    matrix = coded(900, 1)
    left, right = counted(matrix[:200]), counted(matrix[200:])
    left.merge(TripleCounts.from_bytes(right.to_bytes(), PLAN))
    assert left.to_bytes() == counted(matrix).to_bytes() and left.rows == 900


def test_other_plans_are_refused() -> None:
    other = plan_triples(histograms(coded(2000, 0)), most=1)
    with pytest.raises(ValueError, match="different triples"):
        counted(coded(9, 0)).merge(TripleCounts(other))
    with pytest.raises(ValueError, match="other triples"):
        TripleCounts.from_bytes(counted(coded(9, 0)).to_bytes(), other)
