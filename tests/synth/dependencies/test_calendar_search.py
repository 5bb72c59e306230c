"""The search for calendar parts: which part, of which column, in which time zone."""

import datetime as dt

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from synth.dependencies.calendar import PARTS, CalendarCompose, CalendarPart
from synth.dependencies.calendar_search import find
from synth.dependencies.columns import equal
from synth.dependencies.sample import Sample
from synth.dependencies.settings import DependencySettings
from tests.synth.dependencies.tables import columns_of, plan_of, restored, schema_of, used

RNG = np.random.default_rng(6)
SECONDS = RNG.integers(1_300_000_000, 1_500_000_000, 5_000)


def instants() -> pa.Array:
    absent = np.random.default_rng(7).random(len(SECONDS)) < 0.02
    return pa.array(SECONDS * 1_000_000, mask=absent).cast(pa.timestamp("us", tz="UTC"))


def days() -> pa.Array:
    return pa.array(RNG.integers(10_000, 12_000, 5_000).astype(np.int32)).cast(pa.date32())


def found(table: pa.Table) -> list[CalendarPart | CalendarCompose]:
    return find(Sample(table, schema_of(table), DependencySettings()))


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata", "Pacific/Auckland"])
def test_parts_are_found_in_their_zone(zone: str) -> None:
    at = instants()
    wall = pc.local_timestamp(at.cast(pa.timestamp("us", tz=zone)))
    names = ("year", "quarter", "weekday_sunday_0", "day_of_year", "hour", "minute", "second")
    parts = {name: PARTS[name](wall).cast(pa.int32()) for name in names}
    table = pa.table({"at": at, **parts, "noise": RNG.integers(0, 24, len(at))})
    plan = plan_of(table)
    assert {t: s for t, (m, _, s) in used(plan).items()} == {name: ("at",) for name in names}
    hour = next(s.found.dependency for s in plan.steps if s.target == "hour")
    assert isinstance(hour, CalendarPart) and hour.zone == zone
    back = restored(plan, table)
    assert all(equal(back[n], columns_of(table)[n]).all() for n in table.column_names)


def test_what_people_write_of_weeks_slots_and_epochs() -> None:
    at = pa.array([dt.datetime(2024, 2, 28, 23, 59, 59, 999_000), dt.datetime(2023, 12, 31), None])
    shown = {
        "year_quarter": [20241, 20234, None],
        "year_week": [202409, 202352, None],
        "days_to_month_end": [1, 0, None],
        "days_to_quarter_end": [32, 0, None],
        "hour_of_week": [71, 144, None],
        "half_hour_of_day": [47, 0, None],
        "quarter_hour_of_day": [95, 0, None],
        "second_of_day": [86_399, 0, None],
        "milliseconds_since_1970": [1_709_164_799_999, 1_703_980_800_000, None],
    }
    assert {name: PARTS[name](at).to_pylist() for name in shown} == shown
    wall = instants().cast(pa.timestamp("us"))
    for name in shown:
        table = pa.table({"at": wall, name: PARTS[name](wall)})
        target = {"at", name} & set(used(plan_of(table)))
        assert target == {name}, name


def test_a_date_is_made_of_its_parts() -> None:
    own = days()
    table = pa.table({"d": own, **{n: PARTS[n](own) for n in ("year", "month", "day")}})
    plan = plan_of(table)
    assert used(plan) == {"d": ("drop", "calendar_compose", ("year", "month", "day"))}
    assert equal(restored(plan, table)["d"], columns_of(table)["d"]).all()


def test_parts_of_a_date_are_in_no_zone_and_a_year_alone_makes_no_date() -> None:
    own = days()
    table = pa.table({"d": own, "y": PARTS["year"](own), "any": RNG.integers(1, 28, 5_000)})
    assert found(table) == [CalendarPart("y", ("d",), "year", "UTC", "bigint")]


def test_a_part_that_is_wrong_in_too_many_rows_is_none() -> None:
    own = days()
    month = np.asarray(PARTS["month"](own))
    wrong = np.where(np.arange(len(month)) % 50 == 0, month % 12 + 1, month)
    assert found(pa.table({"d": own, "m": wrong})) == []
    few = np.where(np.arange(len(month)) % 500 == 0, month % 12 + 1, month)
    assert [rule.target for rule in found(pa.table({"d": own, "m": few}))] == ["m"]


def test_without_numbers_there_is_nothing_to_find() -> None:
    assert found(pa.table({"d": days(), "text": ["x", "y"] * 2_500})) == []
