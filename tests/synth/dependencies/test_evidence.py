"""Evidence for a rule: a share, and counts that add up in any order."""

import json

import numpy as np
import pyarrow as pa
import pytest

from synth.dependencies.evidence import Exceptions, Found
from synth.dependencies.order import Order

RULE = Order("b", ("a",))


def rows(low: list[int], high: list[int]) -> dict[str, pa.Array]:
    return {"a": pa.array(low, pa.int32()), "b": pa.array(high, pa.int32())}


def test_a_share_of_rows_and_none_without_rows() -> None:
    near = Found(RULE, rows=8, exceptions=2, informative=5, supported=8, informative_supported=5)
    assert (near.share, near.is_exact) == (0.75, False)
    assert Found(RULE, 8, 0, 5, 8, 5).is_exact
    nothing = Found(RULE, 0, 0, 0, 0, 0)
    assert (nothing.share, nothing.is_exact) == (0.0, False)


def test_evidence_is_json() -> None:
    found = Found(RULE, 8, 2, 5, 7, 4, keys=3)
    data = json.loads(json.dumps(found.to_json()))
    assert data.pop("dependency")["kind"] == "order"
    assert data == {
        "rows": 8,
        "exceptions": 2,
        "informative": 5,
        "supported": 7,
        "informative_supported": 4,
        "keys": 3,
    }


def test_exceptions_are_counted_by_hand() -> None:
    tally = Exceptions(RULE)
    tally.update(rows([1, 5, 3], [2, 4, 3]))
    tally.update(rows([9], [8]))
    assert tally.found(4, 3) == Found(RULE, 4, 2, 3, 4, 3)


@pytest.mark.parametrize("cut", [0, 13, 50])
def test_parts_add_up_to_the_whole_and_survive_their_fields(cut: int) -> None:
    rng = np.random.default_rng(0)
    low, high = rng.integers(0, 9, (2, 50)).tolist()
    whole, first, second = Exceptions(RULE), Exceptions(RULE), Exceptions(RULE)
    whole.update(rows(low, high))
    first.update(rows(low[:cut], high[:cut]))
    second.update(rows(low[cut:], high[cut:]))
    loaded = Exceptions(RULE)
    loaded.load(second.to_fields())
    loaded.merge(first)
    assert loaded.count == whole.count == sum(a > b for a, b in zip(low, high, strict=True))


def test_missing_values_are_told_apart_from_what_contradicts() -> None:
    tally = Exceptions(RULE)
    tally.update({"a": pa.array([1, 5, None, 4, None]), "b": pa.array([2, 4, 3, None, None])})
    found = tally.found(5, 3)
    assert found is not None
    counts = (found.complete, found.contradictions, found.orphans, found.gaps)
    assert counts == (2, 1, 1, 1)
    assert found.share == 0.5 and not found.is_bound
    bound = Found(RULE, 10, 3, 5, 10, 5, complete=7, orphans=3)
    assert bound.is_bound and not bound.is_exact and bound.share == 1.0
    assert json.loads(json.dumps(bound.to_json()))["orphans"] == 3
