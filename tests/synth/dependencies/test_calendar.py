import json
from datetime import UTC, date, datetime

import numpy as np
import pyarrow as pa

from synth.dependencies.calendar import PARTS, CalendarCompose, CalendarPart
from synth.dependencies.registry import dependency_from_json
from tests.synth.dependencies.tables import plan_by, plan_of, restored_around, schema_of

RNG = np.random.default_rng(6)


def instants(rows: int = 5_000) -> pa.Array:
    seconds = RNG.integers(1_300_000_000, 1_500_000_000, rows)
    return pa.array(seconds * 1_000_000, mask=RNG.random(rows) < 0.02).cast(
        pa.timestamp("us", tz="UTC")
    )


def test_a_day_that_does_not_exist_is_repaired() -> None:
    rule = CalendarCompose("d", ("y", "m", "day"))
    columns = {
        "y": pa.array([2023, 2024, 2023, None]),
        "m": pa.array([2, 2, 4, 5]),
        "day": pa.array([30, 30, 30, 31]),
        "d": pa.array([None] * 4, pa.date32()),
    }
    assert rule.known(columns).tolist() == [False, False, True, True]
    back = rule.restore(columns, np.random.default_rng(0))
    assert back["d"].to_pylist() == [date(2023, 2, 28), date(2024, 2, 29), date(2023, 4, 30), None]
    assert back["day"].to_pylist() == [28, 29, 30, 31]
    assert rule.holds({**columns, **back}).all()


def test_a_day_that_does_not_exist_leaves_what_is_fixed_alone() -> None:
    rule = CalendarCompose("d", ("y", "m", "day"), fixed=("y", "m"))
    columns = {"y": pa.array([0, 2023]), "m": pa.array([13, 2]), "day": pa.array([40, 30])}
    back = rule.restore(columns, np.random.default_rng(0))
    assert set(back) == {"d", "day"}
    assert back["day"].to_pylist() == [31, 28]


def test_a_vetoed_part_is_never_changed_and_the_others_are() -> None:
    days = pa.array(RNG.integers(10_000, 12_000, 5_000).astype(np.int32)).cast(pa.date32())
    table = pa.table({"d": days, **{n: PARTS[n](days) for n in ("year", "month", "day")}})
    for veto, kept in (("year", ("year",)), ("day", ("day",)), ("noise", ())):
        (step,) = plan_of(table, veto=[veto]).steps
        rule = step.found.dependency
        assert isinstance(rule, CalendarCompose) and rule.fixed == kept


def test_wall_clocks_become_instants() -> None:
    rule = CalendarCompose("t", ("y", "m", "d", "h"), "America/New_York", "timestamp")
    columns = {
        "y": pa.array([2013, 2013, 2013]),
        "m": pa.array([1, 7, 11]),
        "d": pa.array([1, 1, 3]),
        "h": pa.array([5, 5, 1]),  # 1 o'clock on 3 November came twice
    }
    expected = [(2013, 1, 1, 10), (2013, 7, 1, 9), (2013, 11, 3, 5)]
    assert rule.predict(columns).to_pylist() == [datetime(*e, tzinfo=UTC) for e in expected]


def test_json_round_trip() -> None:
    table = pa.table({"t": instants(5), "y": [1] * 5, "m": [1] * 5, "d": [1] * 5})
    for rule in (
        CalendarPart("y", ("t",), "year", "Asia/Tokyo", "bigint"),
        CalendarCompose("t", ("y", "m", "d"), "Asia/Tokyo", "timestamp", fixed=("m",)),
    ):
        data = json.loads(json.dumps(rule.to_json()))
        assert dependency_from_json(data, schema_of(table)) == rule
        rule.check(schema_of(table))


def test_a_day_that_is_fixed_is_not_moved() -> None:
    rule = CalendarCompose("date", ("year", "month", "day"))
    columns = {
        "year": pa.array([2023, 2023]),
        "month": pa.array([2, 2]),
        "day": pa.array([31, 31]),
    }
    plan = plan_by(rule, mode="drop")
    made = restored_around(plan, columns, {"day": np.array([True, False])})
    assert made["day"].to_pylist() == [31, 28]
    assert [str(day) for day in made["date"].to_pylist()] == ["2023-02-28"] * 2
    assert [rows for _, rows in plan.broken(made, {"day"})] == [1]
