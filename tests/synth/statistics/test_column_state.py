"""What is known of a column after one scan: checked by hand, against numpy, and by the law."""

from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from synth.statistics.column_state import (
    FULL_PRECISION,
    NO_GRID,
    ColumnState,
    MomentState,
    NumberState,
    TextState,
    new_state,
)
from synth.statistics.pack import pack, unpack
from synth.table.schema import Column

HOUR, DAY = 3_600_000_000, 86_400_000_000


def state_of(values: Any, type_: str) -> Any:
    state: Any = new_state(Column("c", type_))
    state.update(pa.array(values, state.column.arrow_type))
    return state


def numbers(values: Any, type_: str = "double") -> NumberState:
    state: NumberState = state_of(values, type_)
    return state


@pytest.mark.parametrize(
    ("type_", "kind"),
    [
        ("int", NumberState),
        ("decimal(8,2)", NumberState),
        ("double", NumberState),
        ("date", MomentState),
        ("timestamp_ntz", MomentState),
        ("string", TextState),
        ("boolean", TextState),
    ],
)
def test_the_type_decides_on_the_kind_of_state(type_: str, kind: type) -> None:
    assert type(new_state(Column("c", type_))) is kind


def test_a_type_that_cannot_be_synthesised_is_refused() -> None:
    with pytest.raises(ValueError, match="type 'binary' is not supported"):
        new_state(Column("c", "binary"))


def test_counts_by_hand() -> None:
    state = numbers([1.5, None, np.nan, 1.5, np.inf, -0.0, 0.0])
    assert (state.rows, state.nulls, state.nans, state.count, state.finite) == (7, 1, 1, 5, 4)
    held = dict(zip(state.frequent.values.tolist(), state.frequent.counts.tolist(), strict=True))
    assert held == {0.0: 2, 1.5: 2, np.inf: 1}  # both zeros are one value
    texts: TextState = state_of(["a", None, "B1", "a"], "string")
    assert (texts.rows, texts.nulls, texts.count) == (4, 1, 3)
    assert texts.frequent.counts == {"a": 2, "B1": 1}
    assert texts.shapes.counts == {"a": 2, "A9": 1}
    assert state_of([True, None, False, True], "boolean").frequent.counts == {"true": 2, "false": 1}


def test_the_grid_is_the_greatest_common_step_or_the_digits_after_the_point() -> None:
    assert numbers([15, 45, -30], "int").step == 15
    assert numbers([1.25, 3.5, 7.0]).decimals == 2
    assert numbers([1.25, 3.5, 7.0]).step == 25  # hundredths
    assert numbers([75.0, None, 50.0, np.inf, np.nan]).step == 25
    assert numbers([0.0, 0.0]).step == 0 and numbers([0.1, 1 / 3]).step == NO_GRID
    assert numbers(np.random.default_rng(6).normal(size=100)).decimals == FULL_PRECISION
    days = [datetime(2024, 1, day, 12) for day in range(1, 20)]
    assert numbers(days, "timestamp_ntz").step == 12 * HOUR


@pytest.mark.parametrize("first", [-(2**63), -3, 0, 2**63 - 51])
@pytest.mark.parametrize("rows", [1, 30, 49, 50, 51, 5_000])  # few are sorted, many counted
def test_whole_numbers_are_told_alike_however_they_are_put_in_order(first: int, rows: int) -> None:
    values = np.random.default_rng(rows).integers(0, 51, rows, dtype=np.int64) + first
    state = numbers(values, "bigint")
    unique, counts = np.unique(values, return_counts=True)
    np.testing.assert_array_equal(state.frequent.values, unique)
    np.testing.assert_array_equal(state.frequent.counts, counts)
    np.testing.assert_array_equal(
        state.quantiles.items()[0], np.sort(values.astype(np.float64))[: 2 * 4096]
    )
    assert (state.rows, state.finite) == (rows, rows)


def test_huge_whole_numbers_do_not_hide_the_grid_of_the_others() -> None:
    """The largest float stands for "unknown" in many a lake."""
    prices = np.round(np.random.default_rng(0).uniform(0, 90, 500), 2)
    prices[:20] = np.finfo(np.float64).max
    assert numbers(prices).decimals == 2


def test_moments_are_those_of_numpy() -> None:
    ages = np.random.default_rng(7).integers(18, 90, 4000)
    state = numbers(ages, "int")
    assert state.mean == pytest.approx(ages.mean())
    assert state.deviation == pytest.approx(ages.std())


def test_the_mean_is_that_of_the_finite_values() -> None:
    """Infinities have no part in it, and those that stand for "unknown" do not overflow it."""
    most = np.finfo(np.float64).max
    state = numbers([np.inf, -np.inf, 2.0])
    parts = ([np.nan, 4.0], [np.inf], [most, most, -most, -most])
    for part, mean in zip(parts, (3.0, 3.0, 1.0), strict=True):
        state.merge(numbers(part))
        assert state.mean == pytest.approx(mean)
    assert state.deviation == np.inf
    assert state.finite == 6


