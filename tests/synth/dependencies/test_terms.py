"""What sums and rests share: the grid, missing terms, and terms that are solved for."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from synth.dependencies.dependency import DependencyError
from synth.dependencies.registry import dependency_from_json
from synth.dependencies.terms import MOST_TERMS, declared_decimals_of
from tests.synth.dependencies.tables import columns_of, schema_of

TABLE = pa.table({"a": [0.1, 0.2, None], "b": [0.2, 0.5, 0.3], "c": [0.7, None, 0.7]})
RULES: list[tuple[dict[str, Any], list[float | None]]] = [
    ({"kind": "rest", "whole": 1.0}, [0.7, 0.3, None]),
    ({"kind": "sum", "signs": [-1, 1]}, [0.1, 0.3, None]),
]


@pytest.mark.parametrize(("fields", "said"), RULES, ids=["rest", "sum"])
def test_a_target_is_exact_on_its_grid_and_null_where_a_term_is(
    fields: dict[str, Any], said: list[float | None]
) -> None:
    data = {"target": "c", "sources": ["a", "b"], "decimals": 1, **fields}
    rule = dependency_from_json(data, schema_of(TABLE))
    assert rule.restore(columns_of(TABLE), np.random.default_rng(0))["c"].to_pylist() == said


@pytest.mark.parametrize(("fields", "_"), RULES, ids=["rest", "sum"])
def test_the_only_term_that_is_missing_is_solved_for(fields: dict[str, Any], _: Any) -> None:
    data = {"target": "c", "sources": ["a", "b"], "decimals": 1, **fields}
    rule = dependency_from_json(data, schema_of(TABLE))
    whole = {"a": pa.array([0.1, 0.2]), "b": pa.array([0.4, 0.7])}
    target = rule.restore({**whole, "c": pa.array([0.0, 0.0])}, np.random.default_rng(0))["c"]
    lacking = {"a": pa.array([None, 0.2]), "b": pa.array([0.4, None]), "c": target}
    solved = rule.solve(lacking)
    assert {name: own.to_pylist() for name, own in solved.items()} == {
        name: own.to_pylist() for name, own in whole.items()
    }
    assert rule.led_to("b", {**whole, "c": target}, 1).to_pylist() == [0.4, 0.7]


def test_terms_and_their_decimals_are_bounded() -> None:
    names = [f"n{place}" for place in range(MOST_TERMS + 2)]
    schema = schema_of(pa.table({name: [1, 2] for name in names}))
    data = {"kind": "rest", "whole": 9, "target": names[0], "sources": names[1:]}
    with pytest.raises(DependencyError, match="a rest has 2 to 6 sources, not 7"):
        dependency_from_json(data, schema).check(schema)
    assert [declared_decimals_of(kind) for kind in ("double", "int", "decimal(9,2)")] == [6, 0, 2]
