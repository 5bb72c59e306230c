import numpy as np
import pytest
import torch

from synth.generators.autoregressive import network
from tests.synth.fits import encoded, new_training
from tests.synth.learning.test_likelihood import SETTINGS
from tests.synth.tables import mixed_table


@pytest.mark.parametrize("weighted", [False, True])
def test_rows_that_go_in_parts_have_the_same_losses_and_gradients(
    weighted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder, codes, statistics = encoded(mixed_table(600))
    first = encoder.sub_columns[0].column if weighted else None
    training = new_training(
        encoder, statistics, SETTINGS, hidden=16, dropout=0.0, class_weights=first
    )
    rows = torch.from_numpy(codes[:250].astype(np.int64))
    found = []
    for most in (2**23, 100 * len(encoder.sub_columns) * 16):  # all at once, and three parts
        monkeypatch.setattr(network, "LARGEST_LAYER", most)
        training.optimizer.zero_grad()
        losses = training.network(rows)
        losses.sum().backward()
        found.append([losses.detach(), *[p.grad.clone() for p in training.parameters]])
    for whole, parts in zip(*found, strict=True):
        torch.testing.assert_close(parts, whole, rtol=1e-4, atol=1e-5)
    assert any(not torch.equal(*both) for both in zip(*found, strict=True))  # parts were taken
