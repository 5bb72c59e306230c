"""Sums and differences of numbers, exact in every type."""

import numpy as np
import pyarrow as pa
import pytest

from synth.dependencies.arithmetic import Sum
from tests.synth.dependencies.tables import (
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
