"""Rules beside fixed values: these are kept, and so is the rule where it can be."""

import numpy as np
import pyarrow as pa
import pytest

from synth.dependencies.arithmetic import Sum
from synth.dependencies.calendar import CalendarCompose
from synth.dependencies.dependency import Dependency, Mode
from synth.dependencies.evidence import Found
from synth.dependencies.functional import Functional
from synth.dependencies.keymap import KeyMap
from synth.dependencies.nulls import Nulls
from synth.dependencies.order import Order
from synth.dependencies.plan import Plan, Step

ROWS = 4000


def plan_of(*rules: Dependency, mode: Mode = "repair") -> Plan:
    return Plan(tuple(Step(Found(rule, 100, 0, 50, 100, 50), mode) for rule in rules))


def restored(
    plan: Plan, columns: dict[str, pa.Array], fixed: dict[str, np.ndarray]
) -> dict[str, pa.Array]:
    return plan.restore(columns, np.random.default_rng(1), fixed=fixed)


def numbers(seed: int, absent: float = 0.0) -> pa.Array:
    rng = np.random.default_rng(seed)
    return pa.array(rng.integers(0, 9, ROWS), pa.int32(), mask=rng.random(ROWS) < absent)


@pytest.mark.parametrize("fixed", ["a", "b", "c", "d"])
@pytest.mark.parametrize("absent", [0.0, 0.2])
def test_a_chain_of_orders_gives_way_around_what_is_fixed(fixed: str, absent: float) -> None:
    plan = plan_of(Order("b", ("a",)), Order("c", ("b",)), Order("d", ("c",)))
    columns = {name: numbers(seed, absent) for seed, name in enumerate("abcd")}
    some = np.random.default_rng(3).random(ROWS) < 0.7
    made = restored(plan, columns, {fixed: some})
    kept = pa.array(some)
    assert made[fixed].filter(kept).equals(columns[fixed].filter(kept))
    assert not plan.broken(made, set("abcd"))


def test_two_ends_that_are_fixed_hold_what_lies_between() -> None:
    plan = plan_of(Order("b", ("a",)), Order("c", ("b",)))
    columns = {"a": pa.array([3] * 9, pa.int32()), "b": pa.array(range(9), pa.int32())}
    columns["c"] = pa.array([5] * 9, pa.int32())
    everywhere = np.ones(9, bool)
    made = restored(plan, columns, {"a": everywhere, "c": everywhere})
    assert made["b"].to_pylist() == [3, 3, 3, 3, 4, 5, 5, 5, 5]
    broken = restored(plan, {**columns, "a": columns["c"], "c": columns["a"]}, {"a": everywhere})
    assert broken["a"].equals(columns["c"])
    assert not plan.broken(broken, "abc")


def test_what_cannot_be_kept_is_counted() -> None:
    plan = plan_of(Order("b", ("a",)))
    columns = {"a": pa.array([1, 5, 7], pa.int32()), "b": pa.array([2, 4, 6], pa.int32())}
    everywhere = np.ones(3, bool)
    made = restored(plan, columns, {"a": everywhere, "b": everywhere})
    assert made == columns
    assert plan.broken(made, {"a"}) == [("a is at most b", 2)]
    assert plan.broken(made, {"c"}) == []


@pytest.mark.parametrize("fixed", ["a", "b", "c"])
def test_null_patterns_follow_what_is_fixed(fixed: str) -> None:
    plan = plan_of(Nulls("b", ("a",)), Nulls("c", ("a",)))
    columns = {name: numbers(seed, 0.3) for seed, name in enumerate("abc")}
    made = restored(plan, columns, {fixed: np.ones(ROWS, bool)})
    assert made[fixed].equals(columns[fixed])
    assert not plan.broken(made, "abc")


def test_a_target_follows_a_source_that_may_not_be_redrawn() -> None:
    table = {"0": ["x", "y"], "1": [1, 2], "target": ["x1", "y2"], "rows": [9, 9]}
    rule = Functional("t", ("s", "n"), KeyMap(pa.table(table)), redraw="n")
    plan = plan_of(rule, mode="drop")
    columns = {"s": pa.array(["x", "x", "y", "y"]), "n": pa.array([1, 2, 1, 2])}
    free = restored(plan, columns, {})
    assert free["n"].to_pylist() == [1, 1, 2, 2]
    fixed = np.array([False, True, False, True])
    made = restored(plan, columns, {"n": fixed})
    assert made["n"].to_pylist() == [1, 2, 2, 2]
    assert made["t"].to_pylist()[::2] == ["x1", "y2"]
    assert plan.broken(made, {"n"}) == [("t is determined by s and n", 1)]


def test_a_day_that_is_fixed_is_not_moved() -> None:
    rule = CalendarCompose("date", ("year", "month", "day"))
    columns = {
        "year": pa.array([2023, 2023]),
        "month": pa.array([2, 2]),
        "day": pa.array([31, 31]),
    }
    plan = plan_of(rule, mode="drop")
    made = restored(plan, columns, {"day": np.array([True, False])})
    assert made["day"].to_pylist() == [31, 28]
    assert [str(day) for day in made["date"].to_pylist()] == ["2023-02-28"] * 2
    assert [rows for _, rows in plan.broken(made, {"day"})] == [1]


def test_a_target_that_is_fixed_is_not_computed() -> None:
    rule = Sum("c", ("a", "b"), (1, -1))
    columns = {"a": pa.array([5, 6], pa.int32()), "b": pa.array([1, 1], pa.int32())}
    columns["c"] = pa.array([9, None], pa.int32())
    made = restored(plan_of(rule, mode="drop"), columns, {"c": np.array([True, False])})
    assert made["c"].to_pylist() == [9, 5]


def test_a_sum_is_solved_for_its_one_missing_term() -> None:
    rule = Sum("net", ("gross", "tax"), (1, -1), 2, "double")
    columns = {
        "gross": pa.array([10.5, None, 7.25, None], pa.float64()),
        "tax": pa.array([None, 2.5, 1.0, None], pa.float64()),
        "net": pa.array([8.0, 4.0, None, 1.0], pa.float64()),
    }
    found = plan_of(rule, mode="drop").solved(columns)
    assert found["gross"].to_pylist() == [10.5, 6.5, 7.25, None]
    assert found["tax"].to_pylist() == [2.5, 2.5, 1.0, None]
    assert found["net"].to_pylist() == columns["net"].to_pylist()
    assert plan_of(rule, mode="exceptions").solved(columns) == columns
