import numpy as np
import pyarrow as pa

from synth.dependencies.violations import Violations
from tests.synth.dependencies.tables import plan_of, schema_of


def broken(seed: pa.Table, table: pa.Table) -> list[int]:
    return counted(seed, table).broken.tolist()


def counted(seed: pa.Table, table: pa.Table) -> Violations:
    state = Violations(schema_of(seed), plan_of(seed))
    for batch in table.to_batches(max_chunksize=700):
        state.update(batch)
    other = Violations(state.schema, state.plan)
    other.merge(Violations.from_bytes(state.to_bytes(), state.schema, state.plan))
    return other


def test_a_key_that_the_map_lacks_breaks_nothing() -> None:
    known = np.random.default_rng(0).integers(0, 30, 4_000)
    a = np.r_[known, np.repeat(np.arange(100, 105), 4)]
    seed = pa.table({"a": a, "b": pa.array([f"name of {x % 11}" for x in a])})
    assert broken(seed, seed) == [0]
    assert counted(seed, seed).unknown.tolist() == [20]  # five keys of four rows each
    wrong = seed.set_column(1, "b", pa.array(["another"] * len(a)))
    assert broken(seed, wrong) == [4_000]


def test_null_patterns_that_differ_are_counted() -> None:
    absent = np.random.default_rng(0).random(3_000) < 0.2
    a = pa.array(np.arange(3_000) % 7, mask=absent)
    seed = pa.table({"a": a, "b": pa.array(np.arange(3_000) % 11, mask=absent)})
    assert broken(seed, seed) == [0]
    full = seed.set_column(1, "b", pa.array(np.arange(3_000) % 11))
    assert broken(seed, full) == [int(absent.sum())]
