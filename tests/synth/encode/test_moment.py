"""Dates and times of many values: what repeats by the week and by the day survives."""

import json

import numpy as np
import pyarrow as pa
import pytest

from synth import Synthesizer
from synth.encode import TableEncoder
from synth.encode.moment import MomentEncoding
from synth.encode.numeric import NumericEncoding
from synth.profiling.table_profile import TableProfile
from synth.table.values import MICROSECONDS_PER_DAY as DAY
from synth.table.values import calendar_parts, from_calendar_parts
from tests.synth.tables import batch_of

ROWS = 30_000
SECOND, HOUR = 1_000_000, 3_600_000_000
NIGHT = 0.3


def events(rows: int = ROWS, seed: int = 0, zone: str | None = "UTC") -> pa.Table:
    """Two years of events on working days, at noon by day and at midnight by night."""
    rng = np.random.default_rng(seed)
    days = 19_358 + rng.integers(0, 730, 2 * rows)  # from 2023-01-01, a Sunday
    days = days[(days + 3) % 7 < 5][:rows]
    at_night = rng.random(rows) < NIGHT
    hour = np.where(at_night, rng.normal(24, 1, rows) % 24, rng.normal(12, 1.5, rows))
    clock = np.clip(np.round(hour * 3600), 0, 86_399).astype(np.int64) * SECOND
    absent = rng.random(rows) < 0.05
    return pa.table(
        {
            "at": pa.array(days * DAY + clock, pa.timestamp("us", tz=zone), mask=absent),
            "shift": pa.array(np.where(at_night, "night", "day")),
            "on": pa.array(days[rng.permutation(rows)].astype(np.int32), pa.date32()),
        }
    )


def parts(array: pa.Array) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return calendar_parts(array.drop_null().cast(pa.int64()).to_numpy(), "timestamp")


def test_values_and_their_parts_are_two_names_of_one_thing() -> None:
    values = np.array([-8 * DAY - 1, -1, 0, 5 * HOUR, 4 * DAY, 20_000 * DAY + 7])
    week, weekday, clock = calendar_parts(values, "timestamp")
    assert weekday.tolist()[1:5] == [2, 3, 3, 0]  # 1 January 1970 was a Thursday
    assert (week[4] - week[3], clock[3]) == (1, 5 * HOUR)
    assert (from_calendar_parts(week, weekday, clock, "timestamp") == values).all()
    days = np.array([-10, 0, 3, 4])
    assert (from_calendar_parts(*calendar_parts(days, "date"), "date") == days).all()


@pytest.mark.parametrize("zone", ["UTC", None])
def test_weekdays_and_hours_come_back_as_they_were(zone: str | None) -> None:
    rows = batch_of(events(zone=zone))
    encoder = TableEncoder.fit(TableProfile.of(pa.Table.from_batches([rows])))
    assert isinstance(encoder.encodings[0], MomentEncoding)
    assert [sub.level for sub in encoder.sub_columns if sub.column == "at"] == [0, 2, 4, 5]
    made = encoder.decode(encoder.encode(rows), np.random.default_rng(0)).column("at")
    assert made.type == rows.column("at").type
    assert made.is_null().equals(rows.column("at").is_null())
    (week, weekday, clock), (own_week, own_weekday, own_clock) = (
        parts(rows.column("at")),
        parts(made),
    )
    assert (weekday == own_weekday).all()
    assert (week != own_week).sum() <= 30  # about ten rows at each end go inwards
    assert np.quantile(np.abs(clock - own_clock), 0.99) < HOUR / 4
    assert (own_clock % SECOND == 0).all()


def test_dates_of_few_rows_keep_their_weekday() -> None:
    table = events(3_000).select(["on"])
    encoder = TableEncoder.fit(TableProfile.of(table))
    assert isinstance(encoder.encodings[0], MomentEncoding)
    made = encoder.decode(encoder.encode(batch_of(table)), np.random.default_rng(0)).column("on")
    days, own = (part.cast(pa.int32()).to_numpy() for part in (table["on"], made))
    assert ((days + 3) % 7 == (own + 3) % 7).all()
    assert days.min() <= own.min() and own.max() <= days.max()


def test_what_ranks_keep_stays_a_number() -> None:
    """Dates that enough rows share, and times of one week."""
    rng = np.random.default_rng(1)
    dense = pa.array((19_358 + rng.integers(0, 30, 5_000)).astype(np.int32), pa.date32())
    short = pa.array(19_363 * DAY + rng.integers(0, 3 * DAY, 5_000), pa.timestamp("us"))
    encoder = TableEncoder.fit(TableProfile.of(pa.table({"dense": dense, "short": short})))
    assert all(isinstance(encoding, NumericEncoding) for encoding in encoder.encodings)


def test_the_encoder_survives_json() -> None:
    rows = batch_of(events(5_000))
    encoder = TableEncoder.fit(TableProfile.of(pa.Table.from_batches([rows])))
    again = TableEncoder.from_json(json.loads(encoder.dumps()))
    codes = encoder.encode(rows)
    assert (again.encode(rows) == codes).all()
    made = [one.decode(codes, np.random.default_rng(3)) for one in (encoder, again)]
    assert made[0].equals(made[1])


@pytest.fixture(scope="module")
def fitted() -> Synthesizer:
    training = {"steps": 500}
    return Synthesizer(progress=False, settings=training).fit(events(12_000).drop(["on"]))


def test_synthetic_times_have_the_weekdays_and_the_hours_of_their_shift(
    fitted: Synthesizer,
) -> None:
    made = fitted.sample(10_000)
    assert made["at"].null_count / len(made) == pytest.approx(0.05, abs=0.01)
    assert (np.bincount(parts(made["at"])[1], minlength=7)[5:] == 0).all()  # no weekend
    for shift, late in (("night", 0.99), ("day", 0.02)):
        own = made.filter(pa.compute.equal(made["shift"], shift))["at"]
        hour = parts(own)[2] // HOUR
        assert np.mean((hour >= 21) | (hour < 3)) == pytest.approx(late, abs=0.05)


def test_a_given_time_is_followed_and_one_from_elsewhere_refused(fitted: Synthesizer) -> None:
    made = fitted.sample(50, given={"at": "2024-03-05 23:30:00Z"})
    assert set(made["at"].cast(pa.string()).to_pylist()) == {"2024-03-05 23:30:00.000000Z"}
    with pytest.raises(ValueError, match="'at': 1999-01-01 00:00:00 lies outside"):
        fitted.sample(5, given={"at": "1999-01-01 00:00:00Z"})
