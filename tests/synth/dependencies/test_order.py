"""Orders: found, chained, implied by others, repaired."""

import warnings
from itertools import combinations, pairwise

import numpy as np
import pyarrow as pa
import pytest

from synth.dependencies.choose import choose
from synth.dependencies.order import Order, implied
from synth.dependencies.order_search import _is_real
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
    c = b + dates(0, 300)
    c[:90] = b[:90] = a[:90]  # none is strict
    days = {"a": pa.array(a), "b": pa.array(b, mask=middle_mask), "c": pa.array(c)}
    return pa.table({name: array.cast(pa.date32()) for name, array in days.items()})


def orders_of(plan: Plan) -> set[tuple[str, str]]:
    rules = [step.found.dependency for step in plan.steps]
    return {(rule.sources[0], rule.target) for rule in rules if rule.kind == "order"}


def test_a_chain_of_orders_is_sorted() -> None:
    first = dates(0, 1_000)
    second = first + dates(0, 300)
    third = second + dates(0, 300)
    second[:9] = third[:9] = first[:9]  # none is strict
    days = {"a": first, "b": second, "c": third}
    table = pa.table({name: pa.array(x).cast(pa.date32()) for name, x in days.items()})
    plan = Plan(tuple(s for s in plan_of(table).steps if s.found.dependency.kind == "order"))
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


def three(**ends: list[int]) -> dict[str, pa.Array]:
    return {name: pa.array(values, pa.int64()) for name, values in ends.items()}


def orders_found(**columns: np.ndarray) -> dict[tuple[str, str], bool]:
    """Low and high of each order that is used, with whether it is strict."""
    steps = plan_of(pa.table(columns)).steps
    rules = [s.found.dependency for s in steps if isinstance(s.found.dependency, Order)]
    return {(rule.sources[0], rule.target): rule.strict for rule in rules}


def test_an_order_without_ties_is_strict() -> None:
    low = RNG.integers(0, 900, ROWS)
    high = low + RNG.integers(1, 300, ROWS)
    assert orders_found(low=low, high=high) == {("low", "high"): True}
    high[5] = low[5]
    assert orders_found(low=low, high=high) == {("low", "high"): False}


@pytest.mark.parametrize("kind", ["bigint", "double", "date", "decimal(9,2)"])
def test_strict_orders_have_no_ties(kind: str) -> None:
    plan = plan_by(Order("b", ("a",), kind, True), Order("c", ("b",), kind, True))
    values = {name: RNG.integers(0, 30, ROWS) for name in "abc"}
    made = {
        "bigint": lambda v: pa.array(v),
        "double": lambda v: pa.array(v / 100),
        "date": lambda v: pa.array(v.astype(np.int32)).cast(pa.date32()),
        "decimal(9,2)": lambda v: pa.array(v).cast(pa.decimal128(19, 0)).cast(pa.decimal128(9, 2)),
    }[kind]
    columns = {name: made(v) for name, v in values.items()}
    back = plan.restore(columns, np.random.default_rng(0))
    assert not plan.broken(back, "abc")
    assert all(back[name].type == columns[name].type for name in "abc")
    if kind == "double":
        steps = np.asarray(back["c"]) * 100
        assert np.abs(steps - np.rint(steps)).max() < 1e-6  # on the grid of the others


def test_strict_orders_between_what_is_fixed() -> None:
    plan = plan_by(Order("b", ("a",), "bigint", True), Order("c", ("b",), "bigint", True))
    columns = three(a=[3] * 9, b=list(range(9)), c=[5] * 9)
    everywhere = np.ones(9, bool)
    made = restored_around(plan, columns, {"a": everywhere, "c": everywhere})
    assert made["b"].to_pylist() == [4] * 9


def test_what_is_told_by_another_column_stays() -> None:
    rule = Order("b", ("a",), "bigint", True).with_repair(["a"], "repair")
    columns = three(a=[5, 5, 1], b=[3, 5, 9])
    back = rule.restore(columns, np.random.default_rng(0))
    assert back["a"].to_pylist() == [5, 5, 1] and rule.holds(back).all()
    assert set(np.asarray(back["b"]) - np.asarray(back["a"])) == {8}  # as far as in the third row


def test_a_strict_order_is_implied_by_one_that_is_strict_in_part() -> None:
    rules = [Order("b", ("a",)), Order("c", ("b",)), Order("c", ("a",), strict=True)]
    assert implied(rules, "abc") == []
    rules[0] = Order("b", ("a",), strict=True)
    assert implied(rules, "abc") == [rules[2]]


def test_ties_are_counted_over_parts() -> None:
    rule, schema = Order("b", ("a",), "bigint"), schema_of(pa.table(three(a=[1], b=[2])))
    whole = Verification(schema, [rule])
    for low, high in (([1, 2], [2, 3]), ([5, 6], [5, 8])):
        part = Verification(schema, [rule])
        part.update(pa.RecordBatch.from_pydict(three(a=low, b=high)))
        whole.merge(Verification.from_bytes(part.to_bytes(), schema, [rule]))
    (found,) = whole.found()
    assert found.is_exact and found.dependency == rule


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


def test_columns_with_infinities_are_compared_without_a_warning() -> None:
    rows = np.arange(400)
    large = np.where(rows % 3 == 0, np.inf, rows % 7 + 5.0)
    small = np.where(rows % 3 == 1, -np.inf, rows % 7)
    values, valid = np.stack([small, large], axis=1), np.ones((400, 2), bool)
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        assert not _is_real(values, valid, 0, 1, are_times=False)
