"""AdamW's steps are those of torch's own optimiser, and bring no compiler."""

from __future__ import annotations

import pytest
import torch

from synth.learning.adamw import AdamW, DecayGroup
from tests.lakes import run_python


@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_the_steps_are_torchs_own(decay: float) -> None:
    start = torch.randn(7, 5)
    ours, theirs = torch.nn.Parameter(start.clone()), torch.nn.Parameter(start.clone())
    optimizer = AdamW([DecayGroup([ours], decay)], betas=(0.9, 0.98))
    reference = torch.optim.AdamW([theirs], betas=(0.9, 0.98), weight_decay=decay, fused=True)
    for step in range(20):
        rate = 0.01 / (step + 1)
        gradient = torch.randn(7, 5)
        ours.grad, theirs.grad = gradient.clone(), gradient.clone()
        reference.param_groups[0]["lr"] = rate
        optimizer.step(rate)
        reference.step()
        assert torch.equal(ours, theirs)
    kept = optimizer.state[ours]
    assert float(kept["step"]) == 20
    assert torch.equal(kept["exp_avg_sq"], reference.state[theirs]["exp_avg_sq"])


def test_a_parameter_without_a_gradient_stays_and_others_are_zeroed_in_place() -> None:
    still, moved = torch.nn.Parameter(torch.ones(3)), torch.nn.Parameter(torch.ones(3))
    optimizer = AdamW([DecayGroup([still, moved], 0.5)], betas=(0.9, 0.98))
    moved.grad = torch.ones(3)
    view = moved.grad[:1]
    optimizer.step(0.1)
    assert torch.equal(still, torch.ones(3))
    assert not torch.equal(moved, torch.ones(3))
    optimizer.zero_grad()
    assert still.grad is None
    assert float(view) == 0.0


def test_a_fit_does_not_import_the_compiler() -> None:
    code = """
import sys
import pandas as pd
from synth import Synthesizer
frame = pd.DataFrame({"a": list("xyxz") * 50, "b": range(200)})
Synthesizer().fit(frame).sample(10)
found = [name for name in sys.modules if name.startswith(("torch._dynamo", "torch._inductor"))]
print("compiler", bool(found))
"""
    done = run_python(code)
    assert "compiler False" in done.stdout, done.stdout + done.stderr
