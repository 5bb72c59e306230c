"""Numbers on a decimal grid, checked by hand: exact sums in every type."""

from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from synth.dependencies.grid import MOST_DECIMALS, from_grid, grid_of, is_finer, is_number, to_grid
from synth.table.schema import type_of_arrow

NAN = float("nan")


@pytest.mark.parametrize("name", ["tinyint", "bigint", "float", "double", "decimal(18,4)"])
def test_numbers_are_laid_on_a_grid(name: str) -> None:
    assert is_number(name)


@pytest.mark.parametrize("name", ["date", "timestamp", "string", "boolean", "decimal(19,4)"])
def test_times_texts_and_decimals_beyond_int64_are_not(name: str) -> None:
    assert not is_number(name)


def test_floats_near_a_multiple_are_on_the_grid() -> None:
    array = pa.array([0.1 + 0.2, 0.25, -1.5, None, NAN, float("inf"), 2.0**53])
    values, valid = to_grid(array, 1)
    assert valid.tolist() == [True, False, True, False, False, False, False]
    assert values[valid].tolist() == [3, -15]
    assert (values[~valid] == 0).all()


def test_a_single_float_is_blurred_more_than_a_double() -> None:
    near = [0.1, 16777.1]
    assert to_grid(pa.array(near, pa.float32()), 1)[1].all()
    widened = pa.array(np.array(near, np.float32).astype(np.float64))
    assert to_grid(widened, 1)[1].tolist() == [True, False]


def test_decimals_change_their_step_without_loss() -> None:
    array = pa.array([Decimal("1.20"), Decimal("1.25"), None], pa.decimal128(12, 2))
    for decimals, expected, on in (
        (2, [120, 125, 0], [True, True, False]),
        (3, [1200, 1250, 0], [True, True, False]),
        (1, [12], [True, False, False]),
    ):
        values, valid = to_grid(array, decimals)
        assert valid.tolist() == on
        assert values[: len(expected)].tolist() == expected


def test_whole_numbers_too_large_for_a_sum_are_off_the_grid() -> None:
    assert to_grid(pa.array([2**60, 2**60 - 1]))[1].tolist() == [False, True]
    assert to_grid(pa.array([2**54, 2**49]), 2)[1].tolist() == [False, True]


def test_what_does_not_fit_a_type_is_null_and_said() -> None:
    values, valid = np.array([127, 128, -127, 999]), np.array([True, True, True, False])
    array, fits = from_grid(values, valid, "tinyint")
    assert array.to_pylist() == [127, None, -127, None]
    assert fits.tolist() == [True, False, True, True]  # what is null fits
    array, fits = from_grid(np.array([250, 300]), np.ones(2, bool), "int", 2)
    assert array.to_pylist() == [None, 3] and fits.tolist() == [False, True]
    array, fits = from_grid(np.array([99_9, 100_0]), np.ones(2, bool), "decimal(4,2)", 1)
    assert array.to_pylist() == [Decimal("99.90"), None] and fits.tolist() == [True, False]


@pytest.mark.parametrize(
    "array",
    [
        pa.array([1, -7, None], pa.int8()),
        pa.array([0.5, -1.25, None]),
        pa.array([0.1, 3.0, None], pa.float32()),
        pa.array([Decimal("0.10"), Decimal("-9.99"), None], pa.decimal128(10, 2)),
    ],
)
def test_what_is_on_the_grid_comes_back(array: pa.Array) -> None:
    decimals = grid_of(array)
    assert decimals is not None
    back, fits = from_grid(*to_grid(array, decimals), type_of_arrow(array.type), decimals)
    assert fits.all() and back == array


@pytest.mark.parametrize(
    ("array", "decimals"),
    [
        (pa.array([5, None]), 0),
        (pa.array([], pa.decimal128(10, 3)), 3),
        (pa.array([2.0, 3.0]), 0),
        (pa.array([2.5, None, 0.125]), 3),
        (pa.array([0.123456]), MOST_DECIMALS),
        (pa.array([np.pi]), None),
        (pa.array([1.0, NAN]), None),
    ],
)
def test_the_digits_that_values_need(array: pa.Array, decimals: int | None) -> None:
    assert grid_of(array) == decimals


def test_finer_values_are_noticed_and_null_and_nan_are_none() -> None:
    array = pa.array([1.25, None, NAN])
    assert is_finer(array, 1) and not is_finer(array, 2)
    assert not is_finer(pa.array([None, NAN], pa.float64()), 0)
