"""Names of weekdays, seasons and shifts follow from a part of a time."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from synth.dependencies.calendar_map import CalendarMap, part_of
from synth.dependencies.dependency import DependencyError
from synth.dependencies.parse import parse_dependency
from synth.dependencies.registry import dependency_from_json
from tests.synth.dependencies.tables import plan_of, restored, schema_of, used

ROWS = 4_000
RNG = np.random.default_rng(0)
SECONDS = RNG.integers(1_600_000_000, 1_660_000_000, ROWS) * 1_000_000
AT = pa.array(SECONDS).cast(pa.timestamp("us", tz="UTC"))
DAYS = pa.array(["Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"])


def weekday(zone: str) -> pa.Array:
    return DAYS.take(pc.subtract(part_of(AT, "weekday_monday_1", zone), 1))


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo"])
def test_the_name_of_a_weekday(zone: str) -> None:
    plan = plan_of(pa.table({"at": AT, "name": weekday(zone)}))
    assert used(plan) == {"name": ("drop", "calendar_map", ("at",))}
    rule = plan.steps[0].found.dependency
    assert rule.describe() == f"name is determined by the weekday of at in {zone}"
    assert restored(plan, pa.table({"at": AT}))["name"].equals(weekday(zone))


def test_flags_and_seasons_and_missing_values() -> None:
    weekend = pc.greater(part_of(AT, "weekday_monday_1", "UTC"), 5)
    season = pa.array(list("wwsssuuuaaaw")).take(pc.subtract(part_of(AT, "month", "UTC"), 1))
    lost = pa.array(RNG.random(ROWS) < 0.3)
    season = pc.if_else(lost, pa.scalar(None, pa.string()), season)
    found = used(plan_of(pa.table({"at": AT, "weekend": weekend, "season": season})))
    assert found["weekend"] == ("drop", "calendar_map", ("at",))
    assert found["season"] == ("repair", "calendar_map", ("at",))


def test_ends_of_months_and_slots_of_a_day() -> None:
    ends = {
        f"{unit}_end": pc.equal(part_of(AT, f"days_to_{unit}_end", "UTC"), 0)
        for unit in ("month", "quarter")
    }
    slot = part_of(AT, "quarter_hour_of_day", "UTC")
    named = pa.array([f"{hour:02}:{half:02}" for hour in range(24) for half in (0, 30)])
    table = pa.table({"at": AT, **ends, "slot": named.take(pc.divide(slot, 2))})
    plan = plan_of(table)
    by_month = ("drop", "calendar_map", ("at",))
    assert {used(plan)[name] for name in ("month_end", "slot")} == {by_month}
    back = restored(plan, table)
    assert all(back[name].equals(table[name].combine_chunks()) for name in table.column_names)


def test_what_has_nothing_to_do_with_the_time_is_not_found() -> None:
    table = pa.table({"at": AT, "any": DAYS.take(pa.array(RNG.integers(0, 7, ROWS)))})
    assert used(plan_of(table)) == {}


def test_few_dates_are_codes_of_their_own() -> None:
    days = RNG.integers(0, 30, ROWS)
    table = pa.table({"d": pa.array(days.astype(np.int32)).cast(pa.date32()), "n": days * 7 % 30})
    assert used(plan_of(table))["n"][1] == "functional"


def test_a_part_that_is_not_stored_takes_the_nearest() -> None:
    plan = plan_of(pa.table({"at": AT, "name": weekday("UTC")}))
    rule = plan.steps[0].found.dependency
    assert isinstance(rule, CalendarMap) and rule.keys is not None
    few = CalendarMap(
        "name", ("at",), "weekday_monday_1", "UTC", type(rule.keys)(rule.keys.table[:5])
    )
    made = few.restore({"at": AT}, np.random.default_rng(0))["name"]
    assert set(made.to_pylist()) == set(DAYS.to_pylist()[:5])
    assert few.unknown({"at": AT}).mean() == pytest.approx(2 / 7, abs=0.03)


def test_json_and_the_users_own() -> None:
    table = pa.table({"at": AT, "name": weekday("UTC")})
    schema, rule = schema_of(table), plan_of(table).steps[0].found.dependency
    again = dependency_from_json(json.loads(json.dumps(rule.to_json())), schema)
    assert again.holds({"at": AT, "name": weekday("UTC")}).all()
    assert again.to_json() == rule.to_json()
    assert "keys" not in rule.without_values().to_json()
    data = {"kind": "calendar_map", "sources": ["at"], "target": "name", "part": "month"}
    assert parse_dependency(data, schema) == CalendarMap("name", ("at",), "month")
    with pytest.raises(DependencyError, match="no calendar part 'moon'"):
        parse_dependency({**data, "part": "moon"}, schema)
    with pytest.raises(DependencyError, match="one date or timestamp column"):
        parse_dependency({**data, "sources": ["name"], "target": "at"}, schema)
