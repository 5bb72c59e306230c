"""Intervals are drawn from the values that have no code of their own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from synth.encode import EncoderSettings
from synth.encode.free_points import FEWEST, FreePoints
from synth.encode.numeric import NumericEncoding
from synth.encode.portion import Wanted
from synth.profiling.table_profile import TableProfile
from synth.statistics.column_state import NumberState
from tests.synth.tables import batch_of

SETTINGS = EncoderSettings(min_entities=20)
ROWS = 6_000
FREQUENT = 40  # values that half of the rows have, spread over those of the other half


def encoding_of(values: Any) -> tuple[NumericEncoding, pa.Array]:
    """The encoding of a column ``value``, and the column."""
    table = pa.table({"value": values})
    profile = TableProfile.of(table)
    state = profile["value"]
    assert isinstance(state, NumberState)
    encoding = NumericEncoding.fit(profile.schema["value"], state, SETTINGS, tails=False)
    return encoding, batch_of(table).column("value")


def covered(encoding: NumericEncoding, codes: np.ndarray) -> np.ndarray:
    """bool: rows of cells amid the intervals; a rare value beyond these takes what is nearest."""
    cells = encoding.cells
    inner = np.flatnonzero(~cells.is_atom)
    place = codes[:, 1] if codes.shape[1] > 1 else np.zeros(len(codes), np.int32)
    inside = codes[:, 0] < encoding.levels.groups
    cell = encoding.levels.table()[np.where(inside, codes[:, 0], 0), place]
    lower = cells.lower[cell]
    amid: np.ndarray = (lower >= cells.lower[inner].min()) & (lower < cells.upper[inner].max())
    return amid & inside


def numbers() -> np.ndarray:
    """int64 ``(ROWS,)`` below 1,440: few of them frequent, most of them rare."""
    rng = np.random.default_rng(0)
    often = rng.choice(1_440, FREQUENT, replace=False)
    rare = rng.integers(0, 1_440, ROWS // 2)
    return rng.permutation(np.concatenate([rng.choice(often, ROWS // 2), rare]))


def clock(minutes: np.ndarray) -> np.ndarray:
    """Minutes of a day as 517 for 5:17."""
    times: np.ndarray = minutes // 60 * 100 + minutes % 60
    return times


def with_nulls(values: np.ndarray) -> pa.Array:
    """Every tenth value is missing, as pandas' floats have it."""
    return pa.array(values.astype(np.float64), mask=np.arange(len(values)) % 10 == 0)


KINDS: dict[str, Callable[[np.ndarray], Any]] = {
    "whole": lambda values: values,
    "below_zero": lambda values: values - 700,
    "in_steps": lambda values: values * 25,
    "clock": clock,
    "clock_as_float": lambda values: with_nulls(clock(values)),
    "float_with_nulls": with_nulls,
    "cents": lambda values: np.round(values * 0.01, 2),
    "fives_of_cents": lambda values: np.round(values * 0.05, 2),
    "float32": lambda values: (values * 0.5).astype(np.float32),
    "date": lambda values: pa.array([date(2020, 1, 1) + timedelta(int(day)) for day in values]),
    "timestamp": lambda values: pa.array(values * 3_600_000_000, pa.timestamp("us")),
    "decimal": lambda values: pa.array(np.round(values * 0.01, 2)).cast(pa.decimal128(9, 2)),
    "far_from_zero": lambda values: values + 2**40,
}


@pytest.mark.parametrize("kind", KINDS)
def test_frequent_values_are_drawn_as_often_as_they_are(kind: str) -> None:
    """Those of their own codes alone; what is drawn beside them lies on the same grid."""
    encoding, column = encoding_of(KINDS[kind](numbers()))
    codes = encoding.encode(column)
    drawn = encoding.decode(codes, np.random.default_rng(0))
    before, after = (pd.Series(one.to_pandas()).value_counts() for one in (column, drawn))
    often = before[before >= SETTINGS.min_entities]
    assert len(often) >= FREQUENT and len(before) > 2 * len(often)
    inner = pd.Series(column.to_pandas()).isin(often.index).to_numpy() & covered(encoding, codes)
    inner_values = pd.Series(column.to_pandas())[inner].unique()
    assert len(inner_values) >= FREQUENT - 3
    assert after[inner_values].tolist() == before[inner_values].tolist()
    rare = after.drop(often.index)
    assert rare.sum() > 0.95 * (before.sum() - often.sum())
    assert rare.index.isin(before.index).mean() > 0.8  # they lie on the grid
    assert drawn.type == column.type and drawn.null_count == column.null_count


