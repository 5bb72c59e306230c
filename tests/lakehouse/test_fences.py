"""Fences of outliers: by hand on few values, measured on a table, and where there are none."""

from __future__ import annotations

import numpy as np
import pytest
from pyspark.sql import SparkSession

from lakehouse.fences import DEVIATIONS_OF_MAD, fenced, with_fences
from lakehouse.row_checks import Outlier
from lakehouse.row_rules import RowRule

VALUES = np.array([1.0, 2.0, 3.0, 4.0, 100.0])


def test_by_the_median_and_its_deviation() -> None:
    found, note = fenced(Outlier("robust_z", 3.5), VALUES, np.ones(5, int))
    assert not note  # the median is 3; distances are 0, 1, 1, 2, 97, so that the MAD is 1
    assert found.low == pytest.approx(3 - 3.5 * DEVIATIONS_OF_MAD)
    assert found.high == pytest.approx(3 + 3.5 * DEVIATIONS_OF_MAD)


def test_by_the_quartiles_of_weighted_values() -> None:
    found, _ = fenced(Outlier("iqr", 1.5), VALUES[:4], np.array([1, 2, 4, 1]))
    assert (found.low, found.high) == (2 - 1.5, 3 + 1.5)


@pytest.mark.parametrize(
    ("method", "values", "said"),
    [
        ("robust_z", [5.0] * 6 + [1.0, 9.0], "has a MAD of 0"),
        ("iqr", [5.0] * 6 + [1.0, 9.0], "has an interquartile range of 0"),
        ("robust_z", [], "has no finite value"),
    ],
)
def test_a_column_without_spread_has_no_outliers(method, values, said) -> None:  # type: ignore[no-untyped-def]
    sorted_values = np.sort(np.array(values, float))
    found, note = fenced(Outlier(method, 3.5), sorted_values, np.ones(len(values), int))
    assert said in note
    assert (found.low, found.high) == (None, None)


def test_fences_are_measured_of_the_columns_of_the_table(spark: SparkSession) -> None:
    rows = [(value, 7, None if value == 3 else 0.5) for value in (1, 2, 3, 4, 100)]
    frame = spark.createDataFrame(rows, "a int, same bigint, x double")
    rule = RowRule("clean.rules.0", "outlier", ("a", "same"), Outlier("robust_z", 3.5), "keep")
    (one, other), notes = with_fences(frame, (rule,))
    assert isinstance(one.check, Outlier) and isinstance(other.check, Outlier)
    assert one.check.high == pytest.approx(3 + 3.5 * DEVIATIONS_OF_MAD)
    assert (other.columns, other.check.high) == (("same",), None)
    assert notes == (
        "clean.rules.0: column 'same' has a MAD of 0: no outlier is looked for (in_range sets "
        "bounds)",
    )
