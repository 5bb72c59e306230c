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


def articles(count: int, kind: str) -> dict[str, pa.Array]:
    """Articles of which some are rare: code, name, group and band, and what has no part in it."""
    rng = np.random.default_rng(11)
    number = rng.choice(count, 3_000, p=rng.dirichlet(np.ones(count)))
    codes = {
        "text": pa.array([f"P{n:04}" for n in number]),
        "int": pa.array(number * 7 + 1_000),
        "date": pa.array((number + 18_000).astype(np.int32)).cast(pa.date32()),
    }
    return {
        "code": codes[kind],
        "name": pa.array([f"product {n:04}" for n in number]),
        "group": pa.array([f"G{n % 12}" for n in number]),
        "sold": pa.array(rng.poisson(4, 3_000)),
    }


def pairs(columns: dict[str, pa.Array], *names: str) -> set[tuple]:
    return set(zip(*(columns[name].to_pylist() for name in names), strict=True))


@pytest.mark.parametrize("kind", ["text", "int", "date"])
@pytest.mark.parametrize("count", [60, 180, 300])
def test_a_rare_key_gives_way_with_all_that_follows_from_it(kind: str, count: int) -> None:
    columns = articles(count, kind)
    plan = plan_of(pa.table(columns))
    assert {"name", "group"} <= {step.target for step in plan.steps}
    rng = np.random.default_rng(1)
    # Keys that no row of the seed has, and each column by itself.
    new = {"text": "P9999", "int": 1_003, "date": 25_000}[kind]
    strange = pa.array([new] * 200, pa.int32() if kind == "date" else None)
    code = pa.concat_arrays([columns["code"], strange.cast(columns["code"].type)])
    rows = len(code)
    mixed = {"code": code.take(pa.array(rng.permutation(rows)))}
    for name in ("name", "group", "sold"):
        if name not in plan.dropped:
            mixed[name] = columns[name].take(pa.array(rng.integers(0, 3_000, rows)))
    back = plan.restore(mixed, rng)
    assert pairs(back, "code", "name", "group") <= pairs(columns, "code", "name", "group")
    codes = columns["code"].to_pylist()
    assert all(codes.count(code) >= 10 for code in set(back["code"].to_pylist()))


def test_a_rare_key_gives_way_to_one_of_its_own_group() -> None:
    columns = articles(300, "text")
    plan = plan_of(pa.table(columns))
    assert used(plan)["group"] == ("repair", "functional", ("code",))
    anyhow = pa.array(np.random.default_rng(0).permutation(3_000))
    drawn = {n: a for n, a in columns.items() if n not in plan.dropped}
    drawn["code"] = columns["code"].take(anyhow)
    back = plan.restore(drawn, np.random.default_rng(0))
    groups = zip(back["group"].to_pylist(), columns["group"].to_pylist(), strict=True)
    same_group = np.mean([own == drawn for own, drawn in groups])
    assert same_group > 0.9


def test_of_two_sources_both_give_way_where_neither_has_a_stored_key() -> None:
    keys = mapped([["a", "a", "b"], ["p", "q", "p"]], [1, 2, 3], [20, 60, 20])
    columns = {"o": pa.array(["x"] * 50 + ["a"] * 50), "d": pa.array(["p"] * 50 + ["z"] * 50)}
    both = Functional("c", ("o", "d"), keys).with_repair((), "drop")
    back = both.restore(columns, np.random.default_rng(0))
    stored = {("a", "p", 1), ("a", "q", 2), ("b", "p", 3)}
    assert pairs(back, "o", "d", "c") <= stored
    assert set(back["o"].to_pylist()[50:]) == {"a"}
    one = Functional("c", ("o", "d"), keys).with_repair(("o",), "drop")
    kept = one.restore(columns, np.random.default_rng(0))
    assert "o" not in kept and both.whole and not one.whole


def test_a_value_inside_a_band_stays_and_one_between_two_moves() -> None:
    rng = np.random.default_rng(0)
    age = np.concatenate([np.repeat(np.arange(0, 90), 40), rng.integers(0, 90, 400) + 0.5])
    band = [f"B{int(value) // 30}" for value in age]
    plan = plan_of(pa.table({"age": age, "band": band}))
    assert used(plan)["band"][1] == "functional"
    back = plan.restore({"age": pa.array([10.25, 29.5, 200.0, -4.0])}, rng)
    assert back["band"].to_pylist() == ["B0", "B0", "B2", "B0"]
    assert back["age"].to_pylist() == [10.25, 29.0, 200.0, -4.0]


def test_a_rule_by_accident_stands_in_for_nothing() -> None:
    rng = np.random.default_rng(0)
    code = rng.permutation(np.repeat(np.arange(1_400), 2))
    table = pa.table({"code": code, "any": rng.integers(0, 9, 2_800)})
    assert used(plan_of(table)) == {}


def test_a_map_with_missing_values_is_learned_from_the_others() -> None:
    columns = articles(60, "text")
    lost = np.random.default_rng(3).random(3_000) < 0.6
    columns["name"] = pa.array(columns["name"].to_pylist(), mask=lost)
    plan = plan_of(pa.table({name: columns[name] for name in ("code", "name")}))
    (step,) = plan.steps
    assert (step.mode, step.found.contradictions, step.found.gaps) == ("repair", 0, lost.sum())
    assert step.found.complete == 3_000 - lost.sum()
