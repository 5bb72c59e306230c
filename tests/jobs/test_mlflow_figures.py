"""Figures under MLflow's names: what is told apart, cut, left out."""

from __future__ import annotations

from typing import Any

import pytest

from jobs.mlflow_figures import (
    LONGEST_NAME,
    LONGEST_VALUE,
    MOST_COLUMN_FIGURES,
    curve_of,
    figures_of,
    name_of,
    shortened,
)
from synth.metrics.metric import Metric


def of_columns(columns: int, each: int) -> list[Metric]:
    return [
        Metric(f"figure_{k}", "column", float(k), (f"c{column}",))
        for column in range(columns)
        for k in range(each)
    ]


def test_a_figure_stands_with_its_interval_and_its_reference() -> None:
    found = figures_of([Metric("auc", "table", 0.7, interval=(0.6, 0.8), reference=0.5)])
    assert found.values == {"auc": 0.7, "auc.low": 0.6, "auc.high": 0.8, "auc.reference": 0.5}
    assert found.left_out == ""


def test_only_what_shares_its_name_says_more_of_itself() -> None:
    found = figures_of(
        [
            # Which attack is the worst differs from run to run, and the figure is the same one.
            Metric("worst_attack_auc", "table", 0.5, detail="ensemble"),
            Metric("task_score", "table", 0.9, detail="linear, trained on real rows"),
            Metric("task_score", "table", 0.8, detail="linear, trained on synthetic rows"),
            Metric("class_recall", "table", 0.7, detail="linear", slice="income = >50K"),
            Metric("class_recall", "table", 0.6, detail="linear", slice="income = <=50K"),
            Metric("similarity", "column", 0.4, ("a/b",)),
            Metric("similarity", "column", 0.3, ("Straße",)),
        ]
    )
    assert found.values == {
        "worst_attack_auc": 0.5,
        "task_score/linear - trained on real rows": 0.9,
        "task_score/linear - trained on synthetic rows": 0.8,
        "class_recall/linear/income _ _50K": 0.7,
        found_name(found.values, "class_recall/linear/income _ _50K-"): 0.6,
        "columns/a_b/similarity": 0.4,
        "columns/Straße/similarity": 0.3,
    }


def found_name(values: dict[str, float], start: str) -> str:
    """The one name that begins so."""
    (name,) = [name for name in values if name.startswith(start)]
    return name


@pytest.mark.parametrize("text", ["..", ".", " ", "", "a/../b", "/a", "100 %", "x" * 300])
def test_every_text_becomes_a_name_that_mlflow_takes(text: str) -> None:
    validation = pytest.importorskip("mlflow.utils.validation", reason="MLflow's own rules")
    name = name_of("columns", text, "similarity")
    assert len(name) <= LONGEST_NAME
    validation._validate_metric_name(f"{name}.reference")


def test_long_names_are_cut_and_still_told_apart() -> None:
    one, two = (name_of("columns", "x" * 300 + end) for end in "ab")
    assert one != two and one[:200] == two[:200] and len(one) == LONGEST_NAME


@pytest.mark.parametrize(
    ("columns", "each", "kept"),
    [(10, 5, 10), (MOST_COLUMN_FIGURES // 5, 5, 100), (MOST_COLUMN_FIGURES // 5 + 3, 5, 100)],
)
def test_of_many_columns_the_first_are_kept_whole(columns: int, each: int, kept: int) -> None:
    found = figures_of(of_columns(columns, each))
    assert len(found.values) == kept * each
    assert {name.split("/")[1] for name in found.values} == {f"c{k}" for k in range(kept)}
    more = columns - kept
    said = f"{more * each} of the last {more} of {columns} columns" if more else ""
    assert found.left_out == said


def test_what_is_left_out_is_counted() -> None:
    metrics = [Metric("similarity", "pair", 0.5, ("a", f"c{k}")) for k in range(1200)]
    metrics += [Metric("similarity", "triple", 0.5, ("a", "b", "c"))]
    found = figures_of(metrics)
    assert found.values == {} and found.left_out == "1,200 of pairs and 1 of triples"


def test_a_curve_has_a_point_for_each_figure_of_a_step() -> None:
    training: dict[str, Any] = {"curve": [{"step": 20, "training loss": 2.5, "gap": None}]}
    assert curve_of(training) == [("training/training loss", 20, 2.5)]
    assert curve_of({}) == []


def test_a_long_setting_says_that_it_is_cut() -> None:
    whole, long = "x" * LONGEST_VALUE, "x" * (LONGEST_VALUE + 1)
    found = shortened({"a": whole, "clean.replace.a/b": long})
    assert found["a"] == whole
    assert found["clean.replace.a_b"] == "x" * (LONGEST_VALUE - 10) + " ... (cut)"
