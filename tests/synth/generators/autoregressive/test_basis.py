"""The smooth functions of a code's rank, checked by hand."""

import numpy as np

from synth.generators.autoregressive.basis import WAVES, WIDTH, basis_of


def test_one_code_stands_in_the_middle() -> None:
    basis = basis_of((0.5,))
    assert basis.dtype == np.float32 and basis.shape == (1, WIDTH)
    # normal score, position, cosines of 1 to 20 quarter turns
    np.testing.assert_allclose(basis[0], [0, 0, *[0, -1, 0, 1] * 5], atol=1e-6)


def test_the_score_follows_the_mass_and_the_position_the_order() -> None:
    basis = basis_of((0.9, None, 0.1, 0.8))
    np.testing.assert_allclose(basis[:, 0], [1.28155, 0, -1.28155, 0.84162], atol=1e-4)
    np.testing.assert_allclose(basis[:, 1], [2 / 3, 0, -2 / 3, 0], atol=1e-6)
    np.testing.assert_allclose(basis[2, 2:], np.cos(np.pi * np.arange(1, WAVES + 1) / 6), atol=1e-6)


def test_codes_without_a_rank_have_no_smooth_part() -> None:
    assert not basis_of((None, 0.3, None))[[0, 2]].any()
    assert not basis_of((None, None)).any()


def test_the_ends_stay_finite() -> None:
    np.testing.assert_allclose(basis_of((0.0, 1.0))[:, 0], [-3.09023, 3.09023], atol=1e-4)
