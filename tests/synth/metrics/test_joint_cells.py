"""Rows are counted in the cells of several columns, however many there are."""

from __future__ import annotations

import numpy as np
import pytest

from synth.metrics.joint_cells import JointCells


@pytest.mark.parametrize(
    ("largest", "kind"),
    [((), np.int16), ((181, 181), np.int16), ((182, 182), np.int32), ((5, 7, 936), np.int16)],
)
def test_cells_are_counted_in_integers_that_hold_the_last(
    largest: tuple[int, ...], kind: type
) -> None:
    shapes = [(3, 2), largest] if largest else [(3, 2)]
    joint = JointCells(shapes)
    assert joint.kind is kind
    for shape in (*shapes, *shapes):  # the room of one is used by the next
        last = np.array([[size - 1 for size in shape]] * 2 + [[0] * len(shape)])
        found = joint.count(list(last.T.astype(kind)), shape)
        assert found.shape == shape
        assert (found[(-1,) * len(shape)], found[(0,) * len(shape)], found.sum()) == (2, 1, 3)


def test_no_shape_overflows_its_integers() -> None:
    assert JointCells([]).kind is JointCells([(32_767,)]).kind is np.int16
    assert JointCells([(32_768,), (4,)]).kind is JointCells([(46_000, 46_000)]).kind is np.int32
    assert JointCells([(47_000, 47_000)]).kind is np.int64


def test_more_rows_and_fewer_follow_one_another() -> None:
    rng = np.random.default_rng(2)
    joint = JointCells([(4, 3)])
    for rows in (7, 1_000, 0, 7):
        first, other = (rng.integers(0, size, rows).astype(joint.kind) for size in (4, 3))
        expected = np.zeros((4, 3), np.int64)
        np.add.at(expected, (first, other), 1)
        np.testing.assert_array_equal(joint.count([first, other], (4, 3)), expected)
