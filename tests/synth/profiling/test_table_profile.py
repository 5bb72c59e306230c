import math
from datetime import datetime

import numpy as np
import pyarrow as pa

from synth.profiling.table_profile import TableProfile
from synth.statistics.column_state import NumberState, TextState


def table(rows: int, seed: int) -> pa.Table:
    rng = np.random.default_rng(seed)
    price = np.round(rng.lognormal(3, 1, rows), 2)
    return pa.table(
        {
            "age": pa.array(rng.integers(18, 90, rows), pa.int32(), mask=rng.random(rows) < 0.1),
            "price": price,
            "real": np.where(rng.random(rows) < 0.05, np.nan, rng.normal(size=rows)),
            "city": pa.array(rng.choice(["Rome", "Oslo", None], rows), pa.string()),
            "member": pa.array(rng.random(rows) < 0.3),
            "seen": pa.array(
                [datetime(2024, 1, 1 + int(d), 12) for d in rng.integers(0, 20, rows)]
            ),
        }
    )


def numbers(profile: TableProfile, name: str) -> NumberState:
    state = profile[name]
    assert isinstance(state, NumberState)
    return state


def test_profile_of_parts_is_the_profile_of_all() -> None:
    parts = [table(n, seed) for seed, n in enumerate([500, 1, 2000])]
    whole = TableProfile.of(pa.concat_tables(parts))
    merged = TableProfile.of(parts[2])
    for part in parts[:2]:
        merged.merge(TableProfile.of(part))
    assert merged.rows == whole.rows == 2501
    for name in ("age", "price", "real", "seen"):
        a, b = numbers(merged, name), numbers(whole, name)
        assert (a.rows, a.nulls, a.nans, a.step, a.decimals) == (
            b.rows,
            b.nulls,
            b.nans,
            b.step,
            b.decimals,
        )
        assert math.isclose(a.mean, b.mean) and math.isclose(a.deviation, b.deviation)
        assert a.finite == b.finite
        assert a.frequent.counts.tolist() == b.frequent.counts.tolist()
        assert a.quantiles.items()[0].tolist() == b.quantiles.items()[0].tolist()
    for name in ("city", "member"):
        c, d = merged[name], whole[name]
        assert isinstance(c, TextState) and isinstance(d, TextState)
        assert c.frequent.ranked() == d.frequent.ranked()
        assert c.shapes.ranked() == d.shapes.ranked()


def test_a_profile_survives_its_bytes() -> None:
    profile = TableProfile.of(table(3000, 5))
    again = TableProfile.from_bytes(profile.to_bytes(), profile.schema)
    assert again.to_bytes() == profile.to_bytes()


def test_a_table_without_rows_has_empty_states() -> None:
    profile = TableProfile.of(table(10, 8).slice(0, 0))
    assert profile.rows == 0
    assert profile["age"].count == 0 and profile["city"].count == 0
