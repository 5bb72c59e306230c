"""Figures of one ordered column."""

import numpy as np
import pytest

from synth.metrics.metric import Metric
from synth.metrics.number_details import number_metrics
from synth.metrics.skipped import Skipped
from tests.synth.metrics.test_distribution import distribution


def measured(
    made: object, real: object, train: object = None
) -> tuple[dict[str, Metric], list[str]]:
    skipped, rng = Skipped(), np.random.default_rng(0)
    ceiling = None if train is None else distribution(train)
    found = number_metrics("x", distribution(made), distribution(real), ceiling, rng, skipped)
    return {f"{metric.name} {metric.detail}".strip(): metric for metric in found}, skipped.notes()


def test_all_figures_with_their_reference() -> None:
    rng = np.random.default_rng(0)
    made, real, train = rng.normal(1, 1, 900), rng.normal(0, 1, 800), rng.normal(0, 1, 900)
    found, notes = measured(made, real, train)
    assert len(found) == 5 and not notes
    distance = found["wasserstein"]
    assert distance.interval is not None and distance.reference is not None
    assert distance.value == pytest.approx(1, abs=0.1) and distance.reference < 0.15
    assert distance.interval[0] > distance.reference
    assert found["tail_rate_difference above the 99 % quantile"].value > 0.05


@pytest.mark.parametrize(
    ("made", "real", "figures", "said"),
    [
        ([1.0, 2.0], [None, None], 0, "the real column has none"),
        ([None, None], [1.0, 2.0], 1, "the synthetic column has none"),
        ([1.0, 2.0], [3.0, 3.0], 3, "the real column has one"),
    ],
)
def test_columns_without_values_or_range_are_said(
    made: list, real: list, figures: int, said: str
) -> None:
    found, notes = measured(made, real)
    assert len(found) == figures and said in " ".join(notes)


def test_long_columns_are_said_to_be_compared_by_quantiles() -> None:
    values = np.random.default_rng(0).normal(size=20_000)
    _, notes = measured(values, values)
    assert "by their quantiles" in notes[0]
