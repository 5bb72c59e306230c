"""Ages between two dates and as of one day: found, exact, and without a single row's value."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from synth.dependencies.age import UNITS, Age, counted, ends
from synth.dependencies.dependency import DependencyError
from synth.dependencies.registry import dependency_from_json
from tests.synth.dependencies.ages import BORN, RNG, ROWS, SEEN, dates, years
from tests.synth.dependencies.tables import columns_of, plan_of, same, schema_of, used


@pytest.mark.parametrize("time_type", [pa.date32(), pa.timestamp("us")])
@pytest.mark.parametrize("number_type", [pa.int8(), pa.float64(), pa.decimal128(5, 1)])
def test_whole_years_between_two_columns(time_type: pa.DataType, number_type: pa.DataType) -> None:
    absent = RNG.random(ROWS) < 0.1
    age = pa.array(years(BORN, SEEN), pa.int8(), mask=absent).cast(number_type)
    table = pa.table({"born": dates(BORN, absent), "seen": dates(SEEN).cast(time_type), "age": age})
    assert used(plan_of(table))["age"] == ("drop", "age", ("born", "seen"))
    same(table)


@pytest.mark.parametrize(
    ("unit", "rounding", "decimals"),
    [
        ("month", "down", 0),
        ("calendar_year", "down", 0),
        ("calendar_month", "down", 0),
        ("365_days", "down", 0),
        ("365.25_days", "down", 0),
        ("365.25_days", "nearest", 0),
        ("365.25_days", "nearest", 1),
        ("30_days", "down", 0),
        ("week", "nearest", 2),
    ],
)
def test_other_units(unit: str, rounding: str, decimals: int) -> None:
    count = counted(BORN, SEEN, unit, rounding, decimals) / 10**decimals
    table = pa.table({"born": dates(BORN), "seen": dates(SEEN), "n": count})
    (step,) = (step for step in plan_of(table).steps if step.target == "n")
    rule = step.found.dependency
    assert isinstance(rule, Age)
    assert (rule.unit, rule.rounding, rule.decimals) == (unit, rounding, decimals)
    same(table)


@pytest.mark.parametrize("unit", ["year", "month", "365_days", "week", "day"])
def test_as_of_one_day(unit: str) -> None:
    today = np.full(ROWS, (date(2024, 6, 30) - date(1970, 1, 1)).days)
    table = pa.table({"born": dates(BORN), "n": counted(BORN, today, unit, "down", 0)})
    (step,) = (step for step in plan_of(table).steps if step.target == "n")
    rule = step.found.dependency
    assert step.mode == "drop" and isinstance(rule, Age)
    assert (rule.unit, rule.at) == (unit, "2024-06-30")
    same(table)
    assert dependency_from_json(rule.to_json(), schema_of(table)) == rule


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("rounding", ["down", "nearest"])
def test_ends_are_those_of_the_count(unit: str, rounding: str) -> None:
    """The first and the last day of so many units have as many, the days around them have not."""
    count = counted(BORN, SEEN, unit, rounding, 0)
    if rounding == "down" or unit in ("365.25_days", "365_days", "week"):  # which have no halves
        first, last = ends(BORN, count, unit, rounding, 0)
        for day, same_count in ((first, True), (last, True), (first - 1, False), (last + 1, False)):
            assert ((counted(BORN, day, unit, rounding, 0) == count) == same_count).all()


def test_births_that_lead_to_an_age() -> None:
    table = pa.table({"born": dates(BORN), "age": years(BORN, SEEN)})
    rule = Age("age", ("born",), at="2024-06-30", type="bigint", time_types=("date",))
    low, high = rule.source_range(40, 41, schema_of(table)) or (0, 0)
    at = np.array([low - 1, low, high, high + 1]).astype(int)
    ages = rule.predict(columns_of(pa.table({"born": dates(at)}))).to_pylist()
    assert ages == [42, 41, 40, 39]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"unit": "decade"}, "no unit 'decade': use one of year, month"),
        ({"at": "30.06.2024"}, "at is a day such as '2024-12-31'"),
        ({"at": None}, "two sources, start and end, or one source and at"),
        ({"decimals": 1}, "a year is counted whole"),
        ({"sources": ["age"]}, "'age' must be a date or a timestamp"),
        ({"rounding": "up"}, "no rounding 'up'"),
    ],
)
def test_what_does_not_fit_is_refused(fields: dict[str, object], said: str) -> None:
    schema = schema_of(pa.table({"born": dates(BORN), "age": years(BORN, SEEN)}))
    data = {"target": "age", "sources": ["born"], "at": "2024-06-30"} | fields
    with pytest.raises(DependencyError, match=said):
        Age.from_json(data, schema).check(schema)
