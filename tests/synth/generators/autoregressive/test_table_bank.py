from typing import Any

import numpy as np
import pytest
import torch

from synth.generators.autoregressive import network
from synth.generators.autoregressive.table_bank import TableBank
from tests.synth.fits import encoded, new_training
from tests.synth.learning.test_likelihood import SETTINGS
from tests.synth.tables import mixed_table


@pytest.mark.parametrize("settings", [{}, {"flexible": True}, {"class_weights": True}])
def test_the_bank_has_the_losses_and_gradients_of_each_table_by_itself(
    settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder, codes, statistics = encoded(mixed_table(600))
    if "class_weights" in settings:
        settings = {"class_weights": encoder.sub_columns[0].column}
    rows = torch.from_numpy(codes[:100].astype(np.int64))
    order = torch.arange(rows.shape[1]).flip(0) if "flexible" in settings else None
    found, names = [], []
    for many in (10**6, 1):  # each by itself, and the bank
        monkeypatch.setattr(network, "MANY", many)
        training = new_training(encoder, statistics, SETTINGS, hidden=16, dropout=0.0, **settings)
        assert (training.network.bank is None) == (many > 1)
        losses = training.network(rows, order)
        losses.sum().backward()
        found.append([losses.detach(), *[p.grad.clone() for p in training.parameters]])
        names.append(list(training.network.state_dict()))
    for alone, banked in zip(*found, strict=True):
        torch.testing.assert_close(banked, alone, rtol=1e-4, atol=1e-5)
    assert names[0] == names[1]  # nothing of the bank is part of a model


def test_the_bank_leaves_out_sub_columns_that_are_drawn_in_groups() -> None:
    encoder, _, statistics = encoded(mixed_table(600))
    made = new_training(encoder, statistics, SETTINGS, hidden=16).network
    bank = TableBank(made._tables(), made._groups)
    alone = {place for place, group in enumerate(made._groups) if group is None}
    assert set(bank.stacked) == alone
    assert len(bank.stacked) == len(alone)
