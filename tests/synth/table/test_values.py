from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from synth.table.schema import arrow_type
from synth.table.values import from_numbers, to_numbers

EXAMPLES: dict[str, list[Any]] = {
    "tinyint": [-128, 127, None, 0],
    "smallint": [-32768, None, 32767],
    "int": [-(2**31), 2**31 - 1, None],
    "bigint": [-(2**63) + 1, 2**63 - 1, None],
    "float": [0.5, -1.25, None],
    "double": [0.1, 1e300, None, -0.0],
    "date": [date(1969, 12, 31), date(2024, 2, 29), None],
    "timestamp": [datetime(1969, 1, 1, 3, 4, 5, 6, tzinfo=UTC), None],
    "timestamp_ntz": [datetime(2024, 3, 31, 2, 30), None],
    "decimal(10,2)": [Decimal("12345678.90"), Decimal("-0.01"), None],
    "decimal(18,0)": [Decimal("999999999999999999"), Decimal("-999999999999999999"), None],
    "decimal(38,18)": [Decimal("123.450000000000000000"), None],
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_numbers_give_the_values_back(name: str) -> None:
    array = pa.array(EXAMPLES[name], arrow_type(name))
    values, valid = to_numbers(array, name)
    assert values.dtype in (np.int64, np.float64)
    again = from_numbers(values, valid, name, decimals=2)
    assert again.type == array.type
    assert again.to_pylist() == array.to_pylist()


def test_a_slice_of_decimals_reads_its_own_rows() -> None:
    array = pa.array(
        [Decimal("1.00"), Decimal("2.50"), None, Decimal("-4.25")], pa.decimal128(9, 2)
    )
    values, valid = to_numbers(array.slice(1), "decimal(9,2)")
    assert values.tolist() == [250, 0, -425]
    assert valid.tolist() == [True, False, True]


def test_floats_of_32_bits_are_the_numbers_that_were_written() -> None:
    rng = np.random.default_rng(0)
    written = np.concatenate([rng.normal(20, 5, 500).round(k) for k in range(6)])
    array = pa.array(written.astype(np.float32))
    values, _ = to_numbers(array, "float")
    assert np.array_equal(values, written)
    assert from_numbers(values, np.ones(len(values), bool), "float", 5).equals(array)
    wide = (10.0 ** rng.uniform(-40, 38, 4_000) * rng.choice([-1, 1], 4_000)).astype(np.float32)
    odd = np.array([np.nan, np.inf, -0.0, 16777215.5, 1.17e-38, 3.4028235e38], np.float32)
    every = np.concatenate([wide, odd])
    found, valid = to_numbers(pa.array(every), "float")
    assert valid.all() and np.array_equal(found.astype(np.float32), every, equal_nan=True)
