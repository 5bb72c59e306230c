import numpy as np
import pyarrow as pa

from synth.statistics.column_state import NumberState
from synth.statistics.entities import ByEntity
from synth.statistics.spread import spread
from synth.table.schema import Column


def state_of(values: list[float | None]) -> NumberState:
    state = NumberState(Column("x", "double"))
    state.update(pa.array(values, pa.float64()))
    return state


def test_values_are_distinct_finite_and_ascending_with_their_rows() -> None:
    values, rows = spread(state_of([3.0, 1.0, None, 3.0, float("inf"), float("nan"), 2.0]))
    assert values.tolist() == [1.0, 2.0, 3.0]
    assert rows.tolist() == [1, 1, 2]


def test_a_value_of_few_entities_has_no_more_rows_than_entities() -> None:
    state = state_of([1.0] * 50 + [2.0] * 50)
    state.frequent.counts = np.array([2, 50])
    assert spread(state)[1].tolist() == [50, 50]
    state.by_entity = ByEntity(3, 3)
    assert spread(state)[1].tolist() == [2, 50]


def test_nothing_is_spread_where_nothing_is() -> None:
    state = state_of([None])
    state.by_entity = ByEntity(3, 3)
    assert [len(part) for part in spread(state)] == [0, 0]
