"""Tables in memory that several tests use."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pyarrow as pa


def mixed_table(rows: int = 4000, seed: int = 0) -> pa.Table:
    """Every supported kind of column, with nulls, atoms, rare values and hard names."""
    rng = np.random.default_rng(seed)
    absent = rng.random(rows) < 0.1
    income = np.where(rng.random(rows) < 0.4, 0.0, np.round(rng.lognormal(7, 1, rows), 2))
    cents = rng.integers(100, 100_000_000, rows)
    start = date(2019, 1, 1)
    moment = datetime(2020, 1, 1, tzinfo=UTC)
    texts = np.array([f"N{rng.integers(10**6):06d}" for _ in range(rows)], dtype=object)
    return pa.table(
        {
            "id": pa.array(np.arange(rows) * 7 + 3, pa.int64()),
            "age": pa.array(rng.integers(18, 80, rows), pa.int16(), mask=absent),
            "in come": income,
            "real": pa.array(np.where(rng.random(rows) < 0.02, np.nan, rng.normal(size=rows))),
            "single": pa.array(rng.normal(size=rows).astype(np.float32)),
            "amount": pa.array([Decimal(int(c)).scaleb(-2) for c in cents], pa.decimal128(12, 2)),
            "big": pa.array([Decimal(int(c)).scaleb(-2) for c in cents], pa.decimal128(38, 18)),
            "day": pa.array([start + timedelta(int(d)) for d in rng.integers(0, 900, rows)]),
            "seen": pa.array(
                [moment + timedelta(hours=int(h)) for h in rng.integers(0, 20_000, rows)],
                pa.timestamp("us", tz="UTC"),
            ),
            "local": pa.array(
                [
                    datetime(2021, 1, 1) + timedelta(minutes=int(m))
                    for m in rng.integers(0, 60, rows)
                ]
            ),
            "member": pa.array(rng.random(rows) < 0.3, mask=absent),
            'ci"ty': pa.array(rng.choice(["Rome", "Oslo", "größe", None], rows), pa.string()),
            "plate": pa.array(texts, pa.string()),
            "one": pa.array(["x"] * rows),
            "none": pa.array([None] * rows, pa.float64()),
        }
    )


def batch_of(table: pa.Table) -> pa.RecordBatch:
    """The whole table as one batch."""
    return table.combine_chunks().to_batches()[0]