def test_what_is_drawn_ascends_within_an_interval() -> None:
    """Conditions cut intervals by the numbers that values are drawn with."""
    encoding, _ = encoding_of(numbers())
    uniform = np.linspace(0, 1, 200, endpoint=False)
    atoms = encoding.cells.lower[encoding.cells.is_atom]
    inner = np.flatnonzero(~encoding.cells.is_atom)
    assert len(inner) > 10
    for cell in inner:
        values = encoding.drawn(np.full(len(uniform), cell), uniform)
        lower, upper = encoding.cells.lower[cell], encoding.cells.upper[cell]
        assert (np.diff(values) >= 0).all() and values[0] >= lower and values[-1] < upper
        free = np.setdiff1d(np.arange(lower, upper), atoms)
        if len(free) >= FEWEST:
            assert np.array_equal(np.unique(values), free)


def test_a_wanted_value_inside_an_interval_is_that_of_its_own_code() -> None:
    encoding, column = encoding_of(numbers())
    cells = encoding.cells
    inside = np.flatnonzero(~cells.is_atom)
    atoms = cells.lower[cells.is_atom]
    atom = next(
        value
        for value in atoms.tolist()
        if ((cells.lower[inside] < value) & (value < cells.upper[inside])).any()
    )
    wanted = Wanted(
        lambda values: np.asarray(values) == atom, low=atom, high=atom, is_set=True, is_range=False
    )
    portion = encoding.portion([wanted])
    codes = encoding.encode(column)
    weight = portion.weights[0][0][codes[:, 0]]
    for level, own in enumerate(portion.weights[1:], 1):
        weight = weight * own[codes[:, 0], codes[:, level]]
    assert np.array_equal(weight > 0, np.asarray(column) == atom)
    assert portion.draw is not None
    drawn = portion.draw(codes[weight > 0], np.random.default_rng(0))
    assert set(drawn.to_pylist()) == {atom}


def test_a_range_has_the_share_of_the_free_values() -> None:
    """And what is drawn for it lies inside."""
    encoding, column = encoding_of(numbers())
    wanted = Wanted(lambda values: np.asarray(values) < 505, high=504, is_range=True)
    portion = encoding.portion([wanted])
    codes = encoding.encode(column)
    weight = portion.weights[0][0][codes[:, 0]]
    for level, own in enumerate(portion.weights[1:], 1):
        weight = weight * own[codes[:, 0], codes[:, level]]
    values = np.asarray(column)
    assert abs(weight.sum() - (values < 505).sum()) < 0.01 * ROWS
    assert portion.draw is not None
    drawn = np.asarray(portion.draw(codes[weight > 0], np.random.default_rng(0)))
    assert 495 < drawn.max() <= 504


def test_free_points_are_those_that_are_left() -> None:
    """Against sets, on intervals and points by chance."""
    rng = np.random.default_rng(1)
    for _ in range(50):
        edges = np.sort(rng.choice(400, 9, replace=False)) - 200
        first, end = edges[:-1], edges[1:]
        points = np.sort(rng.choice(np.arange(-220, 220), rng.integers(1, 120), replace=False))
        may = rng.random(8) < 0.8
        found = FreePoints.among(first, end, points, may)
        left = [np.setdiff1d(np.arange(a, b), points) for a, b in zip(first, end, strict=True)]
        known = np.array(
            [
                m and FEWEST <= len(own) < b - a
                for m, own, a, b in zip(may, left, first, end, strict=True)
            ]
        )
        if found is None:
            assert not known.any()
            continue
        assert np.array_equal(found.free > 0, known)
        for cell in np.flatnonzero(known):
            even = (np.arange(len(left[cell])) + 0.5) / len(left[cell])
            assert found.drawn(np.full(len(even), cell), even).tolist() == left[cell].tolist()


def test_an_interval_of_one_other_value_is_drawn_whole() -> None:
    """Else it would be that value: of fewer rows than are shared, since it has no code."""
    ends = np.array([0]), np.array([4])
    assert FreePoints.among(*ends, np.array([0, 1, 3]), np.array([True])) is None
    found = FreePoints.among(*ends, np.array([0, 3]), np.array([True]))
    assert found is not None and found.free.tolist() == [2]


def test_spans_beyond_what_can_be_counted_are_drawn_whole() -> None:
    first, end = np.array([-(2**62), 0]), np.array([0, 2**62])
    assert FreePoints.among(first, end, np.array([-5, 5]), np.array([True, True])) is None
