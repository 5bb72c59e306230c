"""Candidates of a sample: who takes part, and what is no rule."""

import pyarrow as pa
import pytest

from synth.dependencies.search import find_candidates
from synth.dependencies.verify import Verification
from tests.synth.dependencies.tables import (
    flights,
    plan_of,
    schema_of,
)


@pytest.fixture(scope="module")
def table() -> pa.Table:
    return flights()


def test_keys_and_unsupported_columns_take_no_part(table: pa.Table) -> None:
    schema = schema_of(table).marked(keys=["sched_dep_time"])
    rules = find_candidates(table, schema).rules
    assert not any("sched_dep_time" in (r.target, *r.sources) for r in rules)
    nested = pa.table({"a": [1, 2], "b": pa.array([[1], [2]])})
    assert find_candidates(nested, schema_of(nested)).rules == ()


def test_an_empty_table_has_no_dependencies() -> None:
    empty = flights(50).slice(0, 0)
    schema = schema_of(empty)
    assert find_candidates(empty, schema).rules == ()
    assert Verification(schema, []).found() == []
    assert plan_of(flights(10)).dropped == ()
