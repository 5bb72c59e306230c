"""What is dropped is put back, in any rows, from JSON too."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from synth.dependencies.columns import equal
from synth.dependencies.order import Order
from synth.dependencies.plan import Plan
from tests.synth.dependencies.tables import (
    columns_of,
    flights,
    plan_by,
    plan_of,
    restored,
    restored_around,
    schema_of,
)


@pytest.fixture(scope="module")
def table() -> pa.Table:
    return flights()


@pytest.fixture(scope="module")
def plan(table: pa.Table) -> Plan:
    return plan_of(table)


def test_flights_are_restored_exactly(table: pa.Table, plan: Plan) -> None:
    back = restored(plan, table)
    for name, array in columns_of(table).items():
        assert equal(back[name], array).all(), name
    assert set(back) == set(table.column_names)


def test_shuffled_columns_keep_every_rule(table: pa.Table, plan: Plan) -> None:
    """Independent columns break all rules; restoring leaves no violation of any."""
    rng = np.random.default_rng(1)
    mixed = {
        name: array.take(pa.array(rng.permutation(len(table))))
        for name, array in columns_of(table).items()
        if name not in plan.dropped
    }
    before = dict(mixed)
    back = plan.restore(mixed, np.random.default_rng(2))
    assert mixed == before
    for step in plan.steps:
        assert step.found.dependency.holds(back).all(), step.found.dependency.describe()


def test_same_seed_same_rows(table: pa.Table, plan: Plan) -> None:
    assert restored(plan, table) == restored(plan, table)
    assert plan_of(table) == plan


def test_plan_equals_itself_through_json(table: pa.Table, plan: Plan) -> None:
    text = json.dumps(plan.to_json(), allow_nan=False)
    assert Plan.from_json(json.loads(text), schema_of(table)) == plan


def test_what_cannot_be_kept_is_counted() -> None:
    plan = plan_by(Order("b", ("a",)))
    columns = {"a": pa.array([1, 5, 7], pa.int32()), "b": pa.array([2, 4, 6], pa.int32())}
    everywhere = np.ones(3, bool)
    made = restored_around(plan, columns, {"a": everywhere, "b": everywhere})
    assert made == columns
    assert plan.broken(made, {"a"}) == [("a is at most b", 2)]
    assert plan.broken(made, {"c"}) == []


def lacking(array: pa.Array, share: float, seed: int) -> pa.Array:
    lost = np.random.default_rng(seed).random(len(array)) < share
    return pc.if_else(pa.array(lost), pa.scalar(None, array.type), array)


@pytest.fixture(scope="module")
def derived() -> dict[str, tuple[dict[str, pa.Array], pa.Array]]:
    """By kind: sources, and what follows from them."""
    rng = np.random.default_rng(0)
    rows = 3_000
    age = pa.array(rng.integers(18, 90, rows))
    net, fee = (pa.array(rng.gamma(2, scale, rows).round(2)) for scale in (30, 9))
    start = pa.array(rng.integers(0, 3_000, rows).astype(np.int32)).cast(pa.date32())
    days = pa.array(rng.integers(0, 60, rows))
    due = pc.add(start.cast(pa.int32()), days.cast(pa.int32())).cast(pa.date32())
    code = pa.array([f"P{n:02}" for n in rng.integers(0, 6, rows)])
    shop = pa.array(rng.integers(0, 3, rows))
    price = pa.array(
        [int(c[1:]) * 7 % 11 + s for c, s in zip(code.to_pylist(), shop.to_pylist(), strict=True)]
    )
    return {
        "linear": ({"a": age}, pc.multiply(age, 2)),
        "sum": ({"a": net, "b": fee}, pc.round(pc.add(net, fee), 2)),
        "functional": ({"a": code}, pc.binary_join_element_wise("name of", code, " ")),
        "functional of two": ({"a": code, "b": shop}, price),
        "calendar_part": ({"a": start}, pc.year(start)),
        "shift": ({"a": start, "b": days}, due),
    }


@pytest.mark.parametrize("share", [0.05, 0.3, 0.5])
@pytest.mark.parametrize("where", ["source", "target", "both", "inherited"])
@pytest.mark.parametrize(
    "kind", ["linear", "sum", "functional", "functional of two", "calendar_part", "shift"]
)
def test_what_is_there_follows_from_what_is_there(
    derived: dict[str, tuple[dict[str, pa.Array], pa.Array]], kind: str, where: str, share: float
) -> None:
    sources, target = derived[kind]
    columns = {**sources, "c": target}
    if where in ("source", "both", "inherited"):
        columns |= {n: lacking(a, share, place) for place, (n, a) in enumerate(sources.items())}
    if where in ("target", "both"):
        columns["c"] = lacking(target, share, 7)
    if where == "inherited":
        lost = np.logical_or.reduce([np.asarray(columns[n].is_null()) for n in sources])
        columns["c"] = pc.if_else(pa.array(lost), pa.scalar(None, target.type), target)
    plan = plan_of(pa.table(columns))
    (step,) = [s for s in plan.steps if s.found.dependency.role == "rule" and "c" in s.columns]
    assert step.mode == ("drop" if where == "inherited" else "repair")
    assert step.binds
    # Every column by itself, as a model that has learned nothing would draw it.
    rng = np.random.default_rng(1)
    rows = len(target)
    mixed = {
        n: a.take(pa.array(rng.permutation(rows)))
        for n, a in columns.items()
        if n not in plan.dropped
    }
    back = plan.restore(mixed, np.random.default_rng(2))
    rule = step.found.dependency
    there = np.logical_and.reduce([np.asarray(back[name].is_valid()) for name in rule.columns])
    assert there.sum() > 50 and rule.holds(back)[there].all()
    assert not step.broken(back).any()
    again = Plan.from_json(json.loads(json.dumps(plan.to_json())), schema_of(pa.table(columns)))
    assert again == plan and again.steps[0].found.to_json() == plan.steps[0].found.to_json()


def test_a_target_that_is_never_missing_by_itself_never_is() -> None:
    rng = np.random.default_rng(0)
    age = pa.array(rng.integers(18, 90, 3_000))
    table = pa.table({"a": lacking(age, 0.3, 1), "c": pc.multiply(age, 2)})
    plan = plan_of(table)
    (step,) = plan.steps
    assert (step.found.orphans > 0, step.found.gaps) == (True, 0)
    empty = {"a": table["a"].combine_chunks(), "c": pa.nulls(3_000, pa.int64())}
    back = plan.restore(empty, rng)
    assert back["c"].is_valid().equals(back["a"].is_valid())
    assert step.broken(empty).sum() == 3_000 - table["a"].null_count
