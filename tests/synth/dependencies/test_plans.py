import gzip
import io
import json
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pv
import pytest

from synth.datasets import adult_path
from synth.dependencies.columns import equal
from synth.dependencies.dependency import DependencyError
from synth.dependencies.parse import parse_dependency
from synth.dependencies.plan import Plan
from synth.dependencies.registry import found_from_json
from synth.dependencies.search import find_candidates
from synth.dependencies.settings import DependencySettings
from synth.dependencies.verify import Verification
from synth.table.schema import TableSchema
from tests.synth.dependencies.tables import (
    columns_of,
    flights,
    found_in,
    plan_of,
    restored,
    schema_of,
    used,
)


@pytest.fixture(scope="module")
def table() -> pa.Table:
    return flights()


@pytest.fixture(scope="module")
def plan(table: pa.Table) -> Plan:
    return plan_of(table)


def test_flights_are_recovered(plan: Plan) -> None:
    found = used(plan)
    assert found["hour"] == ("drop", "clock_part", ("sched_dep_time",))
    assert found["minute"] == ("drop", "clock_part", ("sched_dep_time",))
    assert found["time_hour"] == ("drop", "calendar_compose", ("year", "month", "day", "hour"))
    assert found["distance"] == ("drop", "functional", ("origin", "dest"))
    assert found["dep_time"] == ("drop", "clock_sum", ("sched_dep_time", "dep_delay"))
    assert found["arr_time"] == ("drop", "clock_sum", ("sched_arr_time", "arr_delay"))
    nulls = {name for name, (_, kind, _) in found.items() if kind == "nulls"}
    assert nulls == {"arr_delay", "air_time"}
    assert len(found) == 8


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


def test_same_seed_same_rows(table: pa.Table, plan: Plan) -> None:
    assert restored(plan, table) == restored(plan, table)
    assert plan_of(table) == plan


def test_plan_equals_itself_through_json(table: pa.Table, plan: Plan) -> None:
    text = json.dumps(plan.to_json(), allow_nan=False)
    assert Plan.from_json(json.loads(text), schema_of(table)) == plan


def test_descriptions_and_rejections_hold_no_value(plan: Plan) -> None:
    text = " ".join(step.found.dependency.describe() for step in plan.steps)
    assert "EWR" not in text and "2013" not in text
    for entry in plan.rejected:
        assert "keys" not in entry.found.dependency.to_json()
        assert entry.why


def test_veto(table: pa.Table) -> None:
    plan = plan_of(table, veto=["distance", "time_hour"])
    assert "distance" not in used(plan) and "time_hour" not in used(plan)


def test_keys_and_unsupported_columns_take_no_part(table: pa.Table) -> None:
    schema = schema_of(table).marked(keys=["sched_dep_time"])
    rules = find_candidates(table, schema).rules
    assert not any("sched_dep_time" in (r.target, *r.sources) for r in rules)
    nested = pa.table({"a": [1, 2], "b": pa.array([[1], [2]])})
    assert find_candidates(nested, schema_of(nested)).rules == ()


def test_verification_merges_in_any_order(table: pa.Table) -> None:
    schema = schema_of(table)
    rules = find_candidates(table, schema).rules
    whole = Verification(schema, rules)
    parts = [Verification(schema, rules) for _ in range(3)]
    for place, batch in enumerate(table.to_batches(max_chunksize=500)):
        whole.update(batch)
        parts[place % 3].update(batch)
    sent = [part.to_bytes() for part in parts]
    for order in ((0, 1, 2), (2, 0, 1), (1, 2, 0)):
        one, two, three = (Verification.from_bytes(sent[i], schema, rules) for i in order)
        two.merge(three)
        one.merge(two)
        assert one.rows == whole.rows
        assert one.found() == whole.found()
        assert one.to_bytes() == whole.to_bytes()


def test_too_many_keys_give_the_rule_up() -> None:
    a = np.arange(4_000) // 2
    table = pa.table({"a": a, "b": a % 7})
    schema = schema_of(table)
    rules = [parse_dependency({"kind": "functional", "sources": ["a"], "target": "b"}, schema)]
    state = Verification(schema, rules, DependencySettings(most_keys=1_000))
    for batch in table.to_batches(max_chunksize=100):
        state.update(batch)
    assert state.found() == []
    again = Verification.from_bytes(state.to_bytes(), schema, rules, state.settings)
    assert again.found() == [] and again.rows == 4_000


def test_found_equals_itself_through_json(table: pa.Table) -> None:
    schema = schema_of(table)
    for entry in found_in(table):
        data = json.loads(json.dumps(entry.to_json(), allow_nan=False))
        assert found_from_json(data, schema) == entry


def test_an_empty_table_has_no_dependencies() -> None:
    empty = flights(50).slice(0, 0)
    schema = schema_of(empty)
    assert find_candidates(empty, schema).rules == ()
    assert Verification(schema, []).found() == []
    assert plan_of(flights(10)).dropped == ()


