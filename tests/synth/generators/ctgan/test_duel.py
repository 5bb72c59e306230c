"""Steps of both networks."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from synth.generators.ctgan.duel import Duel
from synth.generators.ctgan.pool import Pool
from synth.generators.ctgan.settings import CtganSettings
from synth.learning.task import Worker
from tests.synth.generators.ctgan.small import QUICK, positions, rows

CODES = rows(1000)
PLACES = positions(CODES)
SETTINGS = CtganSettings(**QUICK)


def duel(**own: object) -> tuple[Duel, Pool]:
    torch.manual_seed(0)
    found = Duel(PLACES, replace(SETTINGS, **own), Worker())
    return found, Pool(CODES, PLACES, "cpu", log_frequency=True)


def numbers(module: torch.nn.Module) -> torch.Tensor:
    return torch.cat([own.detach().flatten() for own in module.parameters()])


def test_a_step_moves_both_networks_and_the_average_a_little() -> None:
    own, pool = duel(critic_steps=3)
    before = [numbers(module).clone() for module in (own.critic, own.generator, own.average)]
    torch.testing.assert_close(before[1], before[2])
    for _ in range(12):
        losses = own.step(pool)
    assert all(loss.isfinite() and not loss.requires_grad for loss in losses)
    after = [numbers(module) for module in (own.critic, own.generator, own.average)]
    moved = [float((b - a).norm()) for a, b in zip(before, after, strict=True)]
    assert min(moved) > 0 and moved[2] < moved[1]
    assert (own.state.step, own.state.critic_step, own.state.drawn) == (12, 36, 3600)


def test_the_critic_does_not_learn_in_the_generators_step() -> None:
    own, pool = duel()
    before = numbers(own.critic).clone()
    own._learn_generator(pool)
    assert torch.equal(numbers(own.critic), before)
    assert all(parameter.requires_grad for parameter in own.critic.parameters())
    assert all(parameter.grad is None for parameter in own.critic.parameters())


def test_rates_fall_to_none_at_the_last_step() -> None:
    own, _ = duel(steps=100)
    rates = []
    for step in (0, 50, 100):
        own.state.step = step
        own._set_rates()
        rates.append([optimizer.param_groups[0]["lr"] for optimizer in own.optimizers])
    full = [SETTINGS.critic_rate, SETTINGS.learning_rate]
    assert rates[0] == full and rates[2] == [0, 0]
    assert rates[1] == pytest.approx([rate / 2 for rate in full])


@pytest.mark.parametrize(("rows_asked", "expected"), [(100, 100), (105, 100), (3, 10)])
def test_a_batch_is_of_whole_packs(rows_asked: int, expected: int) -> None:
    assert duel(batch_rows=rows_asked)[0].batch_rows == expected


def test_ten_thousand_codes_learn_without_one_hot_rows_of_the_table() -> None:
    import numpy as np

    from synth.encode import CodeStatistics
    from synth.generators.positions import Positions
    from synth.table.sub_column import SubColumn

    subs = (SubColumn("n", 0, 10_000), SubColumn("f", 0, 2))
    rng = np.random.default_rng(0)
    codes = np.stack([rng.integers(0, 10_000, 3000), rng.integers(0, 2, 3000)], 1).astype(np.int32)
    places = Positions.of(subs, CodeStatistics.of(codes, subs))
    own = Duel(places, SETTINGS, Worker())
    losses = own.step(Pool(codes, places, "cpu", log_frequency=True))
    assert all(loss.isfinite() for loss in losses)
