import json

import numpy as np
import pyarrow as pa
import pytest

from synth.dependencies.functional import Functional, counted, learned
from synth.dependencies.keymap import KeyMap
from synth.dependencies.settings import DependencySettings
from synth.table.schema import TableSchema
from tests.synth.dependencies.tables import (
    columns_of,
    found_in,
    plan_by,
    plan_of,
    restored,
    restored_around,
    schema_of,
    used,
)


def mapped(keys: list, targets: list, rows: list[int] | None = None) -> KeyMap:
    counts = pa.array(rows or [20] * len(targets), pa.int64())
    names = [str(i) for i in range(len(keys))]
    return KeyMap(
        pa.table(
            [*map(pa.array, keys), pa.array(targets), counts], names=[*names, "target", "rows"]
        )
    )


def test_null_is_a_key_and_a_target() -> None:
    rule = Functional("b", ("a",), mapped([["x", "y", None]], [1, None, 3]))
    columns = {"a": pa.array([None, "y", "x", "z"]), "b": pa.array([3, None, 1, 1])}
    assert rule.predict(columns).to_pylist() == [3, None, 1, None]
    assert rule.known(columns).tolist() == [True, True, True, False]
    assert rule.holds(columns).tolist() == [True, True, True, False]


def test_an_unknown_number_takes_the_nearest_key() -> None:
    rule = Functional("b", ("a",), mapped([[10, 20, 40]], ["x", "y", "z"]))
    columns = {"a": pa.array([11, 28, 99, -5])}
    assert rule.restore(columns, np.random.default_rng(0))["b"].to_pylist() == ["x", "y", "z", "x"]


def test_an_unknown_text_takes_one_target_in_every_block() -> None:
    names = [f"k{i}" for i in range(50)]
    rule = Functional("b", ("a",), mapped([names], list(range(50))))
    lost = pa.array([f"new{i}" for i in range(200)])
    first = rule.restore({"a": lost}, np.random.default_rng(0))["b"].to_pylist()
    second = rule.restore({"a": lost.slice(50)}, np.random.default_rng(9))["b"].to_pylist()
    assert first[50:] == second
    assert len(set(first)) > 20


def test_of_two_sources_the_free_one_is_redrawn() -> None:
    keys = mapped([["a", "a", "b"], ["p", "q", "p"]], [1, 2, 3], [20, 60, 20])
    rule = Functional("c", ("o", "d"), keys, redraw="d")
    columns = {"o": pa.array(["b"] * 500 + ["a"] * 500), "d": pa.array(["q"] * 500 + ["z"] * 500)}
    back = rule.restore(columns, np.random.default_rng(0))
    assert set(back) == {"c", "d"}
    assert rule.holds({**columns, **back}).all()
    assert set(back["d"].to_pylist()[:500]) == {"p"}
    share = back["d"].to_pylist()[500:].count("q") / 500
    assert share == pytest.approx(0.75, abs=0.06)


def test_only_keys_of_enough_rows_are_kept() -> None:
    rng = np.random.default_rng(0)
    a = np.r_[rng.integers(0, 30, 4_000), np.repeat(np.arange(100, 105), 4)]
    table = pa.table({"a": a, "b": pa.array([f"name of {x % 11}" for x in a])})
    entry = next(f for f in found_in(table) if f.dependency.target == "b")
    assert entry.is_exact and entry.keys == 30 and entry.supported == 4_000
    data = entry.dependency.to_json()
    assert max(data["keys"]["0"]) < 30
    again = Functional.from_json(json.loads(json.dumps(data)), schema_of(table))
    assert again == entry.dependency
    back = restored(plan_of(table), table)
    inside = np.flatnonzero(a < 30)
    assert back["b"].take(pa.array(inside)) == columns_of(table)["b"].take(pa.array(inside))


def test_a_target_of_few_rows_is_not_stored_though_its_key_has_enough() -> None:
    keys = [f"k{i}" for i in range(5)]
    texts = [*np.repeat(keys, 1_000), *["rare"] * 10]
    targets = [
        *np.repeat([f"t{i % 3}" for i in range(5)], 1_000),
        *[f"person {i}" for i in range(10)],
    ]
    table = pa.table({"key": pa.array(texts), "target": pa.array(targets)})
    (step,) = (s for s in plan_of(table).steps if s.target == "target")
    assert step.mode == "exceptions" and step.found.keys == 5 and step.found.supported == 5_000
    assert "person" not in json.dumps(plan_of(table).to_json())


def test_a_pair_of_just_enough_rows_is_stored() -> None:
    rule = Functional("b", ("a",))
    table = pa.table({"a": ["x"] * 12 + ["y"] * 12, "b": [1] * 10 + [2] * 2 + [1] * 9 + [2] * 3})
    found = learned(rule, counted(rule, columns_of(table)), DependencySettings(min_entities=10))
    assert isinstance(found.dependency, Functional) and found.dependency.keys is not None
    assert found.dependency.keys.table["0"].to_pylist() == ["x"]


