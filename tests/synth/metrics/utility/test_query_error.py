"""The error of queries: by hand, and for tables that are good, bad and hard."""

import json
import warnings

import numpy as np
import pyarrow as pa
import pytest

from synth.metrics.utility.queries import CodedTable, Grouping, Query
from synth.metrics.utility.query_error import KINDS, least_rows, measure, query_error
from tests.synth.metrics.utility.tables import evidence, features, people, shuffled

BY_NAME = {kind.name: kind for kind in KINDS}


def _measured(train, holdout, synthetic, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return measure(evidence(train, holdout, synthetic, **options))


def _value(measured, name):
    return next(metric for metric in measured.metrics if metric.name == name)


def _coded(*tables):
    read = features(*tables)
    groupings = tuple(
        Grouping.of(column, read[0].values[:, k]) for k, column in enumerate(read[0].columns)
    )
    return [CodedTable.of(rows, groupings) for rows in read]


def test_errors_by_hand():
    real = pa.table({"g": ["a", "a", "a", "b"], "x": [1.0, 2.0, 3.0, 10.0]})
    made = pa.table({"g": ["a", "b"], "x": [4.0, 10.0]})
    truth, other = _coded(real, made)
    # Counts of two rows are doubled: 2 and 2 against 3 and 1.
    assert query_error(Query("count", (0,), ()), truth, other) == pytest.approx(2 / 4)
    # Sums: 8 and 20 against 6 and 10.
    assert query_error(Query("sum", (0,), (), 1), truth, other) == pytest.approx(12 / 16)
    # Means: 4 and 10 against 2 and 10, of three rows and one.
    assert query_error(Query("mean", (0,), (), 1), truth, other) == pytest.approx(6 / 16)
    assert query_error(Query("mean", (0,), (), 1), truth, truth) == 0


def test_a_group_that_is_missing_is_missed_wholly_and_more_than_all_is_all():
    real = pa.table({"g": ["a", "a", "b", "b"], "x": [1.0, 1.0, 1.0, 1.0]})
    truth, other = _coded(real, pa.table({"g": ["a", "a"], "x": [1.0, 9.0]}))
    assert query_error(Query("mean", (0,), (), 1), truth, truth) == 0
    assert query_error(Query("mean", (0,), (), 1), truth, other) == 1  # (4 + 1) / 2, cut
    _, none = _coded(real, pa.table({"g": ["a", "a"], "x": [1.0, 1.0]}))
    assert query_error(Query("mean", (0,), (), 1), truth, none) == pytest.approx(0.5)


def test_zeros_are_met_or_not():
    truth, other = _coded(pa.table({"g": ["a"], "x": [0.0]}), pa.table({"g": ["a"], "x": [1.0]}))
    assert query_error(Query("sum", (0,), (), 1), truth, truth) == 0
    assert query_error(Query("sum", (0,), (), 1), truth, other) == 1


def test_good_rows_err_like_the_holdout_and_shuffled_ones_more():
    train, held = people(2000), people(1000, seed=1)
    good = _measured(train, held, people(2000, seed=2))
    bad = _measured(train, held, shuffled(people(2000)))
    error = _value(good, "query_error")
    assert error.value == pytest.approx(error.reference, rel=0.35)
    assert error.interval[0] <= error.value <= error.interval[1]
    assert _value(bad, "query_error").value > 1.5 * error.value
    assert _value(good, "query_error_tail").value > error.value


def test_the_same_number_of_rows_is_compared_and_said():
    (note,) = _measured(people(500), people(200, seed=1), people(500, seed=2)).notes
    assert "200 rows each" in note


def test_figures_are_of_their_kinds_and_facts_are_json():
    measured = _measured(people(500), people(500, seed=1), people(500, seed=2))
    for metric in measured.metrics:
        assert metric.higher_is_better == BY_NAME[metric.name].higher_is_better
    details = {m.detail for m in measured.metrics if m.name == "aggregate_error"}
    assert details == {"count", "mean", "sum"}
    facts = json.loads(json.dumps(measured.facts, allow_nan=False))["query_error"]
    assert len(facts["synthetic"]) == len(facts["holdout"]) == 100
    assert facts["worst"][0]["error"] == max(facts["synthetic"])


def test_the_same_seed_asks_the_same():
    tables = people(300), people(200, seed=1), people(300, seed=2)
    assert _measured(*tables) == _measured(*tables)
    assert _measured(*tables) != _measured(*tables, seed=1)


@pytest.mark.parametrize("held", [None, people(40, seed=1), people(40).slice(0, 0)])
def test_fifty_rows_are_measured(held):
    measured = _measured(people(50), held, people(50, seed=2))
    error = _value(measured, "query_error")
    assert np.isfinite(error.value)
    assert (error.reference is None) == (held is None or not len(held))
    assert (error.reference is None) == any("no holdout" in note for note in measured.notes)


def test_a_table_of_nothing_is_measured_or_said():
    bare = people(50).select(["one", "none", "void"])
    assert _value(_measured(bare, None, bare), "query_error").value == 0
    empty = _measured(people(50), None, people(50).slice(0, 0))
    assert empty.metrics == [] and "not measured" in empty.notes[0]


def test_the_rows_that_a_query_needs():
    assert [least_rows(rows) for rows in (10, 50, 1000, 100_000)] == [1, 1, 20, 100]
