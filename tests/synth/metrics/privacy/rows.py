"""Rows with a known law, as three tables of one judgement."""

import numpy as np
import pyarrow as pa

from synth.metrics.evidence import Evidence
from synth.metrics.features import Features, feature_columns, read_features
from synth.table.frames import learnable


def people(rows: int, seed: int) -> pa.Table:
    """Numbers and labels that depend on each other, with nulls, atoms and a rare label."""
    rng = np.random.default_rng(seed)
    kind = rng.choice(4, rows, p=[0.5, 0.3, 0.15, 0.05])
    names = np.array(["red", "green", "blue", "grey"])
    income = np.where(rng.random(rows) < 0.3, 0.0, rng.lognormal(7 + kind, 0.8, rows))
    return pa.table(
        {
            "age": pa.array(rng.integers(18, 80, rows), mask=rng.random(rows) < 0.05),
            "income": income,
            "height": rng.normal(170 + 5 * kind, 8),
            "weight": rng.normal(70, 10, rows),
            "score": rng.normal(size=rows),
            "kind": names[kind],
            "town": pa.array([f"t{n}" for n in rng.zipf(1.6, rows) % 50]),
            "flag": pa.array(rng.random(rows) < 0.3, mask=rng.random(rows) < 0.1),
        }
    )


def features(*tables: pa.Table, real: int = 2) -> list[Features]:
    """Tables as features; the labels are those of the first ``real``."""
    _, schema = learnable(tables[0], None)
    columns = feature_columns(tables[:real], schema)
    return [read_features(table, columns) for table in tables]


def evidence_of(train: pa.Table, holdout: pa.Table, synthetic: pa.Table, seed: int = 0) -> Evidence:
    """What a measure is given of three tables in memory."""
    one, two, three = features(train, holdout, synthetic)
    rows = {"train": len(one), "holdout": len(two), "synthetic": len(three)}
    return Evidence(one, two, three, {}, rows, seed)
