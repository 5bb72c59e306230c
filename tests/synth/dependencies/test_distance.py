"""Distances: checked by hand, repaired on every type's grid, kept around what is fixed or held."""

import json
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from synth.dependencies.dependency import DependencyError
from synth.dependencies.distance import Distance
from synth.dependencies.parse import parse_dependency
from synth.dependencies.registry import dependency_from_json
from synth.dependencies.settings import DependencySettings
from synth.dependencies.verify import Verification
from tests.synth.dependencies.tables import plan_by, restored_around, schema_of

ROWS = 3000
RNG = np.random.default_rng(9)
SECOND = 1_000_000
MAKE: dict[str, Any] = {
    "bigint": lambda v: pa.array(v.astype(np.int64)),
    "tinyint": lambda v: pa.array(v.astype(np.int8)),
    "double": lambda v: pa.array(v / 100),
    "float": lambda v: pa.array((v / 4).astype(np.float32)),
    "decimal(9,2)": lambda v: (
        pa.array(v.astype(np.int64)).cast(pa.decimal128(19, 0)).cast(pa.decimal128(9, 2))
    ),
    "date": lambda v: pa.array(v.astype(np.int32)).cast(pa.date32()),
    "timestamp": lambda v: pa.array(v.astype(np.int64) * SECOND).cast(pa.timestamp("us", "UTC")),
}


def columns_of(kind: str) -> dict[str, pa.Array]:
    low, high = RNG.integers(1, 100, (2, ROWS))
    return {"a": MAKE[kind](low), "b": MAKE[kind](high)}


@pytest.mark.parametrize("kind", MAKE)
@pytest.mark.parametrize("ends", [(5, 20), (None, -3), (10, None)])
def test_differences_come_inside_on_the_grid(kind: str, ends: tuple[int | None, ...]) -> None:
    scale = {"double": 100, "float": 4}.get(kind, 1)
    least, most = (None if end is None else end / scale for end in ends)
    rule = Distance("b", ("a",), "difference", least, most, kind)
    columns = columns_of(kind)
    right = rule.holds(columns)
    assert 0.02 < right.mean() < 0.98
    made = plan_by(rule).restore(columns, np.random.default_rng(0))
    assert rule.holds(made).all()
    assert made["a"].equals(columns["a"]) and made["b"].type == columns["b"].type
    assert made["b"].filter(pa.array(right)).equals(columns["b"].filter(pa.array(right)))
    if kind in ("double", "float"):
        steps = np.asarray(made["b"]).astype(float) * scale
        assert np.abs(steps - np.rint(steps)).max() < 1e-3


@pytest.mark.parametrize("kind", ["bigint", "double", "decimal(9,2)"])
def test_ratios_come_inside_on_the_grid(kind: str) -> None:
    rule = Distance("b", ("a",), "ratio", 1.0, 1.5, kind)
    columns = columns_of(kind)
    for held in ((), ("b",)):
        made = plan_by(rule.with_repair(held, "repair")).restore(columns, np.random.default_rng(0))
        assert rule.holds(made).all()
        assert made["b" if held else "a"].equals(columns["b" if held else "a"])


def test_how_far_outside_is_how_far_inside() -> None:
    rule = Distance("b", ("a",), "difference", 10, 20, "bigint")
    columns = {"a": pa.array([100] * 5), "b": pa.array([107, 122, 115, 999, None])}
    made = rule.restore(columns, np.random.default_rng(0))
    assert made["b"].to_pylist() == [113, 118, 115, 115, None]  # of the fourth: another row's


def test_numbers_of_unlike_types_and_rows_without_a_ratio() -> None:
    rule = Distance("b", ("a",), "ratio", 0.5, 2, "double")
    columns = {"a": pa.array([4, 0, -3, None]), "b": pa.array([9.5, 7.0, 1.0, 3.0])}
    assert rule.holds(columns).tolist() == [False, True, True, True]
    made = rule.restore(columns, np.random.default_rng(0))
    assert rule.holds({**columns, **made}).all()


