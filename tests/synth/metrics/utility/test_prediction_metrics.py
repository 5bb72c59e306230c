"""The figures of one model: values, references, intervals, names of classes."""

import numpy as np
import pytest

from synth.metrics.utility import prediction_metrics
from synth.metrics.utility.models import Learner
from synth.metrics.utility.parts import prepare_parts
from synth.metrics.utility.prediction_metrics import (
    Judged,
    augmentation_metrics,
    calibration_metrics,
    class_metrics,
    importance_of,
    loss_metric,
    score_metrics,
)
from synth.metrics.utility.regimes import IN_WORDS, real_pairs, train_regimes
from synth.metrics.utility.resampling import bootstrap_weights
from synth.metrics.utility.scores import SCORES, roc_auc
from tests.synth.metrics.utility.tables import evidence, people, shuffled


def _judged(target="bought", synthetic=None, **options):
    synthetic = people(400, seed=2) if synthetic is None else synthetic
    given = evidence(people(400), people(300, seed=1), synthetic, target, **options)
    parts = prepare_parts(given, given.task)
    learner = Learner("linear", len(parts.classes) if parts.classes else 0, 0)
    weights = bootstrap_weights(parts.test.rows, np.random.default_rng(0), draws=50)
    trained, pairs = train_regimes(parts, learner), real_pairs(parts, learner)
    return Judged("linear", given.task, parts, trained, pairs, weights, 0)


@pytest.fixture(scope="module")
def good():
    return _judged()


def test_the_loss_is_by_the_scores(good):
    truth, once = good.parts.test.truth, np.ones((1, 300))
    real, made = (roc_auc(truth, good.trained[r].predicted, once)[0] for r in ("real", "synthetic"))
    metric = loss_metric(good, best=True)
    assert metric.name == "utility_loss" and metric.detail == "linear"
    assert metric.value == pytest.approx((real - made) / real)
    assert metric.interval[0] <= metric.value <= metric.interval[1]
    assert abs(metric.reference) < 0.05 and not metric.higher_is_better
    assert loss_metric(good, best=False).name == "model_utility_loss"
    assert good.real_score() == pytest.approx(real)


def test_a_table_without_dependence_loses_beyond_its_interval():
    metric = loss_metric(_judged(synthetic=shuffled(people(400))), best=True)
    assert metric.interval[0] > 0.07


def test_every_score_of_every_regime(good):
    metrics = score_metrics(good)
    assert len(metrics) == len(SCORES["binary"]) * len(IN_WORDS)
    assert len({metric.detail for metric in metrics}) == len(metrics)
    errors = [metric for metric in metrics if metric.name == "task_error"]
    assert {metric.detail.rsplit(", ")[-1] for metric in errors} == {"brier"}
    assert all(metric.higher_is_better == (metric.name == "task_score") for metric in metrics)
    by_detail = {metric.detail: metric for metric in metrics}
    made = by_detail["linear, trained on synthetic rows, f1"]
    assert made.reference == by_detail["linear, trained on real rows, f1"].value


def test_calibration_is_measured_for_classes_only(good):
    assert len(calibration_metrics(good)) == len(IN_WORDS)
    assert calibration_metrics(_judged("income")) == class_metrics(_judged("income")) == []


def test_each_class_has_a_recall_and_the_rarest_another(good):
    metrics = class_metrics(good)
    slices = {metric.slice for metric in metrics if metric.name == "class_recall"}
    assert slices == {"bought = yes", "bought = no"}
    (rarest,) = [metric for metric in metrics if metric.name == "minority_recall"]
    counts = np.bincount(good.parts.train.truth)
    assert rarest.slice == f"bought = {good.parts.classes.names[counts.argmin()]}"
    assert all(metric.reference > 0.7 for metric in metrics)
    for metric in metrics:
        assert metric.value == metric.counts[0] / metric.counts[1]
        assert metric.interval[0] < metric.value < metric.interval[1]


def test_a_class_that_is_always_missed_has_an_interval_nevertheless():
    table = people(400)
    place = table.schema.get_field_index("bought")
    metrics = class_metrics(_judged(synthetic=table.set_column(place, "bought", [["no"] * 400])))
    missed = next(metric for metric in metrics if metric.value == 0)
    assert missed.interval[0] == 0 and 0 < missed.interval[1] < 0.1


def test_labels_of_a_sensitive_target_are_not_named():
    metrics = class_metrics(_judged(sensitive=("group",), target="group"))
    slices = {metric.slice for metric in metrics}
    assert slices == {"group = label 1", "group = label 2", "group = label 3"}


def test_good_rows_help_where_real_ones_are_few_and_bad_ones_harm():
    few, every = augmentation_metrics(_judged("income"))
    assert few.detail == "linear, 10 % of the real rows" and few.value > 0
    assert abs(every.value) < 0.05
    harmed, _ = augmentation_metrics(_judged("income", shuffled(people(400))))
    assert harmed.value < 0 and harmed.interval[1] < 0


def test_models_of_alike_rows_rely_on_the_same_columns(good):
    importance = importance_of(good)
    assert importance.agreement.value > 0.8 and importance.agreement.reference > 0.8
    assert importance.columns == list(good.parts.test.rows.names) and importance.of == 8
    assert [len(values) for values in importance.facts().values()] == [8, 8, 8]


def test_of_a_wide_table_some_columns_are_shuffled(good, monkeypatch):
    monkeypatch.setattr(prediction_metrics, "MOST_COLUMNS", 4)
    importance = importance_of(good)
    assert len(importance.columns) == len(importance.real) == 4 and importance.of == 8
