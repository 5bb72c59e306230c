"""A table with something to find in most of its columns."""

import numpy as np
import pyarrow as pa

from synth.profiling.table_profile import TableProfile
from synth.table.schema import TableSchema


def people(rows: int = 3000) -> pa.Table:
    rng = np.random.default_rng(0)
    salary = rng.integers(20_000, 90_000, rows)
    salary[0] = 77_777_777
    return pa.table(
        {
            "customer": pa.array(np.arange(rows) + 10**6),
            "contact": [f"p{i}.x@mail.example" for i in range(rows)],
            "host": [f"10.0.{i % 200}.{i % 7}" for i in range(rows)],
            "last_name": rng.choice(["Rossi", "Hansen"], rows).tolist(),
            "salary": salary,
            "flag": np.where(rng.random(rows) < 0.99, "no", "yes").tolist(),
            "gone": pa.array([None] * rows, pa.string()),
            "rare": np.where(np.arange(rows) < 3, "secret-value", "plain").tolist(),
            "note": [f"{'word ' * (i % 40)}{i}" for i in range(rows)],
        }
    )


def profile(sensitive: tuple[str, ...] = ()) -> TableProfile:
    table = people()
    found = TableProfile(TableSchema.from_arrow(table.schema).marked(sensitive=sensitive))
    for batch in table.to_batches():
        found.update(batch)
    return found
