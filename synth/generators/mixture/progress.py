"""Where the fit of a mixture stands, in memory and in a checkpoint."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file, save

from synth.generators.mixture.expectation import Expected
from synth.generators.mixture.tables import MixtureTables
from synth.table.errors import InputError
from synth.table.sub_column import SubColumn

TENSORS, SCALARS = "mixture.safetensors", "mixture.json"


@dataclass(frozen=True)
class MixtureState:
    """The tables after so many passes, the best ones, and the counts that the next batch moves."""

    now: MixtureTables
    best: MixtureTables
    counts: Expected | None = None
    passes: int = 0
    best_loss: float = math.inf
    worse: int = 0  # passes since the last gain


def save_state(state: MixtureState, curve: list[dict[str, Any]], folder: Path) -> None:
    """Write a state after its first pass, and the points that were shown."""
    assert state.counts is not None
    tensors = {"counts.rows": state.counts.rows, "counts.codes": state.counts.codes}
    for name, tables in (("now", state.now), ("best", state.best)):
        tensors[f"{name}.shares"] = tables.shares
        tensors |= {f"{name}.codes.{place}": own for place, own in enumerate(tables.codes)}
    whole = save({name: np.ascontiguousarray(own) for name, own in tensors.items()})
    (folder / TENSORS).write_bytes(whole)
    scalars = {
        "passes": state.passes,
        "best_loss": state.best_loss,
        "worse": state.worse,
        "curve": curve,
    }
    (folder / SCALARS).write_text(json.dumps(scalars))


def load_state(
    folder: Path, sub_columns: Sequence[SubColumn], components: int
) -> tuple[MixtureState, list[dict[str, Any]]]:
    """What :func:`save_state` wrote; InputError for that of another table or other settings."""
    tensors = load_file(folder / TENSORS)
    scalars = json.loads((folder / SCALARS).read_text())
    counts = Expected(tensors["counts.rows"], tensors["counts.codes"])
    size = sum(sub.cardinality for sub in sub_columns if sub.level % 2 == 0)
    if counts.codes.shape != (size, components):
        raise InputError(
            "the checkpoint of this training is of another mixture: start a new run "
            f"(lakesynth run --fresh), or go on with the settings that left it ({folder})"
        )

    def tables(name: str) -> MixtureTables:
        codes = tuple(tensors[f"{name}.codes.{place}"] for place in range(len(sub_columns)))
        return MixtureTables(tuple(sub_columns), tensors[f"{name}.shares"], codes)

    state = MixtureState(
        tables("now"),
        tables("best"),
        counts,
        scalars["passes"],
        scalars["best_loss"],
        scalars["worse"],
    )
    return state, scalars["curve"]