@pytest.mark.parametrize("fixed", ["a", "b"])
def test_what_is_fixed_stays(fixed: str) -> None:
    rule = Distance("b", ("a",), "difference", 5, 20, "bigint")
    columns, some = columns_of("bigint"), np.random.default_rng(3).random(ROWS) < 0.6
    made = restored_around(plan_by(rule), columns, {fixed: some})
    kept = pa.array(some)
    assert made[fixed].filter(kept).equals(columns[fixed].filter(kept))
    assert rule.holds(made).all()


def test_a_chain_is_kept_in_all_its_links() -> None:
    rules = [
        Distance("b", ("a",), "difference", 1, 9, "bigint"),
        Distance("c", ("b",), "difference", 2, 30, "bigint"),
        Distance("c", ("a",), "difference", 4, 35, "bigint"),
    ]
    columns = {name: pa.array(RNG.integers(0, 60, ROWS)) for name in "abc"}
    made = plan_by(*rules).restore(columns, np.random.default_rng(0))
    assert [int((~rule.holds(made)).sum()) for rule in rules] == [0, 0, 0]


def test_bounds_of_the_whole_table_take_the_place_of_the_samples() -> None:
    low = RNG.integers(0, 1000, ROWS)
    table = pa.table({"a": low, "b": low + RNG.integers(20, 70, ROWS)})
    schema, rule = (
        schema_of(table),
        Distance("b", ("a",), "difference", 30, 40, "bigint", is_found=True),
    )
    settings = DependencySettings(min_entities=10)
    whole = Verification(schema, [rule], settings)
    for start in range(0, ROWS, 700):
        part = Verification(schema, [rule], settings)
        part.update(table.slice(start, 700).combine_chunks().to_batches()[0])
        whole.merge(Verification.from_bytes(part.to_bytes(), schema, [rule], settings))
    (found,) = whole.found()
    assert found.is_exact
    assert found.dependency == Distance("b", ("a",), "difference", 20.0, 69.0, "bigint")


def test_extremes_of_few_rows_are_nowhere() -> None:
    """Neither the rule nor its words have a value that fewer rows than min_entities hold."""
    low = RNG.normal(0, 100, ROWS)
    lags = RNG.normal(50, 10, ROWS)
    table = pa.table({"a": low, "b": low + lags})
    state = Verification(
        schema_of(table), [Distance("b", ("a",), type="double", least=0, most=9, is_found=True)]
    )
    state.update(table.to_batches()[0])
    rule = state.found()[0].dependency
    assert isinstance(rule, Distance) and rule.least is not None and rule.most is not None
    assert rule.least % 5 == 0 and rule.least <= lags.min() < np.sort(lags)[9]
    assert rule.most % 5 == 0 and rule.most >= lags.max()


def test_json_and_words() -> None:
    schema = schema_of(pa.table(columns_of("timestamp")))
    rule = Distance("b", ("a",), "difference", 86_400.0, None, "timestamp", ("a",))
    assert dependency_from_json(json.loads(json.dumps(rule.to_json())), schema) == rule
    assert rule.describe() == "b is at least 1 days more than a"
    assert Distance("b", ("a",), "ratio", 0.5, 2.0).describe() == "b is 0.5 to 2 times a"
    assert Distance("b", ("a",), most=90.0, type="timestamp").describe() == (
        "b is at most 90 seconds more than a"
    )


@pytest.mark.parametrize(
    ("own", "message"),
    [
        ({}, "a distance needs least, most, or both"),
        ({"least": 3, "most": 2}, "least, 3.0, is above most, 2.0"),
        ({"least": 3, "form": "product"}, "no form 'product': use one of difference, ratio"),
        ({"least": "3"}, "least is a number, not '3'"),
        ({"least": 3, "sources": ["a", "n"]}, "a distance has one source, not 2"),
        ({"least": 3, "sources": ["n"]}, "must be numbers, or dates or times of one type"),
        ({"least": 3, "form": "ratio"}, "must be numbers, or dates or times of one type"),
    ],
)
def test_a_rule_of_ones_own_is_checked(own: dict[str, Any], message: str) -> None:
    table = pa.table({**columns_of("date"), "n": np.arange(ROWS)})
    data = {"kind": "distance", "sources": ["a"], "target": "b"} | own
    with pytest.raises(DependencyError, match=message):
        parse_dependency(data, schema_of(table))
