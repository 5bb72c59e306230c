"""Which dependencies are used, and which are not."""

import gzip
import io

import numpy as np
import pyarrow as pa
import pyarrow.csv as pv
import pytest

from synth.datasets import adult_path
from synth.dependencies.columns import equal
from synth.dependencies.plan import Plan
from tests.synth.dependencies.tables import (
    columns_of,
    flights,
    plan_of,
    restored,
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


def test_veto(table: pa.Table) -> None:
    plan = plan_of(table, veto=["distance", "time_hour"])
    assert "distance" not in used(plan) and "time_hour" not in used(plan)


def test_descriptions_and_rejections_hold_no_value(plan: Plan) -> None:
    text = " ".join(step.found.dependency.describe() for step in plan.steps)
    assert "EWR" not in text and "2013" not in text
    for entry in plan.rejected:
        assert "keys" not in entry.found.dependency.to_json()
        assert entry.why
