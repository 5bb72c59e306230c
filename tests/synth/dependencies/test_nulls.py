"""Null patterns: columns that are null in the same rows."""

import numpy as np
import pyarrow as pa
import pytest

from synth.dependencies.nulls import Nulls
from tests.synth.dependencies.tables import (
    digits,
    plan_by,
    plan_of,
    restored_around,
    used,
)


def test_nulls_are_drawn_from_the_batch() -> None:
    rule = Nulls("c", ("b",))
    columns = {"b": pa.array([1, None, 3, 4]), "c": pa.array(["x", "y", None, None])}
    back = rule.restore(columns, np.random.default_rng(0))["c"]
    assert back.to_pylist()[:2] == ["x", None]
    assert rule.holds({**columns, "c": back}).all()
    empty = {"b": pa.array([1, 2]), "c": pa.array([None, None], pa.string())}
    assert rule.holds({**empty, **rule.restore(empty, np.random.default_rng(0))}).all()


def test_null_patterns_hold_in_a_batch_without_values_of_one_column() -> None:
    absent = np.random.default_rng(0).random(4_000) < 0.2
    values = np.random.default_rng(1).integers(0, 9, (3, 4_000))
    columns = {n: pa.array(v, mask=absent) for n, v in zip("stu", values, strict=True)}
    plan = plan_of(pa.table(columns))
    assert {kind for _, kind, _ in used(plan).values()} == {"nulls"}
    block = {
        "s": pa.array([None, 1, 2], pa.int64()),
        "t": pa.array([3, None, 4], pa.int64()),
        "u": pa.nulls(3, pa.int64()),
    }
    back = plan.restore(block, np.random.default_rng(0))
    assert all(step.found.dependency.holds(back).all() for step in plan.steps)


@pytest.mark.parametrize("fixed", ["a", "b", "c"])
def test_null_patterns_follow_what_is_fixed(fixed: str) -> None:
    plan = plan_by(Nulls("b", ("a",)), Nulls("c", ("a",)))
    columns = {name: digits(seed, absent=0.3) for seed, name in enumerate("abc")}
    made = restored_around(plan, columns, {fixed: np.ones(4_000, bool)})
    assert made[fixed].equals(columns[fixed])
    assert not plan.broken(made, "abc")
