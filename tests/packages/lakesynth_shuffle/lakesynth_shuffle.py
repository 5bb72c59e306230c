"""A column's values as often as the train part has them, or more evenly, each column by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from synth.generators.contract import GeneratorKind, Saved
from synth.learning.task import FitTask

READ_ROWS = 4096


class ShuffleSettings(BaseModel):
    model_config = ConfigDict(frozen=True)

    smoothing: float = Field(0.0, ge=0, le=1, description="0: as often as seen, 1: all alike")


class ShuffleGenerator:
    """For each column its values as codes ``(values, sub-columns)`` and their shares."""

    name = "shuffle"

    def __init__(self, values: Sequence[np.ndarray], shares: Sequence[np.ndarray]):
        self.values, self.shares = tuple(values), tuple(shares)

    def sample(self, rows: int, rng: np.random.Generator) -> np.ndarray:
        uniform = rng.random((rows, len(self.values)))
        drawn = [
            values[np.searchsorted(shares.cumsum()[:-1], uniform[:, place], side="right")]
            for place, (values, shares) in enumerate(zip(self.values, self.shares, strict=True))
        ]
        return np.concatenate(drawn, axis=1).astype(np.int32)

    def save(self) -> Saved:
        tensors = {f"values.{place}": own for place, own in enumerate(self.values)}
        tensors |= {f"shares.{place}": own for place, own in enumerate(self.shares)}
        return Saved({"columns": len(self.values)}, tensors)


class ShuffleKind(GeneratorKind):
    """Each column by itself, as often as seen or more evenly."""

    name: ClassVar[str] = ShuffleGenerator.name
    settings_type: ClassVar[type[ShuffleSettings]] = ShuffleSettings

    def fit(self, task: FitTask) -> ShuffleGenerator:
        names = [sub.column for sub in task.sub_columns]
        places = [
            [p for p, own in enumerate(names) if own == name] for name in dict.fromkeys(names)
        ]
        seen: list[Counter[tuple[int, ...]]] = [Counter() for _ in places]
        rows = 0
        for batch in task.train.in_order(READ_ROWS):
            rows += len(batch)
            for counter, own in zip(seen, places, strict=True):
                counter.update(map(tuple, batch[:, own].tolist()))
            task.progress.point(rows, task.train.rows, rows_read=rows)
        values, shares = [], []
        for counter in seen:
            known = sorted(counter)
            held = np.array([counter[value] for value in known]) / rows
            values.append(np.array(known, np.int32))
            even = task.settings.smoothing
            shares.append((1 - even) * held + even / len(known))
        task.progress.facts["values"] = sum(map(len, values))
        return ShuffleGenerator(values, shares)

    def load(self, saved: Saved) -> ShuffleGenerator:
        columns = range(saved.description["columns"])
        tensors = saved.tensors
        return ShuffleGenerator(
            [tensors[f"values.{p}"] for p in columns], [tensors[f"shares.{p}"] for p in columns]
        )
