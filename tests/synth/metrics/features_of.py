"""Tables of features for the tests of measures."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from synth.metrics.evidence import Depth, Evidence, Task
from synth.metrics.features import Features, feature_columns, read_features
from synth.metrics.histograms import CodeHistograms
from synth.table.schema import TableSchema


def people(rows: int, seed: int) -> pa.Table:
    """Ages, sexes and pay that go together, with nulls, a constant and an empty column."""
    rng = np.random.default_rng(seed)
    age = rng.integers(18, 80, rows)
    sex = rng.choice(["f", "m"], rows, p=[0.4, 0.6])
    pay = 20.0 * age + np.where(sex == "f", 400, 0) + rng.normal(0, 150, rows)
    city = np.where(rng.random(rows) < 0.7, np.where(age < 45, "Oslo", "Rome"), "Bonn")
    return pa.table(
        {
            "age": pa.array(age, pa.int32(), mask=rng.random(rows) < 0.05),
            "sex": sex,
            "pay": np.round(pay, 1),
            "city": pa.array(city.astype(object), pa.string(), mask=rng.random(rows) < 0.1),
            "one": ["x"] * rows,
            "none": pa.array([None] * rows, pa.float64()),
        }
    )


def shuffled(table: pa.Table, seed: int = 0) -> pa.Table:
    """Each column permuted on its own: the margins stay, the ties between columns go."""
    rng = np.random.default_rng(seed)
    columns = {name: table[name].take(rng.permutation(len(table))) for name in table.column_names}
    return pa.table(columns)


def evidence_of(
    synthetic: pa.Table,
    train: pa.Table,
    holdout: pa.Table | None = None,
    *,
    counts: Mapping[str, CodeHistograms] | None = None,
    task: Task | None = None,
    protected: tuple[str, ...] = (),
    depth: Depth = "quick",
    seed: int = 0,
) -> Evidence:
    """The tables as a measure is given them."""
    schema = TableSchema.from_arrow(train.schema)
    real = [train] if holdout is None else [train, holdout]
    columns = feature_columns(real, schema)

    def read(table: pa.Table) -> Features:
        return read_features(table, columns)

    return Evidence(
        read(train),
        None if holdout is None else read(holdout),
        read(synthetic),
        counts or {},
        {},
        seed,
        task=task,
        protected=protected,
        depth=depth,
    )
