"""A table of codes whose law is known, and what a small fit of it is."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from synth.encode import CodeStatistics
from synth.generators.positions import Positions
from synth.generators.tvae.network import Autoencoder
from synth.generators.tvae.settings import TvaeSettings
from synth.learning.task import ArrayCodes, FitTask
from synth.table.sub_column import SubColumn

SUBS = (
    SubColumn("alone", 0, 2),
    SubColumn("number", 0, 3),
    SubColumn("number", 1, 4),
    SubColumn("flag", 0, 3),
)


def rows(number: int, seed: int = 0) -> np.ndarray:
    """int32 ``(n, 4)``: a rare code that nothing tells, a number, and a flag that it tells.

    The number's group 2 has one place; the flag's code 2 never is.
    """
    rng = np.random.default_rng(seed)
    alone = rng.random(number) < 0.1
    group = rng.choice(3, number, p=[0.5, 0.3, 0.2])
    place = np.where(group == 2, 0, rng.choice(4, number, p=[0.1, 0.2, 0.3, 0.4]))
    flag = rng.random(number) < np.where(group == 0, 0.9, 0.1)
    return np.stack([alone, group, place, flag], 1).astype(np.int32)


def task(number: int = 4000, seed: int = 0, **settings: Any) -> FitTask:
    """What one worker is to fit."""
    codes = rows(number, seed)
    quick = {
        "steps": 300,
        "width": 32,
        "latent": 2,
        "components": 8,
        "batch_rows": 128,
        "beta": 0.3,
    }
    own = TvaeSettings(**{**quick, **settings})
    held = number // 10
    statistics = CodeStatistics.of(codes, SUBS)
    return FitTask(SUBS, statistics, own, ArrayCodes(codes[held:]), ArrayCodes(codes[:held]))


def positions(number: int = 4000) -> Positions:
    """The places of the table's numbers."""
    return Positions.of(SUBS, CodeStatistics.of(rows(number), SUBS))


def network(seed: int = 0, **settings: Any) -> Autoencoder:
    """One whose weights are all drawn, so that none of it is without effect."""
    torch.manual_seed(seed)
    usual = {"width": 8, "latent": 2, "beta": 1.0, "components": 3}
    own = Autoencoder(positions(), TvaeSettings(**{**usual, **settings}))
    with torch.no_grad():
        for parameter in own.parameters():
            parameter.copy_(torch.randn(parameter.shape) * 0.5)
    return own
