"""One column's figures: by hand, and intervals that cover what is known to be true."""

import numpy as np
import pytest

from synth.metrics.column_fidelity import column_metrics, placed_bins
from synth.metrics.histograms import CodeHistograms
from synth.metrics.metric import Metric
from synth.table.bins import ColumnBins
from tests.synth.metrics.columns import categories, numbers

AGE, SEX = numbers("age", 50, coarse=5), categories("sex", "f", "m")


def counted(bins: ColumnBins, codes: list[int] | np.ndarray) -> CodeHistograms:
    histograms = CodeHistograms([bins])
    histograms.update_bins(np.reshape(codes, (-1, 1)))
    return histograms


def measured(
    bins: ColumnBins,
    made: list[int] | np.ndarray,
    real: list[int] | np.ndarray,
    train: list[int] | np.ndarray | None = None,
    seed: int = 0,
) -> dict[str, Metric]:
    ceiling = None if train is None else counted(bins, train)
    found = column_metrics(bins, 0, counted(bins, made), counted(bins, real), ceiling, seed)
    assert {(metric.scope, metric.columns) for metric in found} == {("column", (bins.name,))}
    return {metric.name: metric for metric in found}


def drawn(rows: int, seed: int) -> np.ndarray:
    """Ages with 4 % nulls."""
    rng = np.random.default_rng(seed)
    ages: np.ndarray = np.where(rng.random(rows) < 0.04, 50, rng.binomial(49, 0.4, rows))
    return ages


def test_ordinal_columns_by_hand() -> None:
    # One of four became null; the present values are 10, 20, 30 against 10, 20.
    found = measured(AGE, [10, 20, 50, 50], [10, 20, 30, 50])
    assert found["column_similarity"].value == pytest.approx(0.75)
    assert found["kolmogorov_smirnov"].value == pytest.approx(1 / 3)
    assert found["total_variation"].value == pytest.approx(0.25)


def test_nominal_columns_by_hand_with_the_train_part_beside() -> None:
    found = measured(SEX, [0, 0, 0, 0], [0, 0, 1, 1], train=[0, 0, 0, 1])
    assert set(found) == {"column_similarity", "total_variation", "jensen_shannon"}
    assert (found["column_similarity"].value, found["column_similarity"].reference) == (0.5, 0.75)
    assert found["total_variation"].reference == 0.25
    assert found["jensen_shannon"].value == pytest.approx(0.31127812)


def test_total_variation_of_ordinal_columns_is_over_the_coarse_bins() -> None:
    """Ages 11 and 12 share a pair bin: the ranks differ, the coarse shares do not."""
    found = measured(AGE, [12], [11])
    assert found["total_variation"].value == 0
    assert found["kolmogorov_smirnov"].value == 1


def test_a_column_of_nulls_alone_is_as_far_as_can_be_from_values() -> None:
    assert measured(AGE, [50], [3])["kolmogorov_smirnov"].value == 1
    assert measured(AGE, [50], [50])["kolmogorov_smirnov"].value == 0


def test_bins_without_a_value_have_no_place() -> None:
    assert placed_bins(numbers("n", 3)).tolist() == [0, 1, 2]
    assert placed_bins(SEX).tolist() == []


def test_intervals_hold_the_value_and_cover_the_truth() -> None:
    """Both samples come from one source: the true distance is 0, the true similarity 1."""
    covered = []
    for seed in range(100):
        found = measured(AGE, drawn(600, 2 * seed + 1), drawn(800, 2 * seed), seed=seed)
        for name, metric in found.items():
            assert metric.interval is not None
            low, high = metric.interval
            assert 0 <= low <= metric.value <= high <= 1
            covered.append(low <= (1.0 if name == "column_similarity" else 0.0) <= high)
    assert np.mean(covered) >= 0.94


def test_intervals_cover_a_true_difference() -> None:
    """The source's share of f is 1/3, the generator's 1/2: the true distance is 1/6."""
    covered = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        real, made = rng.random(700) < 2 / 3, rng.random(700) < 1 / 2
        metric = measured(SEX, made.astype(int), real.astype(int))["total_variation"]
        assert metric.interval is not None
        covered.append(metric.interval[0] <= 1 / 6 <= metric.interval[1])
        assert metric.interval[1] - metric.interval[0] < 0.15
    assert np.mean(covered) >= 0.9
