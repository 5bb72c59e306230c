"""The template's context: every figure written out, in the order in which it is read."""

from dataclasses import replace

import pytest

from synth.metrics.copies import exact_copies
from synth.metrics.metric import Gate, Metric
from synth.metrics.verdict import Verdict
from synth.report.report import ColumnComparison, Report
from synth.report.view import MOST_PICTURES, view
from tests.synth.metrics.columns import categories, numbers

NOMINAL = ColumnComparison(categories("city", "Rome", "Oslo"), [2, 2], [3, 1])
ORDINAL = ColumnComparison(numbers("age", 3, null=False), [1, 2, 1], [1, 1, 2])


def report(*metrics: Metric, **more: object) -> Report:
    columns = [NOMINAL, ORDINAL]
    bare = Report("t", "adult", "r1", "now", Verdict(True, []), list(metrics), columns)
    return replace(bare, **more)


def similarity(column: str, value: float, reference: float | None, low: float) -> Metric:
    interval = (low, value)
    return Metric("column_similarity", "column", value, (column,), interval, reference)


def test_facts_are_those_of_the_run() -> None:
    tables = [{"role": "seed", "rows": 10}, {"role": "synthetic", "rows": 48_842}]
    found = view(report(tables=tables, training={"generator": "autoregressive"}))["facts"]
    assert found == [
        ("Table", "adult"),
        ("Run", "r1"),
        ("Made", "now"),
        ("Generator", "autoregressive"),
        ("Synthetic rows", "48\u202f842"),
    ]


def test_headlines_stand_in_their_areas() -> None:
    names = ("exact_copy_rate", "column_similarity", "utility_loss")
    areas = view(report(*(Metric(name, "table", 0.5) for name in names)))["areas"]
    titles = [[own["title"] for own in area["figures"]] for area in areas]
    assert titles == [["Column similarity"], ["Utility loss"], ["Exact copies"]]


def test_a_gate_is_written_with_its_direction() -> None:
    copies = Metric(
        "exact_copy_rate", "table", 0.002, higher_is_better=False, gate=Gate("privacy", 0.001)
    )
    (gate,) = view(report(copies, Metric("column_similarity", "table", 0.9)))["gates"]
    assert (gate["value"], gate["bound"], gate["state"]) == ("0.200 %", "at most 0.100 %", "red")


def test_rows_that_are_counted_are_said_as_counts() -> None:
    gate = Gate("privacy", 20 / 48_790)
    copies = replace(exact_copies(3, 48_790, held_copies=1, held_rows=9_769), gate=gate)
    found = view(report(copies))
    (own,), (shown,) = found["gates"], found["areas"][-1]["figures"]
    assert (own["value"], own["bound"], own["state"]) == (
        "3 of 48\u202f790",
        "at most 20",
        "green",
    )
    assert (shown["value"], shown["asked"]) == ("3 of 48\u202f790", "at most 20")
    assert (shown["reference"], shown["interval"]) == ("1 of 9\u202f769", "")


def test_dots_stand_on_one_axis_that_holds_every_figure() -> None:
    figures = similarity("city", 0.9, 1.0, 0.85), similarity("age", 0.8, None, 0.8)
    rows = view(report(*figures))["rows"]
    assert [row["axis_start"] for row in rows] == ["0.80", "0.80"]
    assert rows[0]["dot"] == {"value": 50.0, "start": 25.0, "width": 25.0, "reference": 100.0}
    assert rows[1]["dot"] == {"value": 0.0, "start": 0.0, "width": 0.0, "reference": None}


def test_numbers_are_drawn_before_categories() -> None:
    assert [picture["name"] for picture in view(report())["pictures"]] == ["age", "city"]


def test_sensitive_values_of_sample_rows_are_masked() -> None:
    hidden = replace(NOMINAL, bins=replace(NOMINAL.bins, sensitive=True))
    found = view(report(columns=[hidden, ORDINAL], sample=[{"city": "Rome", "age": 2}]))
    assert found["sample"] == {"names": ["city", "age"], "rows": [["•••", "2"]]}
    assert "Values of sensitive columns are masked" in found["notes"][-1]


def test_rows_of_cleaning_are_shares_of_all_that_came_in() -> None:
    cleaning = {"rows_in": 200, "clean": 150, "quarantined": 40, "duplicates": 10}
    parts = view(report(cleaning=cleaning))["cleaning"]["parts"]
    assert [part["share"] for part in parts] == [75.0, 20.0, 5.0]


@pytest.mark.parametrize("section", ["pairs", "cleaning", "training", "sample", "dependencies"])
def test_a_section_that_nothing_is_known_of_is_left_out(section: str) -> None:
    assert view(report())[section] is None


def test_columns_without_a_picture_are_named_in_the_notes() -> None:
    many = [
        replace(NOMINAL, bins=categories(f"column {place}", "Rome", "Oslo"))
        for place in range(MOST_PICTURES + 1)
    ]
    found = view(report(columns=many))
    assert "Pictures are drawn for the first 60 of 61 columns" in found["notes"][-1]
    assert len(found["pictures"]) == 60
    assert len(found["rows"]) == 61  # the last one stays in the table
