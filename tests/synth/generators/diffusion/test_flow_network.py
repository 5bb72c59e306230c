"""Velocities of positions: at rest at first, and of what moves alone."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from synth.generators.diffusion.flow_network import FlowNetwork, PlaceTables
from tests.synth.generators.diffusion.small import CODES, PLACES, fitted, shaken


def network() -> FlowNetwork:
    torch.manual_seed(0)
    return FlowNetwork((3, 2, 4), 2, width=8, layers=1)


def drawn(rows: int) -> list[torch.Tensor]:
    first = torch.zeros(rows, 3, dtype=torch.int64)
    return [first, torch.rand(rows, 2), torch.ones(rows, 2), torch.randn(rows, 2)]


def test_rest_is_as_good_for_positions_that_tell_nothing_as_any() -> None:
    """Half of what a velocity on a quarter of a circle has as its square, at every time."""
    for time in (0.0, 0.5, 1.0):
        losses = network()(*drawn(20_000), torch.full((20_000, 1), time))
        np.testing.assert_allclose(losses.detach(), math.pi**2 / 8, rtol=0.05)


def test_what_does_not_move_neither_counts_nor_is_seen() -> None:
    own = shaken(network())
    first, positions, moving, noise = drawn(50)
    moving[:, 1] = 0
    time = torch.rand(50, 1)
    losses = own(first, positions, moving, noise, time)
    assert losses[1] == 0 < losses[0]
    positions[:, 1], noise[:, 1] = 0.123, 3.0
    torch.testing.assert_close(own(first, positions, moving, noise, time), losses)


@pytest.mark.parametrize("end", [0.0, 1.0])
def test_positions_at_the_ends_have_losses(end: float) -> None:
    first, _, moving, noise = drawn(9)
    found = network()(first, torch.full((9, 2), end), moving, noise, torch.ones(9, 1))
    assert torch.isfinite(found).all()


def test_places_lie_on_a_device_where_they_lie_in_the_tables() -> None:
    codes = torch.from_numpy(CODES[:200].astype(np.int64))
    first = codes[:, list(PLACES.first)]
    tables = PlaceTables(PLACES)
    begin, width = PLACES.intervals(CODES[:200])
    low, moving = tables(first, codes, torch.zeros(200, 1))
    high, _ = tables(first, codes, torch.ones(200, 1))
    np.testing.assert_allclose(low, begin, atol=1e-6)
    np.testing.assert_allclose(high, begin + width, atol=1e-6)
    np.testing.assert_array_equal(moving.bool(), PLACES.moving(first.numpy()))
    assert not tables.state_dict()  # a model has them once, elsewhere
    assert "places.0" in fitted().save().tensors
