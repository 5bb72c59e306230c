"""Clock times are recognised, and their cells are made in minutes."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from synth.encode import EncoderSettings
from synth.encode.cells import Cells
from synth.encode.clock import clock_cells, clock_grid, clock_levels, minutes_of, time_of
from synth.encode.numeric import NumericEncoding
from synth.profiling.table_profile import TableProfile
from synth.statistics.column_state import NumberState
from tests.synth.tables import batch_of

LEAST = 11
FULL_HOURS, MORNING, EVENING = np.arange(6, 23) * 60, 6 * 60, 22 * 60


def timetable(rows: int = 20_000) -> np.ndarray:
    """int64 minutes: half of the rows at full hours and at a minute to, the others anywhere."""
    rng = np.random.default_rng(0)
    often = np.concatenate([FULL_HOURS, FULL_HOURS[1:] - 1])
    rare = rng.integers(MORNING, EVENING, rows // 4)
    rare = rare[rng.random(len(rare)) < 0.5]
    return rng.permutation(np.concatenate([rng.choice(often, rows - len(rare)), rare]))


def state_of(values: np.ndarray) -> NumberState:
    state = TableProfile.of(pa.table({"time": values}))["time"]
    assert isinstance(state, NumberState)
    return state


def test_minutes_and_times_of_a_day_are_told_from_each_other() -> None:
    minutes = np.arange(24 * 60)
    times = time_of(minutes)
    assert times[[0, 59, 60, 719, 1439]].tolist() == [0, 59, 100, 1159, 2359]
    assert minutes_of(times).tolist() == minutes.tolist()
    assert minutes_of(np.array([1275, 2360])).tolist() == [780, 1440]


@pytest.mark.parametrize("step", [1, 5, 15])
def test_the_grid_is_that_of_the_minutes(step: int) -> None:
    minutes = np.random.default_rng(0).integers(0, 24 * 60 // step, 4_000) * step
    assert clock_grid(state_of(time_of(minutes)), LEAST) == step
    assert clock_grid(state_of(np.arange(4_000) % 2_000), LEAST) == 0
    assert clock_grid(state_of(minutes + 60), LEAST) == 0


@pytest.mark.parametrize("kind", [np.int64, np.float64])
def test_an_interval_goes_on_beyond_the_full_hour(kind: type) -> None:
    """As numbers they have a gap between :59 and :00, which is none."""
    state = state_of(time_of(timetable()).astype(kind))
    cells = clock_cells(state, EncoderSettings(min_entities=LEAST), 1)
    assert cells.lower.dtype == kind
    inner = ~cells.is_atom
    assert np.array_equal(cells.lower[inner][1:], cells.upper[inner][:-1])
    assert np.all(cells.lower % 100 < 60) and np.all(cells.upper % 100 < 60)
    assert cells.counts.sum() == state.count


def test_rare_times_beside_a_full_hour_are_not_coded_as_it() -> None:
    minutes = timetable()
    table = pa.table({"time": time_of(minutes)})
    profile = TableProfile.of(table)
    state = profile["time"]
    assert isinstance(state, NumberState)
    encoding = NumericEncoding.fit(
        profile.schema["time"], state, EncoderSettings(min_entities=LEAST)
    )
    codes = encoding.encode(batch_of(table).column("time"))
    made = minutes_of(encoding.decode(codes, np.random.default_rng(0)).to_numpy())
    values, rows = np.unique(minutes, return_counts=True)
    often = values[rows >= LEAST]
    amid = often[(often > MORNING + 5) & (often < EVENING - 5)]
    assert len(amid) >= 30
    for value in amid.tolist():
        assert (made == value).sum() == (minutes == value).sum(), value
    rare = ~np.isin(minutes, often) & (minutes > MORNING + 5) & (minutes < EVENING - 5)
    assert rare.sum() > 1_000
    assert not np.isin(made[rare], often).any()


@pytest.mark.parametrize("direct", [16, 2048])
def test_infinite_values_of_many_rows_keep_their_codes(direct: int) -> None:
    times = time_of(timetable()).astype(np.float64)
    times[:50], times[50:90] = np.inf, -np.inf
    table = pa.table({"time": times})
    profile = TableProfile.of(table)
    state = profile["time"]
    assert isinstance(state, NumberState)
    settings = EncoderSettings(min_entities=LEAST, direct=direct)
    with np.errstate(all="raise"):
        encoding = NumericEncoding.fit(profile.schema["time"], state, settings)
        codes = encoding.encode(batch_of(table).column("time"))
        made = encoding.decode(codes, np.random.default_rng(0)).to_numpy()
    assert encoding.clock_step == 1 and (encoding.levels.places == 1) == (direct > 1_000)
    assert np.array_equal(np.isposinf(made), np.isposinf(times))
    assert np.array_equal(np.isneginf(made), np.isneginf(times))
    assert np.all(made[np.isfinite(made)] % 100 < 60)
    assert np.all(np.diff(encoding.cells.lower) >= 0)


def test_what_is_no_time_is_in_no_cell_and_nothing_is_drawn_beyond_the_last() -> None:
    times = time_of(timetable())
    times[: LEAST - 1] = 9_999
    cells = clock_cells(state_of(times), EncoderSettings(min_entities=LEAST), 1)
    assert cells.upper.max() <= 2200 and cells.counts.sum() == len(times) - (LEAST - 1)


@pytest.mark.parametrize("kind", [np.int64, np.float64])
def test_a_time_is_coded_as_its_hour_and_its_minute(kind: type) -> None:
    times = time_of(timetable()).astype(kind)
    table = pa.table({"time": times})
    profile = TableProfile.of(table)
    state = profile["time"]
    assert isinstance(state, NumberState)
    encoding = NumericEncoding.fit(
        profile.schema["time"], state, EncoderSettings(min_entities=LEAST, direct=16)
    )
    assert [sub.cardinality for sub in encoding.sub_columns] == [17, 60]
    codes = encoding.encode(batch_of(table).column("time"))
    minutes = minutes_of(times.astype(np.int64))
    values, rows = np.unique(minutes, return_counts=True)
    often = np.isin(minutes, values[rows >= LEAST])
    assert np.array_equal(codes[often, 0], minutes[often] // 60 - 6)
    assert np.array_equal(codes[often, 1], minutes[often] % 60)
    assert encoding.model_format == 10
    again = NumericEncoding.from_json(encoding.column, encoding.to_json())
    made = again.decode(codes, np.random.default_rng(0)).to_numpy()
    assert np.array_equal(made[often], times[often])
    assert np.array_equal(again.encode(pa.array(made)), codes)


def test_a_minute_that_no_time_of_an_hour_has_is_another_of_the_hour() -> None:
    """A network may draw it: codes of two levels come one after the other."""
    cells = clock_cells(state_of(time_of(timetable())), EncoderSettings(min_entities=LEAST), 1)
    levels = clock_levels(cells, EncoderSettings(direct=16), 1)
    table = levels.table()
    assert table.shape == (levels.groups, levels.places)
    assert len(np.unique(np.stack([levels.group, levels.place]), axis=1).T) == len(cells.lower)
    assert np.array_equal(table[levels.group, levels.place], np.arange(len(cells.lower)))
    for group in range(levels.groups):
        assert (levels.group[table[group]] == group).all()


def test_intervals_of_no_time_of_their_own_come_after_the_minutes() -> None:
    """Edges are round: such an interval may lie amid frequent times alone."""
    cells = Cells(
        np.array([600, 600, 601, 602, 615]),
        np.array([600, 602, 601, 620, 615]),
        np.array([40, 12, 40, 30, 40]),
    )
    levels = clock_levels(cells, EncoderSettings(direct=2), 1)
    assert levels.group.tolist() == [0] * 5
    assert levels.place.tolist() == [0, 60, 1, 2, 15]
    assert np.array_equal(levels.table()[0, levels.place], np.arange(5))


def test_few_times_are_coded_one_by_one() -> None:
    times = np.array([900, 1000, 1015, 1100])
    cells = Cells(times, times, np.full(4, 20))
    levels = clock_levels(cells, EncoderSettings(), 15)
    assert levels.places == 1 and levels.group.tolist() == [0, 1, 2, 3]
