"""Which sub-columns a head sees directly, checked by hand."""

import numpy as np
import pytest

from synth.generators.autoregressive.relations import Relations
from synth.generators.autoregressive.wiring import PARENTS, RANK, WIDTH, wire

NONE = (None,) * 4
ASSOCIATION = np.array(
    [[0, 1, 5, 2], [1, 0, 3, 4], [5, 3, 0, 0], [2, 4, 0, 0]], float
)  # of 3: most with 1


def related(*parents: tuple[int, ...]) -> Relations:
    return Relations(ASSOCIATION, (False,) * 4, parents, ((),) * 4)


def test_those_that_predict_best_together_come_first_then_the_most_associated() -> None:
    relations = related((), (0,), (1,), (2, 0))
    assert wire(relations, NONE, parents=2).parents.tolist() == [[0, 0], [0, 1], [0, 1], [0, 2]]
    assert wire(relations, NONE, parents=1).parents.tolist() == [[0], [0], [1], [2]]
    fewer = related((), (0,), (1,), (2,))
    assert wire(fewer, NONE, parents=2).parents[3].tolist() == [1, 2]


def test_who_has_fewer_parents_is_its_own() -> None:
    wiring = wire(related((), (), (), ()), NONE, parents=9)
    assert wiring.parents.tolist() == [[0, 0, 0], [0, 1, 1], [0, 1, 2], [0, 1, 2]]
    alone = wire(Relations(np.zeros((1, 1)), (False,), ((),), ((),)), (None,))
    assert alone.parents.tolist() == [[0]]


@pytest.mark.parametrize(("group", "expected"), [(None, [0, 1]), (2, [1, 2])])
def test_in_any_order_all_others_count_and_the_group_before_them(
    group: int | None, expected: list[int]
) -> None:
    wiring = wire(related((), (0,), (1,), (2, 0)), (*NONE[:3], group), flexible=True, parents=2)
    assert wiring.flexible
    assert wiring.parents.tolist() == [[2, 3], [2, 3], [0, 1], expected]


def test_sizes_are_the_networks() -> None:
    wiring = wire(related((), (), (), ()), NONE)
    assert (wiring.width, wiring.rank, wiring.flexible) == (WIDTH, RANK, False)
    assert wiring.parents.shape == (4, min(PARENTS, 3))
    assert wire(related((), (), (), ()), NONE, rank=5).rank == 5
