"""Floats on a column's decimals: to the nearest or down, and null beyond what floats count."""

import numpy as np
import pyarrow as pa
import pytest

from synth.dependencies.dependency import DependencyError
from synth.dependencies.rounding import declared_decimals, require_decimals, rounded
from synth.statistics.column_state import FULL_PRECISION

VALID = np.array([True, True, False])


@pytest.mark.parametrize(
    ("rounding", "found"), [("nearest", [1.24, -1.26, None]), ("down", [1.23, -1.26, None])]
)
def test_values_are_rounded_as_the_rule_says(rounding: str, found: list[float | None]) -> None:
    made = rounded(np.array([1.239, -1.258, 7.0]), VALID, "double", 2, rounding)
    assert made.to_pylist() == found


def test_what_is_whole_but_for_its_last_bits_is_not_rounded_down() -> None:
    assert rounded(np.array([0.29 * 100]), np.array([True]), "int", 0, "down").to_pylist() == [29]


def test_a_float_may_keep_all_its_digits_and_none_is_made_up_beyond_them() -> None:
    values = np.array([1 / 3, 1e300, 0.0])
    assert rounded(values, VALID, "double", FULL_PRECISION).to_pylist() == [1 / 3, 1e300, None]
    assert rounded(values, VALID, "bigint", 0).to_pylist() == [0, None, None]


def test_decimals_are_those_of_a_type() -> None:
    assert [declared_decimals(kind) for kind in ("double", "decimal(9,2)", "int")] == [
        FULL_PRECISION,
        2,
        0,
    ]
    require_decimals(2)
    with pytest.raises(DependencyError, match=f"decimals is 0 to {FULL_PRECISION}, not -1"):
        require_decimals(-1)


def test_types_hold_what_is_rounded() -> None:
    made = rounded(np.array([1.5, 2.25, 0.0]), VALID, "decimal(9,2)", 2)
    assert made.type == pa.decimal128(9, 2)
