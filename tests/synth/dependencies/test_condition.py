"""Parts of conditions as text; that Spark makes of them what rules say is tested with the audit."""

from __future__ import annotations

import pyarrow as pa

from synth.dependencies.arithmetic import Sum
from synth.dependencies.condition import (
    elapsed,
    exact_sum,
    is_rounded,
    literal,
    number,
)
from synth.dependencies.functional import Functional
from synth.dependencies.order import Order
from synth.dependencies.product import Product
from synth.table.schema import TableSchema
from synth.table.sql import quote

SCHEMA = TableSchema.from_arrow(
    pa.schema(
        {
            "a": pa.int32(),
            "b": pa.int64(),
            "x": pa.float64(),
            "y": pa.float32(),
            "d": pa.date32(),
            "e": pa.date32(),
        }
    )
)


def test_names_and_numbers() -> None:
    assert quote("a `b`") == "`a ``b```"
    assert number(SCHEMA["x"]) == "nanvl(`x`, NULL)" and number(SCHEMA["b"]) == "`b`"
    assert literal(1e-7) == "1E-07D" and literal(3) == "3.0D"


def test_sums_that_overflow_are_null() -> None:
    columns = [SCHEMA["a"], SCHEMA["b"]]
    assert exact_sum(columns, (1, -1)) == "try_subtract(CAST(`a` AS BIGINT), `b`)"
    assert exact_sum(columns, (-1, 1)) == "try_add(try_subtract(0L, CAST(`a` AS BIGINT)), `b`)"


def test_rounding_and_time() -> None:
    assert is_rounded(SCHEMA["x"], "v", 2) == "abs(nanvl(`x`, NULL) - v) <= 0.005005D"
    assert "greatest" in is_rounded(SCHEMA["y"], "v", 17)
    assert elapsed(SCHEMA["d"], SCHEMA["e"], "day") == "CAST(datediff(`e`, `d`) AS DOUBLE)"
    assert elapsed(SCHEMA["d"], SCHEMA["e"], "hour") is None


def test_conditions_of_rules() -> None:
    assert Order("e", ("d",), "date").condition(SCHEMA) == "`d` <= `e`"
    assert Sum("b", ("a", "a"), (1, 1)).condition(SCHEMA) == (
        "`b` = try_add(CAST(`a` AS BIGINT), CAST(`a` AS BIGINT))"
    )
    assert Functional("b", ("a",)).condition(SCHEMA) is None
    divided = Product("x", ("a", "b"), (1, -1), ("plain", "plain")).condition(SCHEMA) or ""
    assert "nullif(CAST(`b` AS DOUBLE), 0D)" in divided and divided.startswith("coalesce(")
