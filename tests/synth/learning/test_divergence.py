"""A loss that is no number stops the training, with the step and the advice."""

from __future__ import annotations

import math

import pytest

from synth.learning.divergence import require_number
from synth.table.door import in_memory
from synth.table.errors import InputError


@pytest.mark.parametrize("loss", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_refused_with_step_rate_and_remedy(loss: float) -> None:
    said = rf"the loss is {loss} at step 120: .* a learning rate of 0\.02\. Set "
    with pytest.raises(InputError, match=said + r"train\.settings\.learning_rate to 0\.002.*stays"):
        require_number(loss, 120, 0.02)
    with in_memory(), pytest.raises(InputError, match=said + r"learning_rate, in settings=") as own:
        require_number(loss, 120, 0.02)
    assert "checkpoint" not in str(own.value)


def test_a_large_loss_is_a_number() -> None:
    require_number(1e30, 1, 0.1)
