"""The loss that unmasks codes: a likelihood's, of what is masked, from what is not."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from synth.generators.diffusion.masked_network import MaskedNetwork
from tests.synth.generators.diffusion.small import shaken

SIZES = (3, 2, 4)


def network() -> MaskedNetwork:
    torch.manual_seed(0)
    starts = [np.log(np.full(size, 1 / size, np.float32)) for size in SIZES]
    return MaskedNetwork(SIZES, starts, width=8, layers=1, dropout=0.0)


def codes(rows: int) -> torch.Tensor:
    return torch.stack([torch.randint(size, (rows,)) for size in SIZES], 1)


def test_a_network_that_sees_nothing_has_the_entropies_as_losses() -> None:
    """Whatever is masked, and however much: the weights are those of a likelihood."""
    own = network()
    torch.nn.init.zeros_(own.heads.weight)
    found = own(codes(6000), torch.rand(6000, 3), torch.tensor(1))
    np.testing.assert_allclose(found.detach(), np.log(SIZES), rtol=0.05)


@pytest.mark.parametrize("shift", [0, 1, 2])
def test_as_many_are_masked_as_the_shift_says(shift: int) -> None:
    """The first by the noise; a row alone has 1 of 3 masked at shift 0, all of them at 2."""
    own, row, noise = network(), codes(1), torch.tensor([[0.5, 0.1, 0.9]])
    shaken(own)
    losses = own(row, noise, torch.tensor(shift)).detach()
    order = [1, 0, 2]
    assert [bool(losses[place] > 0) for place in order] == [at <= shift for at in range(3)]
    masked = torch.where(losses > 0, own.masks, row)
    shares = own.logits(masked).split(own.cardinalities, 1)
    for place in order[: shift + 1]:
        alone = -torch.log_softmax(shares[place], 1)[0, row[0, place]]
        torch.testing.assert_close(losses[place], alone.detach() * 3 / (shift + 1))


def test_what_is_masked_is_not_seen() -> None:
    own = shaken(network())
    one, other = codes(1), codes(1)
    other[:, 1:] = one[:, 1:]
    other[:, 0] = (one[:, 0] + 1) % 3
    noise, counts = torch.tensor([[0.0, 0.5, 0.9]]), torch.tensor(0)
    seen = [torch.where(torch.tensor([True, False, False]), own.masks, row) for row in (one, other)]
    assert torch.equal(own.logits(seen[0]), own.logits(seen[1]))
    assert own(one, noise, counts)[1:].tolist() == [0, 0]
