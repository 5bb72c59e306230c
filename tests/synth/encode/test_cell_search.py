"""A value is in the cell that holds it, whichever way that is looked up."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from synth.encode import EncoderSettings
from synth.encode.cell_search import CellSearch
from synth.encode.cells import protected_cells
from synth.profiling.table_profile import TableProfile
from synth.statistics.column_state import NumberState

INT64 = np.iinfo(np.int64)


def search_of(values: np.ndarray) -> CellSearch:
    """A search of the cells that a column of these values has."""
    state = TableProfile.of(pa.table({"paid": values}))["paid"]
    assert isinstance(state, NumberState)
    return CellSearch(protected_cells(state, EncoderSettings()))


def spent(rng: np.random.Generator) -> np.ndarray:
    return np.r_[np.full(300, 5), np.full(200, 40_000), rng.integers(1000, 90_000, 9000)]


@pytest.mark.parametrize("kind", [np.int64, np.float64])
def test_a_value_that_a_cell_holds_is_in_the_cell_that_is_nearest(kind: type) -> None:
    rng = np.random.default_rng(7)
    drawn = spent(rng)
    search = search_of(drawn.astype(kind))
    values = np.r_[drawn, rng.integers(-500, 100_000, 5000)].astype(kind)
    if kind is np.float64:
        values = np.r_[values, np.inf, -np.inf, 0.5]
    assert search.cells.is_atom.any() and not search.cells.is_atom.all()
    np.testing.assert_array_equal(search.cell_of(values), search._nearest_outside(values))


def test_whole_numbers_have_the_same_cells_by_the_table_and_by_search() -> None:
    rng = np.random.default_rng(3)
    search = search_of(spent(rng))
    beyond = [INT64.min, INT64.min + 1, -1, 0, 90_001, 2**40, INT64.max - 1, INT64.max]
    values = np.r_[np.arange(-2_000, 95_000), beyond]
    found = search.cell_of(values)
    assert "_table" in search.__dict__  # so many values pay for it
    np.testing.assert_array_equal(found, search._searched(values))


@pytest.mark.parametrize("first", [INT64.min, -50_000, INT64.max - 50_000])
def test_the_table_may_lie_anywhere(first: int) -> None:
    drawn = np.random.default_rng(1).integers(0, 50_000, 20_000) + first
    search = search_of(drawn)
    values = np.r_[drawn, INT64.min, 0, INT64.max]
    np.testing.assert_array_equal(search.cell_of(values), search._searched(values))


def test_few_values_or_far_ones_are_searched_without_a_table() -> None:
    rng = np.random.default_rng(5)
    few = search_of(spent(rng))
    few.cell_of(np.array([5, 2_000]))
    far = search_of(rng.integers(0, 2**50, 20_000))
    far.cell_of(rng.integers(0, 2**50, 20_000))
    assert "_table" not in few.__dict__ and "_table" not in far.__dict__
