"""The measure as a whole: good and bad tables, hard tables, and what it says of them."""

import dataclasses
import json
import warnings

import pyarrow as pa
import pytest

from synth.metrics.utility.train_on_synthetic import KINDS, measure
from tests.synth.metrics.utility.tables import evidence, people, shuffled

BY_NAME = {kind.name: kind for kind in KINDS}


def _measured(train=400, holdout=300, synthetic=None, target="bought", **options):
    held = people(holdout, seed=1) if holdout else None
    synthetic = people(train, seed=2) if synthetic is None else synthetic
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return measure(evidence(people(train), held, synthetic, target, **options))


def _loss(measured):
    return next(metric for metric in measured.metrics if metric.name == "utility_loss")


@pytest.mark.parametrize("target", ["bought", "group", "income"])
def test_a_good_table_loses_little_and_one_without_dependence_much(target):
    good = _loss(_measured(target=target))
    bad = _loss(_measured(target=target, synthetic=shuffled(people(400))))
    assert good.interval[0] < 0.07
    assert bad.interval[0] > 0.07 and bad.value > good.value + 0.1


def test_the_headline_is_of_the_model_that_is_best_on_real_rows():
    measured = _measured(target="income")
    facts = measured.facts["train_on_synthetic"]
    score = {
        model: next(
            metric.value
            for metric in measured.metrics
            if metric.detail == f"{model}, trained on real rows, r2"
        )
        for model in ("lightgbm", "linear")
    }
    assert _loss(measured).detail == facts["best"] == max(score, key=score.get)
    others = [m.detail for m in measured.metrics if m.name == "model_utility_loss"]
    assert others == [min(score, key=score.get)]


@pytest.mark.parametrize("target", ["bought", "group", "income"])
def test_every_figure_is_of_a_kind_and_none_is_told_twice(target):
    measured = _measured(target=target)
    for metric in measured.metrics:
        assert metric.higher_is_better == BY_NAME[metric.name].higher_is_better
        assert metric.interval is not None and metric.gate is None
    keys = [(m.name, m.detail, m.slice) for m in measured.metrics]
    assert len(set(keys)) == len(keys)
    assert {m.name for m in measured.metrics} <= set(BY_NAME)


def test_the_facts_are_json_and_hold_curves_of_each_regime():
    facts = json.loads(json.dumps(_measured().facts, allow_nan=False))["train_on_synthetic"]
    assert facts["rows"] == {"train": 400, "synthetic": 400, "test": 300}
    model = facts["models"]["lightgbm"]
    assert set(model["roc"]) == set(model["calibration"]) >= {"real", "synthetic"}
    assert len(model["importance"]["real"]) == len(model["importance"]["columns"]) == 8


def test_nothing_of_a_sensitive_target_is_printed():
    measured = _measured(target="group", sensitive=("group",), models=["linear"])
    printed = json.dumps(measured.facts) + "".join(measured.notes)
    printed += json.dumps([metric.to_json() for metric in measured.metrics])
    assert not any(label in printed for label in ("young", "retired"))


def test_the_same_seed_gives_the_same_figures():
    first = _measured(100, 60, models=["linear"])
    assert first == _measured(100, 60, models=["linear"])
    assert first != _measured(100, 60, models=["linear"], seed=1)


@pytest.mark.parametrize("holdout", [None, 0, 40])
@pytest.mark.parametrize("target", ["bought", "group", "income", "city"])
def test_fifty_rows_are_measured(target, holdout):
    assert _loss(_measured(50, holdout, target=target)).interval is not None


def test_synthetic_rows_of_one_class_have_a_loss():
    table = people(200, seed=2)
    values = pa.array(["no"] * 200)
    table = table.set_column(table.schema.get_field_index("bought"), "bought", values)
    measured = _measured(200, synthetic=table)
    assert _loss(measured).value == pytest.approx(0.5, abs=0.1)  # an AUC of 0.5
    assert any("no row of 1 of the 2 classes" in note for note in measured.notes)


def test_without_a_task_or_rows_the_reason_is_given():
    (note,) = measure(evidence(people(50), None, people(50))).notes
    assert "not measured" in note and "no target" in note
    measured = _measured(10)
    assert measured.metrics == [] and "'bought' was not measured" in measured.notes[0]


def test_a_proposed_target_is_said():
    given = evidence(people(60), people(40, seed=1), people(60, seed=2), "bought")
    task = dataclasses.replace(given.task, proposed=True, models=("linear",))
    notes = measure(dataclasses.replace(given, task=task)).notes
    assert "'bought' was proposed from the data" in notes[0]


def test_a_test_part_of_one_class_is_said():
    held = people(200, seed=1)
    held = held.filter(pa.compute.equal(held["bought"], "no"))
    measured = measure(evidence(people(200), held, people(200, seed=2), "bought"))
    assert "utility_loss" not in {metric.name for metric in measured.metrics}
    assert any("utility loss of linear was not measured" in note for note in measured.notes)
