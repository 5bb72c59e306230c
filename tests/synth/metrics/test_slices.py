"""Fidelity within slices: real rows pass, a dropped or spoilt minority fails."""

import numpy as np
import pytest

from synth.metrics.evidence import Measured
from synth.metrics.metric import Metric
from synth.metrics.slices import KINDS, measure, share_ratio, slice_metrics
from tests.synth.metrics.coded import coded, histograms, shuffled_codes
from tests.synth.metrics.features_of import evidence_of, people

TRAIN, HOLDOUT = coded(4000, 1), coded(2000, 2)
SEX = 1


def measured(matrix: np.ndarray, *, holdout: bool = True) -> Measured:
    held = histograms(HOLDOUT) if holdout else None
    return slice_metrics(histograms(matrix), histograms(TRAIN), held, [SEX, 2], seed=0)


def worst(found: Measured) -> Metric:
    (metric,) = (own for own in found.metrics if own.name == "worst_slice_shortfall")
    assert metric.interval is not None and metric.scope == "table"
    return metric


@pytest.mark.parametrize("holdout", [True, False])
@pytest.mark.parametrize("rows", [300, 4000, 12_000])
def test_real_rows_pass(rows: int, holdout: bool) -> None:
    found = worst(measured(coded(rows, 3), holdout=holdout))
    assert found.value < 0.05 and found.interval is not None and found.interval[0] < 0.01


def test_a_minority_that_was_dropped_is_missing() -> None:
    made = coded(4000, 3)
    found = measured(made[made[:, SEX] == 1])
    assert worst(found).value == 1 and worst(found).interval == (1, 1)
    assert worst(found).slice == "sex = f"
    ratio = next(m for m in found.metrics if m.name == "slice_share_ratio" and m.slice == "sex = f")
    assert ratio.value == 0 and ratio.interval is not None and ratio.interval[1] < 0.01
    assert ratio.reference == pytest.approx(1, abs=0.1)


def test_a_minority_that_was_spoilt_falls_short_and_the_others_do_not() -> None:
    made = coded(6000, 3)
    few = made[:, SEX] == 0
    made[few] = np.where([True, False, True, True], shuffled_codes(made), made)[few]
    found = measured(made)
    assert worst(found).value > 0.1
    assert worst(found).interval is not None and worst(found).interval[0] > 0.05
    within = {own.slice: own for own in found.metrics if own.name == "slice_similarity"}
    assert within["sex = f"].reference - within["sex = f"].value > 0.05
    assert abs(within["sex = m"].reference - within["sex = m"].value) < 0.02


def test_a_slice_that_chance_leaves_empty_is_not_missing_for_sure() -> None:
    made = coded(3, 3)
    made[:, SEX] = 1
    found = measured(made)
    assert all(own.interval is not None for own in found.metrics)
    assert worst(found).value < 1 or worst(found).interval == (0, 1)


def test_figures_have_kinds_and_directions() -> None:
    found = measured(coded(4000, 3))
    kinds = {kind.name: kind for kind in KINDS}
    assert {own.name for own in found.metrics} == set(kinds)
    for own in found.metrics:
        assert own.higher_is_better == kinds[own.name].higher_is_better and own.slice


def test_share_ratios_by_hand() -> None:
    value, (low, high) = share_ratio(20, 100, 10, 100)
    radius = 1.959964 * (0.8 / 20 + 0.9 / 10) ** 0.5
    assert value == pytest.approx(2)
    assert np.log([low, high]) == pytest.approx(np.log(2) + np.array([-radius, radius]))
    assert share_ratio(0, 100, 50, 100)[1][1] == pytest.approx(0.074, abs=0.001)


def test_what_cannot_be_measured_is_said() -> None:
    table = people(50, 0)
    assert "not counted" in measure(evidence_of(table, table)).notes[0]
    few = {"train": histograms(coded(25, 0)), "synthetic": histograms(coded(25, 1))}
    found = measure(evidence_of(table, table, counts=few))
    assert not found.metrics and "none has 30 real rows" in found.notes[-1]
    empty = {"train": histograms(coded(25, 0)), "synthetic": histograms(coded(0, 1))}
    assert "without rows" in measure(evidence_of(table, table, counts=empty)).notes[-1]


def test_a_measure_takes_the_counts_of_the_evidence() -> None:
    table = people(50, 0)
    counts = {
        "train": histograms(TRAIN),
        "holdout": histograms(HOLDOUT),
        "synthetic": histograms(coded(4000, 3)),
    }
    found = measure(evidence_of(table, table, counts=counts, protected=("city",)))
    assert "by 'city', 'sex', 'flag'" in found.notes[0]
    similarity = [own for own in found.metrics if own.name == "slice_similarity"]
    assert {own.columns for own in similarity} == {("city",), ("sex",), ("flag",)}