def test_of_a_bijection_the_number_stays() -> None:
    number = np.random.default_rng(1).integers(0, 20, 3_000)
    table = pa.table({"name": pa.array([f"n{x:02}" for x in number]), "number": number})
    assert used(plan_of(table)) == {"name": ("drop", "functional", ("number",))}


def test_a_small_target_of_many_keys_is_repaired() -> None:
    code = np.random.default_rng(1).integers(0, 400, 20_000)
    table = pa.table({"code": code, "group": pa.array([f"g{x % 9}" for x in code])})
    plan = plan_of(table)
    assert used(plan) == {"group": ("repair", "functional", ("code",))}
    assert plan.dropped == ()


@pytest.mark.parametrize(("wrong", "mode"), [(0.002, "exceptions"), (0.03, None)])
def test_near_rules(wrong: float, mode: str | None) -> None:
    rng = np.random.default_rng(1)
    a = rng.integers(0, 12, 20_000)
    b = np.where(rng.random(20_000) < wrong, rng.integers(0, 5, 20_000), a % 5)
    plan = plan_of(pa.table({"a": a, "b": b}))
    assert [step.mode for step in plan.steps] == ([mode] if mode else [])


@pytest.mark.parametrize(
    "array",
    [
        pa.array([True, False, None]),
        pa.array([1.5, float("nan"), None]),
        pa.array([1, 2, None], pa.decimal128(20, 2)),
        pa.array([1, 2, None], pa.date32()),
        pa.array([1, 2, None], pa.timestamp("us", tz="UTC")),
        pa.array(["ä", "", None]),
    ],
)
def test_maps_of_every_type_equal_themselves_through_json(array: pa.Array) -> None:
    rule = Functional(
        "b", ("a",), KeyMap(pa.table({"0": array, "target": array, "rows": [20] * 3}))
    )
    schema = TableSchema.from_arrow(pa.schema([("a", array.type), ("b", array.type)]))
    data = json.loads(json.dumps(rule.to_json(), allow_nan=False))
    again = Functional.from_json(data, schema)
    assert again.to_json() == rule.to_json()
    assert again.known({"a": array}).all()


def test_implied_pairs_are_left_out() -> None:
    rng = np.random.default_rng(1)
    a, b = rng.integers(0, 12, 9_000), rng.integers(0, 6, 9_000)
    plan = plan_of(pa.table({"a": a, "b": b, "c": a % 5, "d": (a * 7 + b * b) % 13}))
    assert used(plan) == {
        "c": ("drop", "functional", ("a",)),
        "d": ("drop", "functional", ("a", "b")),
    }


def test_a_rule_without_map_says_so() -> None:
    with pytest.raises(ValueError, match="verify it first"):
        Functional("b", ("a",)).predict({"a": pa.array([1])})


def test_exceptions_are_filled_where_the_rule_speaks() -> None:
    rng = np.random.default_rng(1)
    a = rng.integers(0, 12, 20_000)
    b = np.where(rng.random(20_000) < 0.002, 7, a % 5)
    table = pa.table({"a": a, "b": b})
    plan, columns = plan_of(table), columns_of(table)
    (step,) = plan.steps
    holds = step.found.dependency.holds(columns)
    assert (~holds).sum() == step.found.exceptions > 0
    blank = np.where(holds, -1, b)
    coded = {"a": pa.array([*a, 99]), "b": pa.array([*blank, -1])}
    rng = np.random.default_rng(0)
    assert plan.restore(coded, rng) == coded
    back = plan.restore(coded, rng, as_rule={"b": np.r_[holds, True]})["b"]
    assert back.to_pylist() == [*b, 11 % 5]


def test_a_target_follows_a_source_that_may_not_be_redrawn() -> None:
    table = {"0": ["x", "y"], "1": [1, 2], "target": ["x1", "y2"], "rows": [9, 9]}
    rule = Functional("t", ("s", "n"), KeyMap(pa.table(table)), redraw="n")
    plan = plan_by(rule, mode="drop")
    columns = {"s": pa.array(["x", "x", "y", "y"]), "n": pa.array([1, 2, 1, 2])}
    free = restored_around(plan, columns, {})
    assert free["n"].to_pylist() == [1, 1, 2, 2]
    fixed = np.array([False, True, False, True])
    made = restored_around(plan, columns, {"n": fixed})
    assert made["n"].to_pylist() == [1, 2, 2, 2]
    assert made["t"].to_pylist()[::2] == ["x1", "y2"]
    assert plan.broken(made, {"n"}) == [("t is determined by s and n", 1)]
