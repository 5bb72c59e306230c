"""Which dependencies are used, and which are not."""

import gzip
import io

import numpy as np
import pyarrow as pa
import pyarrow.csv as pv
import pytest

from synth.datasets import adult_path
from synth.dependencies.choose import choose
from synth.dependencies.columns import equal
from synth.dependencies.plan import Plan
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


@pytest.mark.parametrize("costs_most", ["net", "tax", "gross"])
@pytest.mark.parametrize("has_nulls", [False, True], ids=["exact", "with nulls"])
def test_columns_that_tell_each_other_follow_from_one_that_others_tell(
    costs_most: str, has_nulls: bool
) -> None:
    rng, rows = np.random.default_rng(1), 4_000
    amount, price = rng.integers(1, 20, rows), np.round(rng.gamma(2, 30, rows) + 1, 2)
    discount = rng.choice([0, 0.05, 0.1, 0.15], rows)
    net = np.round(amount * price * (1 - discount), 2)
    tax = np.round(net * 0.19, 2)
    values = {"net": net, "tax": tax, "gross": np.round(net + tax, 2)}
    missing = {name: rng.random(rows) < 0.05 * has_nulls for name in values}
    masked = {name: pa.array(own, mask=missing[name]) for name, own in values.items()}
    unpaid = rng.random(rows) < 0.3
    paid = {"paid": pa.array(values["gross"], mask=unpaid)}
    table = pa.table({"amount": amount, "price": price, "discount": discount, **masked, **paid})
    schema = schema_of(table)
    # Which has the most values is a matter of chance, and of the sketch that counts them.
    distinct = dict.fromkeys(table.column_names, 100.0) | {costs_most: 4_000.0}
    found = used(choose(found_in(table, schema), schema, distinct))
    assert found["net"][1:] == ("product", ("amount", "price", "discount"))
    assert set(found) == {"net", "tax", "gross", "paid"}
    if not has_nulls:
        assert {found[name][0] for name in values} == {"drop"}
