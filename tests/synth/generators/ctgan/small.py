"""A small table whose law is known: nulls, rare values, and a place in a group."""

from __future__ import annotations

from typing import Any

import numpy as np

from synth.encode import CodeStatistics
from synth.generators.ctgan.settings import CtganSettings
from synth.generators.positions import Positions
from synth.learning.task import ArrayCodes, FitTask
from synth.table.sub_column import SubColumn

# The first code of b is a null: a group of one place. d is what a is, save for one row in 50.
SUBS = (
    SubColumn("a", 0, 3),
    SubColumn("b", 0, 3),
    SubColumn("b", 1, 4),
    SubColumn("d", 0, 3),
    SubColumn("e", 0, 1),
)
QUICK = {
    "steps": 40,
    "evaluation_steps": 20,
    "batch_rows": 100,
    "width": 16,
    "critic_width": 16,
    "noise": 8,
    "learning_rate": 2e-3,
    "critic_rate": 2e-3,
    "candidates": 4,
    "ratio_steps": 50,
}


def rows(number: int, seed: int = 0) -> np.ndarray:
    """int32 ``(number, 5)`` rows of the law."""
    rng = np.random.default_rng(seed)
    a = rng.choice(3, number, p=[0.9, 0.08, 0.02])
    b = np.where(rng.random(number) < 0.1, 0, 1 + (rng.random(number) < 0.2 + 0.3 * a))
    place = np.where(b == 0, 0, rng.integers(0, 4, number))
    d = np.where(rng.random(number) < 0.02, rng.integers(0, 3, number), a)
    return np.stack([a, b, place, d, np.zeros_like(a)], 1).astype(np.int32)


def positions(codes: np.ndarray) -> Positions:
    """Of the small table's codes."""
    return Positions.of(SUBS, CodeStatistics.of(codes, SUBS))


def task(codes: np.ndarray, validation: np.ndarray | None = None, **own: Any) -> FitTask:
    """What one worker is to fit; ``own`` are settings and parts of the workshop."""
    names = CtganSettings.__dataclass_fields__
    settings = {name: value for name, value in own.items() if name in names}
    workshop = {name: value for name, value in own.items() if name not in names}
    held = codes[: len(codes) // 10] if validation is None else validation
    return FitTask(
        SUBS,
        CodeStatistics.of(codes, SUBS),
        CtganSettings(**{**QUICK, **settings}),
        ArrayCodes(codes),
        ArrayCodes(held),
        **workshop,
    )
