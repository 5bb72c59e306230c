"""The pass over the table: merged in any order, given up, with its evidence."""

import json

import numpy as np
import pyarrow as pa
import pytest

from synth.dependencies.parse import parse_dependency
from synth.dependencies.registry import found_from_json
from synth.dependencies.search import find_candidates
from synth.dependencies.settings import DependencySettings
from synth.dependencies.verify import Verification
from synth.table.schema import TableSchema
from tests.synth.dependencies.tables import (
    flights,
    found_in,
    schema_of,
)


@pytest.fixture(scope="module")
def table() -> pa.Table:
    return flights()


def test_verification_merges_in_any_order(table: pa.Table) -> None:
    schema = schema_of(table)
    rules = find_candidates(table, schema).rules
    whole = Verification(schema, rules)
    parts = [Verification(schema, rules) for _ in range(3)]
    for place, batch in enumerate(table.to_batches(max_chunksize=500)):
        whole.update(batch)
        parts[place % 3].update(batch)
    sent = [part.to_bytes() for part in parts]
    for order in ((0, 1, 2), (2, 0, 1), (1, 2, 0)):
        one, two, three = (Verification.from_bytes(sent[i], schema, rules) for i in order)
        two.merge(three)
        one.merge(two)
        assert one.rows == whole.rows
        assert one.found() == whole.found()
        assert one.to_bytes() == whole.to_bytes()


def test_too_many_keys_give_the_rule_up() -> None:
    a = np.arange(4_000) // 2
    table = pa.table({"a": a, "b": a % 7})
    schema = schema_of(table)
    rules = [parse_dependency({"kind": "functional", "sources": ["a"], "target": "b"}, schema)]
    state = Verification(schema, rules, DependencySettings(most_keys=1_000))
    for batch in table.to_batches(max_chunksize=100):
        state.update(batch)
    assert state.found() == []
    again = Verification.from_bytes(state.to_bytes(), schema, rules, state.settings)
    assert again.found() == [] and again.rows == 4_000


def test_found_equals_itself_through_json(table: pa.Table) -> None:
    schema = schema_of(table)
    for entry in found_in(table):
        data = json.loads(json.dumps(entry.to_json(), allow_nan=False))
        assert found_from_json(data, schema) == entry


def test_a_users_rule_is_verified_like_any_other(table: pa.Table) -> None:
    schema: TableSchema = schema_of(table)
    rule = parse_dependency(
        {"kind": "nulls", "sources": ["dep_time"], "target": "air_time"}, schema
    )
    state = Verification(schema, [rule])
    state.update(table.combine_chunks().to_batches()[0])
    (entry,) = state.found()
    assert entry.is_exact and entry.share == 1.0
