"""Times that are another one cut down: the date of a timestamp, the start of its hour or month."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from synth.dependencies.dependency import DependencyError
from synth.dependencies.parse import parse_dependency
from synth.dependencies.registry import dependency_from_json
from synth.dependencies.truncation import Truncation
from tests.synth.dependencies.tables import columns_of, plan_of, restored, schema_of, used

ROWS = 4_000
RNG = np.random.default_rng(0)
SECONDS = RNG.integers(1_600_000_000, 1_660_000_000, ROWS) * 1_000_000
ZONED = pa.array(SECONDS).cast(pa.timestamp("us", tz="UTC"))
NAIVE = pa.array(SECONDS).cast(pa.timestamp("us"))


def wall(zone: str) -> pa.Array:
    return pc.local_timestamp(ZONED.cast(pa.timestamp("us", tz=zone)))


def with_nulls(array: pa.Array, share: float) -> pa.Array:
    return pc.if_else(pa.array(RNG.random(len(array)) < share), pa.scalar(None, array.type), array)


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/New_York"])
def test_the_date_of_a_timestamp_in_its_zone(zone: str) -> None:
    dates = wall(zone).cast(pa.date32(), safe=False)
    plan = plan_of(pa.table({"at": ZONED, "day": dates}))
    assert used(plan) == {"day": ("drop", "truncation", ("at",))}
    rule = plan.steps[0].found.dependency
    assert rule.describe() == f"day is the date of at in {zone}"
    made = restored(plan, pa.table({"at": ZONED.take(pa.array([5, 3, 1]))}))
    assert made["day"].equals(dates.take(pa.array([5, 3, 1])))


@pytest.mark.parametrize(
    ("unit", "zone"),
    [("hour", "UTC"), ("quarter_hour", "UTC"), ("day", "Europe/Berlin"), ("month", "Asia/Tokyo"),
     ("quarter", "UTC"), ("year", "America/Chicago"), ("week_monday", "UTC")],
)  # fmt: skip
def test_units_of_timestamps(unit: str, zone: str) -> None:
    cut = Truncation("cut", ("at",), unit, zone, "timestamp").predict({"at": ZONED})
    plan = plan_of(pa.table({"at": ZONED, "cut": cut}))
    rule = plan.steps[0].found.dependency
    assert isinstance(rule, Truncation) and rule.unit == unit
    assert rule.predict({"at": ZONED}).equals(cut)


def test_units_of_dates() -> None:
    days = NAIVE.cast(pa.date32(), safe=False)
    month = Truncation("m", ("d",), "month", "UTC", "date").predict({"d": days})
    ends = Truncation("e", ("d",), "month_end", "UTC", "date").predict({"d": days})
    assert ends.to_pylist()[:1] != month.to_pylist()[:1]
    assert pc.all(pc.equal(pc.day(pc.add(ends.cast(pa.timestamp("s")), _day())), 1)).as_py()
    found = used(plan_of(pa.table({"d": days, "m": month, "e": ends})))
    assert found["m"] == ("drop", "truncation", ("d",))
    assert found["e"][1] == "truncation"


def _day() -> pa.Scalar:
    return pa.scalar(86_400, pa.duration("s"))


def test_an_hour_that_occurs_twice_is_cut_to_its_own_start() -> None:
    # 00:30 and 01:30 UTC on 31 October 2021 are both 2:30 in Berlin.
    twice = pa.array([1_635_640_200, 1_635_643_800]).cast(pa.timestamp("s"))
    at = twice.cast(pa.timestamp("us")).cast(pa.timestamp("us", tz="UTC"))
    rule = Truncation("h", ("at",), "hour", "Europe/Berlin", "timestamp")
    assert [x.minute for x in rule.predict({"at": at}).to_pylist()] == [0, 0]
    assert len(set(rule.predict({"at": at}).to_pylist())) == 2


@pytest.mark.parametrize("lacking", ["source", "target", "both"])
@pytest.mark.parametrize("share", [0.05, 0.5])
def test_missing_values_do_not_hide_the_rule(lacking: str, share: float) -> None:
    dates = NAIVE.cast(pa.date32(), safe=False)
    own = with_nulls(NAIVE, share) if lacking != "target" else NAIVE
    day = with_nulls(dates, share) if lacking != "source" else dates
    plan = plan_of(pa.table({"at": own, "day": day}))
    assert used(plan)["day"] == ("repair", "truncation", ("at",))
    assert plan.steps[0].binds


def test_json_and_the_users_own() -> None:
    schema = schema_of(pa.table({"at": ZONED, "day": NAIVE.cast(pa.date32(), safe=False)}))
    data = {"kind": "truncation", "sources": ["at"], "target": "day", "zone": "Asia/Tokyo"}
    rule = parse_dependency(data, schema)
    assert rule == Truncation("day", ("at",), "day", "Asia/Tokyo", "date")
    assert dependency_from_json(rule.to_json(), schema) == rule
    with pytest.raises(DependencyError, match="no unit 'days'"):
        parse_dependency({**data, "unit": "days"}, schema)
    with pytest.raises(DependencyError, match="must be a date, or of the type of"):
        parse_dependency({**data, "sources": ["day"], "target": "at"}, schema)


@pytest.mark.parametrize("share", [0.0, 0.2])
@pytest.mark.parametrize("of", ["hours", "instants", "dates"])
def test_the_first_of_equal_times_tells_the_others(of: str, share: float) -> None:
    own = {
        "hours": pc.floor_temporal(NAIVE, unit="hour"),
        "instants": pc.add(ZONED, pa.scalar(1, pa.duration("us"))),
        "dates": NAIVE.cast(pa.date32(), safe=False),
    }[of]
    table = pa.table({"a": own, "b": with_nulls(own, share)})
    (step,) = [s for s in plan_of(table).steps if s.found.dependency.kind == "truncation"]
    rule = step.found.dependency
    assert (rule.target, rule.sources) == ("b", ("a",))
    led = rule.led_to("a", columns_of(table), 0)
    assert led is not None and led.equals(columns_of(table)["b"])
