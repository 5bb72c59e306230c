"""The report as data: it equals itself through JSON, and hides what is sensitive."""

import json

import pytest

from synth.report.report import ColumnComparison, Report
from tests.synth.metrics.columns import categories
from tests.synth.report.trial import spans, trial_report


@pytest.mark.parametrize("holdout", [True, False])
def test_equals_itself_through_json(holdout):
    report = trial_report(holdout=holdout)
    assert Report.from_json(json.loads(json.dumps(report.to_json()))) == report
    assert report.has_holdout == holdout


def test_real_is_the_holdout_else_train():
    assert ColumnComparison(categories("c", "a"), [5], [4], [3]).real == [3]
    assert ColumnComparison(categories("c", "a"), [5], [4]).real == [5]


def test_metric_is_found_by_name_and_columns():
    report = trial_report()
    assert report.metric("column_similarity").scope == "table"
    assert report.metric("column_similarity", "age").columns == ("age",)
    assert report.metric("column_similarity", "nowhere") is None


def test_value_ranges_of_a_sensitive_column_are_not_kept():
    bins = spans("salary", "number", [20_117.0, 31_993.0, 88_041.0], sensitive=True)
    column = ColumnComparison(bins, [1, 2], [2, 1])
    assert column.bins.lower == column.bins.upper == (0.0, 1.0)
    assert ColumnComparison.from_json(column.to_json()) == column


def test_counts_of_another_length_are_refused():
    with pytest.raises(ValueError, match="'c' has 2 bins, but 1 counts"):
        ColumnComparison(categories("c", "a", "b"), [1], [1, 2])
