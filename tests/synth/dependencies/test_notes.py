"""What is said of keys that too few rows hold."""

import numpy as np
import pyarrow as pa

from synth.dependencies.notes import notes_on_rare_keys
from synth.table.limits import MIN_ENTITIES
from tests.synth.dependencies.tables import plan_of

RNG = np.random.default_rng(11)


def articles(count: int, rows: int = 3_000) -> pa.Table:
    number = RNG.choice(count, rows, p=np.random.default_rng(11).dirichlet(np.ones(count)))
    return pa.table(
        {
            "code": [f"P{n:04}" for n in number],
            "name": [f"product {n:04}" for n in number],
            "group": [f"G{n % 12}" for n in number],
            "sold": RNG.poisson(4, rows),
        }
    )


def test_how_many_rows_had_a_rare_key_and_what_follows_from_it() -> None:
    table = articles(180)
    counts = table["code"].combine_chunks().value_counts()
    rare = sum(n for n in counts.field("counts").to_pylist() if n < MIN_ENTITIES)
    (note,) = notes_on_rare_keys(plan_of(table), MIN_ENTITIES)
    assert note.startswith(f"{rare:,} of 3,000 rows ({rare / 3000:.1%}) hold a value of code")
    assert note.endswith("'group' and 'name'")


def test_columns_that_are_constant_within_an_entity() -> None:
    visits = RNG.integers(2, 7, 900)
    birth = RNG.integers(0, 20_000, 900).astype(np.int32)
    table = pa.table(
        {
            "patient": np.repeat(np.arange(900), visits),
            "birth": pa.array(np.repeat(birth, visits)).cast(pa.date32()),
            "sex": np.repeat(RNG.choice(["f", "m"], 900), visits),
            "weight": RNG.normal(70, 9, visits.sum()),
        }
    )
    (note,) = notes_on_rare_keys(plan_of(table), MIN_ENTITIES)
    assert note.startswith("'birth' and 'sex': the same in all rows of one 'patient'")
    assert "not learned yet" in note


def test_nothing_is_said_where_nothing_is_lost() -> None:
    kind = RNG.integers(0, 9, 3_000)
    assert notes_on_rare_keys(plan_of(pa.table({"a": kind, "b": kind * 7 % 9})), 10) == ()


def test_columns_that_are_null_together_are_no_entities() -> None:
    """Each value has one row: all that the rows of one "value" share is that they lack it."""
    absent = RNG.random(3_000) < 0.1
    table = pa.table(
        {
            "first": pa.array(RNG.normal(size=3_000), mask=absent),
            "second": pa.array(RNG.normal(size=3_000), mask=absent),
            "letter": pa.array(RNG.choice(["u", "v"], 3_000), mask=absent),
            "kind": np.where(absent, "none", RNG.choice(["a", "b"], 3_000)),
        }
    )
    assert notes_on_rare_keys(plan_of(table), MIN_ENTITIES) == ()
