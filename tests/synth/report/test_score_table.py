from dataclasses import replace

from synth.metrics.metric import Metric
from synth.report.score_table import score_tables
from tests.synth.report.trial import trial_report


def test_models_are_tables_of_what_they_learned_from_by_score() -> None:
    metrics = [
        Metric("task_score", "table", 0.9, detail="lightgbm, trained on real rows, roc_auc"),
        Metric("task_score", "table", 0.8, detail="lightgbm, trained on synthetic rows, roc_auc"),
        Metric("task_score", "table", 0.7, detail="lightgbm, trained on real rows, f1"),
        Metric("calibration_error", "table", 0.1, detail="lightgbm, trained on synthetic rows"),
        Metric("task_score", "table", 0.6, detail="linear, trained on real rows, roc_auc"),
    ]
    first, second = score_tables(replace(trial_report(), metrics=metrics))
    assert (first["model"], second["model"]) == ("lightgbm", "linear")
    assert first["scores"] == ["roc auc", "f1", "calibration"]
    real, made = first["rows"]
    assert (real["name"], real["values"][2]) == ("real rows", "–")
    assert (made["name"], made["values"][1]) == ("synthetic rows", "–")
    assert real["values"][0] != made["values"][0]
    assert len(second["rows"]) == 1


def test_without_models_there_is_no_table() -> None:
    assert score_tables(trial_report()) == []
