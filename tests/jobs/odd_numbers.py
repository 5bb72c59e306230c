"""Numbers of every type, with all that is odd in them, and rules that some of the rows keep."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa

from synth.dependencies.arithmetic import Sum
from synth.dependencies.dependency import Dependency
from synth.dependencies.duration import Difference, Shift
from synth.dependencies.linear import Linear
from synth.dependencies.order import Order
from synth.dependencies.product import Product
from synth.dependencies.rest import Rest
from synth.dependencies.scaled_sum import ScaledSum

NAN = float("nan")
MINUTE, DAY = 60_000_000, 86_400_000_000
RULES_OF_NUMBERS: tuple[Dependency, ...] = (
    Order("big", ("small",), "int"),
    Order("y", ("x",), "double"),
    Order("ends", ("begins",), "timestamp"),
    Sum("total", ("small", "big"), (1, 1), 0, "bigint"),
    Sum("paid", ("fee", "post"), (1, -1), 2, "decimal(12,2)"),
    Sum("z", ("x", "y"), (1, 1), 2, "double"),
    Rest("total", ("small", "big"), (-1, -1), 0, "bigint", 6.0),
    Rest("z", ("x", "y"), (-1, -1), 2, "double", 2.7),
    Linear("total", ("big",), 1.0, 0.0, 0, "bigint", "int"),
    Linear("y", ("x",), 0.01, 0.5, 2, "double", "double"),
    Linear("z", ("x",), 1.19, 0.0, 17, "double", "double"),
    Product("y", ("x", "z"), (1, -1), ("plain", "plain"), 1.0, 2, "double"),
    Product("z", ("x", "y"), (2, 1), ("plain", "one_minus_percent"), 0.5, 2, "double"),
    ScaledSum("total", ("big", "small"), (1, -1), 0.001, "down", 0, "bigint"),
    ScaledSum("z", ("x", "y"), (1, 1), 0.5, "nearest", 2, "double"),
    Difference("total", ("begins", "ends"), "minute", "bigint", "timestamp"),
    Shift("ends", ("begins", "big"), "hour", "timestamp"),
    Difference("small", ("born", "hired"), "day", "int", "date"),
    Shift("hired", ("born", "small"), "day", "date"),
)


def odd_numbers() -> pa.Table:
    """Rows in the order of ``row``: plain ones, nulls, NaN, zeros, and the greatest there are."""
    top = 2**31 - 1
    return pa.table(
        {
            "row": pa.array(range(8), pa.int32()),
            "small": pa.array([1, 5, None, top, -3, 0, 400, 7], pa.int32()),
            "big": pa.array([2, 5, 8, top, -9, 0, 100, None], pa.int32()),
            "total": pa.array([3, 10, 8, 2**32 - 2, 2**59, 0, 1, None], pa.int64()),
            "fee": _money(["1.00", "2.50", None, "999999999.99", "0.00", "7.10", "0.01", "5.00"]),
            "post": _money(
                ["0.25", "2.50", "1.00", "999999999.99", "0.01", "0.10", "9.00", "1.00"]
            ),
            "paid": _money(["0.75", "0.01", "1.00", "0.00", "-0.01", "7.00", None, "4.00"]),
            "x": pa.array([1.0, 2.5, NAN, 1e9, 0.0, -4.0, 0.1, None]),
            "y": pa.array([0.51, 0.52, 1.0, NAN, 0.0, 0.46, 0.2, 3.0]),
            "z": pa.array([1.19, 2.975, 2.0, 1.19e9, 0.0, -4.76, 0.3, NAN]),
            "begins": _times([0, DAY, None, 5 * DAY, 7, -DAY, 3 * DAY, DAY]),
            "ends": _times([3 * MINUTE, DAY, 5, 4 * DAY, 60 * 2 * MINUTE, -DAY, 4 * DAY, None]),
            "born": _days([0, 10, None, 5, -3, 0, 9, 2]),
            "hired": _days([1, 15, 4, 2, -6, 0, 409, None]),
        }
    )


def _money(texts: list[str | None]) -> pa.Array:
    return pa.array([None if t is None else Decimal(t) for t in texts], pa.decimal128(12, 2))


def _times(values: list[int | None]) -> pa.Array:
    return pa.array(values, pa.int64()).cast(pa.timestamp("us", "UTC"))


def _days(values: list[int | None]) -> pa.Array:
    return pa.array(values, pa.int32()).cast(pa.date32())
