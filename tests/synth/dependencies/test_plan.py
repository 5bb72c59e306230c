"""What is dropped is put back, in any rows, from JSON too."""

import json

import numpy as np
import pyarrow as pa
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
