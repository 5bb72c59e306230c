"""Shares of a target's classes, by hand."""

import numpy as np
import pyarrow as pa
import pytest

from synth.metrics.class_balance import class_balance_metric, class_counts
from synth.profiling.table_profile import TableProfile


def counts(values: pa.Array) -> dict[str, int] | None:
    return class_counts(TableProfile.of(pa.table({"y": values}))["y"])


def test_classes_are_labels_flags_or_few_numbers() -> None:
    assert counts(pa.array(["a", "b", None, "a"])) == {"a": 2, "b": 1}
    assert counts(pa.array([True, False, True])) == {"true": 2, "false": 1}
    assert counts(pa.array([1, 0, 1])) == {"0": 1, "1": 2}
    assert counts(pa.array(np.arange(2000))) is None


def test_the_difference_by_hand() -> None:
    rng = np.random.default_rng(0)
    metric = class_balance_metric(
        "y", {"a": 50, "new": 50}, {"a": 75, "b": 25}, {"a": 7, "b": 1}, rng
    )
    assert metric.value == pytest.approx(0.5)
    assert metric.reference == pytest.approx(0.125)
    assert metric.interval is not None and metric.interval[0] < 0.5 < metric.interval[1]
    assert not metric.higher_is_better


def test_a_target_without_rows() -> None:
    rng = np.random.default_rng(0)
    assert class_balance_metric("y", {}, {"a": 5}, None, rng).value == 1
    assert class_balance_metric("y", {}, {}, None, rng).value == 0


def test_intervals_cover_no_difference() -> None:
    covered = []
    for seed in range(100):
        rng = np.random.default_rng(seed)
        made, real = (rng.multinomial(n, [0.7, 0.2, 0.1]) for n in (400, 300))
        a, b = (dict(zip("abc", part.tolist(), strict=True)) for part in (made, real))
        interval = class_balance_metric("y", a, b, None, rng).interval
        covered.append(interval is not None and interval[0] == 0)
    assert np.mean(covered) >= 0.92
