"""A row's noise is its own."""

from __future__ import annotations

import numpy as np

from synth.generators.diffusion.noise import Noise
from tests.synth.generators.diffusion.small import PLACES


def test_more_rows_leave_the_noise_of_the_first_ones() -> None:
    few, many = (Noise.drawn(rows, PLACES, np.random.default_rng(1)) for rows in (4, 900))
    for name in ("order", "uniform", "normal"):
        np.testing.assert_array_equal(getattr(few, name), getattr(many, name)[:4])


def test_orders_are_evenly_many_and_noise_is_normal() -> None:
    noise = Noise.drawn(12_000, PLACES, np.random.default_rng(1))
    assert (np.sort(noise.order, 1) == np.arange(3)).all()
    kinds, counts = np.unique(noise.order, axis=0, return_counts=True)
    assert len(kinds) == 6 and (np.abs(counts - 2000) < 200).all()
    assert noise.normal.shape == (12_000, 1) and noise.normal.dtype == np.float32
    assert abs(noise.normal.mean()) < 0.05 and abs(noise.normal.std() - 1) < 0.05
    assert abs(noise.uniform.mean() - 0.5) < 0.01