def test_adult_education() -> None:
    table = pv.read_csv(io.BytesIO(gzip.decompress(adult_path().read_bytes())))
    plan = plan_of(table)
    assert used(plan) == {"education": ("drop", "functional", ("education-num",))}
    back = restored(plan, table)
    assert equal(back["education"], columns_of(table)["education"]).all()


def test_spurious_rules_are_not_used() -> None:
    rng = np.random.default_rng(4)
    rows = 6_000
    table = pa.table(
        {
            "id": np.arange(rows),
            "code": pa.array([f"x{i}" for i in rng.permutation(rows)]),
            "rare": rng.random(rows) < 0.001,
            "small": rng.integers(0, 4, rows),
            "group": pa.array(np.array(["a", "b", "c"])[rng.integers(0, 3, rows)]),
            "money": np.round(rng.gamma(2, 100, rows), 2),
            "more": np.round(rng.gamma(2, 100, rows), 2),
            "zeros": np.where(rng.random(rows) < 0.95, 0, rng.integers(1, 1_000, rows)),
            "day": pa.array(rng.integers(0, 9_000, rows).astype(np.int32)).cast(pa.date32()),
            "other": pa.array(rng.integers(0, 9_000, rows).astype(np.int32)).cast(pa.date32()),
        }
    )
    assert plan_of(table).steps == ()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"kind": "magic", "sources": ["day"], "target": "hour"}, "no dependency of kind 'magic'"),
        ({"kind": "functional", "sources": ["dai"], "target": "hour"}, "no column 'dai'"),
        ({"kind": "functional", "sources": "day", "target": "hour"}, "a list"),
        ({"kind": "functional", "sources": ["day"]}, "needs 'target'"),
        ({"kind": "functional", "sources": ["day"], "target": "day"}, "twice"),
        ({"kind": "functional", "sources": ["day"], "target": "hour", "x": 1}, "no field 'x'"),
        ({"kind": "functional", "sources": [], "target": "hour"}, "at least one source"),
        (
            {"kind": "functional", "sources": ["day", "month", "year"], "target": "hour"},
            "one or two sources",
        ),
        ({"kind": "clock_part", "sources": ["dep_time"], "target": "hour"}, "needs 'part'"),
        ({"kind": "clock_sum", "sources": ["origin", "day"], "target": "hour"}, "'origin'"),
        ({"kind": "sum", "sources": ["origin", "day"], "target": "hour"}, "'origin'"),
        ({"kind": "sum", "sources": ["day"], "target": "hour"}, "2 to 6"),
        ({"kind": "order", "sources": ["day"], "target": "origin"}, "of one type"),
        ({"kind": "shift", "sources": ["day", "hour"], "target": "time_hour"}, "of one type"),
        (
            {"kind": "calendar_part", "sources": ["day"], "target": "hour", "part": "hour"},
            "date or timestamp",
        ),
        (
            {
                "kind": "calendar_compose",
                "sources": ["year", "month", "day"],
                "target": "time_hour",
                "zone": "Mars/Olympus",
            },
            "no time zone",
        ),
        ({"kind": "calendar_compose", "sources": ["year"], "target": "time_hour"}, "3 to 6"),
        ({"kind": "order", "sources": 5, "target": "hour"}, r"write \[5\]"),
        ({"kind": "order", "sources": ["day"], "target": ["hour"]}, "no column"),
        ({"kind": "sum", "sources": ["day", "month"], "target": "hour", "signs": 1}, "a list"),
        ({"kind": "sum", "sources": ["day", "month"], "target": "hour", "signs": [1, []]}, "list"),
        ({"kind": "sum", "sources": ["day", "month"], "target": "hour", "signs": [1, 2]}, "or -1"),
        (
            {"kind": "sum", "sources": ["day", "month"], "target": "hour", "decimals": "x"},
            "decimals is a whole number, not 'x'",
        ),
        (
            {"kind": "sum", "sources": ["day", "month"], "target": "hour", "decimals": -1},
            "0 to 18",
        ),
        (
            {"kind": "clock_sum", "sources": ["day", "hour"], "target": "minute", "midnight": "0h"},
            "midnight is a whole number",
        ),
        (
            {"kind": "clock_sum", "sources": ["day", "hour"], "target": "minute", "midnight": 24},
            "0 or 2400",
        ),
        (
            {
                "kind": "clock_part",
                "sources": ["day"],
                "target": "hour",
                "part": "hour",
                "midnight": 7,
            },
            "0 or 24",
        ),
        ({"kind": "clock_part", "sources": ["day"], "target": "hour", "part": []}, "a word"),
        ("order", "fields kind, sources and target"),
    ],
)
def test_a_wrong_dependency_is_explained(data: Any, message: str, table: pa.Table) -> None:
    with pytest.raises(DependencyError, match=message):
        parse_dependency(data, schema_of(table))


def test_a_users_rule_is_verified_like_any_other(table: pa.Table) -> None:
    schema: TableSchema = schema_of(table)
    rule = parse_dependency(
        {"kind": "nulls", "sources": ["dep_time"], "target": "air_time"}, schema
    )
    state = Verification(schema, [rule])
    state.update(table.combine_chunks().to_batches()[0])
    (entry,) = state.found()
    assert entry.is_exact and entry.share == 1.0
