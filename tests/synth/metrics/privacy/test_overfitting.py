from dataclasses import replace

import numpy as np
import pytest

from synth.metrics.privacy.overfitting import KINDS, likelihood_gap, measure
from tests.synth.metrics.privacy.rows import evidence_of, people


def score(synthetic_seed: int) -> tuple[float, tuple[float, float] | None]:
    metric = measure(
        evidence_of(people(500, 0), people(500, 1), people(500, synthetic_seed))
    ).metrics
    return metric[0].value, metric[0].interval


def test_a_copy_is_memorised_and_fresh_rows_are_not() -> None:
    assert score(0)[0] > 0.99 and score(1)[0] < 0.01  # the holdout's own copy
    value, interval = score(2)
    assert interval is not None
    low, high = interval
    assert low < 0.5 < high and value == pytest.approx(0.5, abs=0.05)


def test_the_gap_of_likelihoods_checked_by_hand() -> None:
    metric = likelihood_gap(np.array([1.0, 3.0]), np.array([0.0, 2.0])).metrics[0]
    reach = 1.959964 * np.sqrt(2 / 2 + 2 / 2)
    assert metric.value == 1 and metric.interval == pytest.approx((1 - reach, 1 + reach))
    assert metric.reference == 0 and not metric.higher_is_better


def test_rows_that_the_model_rules_out_are_left_out_and_said() -> None:
    measured = likelihood_gap(np.array([-np.inf, 1.0, 2.0]), np.array([1.0, 2.0]))
    assert measured.metrics[0].value == 0 and "leaves out 1 rows" in measured.notes[0]
    few = likelihood_gap(np.array([1.0]), np.array([1.0, 2.0]))
    assert few.metrics == [] and "not measured" in few.notes[0]


def test_likelihoods_are_measured_without_a_holdout_of_rows() -> None:
    evidence = evidence_of(people(60, 0), people(30, 1), people(60, 2))
    rng = np.random.default_rng(0)
    likelihood = {"train": rng.normal(1, 1, 200), "holdout": rng.normal(size=200)}
    measured = measure(replace(evidence, holdout=None, likelihood=likelihood))
    assert [metric.name for metric in measured.metrics] == ["likelihood_gap"]
    assert measured.metrics[0].interval[0] > 0 and "not measured" in measured.notes[0]
    assert {kind.name for kind in KINDS} == {"memorisation_score", "likelihood_gap"}
