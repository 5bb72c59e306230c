"""Numpy's part of the networks by itself; that it is torch's is tested with torch's."""

from __future__ import annotations

import numpy as np

from synth.generators import dense


def test_softmax_of_large_logits_is_finite() -> None:
    found = dense.softmax(np.array([[1e4, 0.0], [-1e4, -1e4]], np.float32))
    np.testing.assert_allclose(found, [[1, 0], [0.5, 0.5]])


def test_silu_of_large_values_is_finite() -> None:
    found = dense.silu(np.array([-1e4, 0, 1, 1e4], np.float32))
    np.testing.assert_allclose(found, [0, 0, 1 / (1 + np.exp(-1)), 1e4], rtol=1e-6)


def test_a_row_is_normed_by_itself() -> None:
    weights = {"own.weight": np.ones(3, np.float32), "own.bias": np.zeros(3, np.float32)}
    values = np.array([[1, 2, 3], [10, 20, 30]], np.float32)
    both = dense.normed(weights, "own", values)
    np.testing.assert_allclose(both[0], both[1], atol=1e-4)
    np.testing.assert_array_equal(both[:1], dense.normed(weights, "own", values[:1]))
