"""Clocks, sums, durations, orders and null patterns."""

import json
from itertools import combinations, pairwise

import numpy as np
import pyarrow as pa
import pytest

from synth.dependencies.arithmetic import Sum
from synth.dependencies.choose import choose
from synth.dependencies.clock import ClockPart, ClockSum
from synth.dependencies.columns import equal
from synth.dependencies.duration import Difference, Shift
from synth.dependencies.nulls import Nulls
from synth.dependencies.order import Order, implied
from synth.dependencies.plan import Plan
from synth.dependencies.registry import dependency_from_json
from synth.dependencies.search import find_candidates
from synth.dependencies.verify import Verification
from tests.synth.dependencies.tables import (
    clock,
    columns_of,
    found_in,
    plan_of,
    restored,
    schema_of,
    used,
)

RNG = np.random.default_rng(8)
ROWS = 4_000


def same(table: pa.Table) -> None:
    back = restored(plan_of(table), table)
    for name, array in columns_of(table).items():
        assert equal(back[name], array).all(), name


def test_clock_arithmetic_by_hand() -> None:
    columns = {
        "a": pa.array([517, 2355, 10, 2400, 1275, None]),
        "m": pa.array([10, 5, -20, 1, 1, 1]),
        "c": pa.array([527, 2400, 2350, 1, 1, None]),
    }
    rule = ClockSum("c", ("a", "m"), 2400, "bigint")
    assert rule.predict(columns).to_pylist() == [527, 2400, 2350, 1, None, None]
    assert rule.known(columns).tolist() == [True] * 4 + [False, True]
    assert rule.holds(columns).tolist() == [True] * 4 + [False, True]
    hours = ClockPart("h", ("a",), "hour", 0, "bigint").predict(columns)
    assert hours.to_pylist() == [5, 23, 0, 0, None, None]


@pytest.mark.parametrize("midnight", [0, 2400])
def test_midnight_is_written_as_the_seed_does(midnight: int) -> None:
    start, delta = RNG.integers(0, 1440, ROWS), RNG.integers(-200, 400, ROWS)
    end = clock(start + delta)
    table = pa.table(
        {
            "start": start // 60 * 100 + start % 60,
            "delta": delta,
            "end": np.where(end == 2400, midnight, end),
        }
    )
    assert used(plan_of(table)) == {"end": ("drop", "clock_sum", ("start", "delta"))}
    same(table)


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


@pytest.mark.parametrize("unit", ["day", "hour", "minute"])
def test_durations(unit: str) -> None:
    size = {"day": 86_400, "hour": 3_600, "minute": 60}[unit]
    start = RNG.integers(1_300_000_000, 1_500_000_000, ROWS)
    count = RNG.integers(0, 5_000, ROWS)
    stamp = pa.timestamp("us", tz="UTC")
    end = pa.array((start + count * size) * 1_000_000).cast(stamp)
    table = pa.table({"start": pa.array(start * 1_000_000).cast(stamp), "end": end, "n": count})
    found = used(plan_of(table))
    assert found["end"] == ("drop", "shift", ("start", "n"))
    same(table)
    late = pa.array((start + count * size + size // 2) * 1_000_000).cast(stamp)
    table = table.set_column(1, "end", late)
    assert used(plan_of(table))["n"] == ("drop", "difference", ("start", "end"))
    same(table)


def dates(low: int, high: int) -> np.ndarray:
    return RNG.integers(low, high, ROWS).astype(np.int32)


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


def days_in_order(middle_mask: np.ndarray | None = None) -> pa.Table:
    a = dates(0, 1_000)
    b = a + dates(0, 300)
    days = {"a": pa.array(a), "b": pa.array(b, mask=middle_mask), "c": pa.array(b + dates(0, 300))}
    return pa.table({name: array.cast(pa.date32()) for name, array in days.items()})


def orders_of(plan: Plan) -> set[tuple[str, str]]:
    rules = [step.found.dependency for step in plan.steps]
    return {(rule.sources[0], rule.target) for rule in rules if rule.kind == "order"}


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


def test_nulls_are_drawn_from_the_batch() -> None:
    rule = Nulls("c", ("b",))
    columns = {"b": pa.array([1, None, 3, 4]), "c": pa.array(["x", "y", None, None])}
    back = rule.restore(columns, np.random.default_rng(0))["c"]
    assert back.to_pylist()[:2] == ["x", None]
    assert rule.holds({**columns, "c": back}).all()
    empty = {"b": pa.array([1, 2]), "c": pa.array([None, None], pa.string())}
    assert rule.holds({**empty, **rule.restore(empty, np.random.default_rng(0))}).all()


@pytest.mark.parametrize(
    "rule",
    [
        ClockPart("n", ("m",), "minute", 24, "bigint"),
        ClockSum("n", ("m", "o"), 0, "bigint"),
        Sum("n", ("m", "o"), (1, -1), 2, "bigint"),
        Shift("t", ("s", "n"), "hour", "timestamp"),
        Difference("n", ("s", "t"), "minute", "bigint", "timestamp"),
        Order("n", ("m",), "bigint"),
        Nulls("n", ("m",)),
    ],
)
def test_json_round_trip(rule: Order) -> None:
    stamp = pa.timestamp("us", tz="UTC")
    fields = [(n, pa.int64()) for n in "nmo"] + [(n, stamp) for n in "st"]
    schema = schema_of(pa.schema(fields).empty_table())
    rule.check(schema)
    assert dependency_from_json(json.loads(json.dumps(rule.to_json())), schema) == rule
    assert all(name in rule.describe() for name in (rule.target, *rule.sources))
