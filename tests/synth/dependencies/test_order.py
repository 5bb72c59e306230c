"""Orders: found, chained, implied by others, repaired."""

from itertools import combinations, pairwise

import numpy as np
import pyarrow as pa
import pytest

from synth.dependencies.choose import choose
from synth.dependencies.order import Order, implied
from synth.dependencies.plan import Plan
from synth.dependencies.search import find_candidates
from synth.dependencies.verify import Verification
from tests.synth.dependencies.tables import (
    columns_of,
    digits,
    found_in,
    plan_by,
    plan_of,
    restored_around,
    schema_of,
    used,
)

RNG = np.random.default_rng(8)
ROWS = 4_000


def dates(low: int, high: int) -> np.ndarray:
    return RNG.integers(low, high, ROWS).astype(np.int32)


def days_in_order(middle_mask: np.ndarray | None = None) -> pa.Table:
    a = dates(0, 1_000)
    b = a + dates(0, 300)
    days = {"a": pa.array(a), "b": pa.array(b, mask=middle_mask), "c": pa.array(b + dates(0, 300))}
    return pa.table({name: array.cast(pa.date32()) for name, array in days.items()})


def orders_of(plan: Plan) -> set[tuple[str, str]]:
    rules = [step.found.dependency for step in plan.steps]
    return {(rule.sources[0], rule.target) for rule in rules if rule.kind == "order"}


def test_a_chain_of_orders_is_sorted() -> None:
    first = dates(0, 1_000)
    second = first + dates(0, 300)
    third = second + dates(0, 300)
    days = {"a": first, "b": second, "c": third}
    table = pa.table({name: pa.array(x).cast(pa.date32()) for name, x in days.items()})
    plan = plan_of(table)
    assert used(plan) == {
        "b": ("repair", "order", ("a",)),
        "c": ("repair", "order", ("b",)),
    }
    mixed = {n: a.take(pa.array(RNG.permutation(ROWS))) for n, a in columns_of(table).items()}
    back = plan.restore(mixed, np.random.default_rng(0))
    assert all(step.found.dependency.holds(back).all() for step in plan.steps)
    before = np.sort(np.stack([np.asarray(mixed[n].cast(pa.int32())) for n in "abc"]), 0)
    after = np.stack([np.asarray(back[n].cast(pa.int32())) for n in "abc"])
    assert (before == after).all()


def test_an_order_stays_where_its_middle_may_be_null() -> None:
    assert orders_of(plan_of(days_in_order())) == {("a", "b"), ("b", "c")}
    table = days_in_order(RNG.random(ROWS) < 0.4)
    plan = plan_of(table)
    assert orders_of(plan) == {("a", "b"), ("b", "c"), ("a", "c")}
    mixed = {n: a.take(pa.array(RNG.permutation(ROWS))) for n, a in columns_of(table).items()}
    back = plan.restore(mixed, np.random.default_rng(0))
    assert all(step.found.dependency.holds(back).all() for step in plan.steps)


def test_an_order_stays_where_one_that_implies_it_is_not_used() -> None:
    assert orders_of(plan_of(days_in_order(), veto=["b"])) == {("a", "c")}
    sample = days_in_order()
    late = np.asarray(sample["b"].cast(pa.int32())).copy()
    late[7] = 3_000  # a row that the sample lacks: b is not at most c
    table = sample.set_column(1, "b", pa.array(late).cast(pa.date32()))
    schema = schema_of(table)
    state = Verification(schema, find_candidates(sample, schema).rules)
    state.update(table.combine_chunks().to_batches()[0])
    plan = choose(state.found(), schema, dict.fromkeys("abc", 900.0), complete="abc")
    assert orders_of(plan) == {("a", "b"), ("a", "c")}


def test_implied_orders_leave_a_chain_that_holds_all() -> None:
    rules = [Order(high, (low,)) for low, high in combinations("abcde", 2)]
    left = set(rules) - set(implied(rules, "abcde"))
    assert {(r.sources[0], r.target) for r in left} == set(pairwise("abcde"))
    assert implied(rules, "") == []
    circle = [Order("b", ("a",)), Order("a", ("b",)), Order("c", ("a",)), Order("c", ("b",))]
    assert len(implied(circle, "abc")) == 1


def test_order_keeps_nulls_and_ignores_unlike_numbers() -> None:
    rule = Order("b", ("a",), "bigint")
    columns = {"a": pa.array([1, 5, None]), "b": pa.array([2, 3, 1])}
    back = rule.restore(columns, np.random.default_rng(0))
    assert back["a"].to_pylist() == [1, 3, None] and back["b"].to_pylist() == [2, 5, 1]
    assert rule.restore({**columns, **back}, np.random.default_rng(0)) == {}
    small = pa.table({"hour": RNG.integers(0, 24, ROWS), "price": RNG.integers(24, 9_000, ROWS)})
    assert not [f for f in found_in(small) if f.dependency.kind == "order"]


@pytest.mark.parametrize("fixed", ["a", "b", "c", "d"])
@pytest.mark.parametrize("absent", [0.0, 0.2])
def test_a_chain_of_orders_gives_way_around_what_is_fixed(fixed: str, absent: float) -> None:
    plan = plan_by(Order("b", ("a",)), Order("c", ("b",)), Order("d", ("c",)))
    columns = {name: digits(seed, absent=absent) for seed, name in enumerate("abcd")}
    some = np.random.default_rng(3).random(ROWS) < 0.7
    made = restored_around(plan, columns, {fixed: some})
    kept = pa.array(some)
    assert made[fixed].filter(kept).equals(columns[fixed].filter(kept))
    assert not plan.broken(made, set("abcd"))


def test_two_ends_that_are_fixed_hold_what_lies_between() -> None:
    plan = plan_by(Order("b", ("a",)), Order("c", ("b",)))
    columns = {"a": pa.array([3] * 9, pa.int32()), "b": pa.array(range(9), pa.int32())}
    columns["c"] = pa.array([5] * 9, pa.int32())
    everywhere = np.ones(9, bool)
    made = restored_around(plan, columns, {"a": everywhere, "c": everywhere})
    assert made["b"].to_pylist() == [3, 3, 3, 3, 4, 5, 5, 5, 5]
    broken = restored_around(
        plan, {**columns, "a": columns["c"], "c": columns["a"]}, {"a": everywhere}
    )
    assert broken["a"].equals(columns["c"])
    assert not plan.broken(broken, "abc")
