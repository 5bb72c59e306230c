"""Tables whose columns depend on each other in known ways, and evidence of them."""

import numpy as np
import pyarrow as pa

from synth.metrics.evidence import Evidence
from synth.metrics.features import feature_columns, read_features
from synth.metrics.utility.task import resolve_task
from synth.table.schema import TableSchema


def people(rows: int = 600, seed: int = 0) -> pa.Table:
    """``bought`` depends on age and city, ``group`` on age, ``income`` on age and job."""
    rng = np.random.default_rng(seed)
    age = rng.integers(18, 80, rows).astype(float)
    city = rng.choice(["Rome", "Oslo", "Bern"], rows, p=[0.5, 0.3, 0.2])
    job = rng.choice(["a", "b", "c", "d"], rows)
    income = age * 30 + (job == "a") * 900 + rng.normal(0, 150, rows)
    logit = (age - 60) / 6 + (city == "Oslo") * 2 + rng.normal(0, 0.7, rows)
    group = np.where(age + rng.normal(0, 6, rows) < 35, "young", "old")
    group = np.where(age + rng.normal(0, 6, rows) > 65, "retired", group)
    absent = rng.random(rows) < 0.05
    return pa.table(
        {
            "age": pa.array(age, mask=absent),
            "city": pa.array(city, pa.string(), mask=rng.random(rows) < 0.05),
            "job": pa.array(job),
            "income": pa.array(income),
            "group": pa.array(group),
            "one": pa.array(["x"] * rows),
            "none": pa.array([None] * rows, pa.float64()),
            "void": pa.array([None] * rows, pa.string()),
            "bought": pa.array(np.where(logit > 0, "yes", "no")),
        }
    )


def shuffled(table: pa.Table, seed: int = 0) -> pa.Table:
    """The same columns, each shuffled on its own: right margins, no dependence."""
    rng = np.random.default_rng(seed)
    columns = [
        table[name].take(pa.array(rng.permutation(len(table)))) for name in table.schema.names
    ]
    return pa.table(columns, names=table.schema.names)


def features(*tables: pa.Table, sensitive=(), seen: int = 2):
    """Features of tables with the same columns; the labels are those of the first ``seen``."""
    schema = TableSchema.from_arrow(tables[0].schema).marked(sensitive=sensitive)
    columns = feature_columns(tables[:seen], schema)
    return [read_features(table, columns) for table in tables]


def evidence(train, holdout, synthetic, target=None, *, seed=0, sensitive=(), task=None, **options):
    """Evidence of Arrow tables; ``options`` go to the task."""
    real = [train] if holdout is None else [train, holdout]
    read = features(*real, synthetic, sensitive=sensitive, seen=len(real))
    if target is not None:
        task = resolve_task(read[0], target, **options)
    held = None if holdout is None else read[1]
    return Evidence(read[0], held, read[-1], {}, {}, seed, task, sensitive)
