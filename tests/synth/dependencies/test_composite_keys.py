"""Columns that are unique together: found where chance would have them repeat, and said."""

import numpy as np
import pyarrow as pa

from synth.dependencies.composite_keys import (
    confirmed,
    count_distinct,
    find_composite_keys,
    note_on,
    note_on_repeats,
)
from synth.dependencies.sample import Sample
from synth.dependencies.settings import DependencySettings
from tests.synth.dependencies.tables import schema_of

RNG = np.random.default_rng(0)
VISITS = RNG.integers(1, 8, 700)
PATIENT = np.repeat(np.arange(700), VISITS)
VISIT = np.concatenate([np.arange(1, count + 1) for count in VISITS])
ROWS = len(PATIENT)


def found(**columns: object) -> list[tuple[str, ...]]:
    table = pa.table(columns)
    return find_composite_keys(Sample(table, schema_of(table), DependencySettings()))


def test_a_patient_and_the_number_of_the_visit() -> None:
    text = pa.array([f"P{number:04}" for number in PATIENT])
    measured = RNG.normal(120, 15, ROWS).round(1)
    assert found(patient=text, visit=VISIT, bp=measured) == [("patient", "visit")]
    dates = pa.array((VISIT + 18_000).astype(np.int32)).cast(pa.date32())
    assert found(patient=PATIENT, day=dates) == [("patient", "day")]


def test_three_columns_of_which_no_two_are_unique() -> None:
    order, line, part = (axis.ravel() for axis in np.meshgrid(range(40), range(10), range(8)))
    assert found(order=order, line=line, part=part) == [("order", "line", "part")]


def test_what_is_unique_by_chance_or_measures_is_none() -> None:
    assert found(time=RNG.permutation(ROWS), site=RNG.integers(0, 9, ROWS)) == []
    assert found(a=RNG.normal(size=ROWS), b=RNG.integers(0, 9, ROWS)) == []
    assert found(a=RNG.integers(0, 500, ROWS), b=RNG.integers(0, 9, ROWS)) == []
    holes = pa.array(VISIT, mask=RNG.random(ROWS) < 0.01)
    assert found(patient=PATIENT, visit=holes) == []


def test_every_row_confirms() -> None:
    table = pa.table({"patient": PATIENT, "visit": VISIT})
    assert confirmed([("patient", "visit")], table) == [("patient", "visit")]
    twice = pa.concat_tables([table, table.slice(0, 1)])
    assert count_distinct(twice, ("patient", "visit")) == ROWS
    assert confirmed([("patient", "visit")], twice) == []


def test_words() -> None:
    assert note_on(("patient", "visit")).startswith("patient and visit are unique together")
    assert note_on_repeats(["a", "b"], 1_000, 1_000) is None
    assert note_on_repeats(["a", "b"], 2_000, 1_900) == (
        "100 of 2,000 synthetic rows (5.0%) repeat a and b of another row, which no real row does"
    )