def facts(state: ColumnState) -> dict[str, Any]:
    """All that a state holds but its moments, whose last digit depends on the order of sums."""
    return {
        name: value.tolist() if isinstance(value, np.ndarray) else value
        for name, value in state.to_fields().items()
        if not name.endswith("moments")
    }


RNG = np.random.default_rng(3)
COLUMNS = {
    "bigint": [int(v) if v % 7 else None for v in RNG.integers(0, 90, 300)],
    "double": np.where(RNG.random(300) < 0.1, np.nan, RNG.normal(size=300).round(1)).tolist(),
    "date": [int(v) if v % 5 else None for v in RNG.integers(19_000, 19_400, 300)],
    "timestamp": [int(v) * HOUR for v in RNG.integers(0, 9_000, 300)],
    "string": [f"{v % 9}-{v % 4}" if v % 6 else None for v in RNG.integers(0, 900, 300)],
}


@pytest.mark.parametrize("type_", COLUMNS)
def test_states_of_parts_add_and_survive_their_bytes(type_: str) -> None:
    values = COLUMNS[type_]
    whole, left, right = (state_of(part, type_) for part in (values, values[:110], values[110:]))
    again = type(right).from_fields(right.column, unpack(pack(right.to_fields())))
    left.merge(again)
    found, wanted = facts(left), facts(whole)
    if type_ == "string":  # the same values, in the order in which they came
        for state in (found, wanted):
            for names, counts in (("values", "counts"), ("shapes", "shape_counts")):
                state[names], state[counts] = zip(
                    *sorted(zip(state[names], state[counts], strict=True)), strict=True
                )
    assert found == wanted
    if isinstance(whole, NumberState):
        assert (left.mean, left.deviation) == pytest.approx((whole.mean, whole.deviation))


def test_a_moment_has_the_states_of_its_week_and_of_its_time_of_day() -> None:
    monday = 4 * DAY  # 5 January 1970
    state = state_of([monday, monday + 6 * DAY + HOUR, None, monday + 7 * DAY], "timestamp")
    assert dict(zip(state.week.frequent.values, state.week.frequent.counts, strict=True)) == {
        1: 2,
        2: 1,
    }
    assert state.week.nulls == 1
    assert state.clock.frequent.values.tolist() == [0, HOUR]
    assert state.clock.step == HOUR


def test_texts_in_a_dictionary_are_counted_as_texts() -> None:
    texts = pa.array(["a", None, "b", "a", "x-1", "y-2"])
    coded = pa.concat_arrays([pa.array(["unused"]), texts]).dictionary_encode()[1:]
    plain, other = TextState(Column("t", "string")), TextState(Column("t", "string"))
    plain.update(texts)
    other.update(coded)
    assert other.frequent.counts == plain.frequent.counts
    assert other.shapes.counts == plain.shapes.counts
    assert (other.rows, other.nulls) == (plain.rows, plain.nulls)
    assert other.distinct.smallest.tolist() == plain.distinct.smallest.tolist()


@pytest.mark.parametrize(
    ("parts", "step", "decimals"),
    [
        ([[50.0, 100.0], [75.0]], 25, 0),
        ([[0.5, 2.0], [0.25], [8.0]], 25, 2),
        ([[10.0], [0.05]], 5, 2),
        ([[0.0], [], [30.0]], 30, 0),
        ([[5.0], [1 / 3]], NO_GRID, FULL_PRECISION),
        ([[5e17], [2.5e17]], 250_000_000_000_000_000, 0),
        ([[5e300], [5.0], [0.5]], NO_GRID, 1),
        ([[0.05], [1e15]], 5, 2),
        ([[1e7 + 0.5], [0.25]], NO_GRID, 2),
    ],
)
def test_the_grid_of_floats_adds_up_in_any_order(
    parts: list[list[float]], step: int, decimals: int
) -> None:
    for order in (parts, parts[::-1]):
        total = numbers(order[0])
        for part in order[1:]:
            more = numbers(part)
            kept = NumberState.from_fields(more.column, unpack(pack(more.to_fields())))
            total.merge(kept)
        assert (total.step, total.decimals) == (step, decimals), order
    whole = numbers([value for part in parts for value in part])
    assert (whole.step, whole.decimals) == (step, decimals)


def test_a_state_of_an_earlier_version_knows_no_grid_of_floats() -> None:
    fields = numbers([5.0, 10.0]).to_fields()
    fields["numbers"][3] = 0
    state = NumberState.from_fields(Column("c", "double"), fields)
    state.merge(numbers([50.0]))
    assert state.step == NO_GRID
