"""Margins of what is drawn become those of the train part, as far as these are known."""

from __future__ import annotations

import numpy as np
import torch

from synth.generators.diffusion.calibration import BIAS, calibrated
from synth.generators.diffusion.masked_network import MaskedNetwork
from synth.generators.diffusion.noise import Noise
from synth.generators.diffusion.unmasking import Unmasking
from tests.synth.generators.diffusion.small import CODES, PLACES, numpy_of, shaken

SIZES = PLACES.cardinalities
COUNTS = [np.bincount(own, minlength=size) for own, size in zip(CODES.T, (3, 2, 3, 4), strict=True)]


def weights() -> dict[str, np.ndarray]:
    torch.manual_seed(0)
    starts = [np.zeros(size, np.float32) for size in SIZES]
    return numpy_of(shaken(MaskedNetwork(SIZES, starts, width=8, layers=1, dropout=0.0)), "masked")


def errors(own: dict[str, np.ndarray]) -> list[float]:
    """How far each column's margin is from the train part's."""
    noise = Noise.drawn(30_000, PLACES, np.random.default_rng(1))
    masked = np.tile(np.array(SIZES, np.int32), (30_000, 1))
    drawn = Unmasking(own, SIZES, 3).draw(masked, noise.order, noise.uniform)
    pairs = zip(drawn.T, SIZES, strict=True)
    shares = [np.bincount(codes, minlength=k) / 30_000 for codes, k in pairs]
    wanted = [COUNTS[place] / len(CODES) for place in PLACES.first]
    return [float(np.abs(a - b).sum() / 2) for a, b in zip(shares, wanted, strict=True)]


def test_margins_are_met_and_nothing_but_the_biases_moves() -> None:
    own = weights()
    found = calibrated(own, PLACES, COUNTS, 3, np.random.default_rng(0))
    assert max(errors(own)) > 0.3 and max(errors(found)) < 0.07
    assert all((found[name] == own[name]).all() for name in own if name != BIAS)


def test_what_few_rows_show_moves_little() -> None:
    own = weights()
    few = [count * (10 / count.sum()) for count in COUNTS]
    found = calibrated(own, PLACES, few, 3, np.random.default_rng(0))
    assert np.abs(found[BIAS] - own[BIAS]).max() < 0.1
