"""A report in few words."""

from dataclasses import replace

from synth.metrics.metric import Gate, Metric
from synth.metrics.verdict import Verdict
from synth.report.short import headline_figures, metric_row, summary_html, summary_text
from tests.synth.report.trial import HOSTILE, trial_report


def test_a_figure_is_a_row_of_plain_values() -> None:
    metric = Metric(
        "inference_risk",
        "column",
        0.2,
        ("pay", "age"),
        (0.1, 0.3),
        0.05,
        False,
        Gate("privacy", 0.09),
        detail="nearest",
    )
    row = metric_row(metric)
    assert (row["area"], row["columns"], row["low"], row["high"]) == (
        "privacy",
        "pay, age",
        0.1,
        0.3,
    )
    assert (row["bound"], row["status"], row["detail"]) == (0.09, "red", "nearest")
    bare = metric_row(Metric("column_similarity", "table", 0.9))
    assert (bare["low"], bare["high"], bare["bound"], bare["status"]) == (None,) * 4


def test_headlines_are_of_the_table_and_by_area() -> None:
    names = [metric.name for metric in headline_figures(trial_report())]
    assert names[0] == "column_similarity" and names[-1] == "exact_copy_rate"
    assert len(names) == len(set(names))


def test_the_text_says_the_verdict_and_why() -> None:
    verdict = Verdict(False, ["too many copies"], "red", {}, ["waived by Ann"])
    told = summary_text(replace(trial_report(), verdict=verdict)).splitlines()
    assert told[0].endswith("not within the set bounds (red)")
    assert told[1:3] == ["  too many copies", "  waived by Ann"]


def test_the_html_escapes_what_a_table_is_called() -> None:
    page = summary_html(trial_report())
    assert "<script>" not in page and "&lt;script&gt;" in page
    assert "<script>" in HOSTILE
