"""Sums of what is there: found beside missing terms, and put back."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from synth.dependencies.dependency import DependencyError
from synth.dependencies.known_sum import KnownSum
from synth.dependencies.registry import dependency_from_json
from tests.synth.dependencies.tables import columns_of, plan_of, restored, schema_of, used

ROWS = 2_000
RNG = np.random.default_rng(6)
AMOUNTS = {name: RNG.gamma(2, 40, ROWS).round(2) for name in ("a", "b", "c")}
MISSING = {"a": RNG.random(ROWS) < 0.1, "b": RNG.random(ROWS) < 0.2, "c": np.zeros(ROWS, bool)}
NONE = MISSING["a"] & MISSING["b"]


def masked(name: str) -> pa.Array:
    return pa.array(AMOUNTS[name], mask=MISSING[name])


def known(name: str) -> np.ndarray:
    return np.where(MISSING[name], 0, AMOUNTS[name])


@pytest.mark.parametrize(
    ("total", "empty", "signs"),
    [
        (pa.array((known("a") + known("b")).round(2)), "zero", (1, 1)),
        (pa.array((known("a") + known("b")).round(2), mask=NONE), "null", (1, 1)),
        (pa.array((known("a") - known("b")).round(2)), "zero", (1, -1)),
    ],
    ids=["zero", "null", "difference"],
)
def test_a_total_of_what_is_there_is_found_and_put_back(
    total: pa.Array, empty: str, signs: tuple[int, int]
) -> None:
    table = pa.table({"a": masked("a"), "b": masked("b"), "x": AMOUNTS["c"], "total": total})
    plan = plan_of(table)
    assert used(plan) == {"total": ("drop", "sum_of_known", ("a", "b"))}
    rule = plan.steps[0].found.dependency
    assert isinstance(rule, KnownSum) and (rule.empty, rule.signs) == (empty, signs)
    assert dependency_from_json(rule.to_json(), schema_of(table)) == rule
    assert rule.describe().endswith(f"; {'0' if empty == 'zero' else 'null'} where all are")
    back = restored(plan, table)
    assert all(back[name].equals(columns_of(table)[name]) for name in table.column_names)


def test_three_terms_of_which_one_is_always_there() -> None:
    total = pa.array((known("a") + known("b") + known("c")).round(2))
    table = pa.table({**{name: masked(name) for name in "abc"}, "total": total})
    ((target, found),) = used(plan_of(table)).items()
    assert (target, found) == ("total", ("drop", "sum_of_known", ("a", "b", "c")))


def test_totals_that_are_missing_with_a_term_are_plain_sums() -> None:
    either = MISSING["a"] | MISSING["b"]
    total = pa.array((AMOUNTS["a"] + AMOUNTS["b"]).round(2), mask=either)
    table = pa.table({"a": masked("a"), "b": masked("b"), "total": total})
    kinds = {kind for _, kind, _ in used(plan_of(table)).values()}
    assert "sum" in kinds and "sum_of_known" not in kinds
    whole = {name: pa.array(AMOUNTS[name]) for name in "ab"}
    plain = pa.table({**whole, "total": (AMOUNTS["a"] + AMOUNTS["b"]).round(2)})
    assert {kind for _, kind, _ in used(plan_of(plain)).values()} == {"sum"}


def test_a_term_is_solved_for_where_the_others_are_there() -> None:
    table = pa.table({"a": [1.0, None, None], "b": [2.0, 2.0, None], "total": [3.0, 5.0, 4.0]})
    rule = KnownSum("total", ("a", "b"), (1, 1), 1, "double")
    assert rule.restore(columns_of(table), RNG)["total"].to_pylist() == [3.0, 2.0, 0.0]
    solved = rule.solve(columns_of(table))
    assert solved["a"].to_pylist() == [1.0, 3.0, None]


def test_a_word_for_no_term_that_is_none_is_refused() -> None:
    data: dict[str, Any] = {"target": "total", "sources": ["a", "b"], "empty": "nan"}
    schema = schema_of(pa.table({"a": [1], "b": [2], "total": [3]}))
    with pytest.raises(DependencyError, match="empty is zero or null, not 'nan'"):
        KnownSum.from_json(data, schema).check(schema)
