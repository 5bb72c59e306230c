"""Figures of whole tables from the states of one scan each."""

from decimal import Decimal

import pyarrow as pa
import pytest

from synth.metrics.column_details import KINDS, column_detail_metrics
from synth.metrics.evidence import Measured, Task
from synth.metrics.metric import Metric
from synth.profiling.table_profile import TableProfile
from tests.synth.metrics.features_of import people
from tests.synth.tables import mixed_table

TASK = Task("sex", "binary", "roc_auc", positive=0)


def measured(
    made: pa.Table, train: pa.Table, holdout: pa.Table | None = None, task: Task | None = TASK
) -> Measured:
    held = None if holdout is None else TableProfile.of(holdout)
    return column_detail_metrics(TableProfile.of(made), TableProfile.of(train), held, task=task)


def figure(measured: Measured, name: str, column: str) -> Metric:
    return next(m for m in measured.metrics if m.name == name and m.columns == (column,))


def test_shares_of_nulls_by_hand_where_nan_is_one() -> None:
    train = pa.table({"x": pa.array([1.0, None, 2.0, 3.0])})
    made = pa.table({"x": pa.array([1.0, None, float("nan"), 3.0])})
    found = figure(measured(made, train), "null_share_difference", "x")
    assert found.value == 0.25 and found.reference is None
    assert found.interval is not None and found.interval[0] == 0 and found.interval[1] > 0.25


def test_real_rows_are_as_good_as_their_reference() -> None:
    found = measured(people(2000, 0), people(2000, 1), people(2000, 2))
    for metric in found.metrics:
        assert metric.reference is not None
        if metric.interval is not None and metric.name != "tail_rate_difference":
            assert metric.interval[0] <= metric.reference + 0.01
    assert figure(found, "category_coverage", "city").value == 1
    assert {metric.name for metric in found.metrics} == {kind.name for kind in KINDS}


def test_what_was_spoilt_shows() -> None:
    made = people(2000, 0)
    made = made.filter(pa.compute.equal(made["sex"], "m"))
    made = made.set_column(0, "age", pa.array([30] * len(made), pa.int32()))
    found = measured(made, people(2000, 1), people(2000, 2))
    assert figure(found, "class_balance_difference", "sex").value == pytest.approx(0.4, abs=0.05)
    assert figure(found, "category_coverage", "sex").value == 0.5
    assert figure(found, "range_coverage", "age").value == 0
    interval = figure(found, "null_share_difference", "age").interval
    assert interval is not None and interval[0] > 0.03


def test_every_kind_of_column_gives_figures_or_a_note() -> None:
    found = measured(mixed_table(300, 0), mixed_table(300, 1), mixed_table(200, 2), None)
    names = {name for metric in found.metrics for name in metric.columns}
    assert names == set(mixed_table(1).column_names)
    assert any("'none'" in note for note in found.notes)
    kinds = {kind.name: kind for kind in KINDS}
    for metric in found.metrics:
        assert metric.higher_is_better == kinds[metric.name].higher_is_better


def test_no_value_of_a_column_is_said() -> None:
    table = people(300, 0)
    notes = " ".join(measured(table, table, None).notes)
    assert "Oslo" not in notes and "Rome" not in notes


def test_missing_columns_other_kinds_and_empty_tables_are_said() -> None:
    train = pa.table({"x": [1.0, 2.0], "y": ["a", "b"]})
    found = measured(pa.table({"x": ["1", "2"]}), train)
    assert not found.metrics
    assert "another kind" in found.notes[0] and "not in every table" in found.notes[1]
    assert "no rows" in measured(train.slice(0, 0), train).notes[0]


def test_decimals_of_another_scale_are_another_kind_and_shorter_integers_are_not() -> None:
    cents = pa.table({"x": pa.array([Decimal("1.50"), Decimal("2.25")], pa.decimal128(9, 2))})
    mills = pa.table({"x": pa.array([Decimal("1.500"), Decimal("2.250")], pa.decimal128(9, 3))})
    assert "another kind" in measured(mills, cents).notes[0]
    short, long = (pa.table({"x": pa.array([1, 2, 4], kind)}) for kind in (pa.int16(), pa.int64()))
    assert figure(measured(short, long), "wasserstein", "x").value == 0


def test_an_empty_holdout_is_none() -> None:
    table = people(100, 0)
    found = measured(table, table, table.slice(0, 0))
    assert all(metric.reference is None for metric in found.metrics)
