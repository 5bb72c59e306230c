"""Three columns at a time: real rows pass, and what pairs do not see shows."""

import numpy as np
import pytest

from synth.metrics.evidence import Measured
from synth.metrics.triple_counts import TripleCounts
from synth.metrics.triple_plan import plan_triples
from synth.metrics.triples import KINDS, sized_reference, triple_metrics
from tests.synth.metrics.coded import coded, histograms, shuffled_codes
from tests.synth.metrics.test_triple_counts import PLAN, counted

TRAIN, HOLDOUT = counted(coded(4000, 1)), counted(coded(2000, 2))


def measured(matrix: np.ndarray, holdout: TripleCounts | None = HOLDOUT) -> Measured:
    return triple_metrics(counted(matrix), TRAIN, holdout, seed=0)


@pytest.mark.parametrize("rows", [500, 4000, 20_000])
def test_real_rows_reach_the_reference_at_any_number_of_rows(rows: int) -> None:
    gaps = []
    for seed in range(3, 8):
        table, *triples = measured(coded(rows, seed)).metrics
        assert table.scope == "table" and {own.scope for own in triples} == {"triple"}
        assert table.reference is not None
        gaps.append(table.reference - table.value)
    assert abs(np.mean(gaps)) < 0.02 and max(gaps) < 0.05
    for own in triples:
        assert own.interval is not None and own.interval[0] <= own.value <= own.interval[1]
        assert len(own.columns) == 3


def test_shuffled_columns_fail() -> None:
    table = measured(shuffled_codes(coded(4000, 3))).metrics[0]
    (kind,) = KINDS
    assert kind.bound is not None and kind.bound.amber is not None
    assert table.reference is not None and table.interval is not None
    assert table.value < table.reference - 2 * kind.bound.amber
    assert table.interval[1] < table.reference
    assert (kind.name, kind.higher_is_better) == (table.name, table.higher_is_better)


def test_a_parity_that_no_pair_shows_is_seen() -> None:
    """Three fair coins of which the third is the parity: each pair is independent."""
    rng = np.random.default_rng(0)

    def coins(parity: bool, rows: int = 4000) -> np.ndarray:
        matrix = rng.integers(0, 2, (rows, 4))
        matrix[:, 3] = (matrix[:, 1] + matrix[:, 2]) % 2 if parity else matrix[:, 3]
        return matrix

    plan = plan_triples(histograms(coins(True)))
    tables = [counted(coins(parity), plan) for parity in (False, True, True)]
    found = {own.columns: own.value for own in triple_metrics(*tables, seed=0).metrics}
    assert found["sex", "city", "flag"] == pytest.approx(0.5, abs=0.03)
    assert found["age", "sex", "city"] > 0.95


def test_without_a_holdout_there_is_no_reference() -> None:
    table = measured(coded(4000, 3), None).metrics[0]
    assert table.reference is None and table.value > 0.9


def test_empty_tables_are_a_note_and_fifty_rows_a_figure() -> None:
    assert "a table is empty" in measured(coded(0, 0)).notes[-1]
    assert 0 < measured(coded(50, 0)).metrics[0].value < 1
    bare = TripleCounts(plan_triples(histograms(coded(50, 0)), most=0))
    assert triple_metrics(bare, bare, None, seed=0).metrics == []


def test_references_of_equal_sizes_are_as_measured() -> None:
    a, b = HOLDOUT.cells[0], TRAIN.cells[0]
    plain = sized_reference(b, a, b)
    assert sized_reference(b * 4, a, b) > plain > sized_reference(b // 4, a, b)
    assert TRAIN.plan == PLAN
