"""Sums and differences of numbers, exact in every type."""

import numpy as np
import pyarrow as pa
import pytest

from synth.dependencies.arithmetic import Sum
from tests.synth.dependencies.tables import (
    plan_by,
    plan_of,
    same,
    used,
)

RNG = np.random.default_rng(8)
ROWS = 4_000


@pytest.mark.parametrize("kind", [pa.int32(), pa.float64(), pa.decimal128(12, 2)])
def test_sums_are_found_in_every_type(kind: pa.DataType) -> None:
    cents = {name: RNG.integers(1, 90_000, ROWS) for name in "abd"}
    cents["c"] = cents["a"] + cents["b"]
    if kind != pa.int32():
        kind_of = {n: pa.array([f"{v // 100}.{v % 100:02}" for v in x]) for n, x in cents.items()}
    else:
        kind_of = {n: pa.array(x) for n, x in cents.items()}
    table = pa.table({name: array.cast(kind) for name, array in kind_of.items()})
    found = used(plan_of(table))
    assert len(found) == 1
    ((target, (mode, rule, sources)),) = found.items()
    assert (mode, rule) == ("drop", "sum") and {target, *sources} == set("abc")
    same(table)


def test_a_total_of_four_with_nulls() -> None:
    columns = {name: RNG.integers(0, 900, ROWS) for name in ("w", "x", "y", "z", "noise")}
    absent = RNG.random(ROWS) < 0.1
    total = columns["w"] + columns["x"] + columns["y"] - columns["z"]
    arrays = {name: pa.array(values) for name, values in columns.items()}
    arrays["w"] = pa.array(columns["w"], mask=absent)
    arrays["total"] = pa.array(total, mask=absent)
    table = pa.table(arrays)
    ((target, (mode, _, sources)),) = [
        item for item in used(plan_of(table)).items() if item[1][1] == "sum"
    ]
    assert mode == "drop" and {target, *sources} == {"w", "x", "y", "z", "total"}
    same(table)


def test_sums_that_do_not_fit_are_unknown() -> None:
    rule = Sum("c", ("a", "b"), (1, 1), 0, "tinyint")
    columns = {"a": pa.array([100, 1, None]), "b": pa.array([100, 1, 1])}
    assert rule.predict(columns).to_pylist() == [None, 2, None]
    assert rule.known(columns).tolist() == [False, True, True]


def test_a_sum_is_solved_for_its_one_missing_term() -> None:
    rule = Sum("net", ("gross", "tax"), (1, -1), 2, "double")
    columns = {
        "gross": pa.array([10.5, None, 7.25, None], pa.float64()),
        "tax": pa.array([None, 2.5, 1.0, None], pa.float64()),
        "net": pa.array([8.0, 4.0, None, 1.0], pa.float64()),
    }
    found = plan_by(rule, mode="drop").solved(columns)
    assert found["gross"].to_pylist() == [10.5, 6.5, 7.25, None]
    assert found["tax"].to_pylist() == [2.5, 2.5, 1.0, None]
    assert found["net"].to_pylist() == columns["net"].to_pylist()
    assert plan_by(rule, mode="exceptions").solved(columns) == columns
