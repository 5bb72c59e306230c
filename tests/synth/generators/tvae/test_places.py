"""Places have the probabilities of their intervals."""

from __future__ import annotations

import numpy as np
import torch

from synth.generators.tvae.decoder import positions_of
from synth.generators.tvae.places import Places, log_mass, middles
from tests.synth.generators.tvae.small import positions, rows


def groups(places: int = 4) -> torch.Tensor:
    """Every place of groups 0 and 1, and the one of group 2."""
    codes = [(0, group, place, 0) for group in range(2) for place in range(places)]
    return torch.tensor([*codes, (0, 2, 0, 0)])


def test_a_density_that_knows_nothing_gives_the_margins() -> None:
    begin, end, varies = Places(positions())(groups())
    found = log_mass(torch.zeros(9, 2), begin, end).exp()[:, 0].numpy()
    np.testing.assert_allclose(found[:8].reshape(2, 4), positions().shares[0][:2], atol=2e-6)
    assert varies[:, 0].tolist() == [1] * 8 + [0]
    middle = middles(begin, end, varies)[:, 0].numpy()
    assert (np.diff(middle[:4]) > 0).all() and abs(middle[:8]).max() < 1 and middle[8] == 0


def test_drawn_positions_come_as_often_as_their_places_are_likely() -> None:
    known, own = positions(), np.array([[0.7, -0.6]], np.float32)
    begin, end, _ = Places(known)(groups())
    likely = log_mass(torch.from_numpy(own).expand(9, 2), begin, end).exp()[:4, 0].numpy()
    assert likely.sum() == np.float32(likely.sum()) and abs(likely.sum() - 1) < 1e-5
    uniform = np.random.default_rng(0).random((40_000, 1))
    drawn = positions_of(np.repeat(own, 40_000, 0), uniform)
    codes = known.codes(np.zeros((40_000, 3), int), drawn)[:, 2]
    np.testing.assert_allclose(np.bincount(codes, minlength=4) / 40_000, likely, atol=0.01)


def test_extremes_are_finite() -> None:
    begin, end, _ = Places(positions())(torch.from_numpy(rows(50).astype(np.int64)))
    for location, log_scale in ((30.0, -9.0), (-30.0, 9.0), (0.0, -9.0)):
        places = torch.tensor([[location, log_scale]]).expand(50, 2).requires_grad_()
        found = log_mass(places, begin, end)
        assert torch.isfinite(found).all() and (found <= 0).all()
        (slope,) = torch.autograd.grad(found.sum(), places)
        assert torch.isfinite(slope).all()
    ends = positions_of(np.array([[9.0, 9.0]], np.float32), np.array([[0.0]]))
    assert ends == 0.0
