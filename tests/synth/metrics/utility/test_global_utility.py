"""Every column in turn: good tables come near 1, tables without dependence do not."""

import json
import warnings

import numpy as np
import pyarrow as pa
import pytest

from synth.metrics.utility import global_utility
from synth.metrics.utility.global_utility import BEST, KINDS, measure
from tests.synth.metrics.utility.tables import evidence, people, shuffled

BY_NAME = {kind.name: kind for kind in KINDS}
PREDICTED = {"age", "city", "job", "income", "group", "bought"}


def _measured(train, holdout, synthetic, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return measure(evidence(train, holdout, synthetic, **options))


def _by_column(measured):
    return {m.columns[0]: m for m in measured.metrics if m.name == "column_utility"}


@pytest.fixture(scope="module")
def good():
    return _measured(people(800), people(600, seed=1), people(800, seed=2))


def test_good_rows_are_nearly_as_useful_as_real_ones(good):
    total = good.metrics[0]
    assert total.name == "global_utility" and 0.9 < total.value < 1.1
    assert total.interval[0] <= total.value <= total.interval[1]
    assert 0.85 < total.reference < 1.15


def test_without_dependence_the_columns_that_had_some_lose(good):
    bad = _measured(people(800), people(600, seed=1), shuffled(people(800)))
    assert bad.metrics[0].interval[1] < good.metrics[0].interval[0]
    columns = _by_column(bad)
    assert columns["income"].value < 0.6 and columns["bought"].value < 0.75
    assert columns["group"].value < 0.7


def test_columns_of_one_value_are_left_out_and_said(good):
    assert set(_by_column(good)) == PREDICTED
    (note,) = good.notes
    assert note.startswith("3 columns were not predicted") and "'void'" in note


def test_figures_are_of_their_kinds_and_the_mean_is_of_the_columns(good):
    for metric in good.metrics:
        assert metric.higher_is_better == BY_NAME[metric.name].higher_is_better
    values = [metric.value for metric in _by_column(good).values()]
    assert good.metrics[0].value == pytest.approx(np.mean(values))
    assert max(values) <= BEST
    facts = json.loads(json.dumps(good.facts, allow_nan=False))["global_utility"]
    assert facts["synthetic"] == values


def test_caps_are_said(monkeypatch):
    monkeypatch.setitem(global_utility.MOST_TRAIN_ROWS, "quick", 100)
    monkeypatch.setitem(global_utility.MOST_TEST_ROWS, "quick", 60)
    monkeypatch.setitem(global_utility.MOST_COLUMNS, "quick", 2)
    measured = _measured(people(200), people(100, seed=1), people(200, seed=2))
    assert "100 real and as many synthetic rows" in measured.notes[0]
    assert "60 to test on" in measured.notes[0]
    assert measured.notes[1].startswith("2 of 9 columns were predicted")


def test_the_same_seed_gives_the_same_figures():
    tables = people(100), people(80, seed=1), people(100, seed=2)
    assert _measured(*tables) == _measured(*tables)
    assert _measured(*tables) != _measured(*tables, seed=1)


def test_without_a_holdout_it_is_said_and_measured():
    measured = _measured(people(200), None, people(200, seed=2))
    assert "no holdout" in measured.notes[0] and set(_by_column(measured)) == PREDICTED


@pytest.mark.parametrize("held", [None, people(40, seed=1)])
def test_fifty_rows_are_measured_or_said(held):
    measured = _measured(people(50), held, people(50, seed=2))
    assert measured.metrics or any("not predicted" in note for note in measured.notes)


def test_labels_that_only_synthetic_rows_have_do_no_harm():
    made = people(200, seed=2)
    values = pa.array(["Mars"] * 20 + made["city"].to_pylist()[20:])
    made = made.set_column(made.schema.get_field_index("city"), "city", values)
    columns = _by_column(_measured(people(200), people(150, seed=1), made))
    assert columns["city"].value > 0.3


def test_rare_labels_are_no_class_of_their_own_and_it_is_said():
    def with_rare(rows, seed):
        table = people(rows, seed)
        values = pa.array(["Vaduz"] * 4 + table["city"].to_pylist()[4:])
        return table.set_column(table.schema.get_field_index("city"), "city", values)

    measured = _measured(with_rare(400, 0), with_rare(200, 1), with_rare(400, 2))
    plain = _measured(people(400), people(200, seed=1), people(400, seed=2))
    assert measured.notes[-1].startswith("in the global utility the labels of 1 columns")
    assert "'city'" in measured.notes[-1] and "Vaduz" not in "".join(measured.notes)
    city, before = (_by_column(each)["city"] for each in (measured, plain))
    assert city.value == pytest.approx(before.value, abs=0.15)


def test_one_column_is_said():
    one = people(50).select(["age"])
    measured = _measured(one, None, one)
    assert measured.metrics == [] and "needs two columns" in measured.notes[0]
