"""The workshop's fit of a network, on the smallest one: shares of two columns."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from synth.learning.network_fit import fit_network, one_thread_on, seeded
from synth.learning.settings import LikelihoodSettings
from synth.learning.task import ArrayCodes, FitTask, FolderCheckpoints, Point, Progress
from synth.table.sub_column import SubColumn
from tests.synth.fits import counted

SUBS = (SubColumn("a", 0, 3), SubColumn("b", 0, 2))
SETTINGS = LikelihoodSettings(
    steps=60, batch_rows=50, learning_rate=0.1, warmup_steps=2, evaluation_steps=10, patience=9
)
# a: 50, 30 and 20 of 100 rows; b: 80 and 20
CODES = np.stack([np.repeat([0, 1, 2], [50, 30, 20]), np.tile([0, 0, 0, 0, 1], 20)], 1)


class Shares(nn.Module):
    """Independent columns: the logits of their shares, from random ones."""

    def __init__(self) -> None:
        super().__init__()
        self.logits = nn.ParameterList([torch.randn(sub.cardinality) for sub in SUBS])

    def forward(self, codes: Tensor) -> Tensor:
        parts = [
            nn.functional.cross_entropy(own.expand(len(codes), -1), codes[:, place])
            for place, own in enumerate(self.logits)
        ]
        return torch.stack(parts)


class InOrders(Shares):
    """Asks for an order before each step, and is given it."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[list[int] | None] = []

    def draw_order(self) -> Tensor | None:
        return torch.tensor([1, 0])

    def forward(self, codes: Tensor, order: Tensor | None = None) -> Tensor:
        self.seen.append(None if order is None else order.tolist())
        return super().forward(codes)


def task(**workshop: Any) -> FitTask:
    codes = np.tile(CODES, (5, 1)).astype(np.int32)
    statistics = counted(codes, SUBS)
    rows, held = ArrayCodes(codes), ArrayCodes(CODES.astype(np.int32))
    return FitTask(SUBS, statistics, SETTINGS, rows, held, **workshop)


def fitted(own: FitTask, network: type[Shares] = Shares) -> dict[str, np.ndarray]:
    with seeded(own):
        return fit_network(network(), SETTINGS, own)


def test_the_shares_of_the_train_part_are_learned() -> None:
    weights = fitted(task())
    assert set(weights) == {"logits.0", "logits.1"}
    for name, expected in (("logits.0", [0.5, 0.3, 0.2]), ("logits.1", [0.8, 0.2])):
        share = np.exp(weights[name]) / np.exp(weights[name]).sum()
        np.testing.assert_allclose(share, expected, atol=0.05)


def test_points_and_facts_say_how_it_went() -> None:
    shown: list[Point] = []
    own = task(progress=Progress(shown.append))
    fitted(own)
    facts, curve = own.progress.facts, own.progress.curve
    assert [point.step for point in shown] == [row["step"] for row in curve] == [*range(10, 61, 10)]
    assert set(curve[0]) == {"step", "training loss", "validation loss"}
    assert facts["parameters"] == 5 and facts["device"] == "cpu" and not facts["captured"]
    assert facts["steps"] == 60 and not facts["stopped_early"]
    losses = {row["step"]: row["validation loss"] for row in curve}
    assert facts["best_validation_loss"] == losses[facts["best_step"]] == min(losses.values())
    assert facts["settings"]["precision"] == "float32"  # as settled
    assert facts["settings"]["weight_decay"] is not None


def test_a_loss_that_still_falls_at_the_last_step_is_said_and_a_level_one_is_not() -> None:
    short, long = (task() for _ in range(2))
    with seeded(short):
        fit_network(Shares(), replace(SETTINGS, steps=20), short)
    assert short.progress.notes[0].startswith("ended after 20 steps while the validation loss st")
    level = replace(SETTINGS, steps=700, plateau=2, least_decay=50, patience=99)
    with seeded(long):
        fit_network(Shares(), level, long)
    assert not long.progress.facts["stopped_early"] and long.progress.notes == []


def test_the_same_task_gives_the_same_weights_and_another_seed_others() -> None:
    first, again, other = fitted(task()), fitted(task()), fitted(task(seed=1))
    assert all((first[name] == again[name]).all() for name in first)
    assert any((first[name] != other[name]).any() for name in first)


def test_a_network_that_learns_in_orders_is_given_one_at_each_step() -> None:
    network = InOrders()
    fit_network(network, SETTINGS, task())
    assert network.seen.count([1, 0]) == 60
    assert network.seen.count(None) == 6  # the validations


class Broken(Exception):
    pass


def test_a_fit_goes_on_from_its_checkpoint_and_shows_no_point_again(tmp_path: Path) -> None:
    unbroken = fitted(task())
    checkpoints = FolderCheckpoints(tmp_path / "checkpoint", seconds=0.0)

    def breaks(point: Point) -> None:
        if point.step == 40:
            raise Broken

    with pytest.raises(Broken):
        fitted(task(progress=Progress(breaks), checkpoints=checkpoints))
    shown: list[Point] = []
    own = task(progress=Progress(shown.append), checkpoints=checkpoints)
    weights = fitted(own)
    assert [point.step for point in shown] == [40, 50, 60]
    assert [row["step"] for row in own.progress.curve] == [*range(10, 61, 10)]
    assert all((weights[name] == unbroken[name]).all() for name in weights)


def test_a_seeded_block_draws_alike_and_leaves_the_callers_state() -> None:
    torch.manual_seed(5)
    before = torch.get_rng_state()
    drawn = []
    for seed in (0, 0, 1):
        with seeded(replace(task(), seed=seed)):
            drawn.append(torch.randn(4).tolist())
    assert drawn[0] == drawn[1] != drawn[2]
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize(("device", "threads"), [("cpu", 1), ("cuda", 2)])
def test_one_thread_on_cpu_and_the_callers_number_afterwards(device: str, threads: int) -> None:
    own = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        with one_thread_on(device):
            assert torch.get_num_threads() == threads
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(own)
