"""The state of wide decimals tells apart what floats do not, and adds."""

from decimal import Context, Decimal

import numpy as np
import pyarrow as pa

from synth.statistics.column_state import new_state
from synth.statistics.pack import pack, unpack
from synth.statistics.wide_state import WideState
from synth.table.schema import Column

COLUMN = Column("n", "decimal(38,2)")
FAR = 10**30
EXACT = Context(prec=80)  # the default rounds to 28 digits


def array(values: list[int | None]) -> pa.Array:
    made = [None if v is None else Decimal(v).scaleb(-2, EXACT) for v in values]
    return pa.array(made, pa.decimal128(38, 2))


def state(values: list[int | None]) -> WideState:
    found = new_state(COLUMN)
    assert isinstance(found, WideState)
    found.update(array(values))
    return found


def test_neighbours_that_are_one_float_are_counted_apart() -> None:
    found = state([FAR, FAR + 1, FAR + 1, None, 5])
    assert found.exact.counts == {str(FAR): 1, str(FAR + 1): 2, "5": 1}
    assert (found.rows, found.nulls, found.beyond) == (5, 1, 3)
    assert (found.low, found.high) == (5, FAR + 1)
    assert round(found.distinct.estimate()) == 3 and len(found.frequent.values) == 2


def test_states_add_and_equal_themselves_through_bytes() -> None:
    rng = np.random.default_rng(0)
    values = [int(v) * 10**18 for v in rng.integers(-50, 50, 500)]
    left, right, both = state(values[:200]), state(values[200:]), state(values)
    left.merge(right)
    assert (left.exact.counts, left.low, left.high) == (both.exact.counts, both.low, both.high)
    again = WideState.from_fields(COLUMN, unpack(pack(left.to_fields())))
    assert again.exact.counts == left.exact.counts and again.beyond == left.beyond
    assert again.near.frequent.values.tolist() == left.near.frequent.values.tolist()
    empty = state([])
    empty.merge(both)
    assert (empty.low, empty.high, empty.rows) == (both.low, both.high, 500)
    none = WideState.from_fields(COLUMN, unpack(pack(state([None]).to_fields())))
    assert none.low is None and none.nulls == 1
