"""Parameters as views of one tensor: what changes here changes there."""

import pytest
import torch
from torch import nn

from synth.learning.flat_parameters import ALIGNED, flattened


def parameters() -> list[nn.Parameter]:
    torch.manual_seed(0)
    shapes = ((3, 5), (ALIGNED,), (1,), (2, 2, 9))
    return [nn.Parameter(torch.randn(shape)) for shape in shapes]


def test_values_stay_and_stand_one_after_the_other_where_vectors_start() -> None:
    own = parameters()
    before = [parameter.detach().clone() for parameter in own]
    flat = flattened(own)
    assert flat.numel() == sum((16, 16, 16, 48))  # 15, 16, 1 and 36 numbers
    for parameter, value, start in zip(own, before, (0, 16, 32, 48), strict=True):
        assert torch.equal(parameter, value)
        assert parameter.data_ptr() == flat.data_ptr() + 4 * start
        assert torch.equal(flat[start : start + value.numel()], value.flatten())
    between = torch.ones(flat.numel(), dtype=torch.bool)
    for value, start in zip(before, (0, 16, 32, 48), strict=True):
        between[start : start + value.numel()] = False
    assert between.sum() == 96 - 68 and not flat[between].any()


def test_gradients_are_views_too() -> None:
    own = parameters()
    flat = flattened(own)
    sum((place + 1) * parameter.sum() for place, parameter in enumerate(own)).backward()  # type: ignore[union-attr]
    assert flat.grad is not None
    assert [float(flat.grad[start]) for start in (0, 14, 16, 31, 32, 48, 83)] == [
        1,
        1,
        2,
        2,
        3,
        4,
        4,
    ]
    assert not flat.grad[[15, 33, 47, 84, 95]].any()


def test_a_step_of_the_one_is_a_step_of_all() -> None:
    own, alone = parameters(), parameters()
    learned = ([flattened(own)], alone)
    for network, parts in ((own, learned[0]), (alone, learned[1])):
        optimizer = torch.optim.AdamW(parts, lr=0.1)
        for _ in range(3):
            optimizer.zero_grad(set_to_none=False)
            sum((parameter**3).sum() for parameter in network).backward()  # type: ignore[union-attr]
            optimizer.step()
    for one, other in zip(own, alone, strict=True):
        torch.testing.assert_close(one, other)


def test_numbers_of_two_types_do_not_learn_together() -> None:
    mixed = [nn.Parameter(torch.zeros(2)), nn.Parameter(torch.zeros(2, dtype=torch.float64))]
    with pytest.raises(ValueError, match=r"are of one type, however: .*torch\.float64"):
        flattened(mixed)
