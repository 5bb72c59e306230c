"""A loss that is no number stops the training, with the step and the advice."""

from __future__ import annotations

import math

import pytest

from synth.learning.divergence import require_number
from synth.table.door import in_memory
from synth.table.errors import InputError

RATES = {"learning_rate": 0.02, "critic_rate": 0.5}


@pytest.mark.parametrize("loss", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_refused_with_step_rates_and_remedy(loss: float) -> None:
    with pytest.raises(InputError) as lake:
        require_number(loss, 120, RATES)
    said = str(lake.value)
    assert said.startswith(f"the loss is {loss} at step 120: ") and "checkpoint" in said
    assert "train.settings.learning_rate to 0.002 (it is 0.02)" in said
    assert "train.settings.critic_rate to 0.05 (it is 0.5)" in said
    with in_memory(), pytest.raises(InputError) as memory:
        require_number(loss, 120, RATES)
    assert "settings['learning_rate'] to 0.002" in str(memory.value)
    assert "checkpoint" not in str(memory.value)


def test_a_large_loss_is_a_number() -> None:
    require_number(1e30, 1, RATES)
