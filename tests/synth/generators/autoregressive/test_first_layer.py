"""The first layer against its formula, and blind to what comes later."""

from itertools import permutations

import numpy as np
import pytest
import torch
from torch import Tensor

from synth.generators.autoregressive.first_layer import FirstLayer
from synth.generators.autoregressive.wiring import Wiring

PARENTS = np.array([[0, 0], [0, 1], [0, 1], [0, 2]])  # who is its own parent sees nothing there
ROWS, HIDDEN = 5, 6


def layer(*, flexible: bool = False, parents: np.ndarray = PARENTS) -> FirstLayer:
    torch.manual_seed(0)
    made = FirstLayer(Wiring(parents, width=4, rank=3, flexible=flexible), HIDDEN)
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.1)  # also what starts at zero
    return made


def embedded() -> list[Tensor]:
    torch.manual_seed(1)
    return [torch.randn(ROWS, 4, requires_grad=True) for _ in range(4)]


def by_formula(own: FirstLayer, inputs: list[Tensor], order: list[int]) -> Tensor:
    """Head by head, as the docstring has it."""
    heads = []
    for head in range(4):
        before = order[: order.index(head)]
        out = own.bias[head].expand(ROWS, HIDDEN)
        for slot, parent in enumerate(own.parents[head].tolist()):
            if parent in before:
                out = out + inputs[parent] @ own.weight[head, 4 * slot : 4 * slot + 4]
                if own.known is not None:
                    out = out + own.known[head, slot]
        for other in before:
            out = out + inputs[other] @ own.into[other] @ own.out[head] / len(before) ** 0.5
        heads.append(out)
    return torch.stack(heads)


def gradients(loss: Tensor, own: FirstLayer, inputs: list[Tensor]) -> list[Tensor | None]:
    return list(torch.autograd.grad(loss, [*own.parameters(), *inputs], allow_unused=True))


@pytest.mark.parametrize("order", [None, [2, 0, 3, 1], [3, 2, 1, 0]])
@pytest.mark.parametrize("flexible", [False, True])
def test_values_and_gradients_are_those_of_the_formula(
    order: list[int] | None, flexible: bool
) -> None:
    own, inputs = layer(flexible=flexible), embedded()
    rank = None if order is None else torch.argsort(torch.tensor(order))
    found, expected = own(inputs, rank), by_formula(own, inputs, order or [0, 1, 2, 3])
    torch.testing.assert_close(found, expected)
    torch.manual_seed(2)
    mix = torch.randn_like(found)
    pairs = zip(
        gradients((found * mix).sum(), own, inputs),
        gradients((expected * mix).sum(), own, inputs),
        strict=True,
    )
    for ours, real in pairs:
        nothing = torch.zeros(())
        assert ours is not None
        torch.testing.assert_close(ours, nothing.expand_as(ours) if real is None else real)


def test_a_head_sees_only_what_stands_before_it() -> None:
    own = layer(flexible=True, parents=np.array([[1, 2], [0, 3], [0, 3], [1, 2]]))
    for order in permutations(range(4)):
        inputs = embedded()
        found = own(inputs, torch.argsort(torch.tensor(order)))
        for turn, head in enumerate(order):
            seen = torch.autograd.grad(found[head].sum(), inputs, retain_graph=True)
            told = {place for place, gradient in enumerate(seen) if gradient.abs().sum() > 0}
            assert told == set(order[:turn])


def test_the_given_order_is_the_tables_own() -> None:
    own, inputs = layer(flexible=True), embedded()
    torch.testing.assert_close(own(inputs, None), own(inputs, torch.arange(4)))


def test_the_sum_is_kept_in_float32() -> None:
    own = layer()
    halves = [part.detach().to(torch.bfloat16) for part in embedded()]
    with torch.autocast("cpu", torch.bfloat16):
        found = own(halves, None)
    torch.testing.assert_close(found.float(), own(embedded(), None), rtol=0.1, atol=0.1)
