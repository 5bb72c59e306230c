from dataclasses import replace
from typing import Any, cast

import numpy as np
import pytest
import torch

from synth.generators.autoregressive import network
from synth.generators.autoregressive.network import FusedNetwork
from tests.synth.fits import all_related, encoded, looked_up, new_training
from tests.synth.learning.test_likelihood import SETTINGS
from tests.synth.tables import mixed_table


def gradients(network: FusedNetwork) -> dict[str, torch.Tensor]:
    """By the names of the weights, wherever they lie."""
    found = {n: p.grad for n, p in network.named_parameters() if not n.startswith("bank.")}
    if network.bank is not None:
        own = network.bank.by_table(lambda parameter: cast(torch.Tensor, parameter.grad))
        found |= {f"tables.{name}": gradient for name, gradient in own.items()}
    return {name: gradient.clone() for name, gradient in found.items() if gradient is not None}


@pytest.mark.parametrize("by_value", [False, True])
@pytest.mark.parametrize("settings", [{}, {"flexible": True}, {"class_weights": True}])
def test_the_bank_has_the_losses_and_gradients_of_each_table_by_itself(
    settings: dict[str, Any], by_value: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ("member",) if "class_weights" in settings else ()
    encoder, codes, statistics = encoded(mixed_table(6000 if by_value else 600), first=first)
    related = all_related(encoder.sub_columns, by_value=by_value)
    statistics = replace(statistics, relations=related.to_json())
    known = looked_up(codes, encoder.sub_columns, related, 11)
    assert bool(known) == by_value
    if "class_weights" in settings:
        settings = {"class_weights": encoder.sub_columns[0].column}
    rows = torch.from_numpy(codes[:100].astype(np.int64))
    order = torch.arange(rows.shape[1]).flip(0) if "flexible" in settings else None
    found, models = [], []
    for many in (10**6, 1):  # each by itself, and the bank
        monkeypatch.setattr(network, "MANY", many)
        own = {"hidden": 16, "dropout": 0.0, "looked_up": known, **settings}
        training = new_training(encoder, statistics, SETTINGS, **own)
        assert (training.network.bank is None) == (many > 1)
        losses = training.network(rows, order)
        losses.sum().backward()
        found.append({"losses": losses.detach(), **gradients(training.network)})
        models.append(training.network.state_dict())
    for name, alone in found[0].items():
        torch.testing.assert_close(found[1].pop(name), alone, rtol=1e-4, atol=1e-5)
    assert not found[1]
    assert list(models[0]) == list(models[1])  # nothing of the bank is part of a model
    for name, alone in models[0].items():
        assert torch.equal(models[1][name], alone)


def test_the_bank_leaves_out_sub_columns_that_are_drawn_in_groups(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(network, "MANY", 1)
    encoder, _, statistics = encoded(mixed_table(600))
    made = new_training(encoder, statistics, SETTINGS, hidden=16).network
    alone = {place for place, group in enumerate(made._groups) if group is None}
    assert made.bank is not None
    assert set(made.bank.stacked) == alone
    assert len(made.bank.stacked) == len(alone)


def test_what_only_fills_a_stack_up_learns_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "MANY", 1)
    encoder, codes, statistics = encoded(mixed_table(600))
    training = new_training(encoder, statistics, SETTINGS, hidden=16)
    for _ in range(3):
        training._step(torch.from_numpy(codes[:100].astype(np.int64)))
    assert training.network.bank is not None
    filled = 0
    for stack in training.network.bank.stacks:
        for row, codes_of in enumerate(stack.sizes):
            rest = torch.cat([stack.output[row, :, codes_of:], stack.bias[row, :, codes_of:]])
            assert torch.equal(rest, torch.zeros_like(rest))
            filled += rest.numel()
    assert filled
