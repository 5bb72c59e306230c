"""Cells of an ordered column, checked by hand: atoms, intervals between them, nobody's own edge."""

import warnings

import numpy as np
import pyarrow as pa
import pytest

from synth.encode.cells import Cells, protected_cells
from synth.encode.settings import EncoderSettings
from synth.statistics.column_state import NumberState
from synth.table.schema import Column


def cells_of(
    values: list[float] | np.ndarray, *, tails: bool = True, **settings: int | float
) -> Cells:
    whole = np.asarray(values).dtype.kind == "i"
    state = NumberState(Column("c", "bigint" if whole else "double"))
    state.update(pa.array(values))
    return protected_cells(state, EncoderSettings(**settings), tails=tails)  # type: ignore[arg-type]


def rows_of(cells: Cells) -> list[tuple[float, float, int]]:
    return list(zip(cells.lower.tolist(), cells.upper.tolist(), cells.counts.tolist(), strict=True))


def test_values_of_enough_rows_are_atoms() -> None:
    cells = cells_of([3] * 4 + [7] * 5 + [1] * 3, min_entities=3)
    assert rows_of(cells) == [(1, 1, 3), (3, 3, 4), (7, 7, 5)]
    assert cells.is_atom.all()


def test_rare_values_share_an_interval_whose_ends_are_not_theirs() -> None:
    # 5 is an atom. Of the others, each of one row, two lie at or beyond the ends.
    cells = cells_of([5] * 9 + [1, 2, 6, 9], min_entities=2)
    assert rows_of(cells) == [(3, 4, 2), (4, 5, 2), (5, 5, 9)]
    assert cells.is_atom.tolist() == [False, False, True]


def test_so_few_rare_rows_are_stored_nowhere() -> None:
    assert rows_of(cells_of([5] * 9 + [77], min_entities=2)) == [(5, 5, 9)]


def test_infinities_are_atoms_or_nothing() -> None:
    cells = cells_of([np.inf] * 3 + [0.5] * 3 + [-np.inf], min_entities=3)
    assert rows_of(cells) == [(0.5, 0.5, 3), (np.inf, np.inf, 3)]


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("least", [5, 40])
def test_many_values_fall_into_intervals_of_enough_rows_each(whole: bool, least: int) -> None:
    rng = np.random.default_rng(0)
    values = rng.lognormal(8, 1, 5000)
    values[:600] = 100.0  # more than the share that makes a value an atom
    values = values.astype(np.int64) if whole else values
    cells = cells_of(values, min_entities=least, lossless=64, tails=False)
    atoms = cells.lower[cells.is_atom]
    assert atoms.tolist() == [100]
    low, high = cells.lower[~cells.is_atom], cells.upper[~cells.is_atom]
    assert (low[1:] == high[:-1]).all()  # they touch, and hold every value in between
    assert cells.counts.sum() == 5000
    assert cells.counts.min() >= least
    # What lies beyond the outermost ends counts to the first and the last interval.
    rest = np.clip(values[values != 100], low[0], high[-1] - 1)
    assert np.histogram(rest, [*low, high[-1]])[0].tolist() == cells.counts[~cells.is_atom].tolist()
    ordered = np.sort(values)
    assert low[0] >= ordered[least - 1] and high[-1] <= np.nextafter(ordered[-least] + 1, np.inf)


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("lossless", [8192, 64])
def test_no_cell_spans_a_gap(whole: bool, lossless: int) -> None:
    """Twenty clusters on a line, of values all in the summary, and of those of the sketch alone."""
    rng = np.random.default_rng(0)
    values = rng.integers(0, 20, 4000) * 1e6 + rng.normal(0, 1e4, 4000)
    values = values.astype(np.int64) if whole else values
    cells = cells_of(values, lossless=lossless)
    low, high = cells.lower.astype(float), cells.upper.astype(float)
    assert (low.round(-6) == high.round(-6)).all()
    assert max(np.abs(low - low.round(-6)).max(), np.abs(high - high.round(-6)).max()) < 3e5
    assert cells.counts.sum() == 4000 and cells.counts.min() >= 10


def test_an_atom_in_a_gap_is_no_bridge() -> None:
    rng = np.random.default_rng(0)
    losses, gains = -rng.uniform(50, 60, 500), rng.uniform(50, 60, 500)
    cells = cells_of(np.concatenate([losses, np.zeros(300), gains]))
    inside = (cells.lower > -49) & (cells.upper < 49)
    assert cells.lower[inside].tolist() == [0]
    assert not ((cells.lower < -49) & (cells.upper > 49)).any()


def test_too_few_rows_between_gaps_leave_no_trace() -> None:
    rng = np.random.default_rng(0)
    values = np.concatenate([rng.normal(0, 1, 1000), [500.0] * 4, rng.normal(1000, 1, 1000)])
    cells = cells_of(values)
    assert cells.counts.sum() == 2004
    assert not ((cells.lower < 990) & (cells.upper > 10)).any()


@pytest.mark.parametrize("outlier", [1e9, -1e9, 1e300])
def test_an_outlier_moves_no_stored_number(outlier: float) -> None:
    """Nine rows of any size are counted and not looked at: the cells are those of nine others."""
    values = np.random.default_rng(0).normal(0, 1, 3000)
    largest = np.argsort(values)[-9:] if outlier > 0 else np.argsort(values)[:9]
    cells = cells_of(values)
    values[largest] = outlier * np.linspace(1, 2, 9)
    moved = cells_of(values)
    assert (cells.lower == moved.lower).all() and (cells.upper == moved.upper).all()
    assert cells.tails is not None and moved.tails is not None
    assert cells.tails.to_json() == moved.tails.to_json()


def test_intervals_have_positions_and_widths_and_atoms_have_none() -> None:
    lower, upper = np.array([0.0, 1.0, 2.0, 5.0]), np.array([1.0, 1.0, 4.0, 5.5])
    counts = np.array([30, 40, 30, 30])
    cells = Cells(lower, upper, counts)
    # The atom of 1 lies between two intervals that do not touch, nor do the last two.
    assert cells.intervals(1) == ((1, 1.0), None, (3, 2.0), (5, 0.5))
    assert Cells(lower, upper, np.array([30, 400, 30, 30])).intervals(1) is None  # mostly atoms


def test_widths_of_whole_numbers_are_how_many_there_are() -> None:
    """In tens, [0, 25) has 0, 10 and 20, and [25, 40) has 30."""
    cells = Cells(np.array([0, 25]), np.array([25, 40]), np.array([30, 30]))
    assert cells.intervals(10) == ((1, 3.0), (2, 1.0))


def test_a_fitted_end_has_no_width_of_its_own() -> None:
    cells = cells_of(np.random.default_rng(0).normal(size=2000))
    assert cells.tails is not None
    known = cells.intervals(1)
    assert known is not None
    assert [pair is None for pair in known] == (cells.tails.side != 0).tolist()


def test_infinite_atoms_have_no_width_and_no_warning() -> None:
    lower = np.array([-np.inf, 0.0, 1.0, np.inf])
    upper = np.array([-np.inf, 1.0, 3.0, np.inf])
    cells = Cells(lower, upper, np.array([20, 30, 30, 20]))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert cells.intervals(1) == (None, (1, 1.0), (2, 2.0), None)
