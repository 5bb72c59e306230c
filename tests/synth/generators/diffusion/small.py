"""A diffusion of rows whose law is known: three first-level codes and a place, few of each."""

from __future__ import annotations

from functools import cache

import numpy as np
import torch

from synth.encode.statistics import CodeStatistics
from synth.generators.diffusion.fit import fit
from synth.generators.diffusion.generator import DiffusionGenerator
from synth.generators.diffusion.settings import DiffusionSettings
from synth.generators.positions import Positions
from synth.learning.task import ArrayCodes, FitTask
from tests.synth.generators.mixture.small import SUBS, rows

SETTINGS = DiffusionSettings(
    steps=500,
    learning_rate=0.01,
    hidden=32,
    layers=1,
    dropout=0.0,
    batch_rows=128,
    flow_hidden=16,
    flow_layers=1,
)
CODES, OTHERS = rows(6000, 1), rows(1000, 2)
STATISTICS = CodeStatistics.of(CODES, SUBS)
PLACES = Positions.of(SUBS, STATISTICS)


@cache
def fitted() -> DiffusionGenerator:
    """Learned for a few seconds."""
    task = FitTask(SUBS, STATISTICS, SETTINGS, ArrayCodes(CODES), ArrayCodes(OTHERS))
    return fit(task)


def numpy_of(module: torch.nn.Module, name: str) -> dict[str, np.ndarray]:
    """The weights as a generator has them."""
    return {f"{name}.{key}": own.numpy() for key, own in module.state_dict().items()}


def shaken(module: torch.nn.Module) -> torch.nn.Module:
    """In place of learning: no weight stays what it is at first, zeros would hide a fault."""
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.3)
    return module.eval()
