"""Parts of networks learn in torch and draw in numpy: both are the same function."""

from __future__ import annotations

import numpy as np
import torch

from synth.generators import dense
from synth.learning.dense import CodeEmbedding, Tower

CARDINALITIES = (3, 1, 5)


def numpy_of(module: torch.nn.Module, name: str) -> dict[str, np.ndarray]:
    return {f"{name}.{key}": own.numpy() for key, own in module.state_dict().items()}


def shaken(module: torch.nn.Module) -> torch.nn.Module:
    """No weight stays what it is at first: zeros would hide a fault."""
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.3)
    return module


def test_a_tower_is_the_same_in_numpy() -> None:
    torch.manual_seed(0)
    module = shaken(Tower(8, 3, inner=12)).eval()
    values = torch.randn(20, 8) * 4
    found = dense.tower(numpy_of(module, "own"), "own", values.numpy())
    np.testing.assert_allclose(found, module(values).detach().numpy(), rtol=1e-4, atol=1e-5)


def test_a_row_of_a_tower_does_not_depend_on_the_others() -> None:
    torch.manual_seed(1)
    module = shaken(Tower(8, 2))
    values = torch.randn(6, 8)
    torch.testing.assert_close(module(values)[:2], module(values[:2]))


def test_codes_are_embedded_the_same_in_numpy_and_as_shares() -> None:
    torch.manual_seed(2)
    module = CodeEmbedding(CARDINALITIES, 4)
    codes = torch.tensor([[0, 0, 4], [2, 0, 1]])
    starts = dense.starts_of(CARDINALITIES)
    assert starts.tolist() == [0, 3, 4]
    expected = module(codes)
    found = dense.embedded(module.table.detach().numpy(), starts, codes.numpy())
    np.testing.assert_allclose(found, expected.detach().numpy(), rtol=1e-5)
    shares = torch.zeros(2, sum(CARDINALITIES))
    shares.scatter_(1, codes + torch.from_numpy(starts), 1.0)
    torch.testing.assert_close(module.mixed(shares), expected)
