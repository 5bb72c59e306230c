"""The ratio tells generated rows from the table's, and rows taken by it are nearer to the table."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import torch

from synth.generators.ctgan.calibration import raked
from synth.generators.ctgan.generator import CtganGenerator
from synth.generators.ctgan.pool import Pool
from synth.generators.ctgan.ratio import RatioFit, RatioNetwork
from tests.synth.generators.ctgan.small import positions, rows, task
from tests.synth.generators.ctgan.test_generator import CODES, PLACES, generator


@cache
def learned() -> tuple[CtganGenerator, float]:
    """The untrained generator with a ratio, and its loss."""
    whole = task(rows(4000), rows(1000, 1), candidates=32, ratio_steps=250)
    pool = Pool(rows(4000), PLACES, "cpu", log_frequency=True)
    found = RatioFit(whole, generator(), pool).run()
    return found, whole.progress.facts["ratio_loss"]


def agreement(codes: np.ndarray) -> float:
    return float(np.mean(codes[:, 0] == codes[:, 3]))


def test_rows_that_are_too_rare_are_taken_more_often() -> None:
    own = generator()
    found, loss = learned()
    assert loss < math.log(2) - 0.05
    before, after = (agreement(one.sample(8000, np.random.default_rng(1))) for one in (own, found))
    assert before < 0.7 and after > 0.85  # it is .987


def test_margins_are_those_of_the_table_after_raking() -> None:
    found, _ = learned()
    fresh, off = rows(20_000, 5), []
    for own in (found, raked(found, 0, 10)):
        made = own.sample(10_000, np.random.default_rng(1))
        margins = [
            np.bincount(one[:, place], minlength=3) / len(one)
            for place in (0, 1, 3)
            for one in (made, fresh)
        ]
        off.append(np.abs(np.subtract(margins[::2], margins[1::2])).max())
    assert off[1] < 0.02 < off[0]


def test_a_row_depends_on_its_own_noise_only_and_is_saved() -> None:
    found, _ = learned()
    whole = found.sample(300, np.random.default_rng(3))
    np.testing.assert_array_equal(found.sample(40, np.random.default_rng(3)), whole[:40])
    again = CtganGenerator.load(found.save())
    np.testing.assert_array_equal(again.sample(300, np.random.default_rng(3)), whole)


def test_the_ratio_in_numpy_is_that_of_torch() -> None:
    torch.manual_seed(0)
    network = RatioNetwork(PLACES.cardinalities, 1, 8).eval()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.2)
    weights = {f"ratio.{name}": own.numpy() for name, own in network.state_dict().items()}
    base = generator()
    own = CtganGenerator(PLACES, base.frequencies, {**base.weights, **weights}, 4)
    first, at = own.candidate_rows(50, np.random.default_rng(0))
    moving = torch.from_numpy((2 * at - 1) * PLACES.moving(first)).float()
    wanted = network(torch.from_numpy(first).long(), moving).detach()
    np.testing.assert_allclose(own.log_ratios(first, at), wanted, rtol=1e-4, atol=1e-5)


def test_a_generator_that_is_right_is_left_as_it_is() -> None:
    """Rows of the generator stand for the table: nothing tells them apart."""
    own = generator()
    codes = own.sample(9000, np.random.default_rng(9))
    whole = task(codes[:6000], codes[6000:], candidates=8, ratio_steps=100)
    places = positions(CODES)
    found = RatioFit(whole, own, Pool(codes[:6000], places, "cpu", log_frequency=True)).run()
    assert whole.progress.facts["ratio_loss"] > math.log(2) - 0.01
    made = [one.sample(8000, np.random.default_rng(1)) for one in (own, found)]
    shares = [np.bincount(one[:, 1], minlength=3) / 8000 for one in made]
    np.testing.assert_allclose(*shares, atol=0.04)
