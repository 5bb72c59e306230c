import numpy as np
import pytest

from synth.statistics.column_state import NumberState
from synth.statistics.entities import ByEntity, Entities, HeldBy, rows_amid, shared_from
from synth.table.schema import Column


def test_so_many_rows_are_never_those_of_fewer_entities() -> None:
    entity = np.repeat(np.arange(6), [50, 7, 7, 3, 1, 1])
    assert Entities.of_rows(entity, 1) == Entities(6, 1, 1)
    assert Entities.of_rows(entity, 2) == Entities(6, 2, 51)
    assert Entities.of_rows(entity, 3) == Entities(6, 3, 58)  # one of the two of 7
    assert Entities.of_rows(entity, 4) == Entities(6, 4, 65)
    assert Entities.of_rows(entity, 99) == Entities(6, 99, len(entity) + 1)  # nothing is enough


def test_rows_that_are_entities_need_no_more_rows() -> None:
    assert Entities.of_rows(np.arange(100), 11).least_rows == 11


def test_a_state_asks_for_rows_until_it_was_counted_by_entities() -> None:
    state = NumberState(Column("x", "int"))
    assert (shared_from(state, 70), rows_amid(state, 70)) == (70, 70)
    state.by_entity = ByEntity(11, 25)
    assert (shared_from(state, 70), rows_amid(state, 70)) == (11, 25)


def pairs(rng: np.random.Generator, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Cells and entities of rows, some entities with most of them."""
    entity = (rng.pareto(0.8, rows) * 3).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return rng.integers(0, 12, rows), entity


def test_entities_of_a_cell_are_distinct_and_no_more_than_asked_for() -> None:
    cells, entity = pairs(np.random.default_rng(0), 400)
    held = HeldBy.nothing(5).joined(cells, entity)
    expected = [min(5, len(np.unique(entity[cells == cell]))) for cell in range(12)]
    assert held.counted(12).tolist() == expected


@pytest.mark.parametrize("seed", range(3))
def test_joining_is_commutative_and_associative(seed: int) -> None:
    rng = np.random.default_rng(seed)
    parts = [pairs(rng, rows) for rows in (0, 30, 200)]

    def joined(order: list[int]) -> tuple[list[int], list[int]]:
        held = HeldBy.nothing(4)
        for place in order:
            held = held.joined(*parts[place])
        return held.cells.tolist(), held.entities.tolist()

    assert joined([0, 1, 2]) == joined([2, 1, 0]) == joined([1, 2, 0])


@pytest.mark.parametrize("seed", range(20))
def test_a_longer_run_of_values_is_of_enough_entities(seed: int) -> None:
    """Beside all runs of whole cells, tried one by one."""
    rng = np.random.default_rng(seed)
    cells, entity = pairs(rng, int(rng.integers(1, 150)))
    held = HeldBy.nothing(4).joined(cells, entity)
    rows = np.bincount(cells, minlength=12)
    few = np.flatnonzero((held.counted(12) < 4) & (rows > 0))
    expected = max(
        (
            rows[few[start:end]].sum()
            for start in range(len(few))
            for end in range(start + 1, len(few) + 1)
            if len(np.unique(entity[np.isin(cells, few[start:end])])) < 4
        ),
        default=0,
    )
    assert held.longest_of_few(rows, whole=True) == expected
    assert held.longest_of_few(rows, whole=False) >= expected


def test_a_run_may_begin_and_end_within_the_cells_beside_it() -> None:
    held = HeldBy.nothing(3).joined(np.array([0, 1, 2, 2, 3]), np.array([7, 8, 8, 9, 5], np.uint64))
    rows = np.array([10, 20, 30, 40])
    assert held.longest_of_few(rows, whole=True) == 50  # cells 1 and 2, of 8 and 9
    assert held.longest_of_few(rows, whole=False) == 100
