"""Noise that flows in numpy flows as torch has learned it."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.special import ndtr, ndtri

from synth.generators.diffusion.flow_network import FlowNetwork
from synth.generators.diffusion.transport import Transport
from tests.synth.generators.diffusion.small import numpy_of, shaken

SIZES, ROWS = (3, 2, 4), 40
RNG = np.random.default_rng(0)
FIRST = np.stack([RNG.integers(0, size, ROWS) for size in SIZES], 1).astype(np.int32)
NOISE = RNG.standard_normal((ROWS, 2)).astype(np.float32)
ALL = np.ones((ROWS, 2), bool)


def network() -> FlowNetwork:
    torch.manual_seed(0)
    own = shaken(FlowNetwork(SIZES, 2, width=8, layers=2))
    assert isinstance(own, FlowNetwork)
    return own


def transport(steps: int) -> Transport:
    return Transport(numpy_of(network(), "flow"), SIZES, steps)


def test_a_step_is_heuns_step_of_the_learned_velocities() -> None:
    own, first = network(), torch.from_numpy(FIRST.astype(np.int64))
    with torch.no_grad():
        at = torch.from_numpy(NOISE)
        begin = own.velocities(first, at, torch.zeros(ROWS, 1))
        end = own.velocities(first, at + begin, torch.ones(ROWS, 1))
    found = transport(1).positions(FIRST, ALL, NOISE)
    np.testing.assert_allclose(found, ndtr(NOISE + (begin + end).numpy() / 2), atol=1e-4)


def test_more_steps_come_nearer_to_the_flow() -> None:
    exact = transport(200).positions(FIRST, ALL, NOISE)
    errors = [np.abs(transport(n).positions(FIRST, ALL, NOISE) - exact).mean() for n in (2, 8, 32)]
    assert errors[0] > 3 * errors[1] > 9 * errors[2]


def test_what_does_not_move_keeps_its_noise() -> None:
    moving = RNG.random((ROWS, 2)) < 0.5
    found = transport(4).positions(FIRST, moving, NOISE)
    np.testing.assert_allclose(found[~moving], ndtr(NOISE)[~moving])
    assert (np.abs(found - ndtr(NOISE))[moving] > 1e-4).all()


def test_what_is_given_arrives_and_leads_the_others() -> None:
    given = np.zeros((ROWS, 2), bool)
    given[:, 0] = True
    low, high = (
        transport(4).positions(FIRST, ALL, NOISE, given, np.full((ROWS, 2), known, np.float32))
        for known in (0.1, 0.9)
    )
    np.testing.assert_allclose(low[:, 0], 0.1, rtol=1e-5)
    np.testing.assert_allclose(high[:, 0], 0.9, rtol=1e-5)
    assert (np.abs(low - high)[:, 1] > 1e-4).mean() > 0.8


@pytest.mark.parametrize("known", [0.0, 1.0])
def test_ends_are_positions_too(known: float) -> None:
    found = transport(2).positions(FIRST, ALL, NOISE, ALL, np.full((ROWS, 2), known, np.float32))
    assert np.isfinite(ndtri(found)).all()
    np.testing.assert_allclose(found, known, atol=1e-3)
