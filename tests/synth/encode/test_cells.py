"""Cells of an ordered column, checked by hand: atoms, intervals between them, nobody's own edge."""

import numpy as np
import pyarrow as pa
import pytest

from synth.encode.cells import Cells, protected_cells
from synth.encode.settings import EncoderSettings
from synth.statistics.column_state import NumberState
from synth.table.schema import Column


def cells_of(values: list[float] | np.ndarray, **settings: int | float) -> Cells:
    whole = np.asarray(values).dtype.kind == "i"
    state = NumberState(Column("c", "bigint" if whole else "double"))
    state.update(pa.array(values))
    return protected_cells(state, EncoderSettings(**settings))  # type: ignore[arg-type]


def rows_of(cells: Cells) -> list[tuple[float, float, int]]:
    return list(zip(cells.lower.tolist(), cells.upper.tolist(), cells.counts.tolist(), strict=True))


def test_values_of_enough_rows_are_atoms() -> None:
    cells = cells_of([3] * 4 + [7] * 5 + [1] * 3, min_entities=3)
    assert rows_of(cells) == [(1, 1, 3), (3, 3, 4), (7, 7, 5)]
    assert cells.is_atom.all()


def test_rare_values_share_an_interval_whose_ends_are_not_theirs() -> None:
    # 5 is an atom. Of the others, each of one row, the second lowest and highest are the ends.
    cells = cells_of([5] * 9 + [1, 2, 6, 9], min_entities=2)
    assert rows_of(cells) == [(2, 4, 2), (4, 7, 2), (5, 5, 9)]
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
    cells = cells_of(values, min_entities=least, lossless=64)
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
