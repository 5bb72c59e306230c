"""Given codes are drawn as often as they weigh, each in its own column."""

from __future__ import annotations

import numpy as np

from synth.generators.ctgan.given import given_codes, given_columns, reach_of


def test_a_column_of_one_code_is_not_given_unless_there_is_no_other() -> None:
    assert given_columns((3, 1, 2)).tolist() == [0, 2]
    assert given_columns((1, 1)).tolist() == [0, 1]


def test_codes_come_by_their_weight_from_the_column_that_is_asked_for() -> None:
    reach = reach_of([np.array([1.0, 0.0, 3.0]), np.array([0, 0]), np.array([0.0, 5.0])])
    uniform = (np.arange(1000) + 0.5) / 1000
    found = [given_codes(reach, np.full(1000, column), uniform) for column in range(3)]
    assert np.bincount(found[0], minlength=7).tolist() == [250, 0, 750, 0, 0, 0, 0]
    assert np.bincount(found[1], minlength=7).tolist() == [0, 0, 0, 500, 500, 0, 0]
    assert np.bincount(found[2], minlength=7).tolist() == [0, 0, 0, 0, 0, 0, 1000]


def test_the_largest_uniform_number_stays_in_its_column() -> None:
    reach = reach_of([np.full(7, 1 / 7), np.ones(2)])
    assert given_codes(reach, np.zeros(1, int), np.array([1.0])).tolist() == [6]
