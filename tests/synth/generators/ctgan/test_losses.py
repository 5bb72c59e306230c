"""Losses by hand."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from synth.generators.ctgan.losses import CriticLoss, GeneratorLoss, Rows
from synth.generators.ctgan.network import Critic, GeneratorNetwork, Moving, Spans
from tests.synth.generators.ctgan.small import positions, rows

SIZES = (3, 2)


def some(codes: list[list[int]]) -> Rows:
    number = len(codes)
    nothing = torch.zeros(number, dtype=torch.int64)
    return Rows(torch.tensor(codes), torch.zeros(number, 0), nothing, nothing)


class Linear(Critic):
    """The score is a sum of numbers of the codes: its slope is known."""

    def __init__(self, length: float):
        super().__init__(SIZES, 0, width=1, pac=1)
        table = torch.ones(5, 1)
        self.codes.table = nn.Parameter(length * table / table.norm())

    def forward(self, embedded: torch.Tensor, given: torch.Tensor) -> torch.Tensor:
        return embedded[:, 0]


@pytest.mark.parametrize(("length", "expected"), [(1.0, 0.0), (3.0, 40.0), (0.5, 2.5)])
def test_a_slope_other_than_one_is_penalised(length: float, expected: float) -> None:
    real, fake = some([[0, 0], [1, 1]]), some([[2, 0], [2, 1]])
    loss, distance = CriticLoss(Linear(length), 10.0)(real, fake, 1)
    assert (loss + distance).item() == pytest.approx(expected, abs=1e-4)
    twice, _ = CriticLoss(Linear(length), 10.0)(real, fake, 2)
    assert (twice + distance).item() == pytest.approx(2 * expected, abs=1e-4)


def test_a_penalty_is_learned_from() -> None:
    own = Linear(3.0)
    real, fake = some([[0, 0]]), some([[2, 1]])
    loss, _ = CriticLoss(own, 10.0)(real, fake, 1)
    loss.backward()
    assert own.codes.table.grad is not None and own.codes.table.grad.abs().sum() > 1


def test_a_critic_that_scores_the_real_higher_sees_a_distance() -> None:
    torch.manual_seed(0)
    own = Critic(SIZES, 0, width=8, pac=2)
    learner = torch.optim.Adam(own.parameters(), 1e-2)
    loss_of = CriticLoss(own, 10.0)
    for _ in range(60):
        loss, distance = loss_of(some([[0, 0], [0, 1]]), some([[2, 0], [2, 1]]), 1)
        learner.zero_grad()
        loss.backward()
        learner.step()
    assert 0.5 < float(distance) < 4  # a pack of two rows, each at the distance sqrt(2)


def test_the_given_code_counts_in_its_own_column() -> None:
    """In ctgan 0.12 a condition sets a bit of the first column, whichever it is of."""
    codes = rows(50)
    places = positions(codes)
    network = GeneratorNetwork(places.cardinalities, 1, noise=4, width=8, layers=1)
    loss_of = GeneratorLoss(network, Spans(places.cardinalities, 0.5, "cpu"))
    with torch.no_grad():
        network.outputs.weight.zero_()
        network.outputs.bias.zero_()
        network.outputs.bias[[3 + 1, 6 + 2]] = torch.tensor([9.0, 7.0])  # of b and of d
    own = Critic(places.cardinalities, 1, width=8, pac=1)

    def unheeded(given: int, column: int) -> float:
        noise = torch.randn(1, 4)
        moving = Moving(places, "cpu")
        both = loss_of(noise, torch.tensor([given]), torch.tensor([column]), own, moving)
        return both[1].item()

    assert unheeded(4, 1) == pytest.approx(0, abs=1e-3)
    assert unheeded(3, 1) == pytest.approx(9, abs=1e-3)
    assert unheeded(8, 2) == pytest.approx(0, abs=2e-3)
    assert unheeded(6, 2) == pytest.approx(7, abs=2e-3)
