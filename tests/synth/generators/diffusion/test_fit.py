"""What the networks are learned with, and that they learn what is there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from synth.encode.statistics import CodeStatistics
from synth.generators.diffusion.fit import DiffusionNetwork, fit
from synth.generators.positions import Positions
from synth.learning.network_fit import seeded
from synth.learning.task import ArrayCodes, FitTask, Worker
from synth.table.sub_column import SubColumn
from tests.synth.generators.diffusion.small import CODES, OTHERS, PLACES, SETTINGS, STATISTICS

BATCH = torch.from_numpy(CODES[:300].astype(np.int64))


def network() -> DiffusionNetwork:
    torch.manual_seed(0)
    return DiffusionNetwork(PLACES, STATISTICS, SETTINGS)


def test_evaluations_have_the_same_noise_and_steps_do_not() -> None:
    own = network()
    steps = [own(BATCH).detach() for _ in range(2)]
    assert not torch.equal(*steps)
    own.eval()
    state = torch.get_rng_state()
    looks = [own(BATCH).detach() for _ in range(2)]
    assert torch.equal(*looks) and torch.equal(torch.get_rng_state(), state)
    assert looks[0].shape == (4,) and (looks[0] > 0).all()


def test_places_that_go_together_are_drawn_together() -> None:
    """Of one column by another's: a flow that stood still would draw them independently."""
    rng = np.random.default_rng(0)
    group, place = rng.integers(0, 2, (2, 4000))
    codes = np.stack([group, place * 4 + rng.integers(0, 4, 4000)] * 2, 1).astype(np.int32)
    codes[:, 3] = place * 4 + rng.integers(0, 4, 4000)
    subs = tuple(SubColumn(name, level, 2 + 6 * level) for name in "ab" for level in (0, 1))
    statistics = CodeStatistics.of(codes, subs)
    settings = replace(SETTINGS, steps=300)
    task = FitTask(subs, statistics, settings, ArrayCodes(codes[400:]), ArrayCodes(codes[:400]))
    found = fit(task).sample(4000, np.random.default_rng(1))
    assert (found[:, 0] == found[:, 2]).mean() > 0.97
    assert (found[:, 1] // 4 == found[:, 3] // 4).mean() > 0.7


def test_a_table_without_places_has_no_flow() -> None:
    subs = (SubColumn("a", 0, 3), SubColumn("c", 0, 4))
    codes = CODES[:, [0, 3]]
    statistics = CodeStatistics.of(codes, subs)
    own = DiffusionNetwork(Positions.of(subs, statistics), statistics, SETTINGS)
    assert own(BATCH[:, [0, 3]]).shape == (2,)
    settings = replace(SETTINGS, steps=3, evaluation_steps=1)
    made = fit(FitTask(subs, statistics, settings, ArrayCodes(codes), ArrayCodes(codes)))
    assert made.sample(5, np.random.default_rng(0)).shape == (5, 2)
    assert not any(name.startswith("flow") for name in made.weights)


def test_workers_share_one_network_that_starts_alike() -> None:
    shared: list[torch.nn.Module] = []

    def share(module: torch.nn.Module) -> torch.nn.Module:
        shared.append(module)
        return module

    settings, starts = replace(SETTINGS, steps=2), []
    for rank in (0, 1):
        worker = Worker(rank=rank, world=2, share=share)
        data = ArrayCodes(CODES), ArrayCodes(OTHERS)
        task = FitTask(PLACES.sub_columns, STATISTICS, settings, *data, worker=worker)
        fit(task)
        with seeded(task):
            starts.append(DiffusionNetwork(PLACES, STATISTICS, settings).state_dict())
        assert task.progress.facts["settings"]["dropout"] == 0.0
    assert all(torch.equal(own, starts[1][name]) for name, own in starts[0].items())
    assert len(shared) == 2 and isinstance(shared[0], DiffusionNetwork)


def test_a_batch_in_parts_learns_what_the_whole_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the masks of a row are the same, whatever its part: every second one has two."""
    monkeypatch.setattr(torch, "rand", in_given_order)
    subs = (SubColumn("a", 0, 3), SubColumn("c", 0, 4))
    codes, others = CODES[:, [0, 3]], OTHERS[:, [0, 3]]
    statistics, curves = CodeStatistics.of(codes, subs), []
    for accumulation in (1, 4):
        settings = replace(SETTINGS, steps=30, evaluation_steps=10, accumulation=accumulation)
        own = FitTask(subs, statistics, settings, ArrayCodes(codes), ArrayCodes(others))
        fit(own)
        curves.append([row[name] for row in own.progress.curve for name in row])
    assert curves[1] == pytest.approx(curves[0], rel=1e-4)


def in_given_order(shape: tuple[int, ...], **own: Any) -> torch.Tensor:
    """Numbers that rise along a row, and are the same in all."""
    return torch.linspace(0, 0.9, shape[-1]).expand(shape) if shape else torch.zeros(())


def test_halves_are_good_enough_to_learn_with() -> None:
    settings = replace(SETTINGS, steps=40, evaluation_steps=20, precision="bfloat16")
    task = FitTask(PLACES.sub_columns, STATISTICS, settings, ArrayCodes(CODES), ArrayCodes(OTHERS))
    made = fit(task)
    assert all(np.isfinite(own).all() for own in made.weights.values())
    losses = [point["validation loss"] for point in task.progress.curve]
    assert losses[-1] < losses[0]
