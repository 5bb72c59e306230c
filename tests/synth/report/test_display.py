"""What is drawn: every row is in exactly one bar or cell, and heavy values stand apart."""

import numpy as np
import pytest

from synth.report.display import MOST_CATEGORIES, display
from synth.report.report import ColumnComparison
from tests.synth.metrics.columns import categories, numbers
from tests.synth.report.trial import BINS, drawn, gains, spans


def _column(bins, real, synthetic=None):
    return ColumnComparison(bins, list(real), list(synthetic if synthetic is not None else real))


@pytest.mark.parametrize("place", range(len(BINS)))
def test_every_row_is_drawn_once(place):
    real, made = drawn(900, 1), drawn(700, 2)
    shown = display(_column(BINS[place], real.column(place), made.column(place)))
    parts = [part for part in (shown.bars, shown.cells) if part is not None]
    assert sum(part.real.sum() for part in parts) == pytest.approx(1)
    assert sum(part.synthetic.sum() for part in parts) == pytest.approx(1)


def test_the_most_frequent_categories_then_all_others():
    bins = categories("c", *(f"c{k}" for k in range(20)))
    bars = display(_column(bins, range(1, 21))).bars
    assert bars.labels[:2] == ["c19", "c18"]
    assert bars.labels[-1] == "other (5 more)"
    assert len(bars.labels) == MOST_CATEGORIES + 1
    assert bars.real[-1] == pytest.approx((1 + 2 + 3 + 4 + 5) / 210)


def test_categories_without_rows_are_not_drawn():
    bars = display(_column(categories("c", "a", "b", "c"), [3, 0, 0], [1, 2, 0])).bars
    assert bars.labels == ["a", "b"]


def test_values_on_a_grid_get_a_cell_each():
    shown = display(_column(numbers("n", 20, null=False), range(20)))
    assert shown.bars is None
    np.testing.assert_allclose(shown.cells.edges, np.arange(21) - 0.5)
    np.testing.assert_allclose(shown.cells.real, np.arange(20) / 190)


def test_whole_numbers_make_no_comb():
    """Equal counts of 100 whole numbers: all cells but the last are equally high."""
    cells = display(_column(numbers("n", 100, null=False), [7] * 100)).cells
    assert len(np.unique(cells.real[:-1].round(9))) == 1


def test_a_dominant_value_and_nulls_stand_apart():
    counts = np.ones(len(gains()), int)
    counts[0], counts[-1] = 500, 30
    shown = display(_column(gains(), counts))
    assert shown.bars.labels == ["0", "(null)"]
    assert shown.bars.real[0] == pytest.approx(500 / counts.sum())
    assert shown.cells.edges[0] >= 99  # zero no longer stretches the axis


def test_ranges_are_spread_over_the_cells_that_they_cover():
    bins = spans("n", "number", [0.0, 0.5, 40.5])
    cells = display(_column(bins, [40, 400])).cells
    assert cells.real.sum() == pytest.approx(1)
    assert cells.real[5] == pytest.approx(400 / 440 / 40.0 * (cells.edges[1] - cells.edges[0]))


def test_long_tails_are_folded_into_the_last_cell():
    lower = [*range(100), 1_000_000]
    bins = spans("n", "number", [float(value) for value in [*lower, 1_000_001]])
    cells = display(_column(bins, [100] * 99 + [1, 1])).cells
    assert cells.folded_above
    assert not cells.folded_below
    assert cells.edges[-1] < 200
    assert cells.real.sum() == pytest.approx(1)


@pytest.mark.parametrize("codes", [(-999.0,), (9_998.0, 9_999.0), (np.finfo(float).max,)])
def test_a_code_for_unknown_far_from_all_values_stands_apart(codes):
    values = sorted([*np.linspace(0, 90, 400).round(2), *codes])
    bins = numbers("n", len(values), null=False)
    far = type(bins)(**{**bins.to_json(), "lower": values, "upper": values})
    shown = display(_column(far, [50 if value in codes else 5 for value in values]))
    assert shown.bars.labels == [str(values.index(code)) for code in codes]
    assert shown.bars.real.sum() + shown.cells.real.sum() == pytest.approx(1)
    assert shown.cells.edges[0] > -5 and shown.cells.edges[-1] < 95


def test_frequent_values_among_the_others_stay_on_the_axis():
    values = [*np.linspace(0, 90, 400).round(2), 130.0]
    bins = numbers("n", len(values), null=False)
    near = type(bins)(**{**bins.to_json(), "lower": values, "upper": values})
    shown = display(_column(near, [50 if place % 40 == 0 else 5 for place in range(len(values))]))
    assert shown.bars is None
    assert shown.cells.real.sum() == pytest.approx(1)


def test_few_exact_values_off_a_grid_are_bars_in_their_order():
    bins = numbers("n", 4, null=False)
    far = (1.0, 10.0, 100.0, 10_000.0)
    column = _column(type(bins)(**{**bins.to_json(), "lower": far, "upper": far}), [1, 5, 2, 3])
    shown = display(column)
    assert shown.cells is None
    assert shown.bars.labels == ["0", "1", "2", "3"]


@pytest.mark.parametrize("counts", [[0, 0, 0], [0, 0, 4]])
def test_a_column_of_nulls_or_without_rows_is_drawn(counts):
    shown = display(_column(numbers("n", 2), counts))
    assert shown.bars is not None or shown.cells is not None
