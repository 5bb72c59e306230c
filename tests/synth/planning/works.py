"""A work and what was measured for it, as Adult's, for tests of costs."""

from __future__ import annotations

from typing import Any

from synth.generators.contract import Length
from synth.planning.rehearsal import Rehearsal
from synth.planning.stage_costs import Measured
from synth.planning.work import Work

TRIED = Rehearsal(
    rows=20_000,
    sub_columns=15,
    codes=543,
    parameters=220_000,
    preparing_seconds=2.0,
    row_seconds=4e-5,
    closing_seconds=3.0,
    draw_seconds=1e-5,
)
LENGTH = Length(steps=900, most_steps=5000, step_rows=512)


def work(**more: Any) -> Work:
    usual = {
        "rows": 50_000,
        "columns": 15,
        "synthetic_rows": 50_000,
        "train_rows": 40_000,
        "cores": 2,
        "block_rows": 16_384,
        "sample_rows": 50_000,
        "model_rows": 50_000,
        "heap_bytes": 2**31,
    }
    return Work(**{**usual, **more})


def measured(**more: Any) -> Measured:
    usual = {"spark": 1.0, "cpu": 1.0, "rehearsal": TRIED, "length": LENGTH}
    return Measured(**{**usual, **more})
