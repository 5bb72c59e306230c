"""Steps of both networks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from synth.encode import CodeStatistics
from synth.generators.ctgan.duel import Duel
from synth.generators.ctgan.pool import Pool
from synth.generators.ctgan.settings import CtganSettings
from synth.generators.positions import Positions
from synth.learning.task import Worker
from synth.table.sub_column import SubColumn
from tests.synth.generators.ctgan.small import QUICK, SUBS, positions, rows

CODES = rows(1000)
PLACES = positions(CODES)
SETTINGS = CtganSettings(**QUICK)
RAND = torch.rand


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


def test_a_batch_in_parts_learns_what_the_whole_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no noise depends on the parts: no positions, and packs that are mixed half and half."""
    monkeypatch.setattr(torch, "rand", halves)
    subs = tuple(sub for sub in SUBS if sub.level == 0)
    codes = CODES[:, [0, 1, 3, 4]]
    places = Positions.of(subs, CodeStatistics.of(codes, subs))
    pool = Pool(codes, places, "cpu", log_frequency=True)
    ends, sizes = [], list[int]()
    for accumulation in (3, 1):  # ten packs, in parts of three and four
        torch.manual_seed(0)
        own = Duel(places, replace(SETTINGS, accumulation=accumulation), Worker())
        own.critic.register_forward_pre_hook(lambda network, given: sizes.append(len(given[0])))
        figures = torch.stack([torch.stack(own.step(pool)) for _ in range(8)])
        assert max(sizes) == (100 if accumulation == 1 else 40)  # rows that the critic sees at once
        ends.append((figures, numbers(own.critic), numbers(own.generator), numbers(own.average)))
    for in_parts, whole in zip(*ends, strict=True):
        torch.testing.assert_close(in_parts, whole, atol=1e-4, rtol=1e-3)


def halves(*shape: int | tuple[int, ...], **own: Any) -> torch.Tensor:
    """Halves in place of the shares by which packs are mixed; pools draw as they do."""
    return torch.full(shape, 0.5) if shape[1:] == (1,) else RAND(*shape, **own)


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
    subs = (SubColumn("n", 0, 10_000), SubColumn("f", 0, 2))
    rng = np.random.default_rng(0)
    codes = np.stack([rng.integers(0, 10_000, 3000), rng.integers(0, 2, 3000)], 1).astype(np.int32)
    places = Positions.of(subs, CodeStatistics.of(codes, subs))
    own = Duel(places, SETTINGS, Worker())
    losses = own.step(Pool(codes, places, "cpu", log_frequency=True))
    assert all(loss.isfinite() for loss in losses)
