"""Figures as rows: what they are of, how they are written, and in what order."""

from synth.metrics.metric import Metric
from synth.report.figure_table import MOST_ROWS, figure_rows, named, table_of, worst_first
from tests.synth.report.trial import trial_report


def leak(value: float, reference: float | None = None, **more: object) -> Metric:
    return Metric("inference_risk", "column", value, ("pay",), (0.0, 0.5), reference, False, **more)


def test_a_row_says_what_the_figure_is_of() -> None:
    metric = leak(0.25, 0.1, detail="ten nearest", slice="sex = f")
    (row,) = figure_rows([metric])
    assert row["of"] == "pay, ten nearest, sex = f"
    assert row["interval"].count(" to ") == 1 and row["state"] is None
    (bare,) = figure_rows([metric], named=False)
    assert (bare["title"], bare["of"]) == ("pay, ten nearest, sex = f", "")


def test_the_worst_is_farthest_on_the_bad_side_of_its_reference() -> None:
    low = Metric("column_utility", "column", 0.5, ("a",), reference=0.55)
    lower = Metric("column_utility", "column", 0.6, ("b",), reference=0.9)
    assert worst_first([low, lower]) == [lower, low]
    assert worst_first([leak(0.2, 0.19), leak(0.1, 0.0)]) == [leak(0.1, 0.0), leak(0.2, 0.19)]


def test_what_is_beyond_a_tables_length_is_counted() -> None:
    table = table_of("t", "l", [leak(0.1)] * (MOST_ROWS + 3), named=False)
    assert (len(table["rows"]), table["left_out"]) == (MOST_ROWS, 3)


def test_figures_come_in_the_order_of_the_names_and_of_a_scope() -> None:
    report = trial_report()
    found = named(report, "pair_similarity", "column_similarity", scope="table")
    assert [metric.name for metric in found] == ["pair_similarity", "column_similarity"]
    assert len(named(report, "column_similarity")) > 2
