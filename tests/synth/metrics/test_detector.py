"""The classifier behind the two-sample test."""

import numpy as np
import pytest

from synth.metrics.detector import FOLDS, MOST_LABELS, Detector, TwoSamples, folds_of, learnable
from synth.metrics.features import FeatureColumn, Features

pytest.importorskip("lightgbm")
PLAIN = FeatureColumn("x", "double", True)


def table(values: np.ndarray, *columns: FeatureColumn) -> Features:
    return Features(columns or (PLAIN,), np.reshape(values, (-1, len(columns) or 1)).astype(float))


def test_a_clear_difference_is_learned_and_lost_when_its_column_is_shuffled() -> None:
    rng = np.random.default_rng(0)
    both = (PLAIN, FeatureColumn("y", "double", True))
    made = table(rng.normal([2, 0], 1, (300, 2)), *both)
    real = table(rng.normal(size=(300, 2)), *both)
    samples = TwoSamples.of(made, real, rng)
    detector = Detector.fit(samples, "quick", 0)
    told = samples.placements(detector.scores())
    assert told.auc > 0.85
    assert detector.gains()[0] > detector.gains()[1] > 0
    assert samples.placements(detector.scores_without([0], rng)).auc < 0.6
    assert samples.placements(detector.scores_without([1], rng)).auc > 0.8
    assert samples.placements(Detector.fit(samples.columns([1]), "quick", 0).scores()).auc < 0.6


def test_the_same_seed_gives_the_same_scores() -> None:
    rng = np.random.default_rng(1)
    made, real = table(rng.normal(size=200)), table(rng.normal(size=200))

    def scores() -> np.ndarray:
        samples = TwoSamples.of(made, real, np.random.default_rng(3))
        return Detector.fit(samples, "quick", 3).scores()

    assert scores().tolist() == scores().tolist()


def test_folds_are_even_and_keep_entities_together() -> None:
    rng = np.random.default_rng(2)
    assert np.bincount(folds_of(table(np.zeros(53)), rng)).tolist() == [11, 11, 11, 10, 10]
    entities = rng.integers(0, 12, 100)
    folds = folds_of(Features((PLAIN,), np.zeros((100, 1)), entities), rng)
    assert all(len(set(folds[entities == entity])) == 1 for entity in range(12))
    assert set(folds) == set(range(FOLDS))


def test_rare_labels_are_joined_and_unknown_ones_stay_apart() -> None:
    labels = tuple(f"label {place}" for place in range(300))
    column = FeatureColumn("c", "string", False, labels)
    codes = np.array([0.0, 252, 253, 299, 300, np.nan])
    read = learnable(table(codes, column))[:, 0]
    assert read[:5].tolist() == [0, 252, 253, 253, MOST_LABELS] and np.isnan(read[5])


@pytest.mark.parametrize("value", [np.nan, 7.0, np.inf])
def test_a_column_that_does_not_vary_tells_nothing(value: float) -> None:
    samples = TwoSamples.of(
        table(np.full(40, value)), table(np.full(40, value)), np.random.default_rng(0)
    )
    detector = Detector.fit(samples, "quick", 0)
    assert samples.placements(detector.scores()).auc == 0.5
    assert detector.gains().tolist() == [0.0]
