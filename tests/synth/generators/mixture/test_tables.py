"""Rows are as likely as the tables say, in each class and in all together."""

from __future__ import annotations

import numpy as np

from synth.generators.mixture.tables import normal
from tests.synth.generators.mixture.small import ALL, TABLES, law


def test_rows_are_as_likely_as_the_law_written_out() -> None:
    found = normal(TABLES.log_joint(ALL))[1] + TABLES.log_places(ALL)
    np.testing.assert_allclose(np.exp(found), law(), rtol=1e-5)
    assert np.isneginf(found[law() == 0]).all() and (law() == 0).any()


def test_what_is_not_given_does_not_count() -> None:
    given = np.zeros(ALL.shape, bool)
    given[:, 0] = True
    alike, total = normal(TABLES.log_joint(ALL, given))
    joint = TABLES.shares * TABLES.codes[0][:, ALL[:, 0]].T
    np.testing.assert_allclose(np.exp(total), joint.sum(1), rtol=1e-5)
    np.testing.assert_allclose(alike, joint / joint.sum(1, keepdims=True), rtol=1e-5)


def test_a_row_that_no_class_can_have_has_all_of_them_alike() -> None:
    alike, total = normal(np.full((1, 4), -np.inf, np.float32))
    assert alike.tolist() == [[0.25] * 4] and total.tolist() == [-np.inf]


def test_some_classes_alone_are_of_one_together() -> None:
    some = TABLES.of_classes(np.array([0, 2]))
    np.testing.assert_allclose(some.shares, [5 / 7, 2 / 7])
    np.testing.assert_array_equal(some.codes[3], TABLES.codes[3][[0, 2]])
    np.testing.assert_array_equal(some.codes[2], TABLES.codes[2])  # of groups, not of classes
