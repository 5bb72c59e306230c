"""The grid of a column is that of nearly all rows; few others make no finer one."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from synth.encode.usual_grid import usual_grid
from synth.statistics.column_state import FULL_PRECISION, NumberState, new_state
from synth.table.schema import Column


def grid(values: np.ndarray, least: int = 11) -> tuple[int, int]:
    kind = "bigint" if values.dtype == np.int64 else "double"
    state = new_state(Column("c", kind))
    assert isinstance(state, NumberState)
    state.update(pa.array(values))
    return usual_grid(state, least)


RNG = np.random.default_rng(0)
MULTIPLES = RNG.integers(-500, 4_000, 5_000)


@pytest.mark.parametrize(
    ("unit", "decimals", "wanted"),
    [(25, 0, (25, 0)), (0.05, 2, (5, 2)), (0.1, 1, (1, 1)), (0.25, 2, (25, 2)), (1, 0, (1, 0))],
)
@pytest.mark.parametrize("wrong", [0, 1, 10])
def test_few_rows_off_the_grid_make_no_other(
    unit: float, decimals: int, wanted: tuple[int, int], wrong: int
) -> None:
    values = np.round(MULTIPLES * float(unit), decimals)
    values[:wrong] = RNG.choice([3.14159, 7.011, 1 / 3, 1e300, np.inf], wrong)
    assert grid(values) == wanted


def test_whole_numbers_have_one_too() -> None:
    values = MULTIPLES * 50
    assert grid(values) == (50, 0)
    values[:10] += 7
    assert grid(values) == (50, 0)
    values[:11] = values[11] + 7  # so many are learned
    assert grid(values) == (1, 0)


def test_many_rows_off_the_grid_are_no_mistakes() -> None:
    values = MULTIPLES * 25.0
    values[:200] += 3
    assert grid(values) == (1, 0)
    assert grid(values[:3_000], least=1_000) == (1, 0)  # few enough, but not hardly any


def test_of_few_values_the_grid_is_that_of_all() -> None:
    assert grid(np.arange(20) * 5.0) == (5, 0)
    assert grid(np.r_[np.arange(20) * 5.0, 3.0]) == (1, 0)


def test_numbers_without_a_grid_have_none() -> None:
    assert grid(RNG.normal(size=5_000)) == (1, FULL_PRECISION)
    assert grid(np.full(5_000, np.inf)) == (1, 0)
