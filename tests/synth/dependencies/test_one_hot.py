"""One-hot groups: of several columns exactly one is set, or at most one, in every row."""

import json

import numpy as np
import pyarrow as pa
import pytest

from synth.dependencies.columns import equal
from synth.dependencies.dependency import DependencyError
from synth.dependencies.marks import Mark
from synth.dependencies.one_hot import OneHot
from synth.dependencies.one_hot_search import find
from synth.dependencies.parse import parse_dependency
from synth.dependencies.registry import dependency_from_json
from synth.dependencies.sample import Sample
from synth.dependencies.settings import DependencySettings
from synth.table.errors import InputError
from tests.synth.dependencies.flags import dummies
from tests.synth.dependencies.tables import plan_by, plan_of, restored_around, schema_of, used

ROWS = 4_000


RNG = np.random.default_rng(0)


COLOUR = RNG.choice(5, ROWS, p=[0.4, 0.3, 0.2, 0.08, 0.02])


TYPES = {
    "int": pa.int8(),
    "boolean": pa.bool_(),
    "double": pa.float64(),
    "decimal": pa.decimal128(3, 0),
}


def shuffled(columns: dict[str, pa.Array]) -> dict[str, pa.Array]:
    rng = np.random.default_rng(1)
    return {n: a.take(pa.array(rng.permutation(len(a)))) for n, a in columns.items()}


def sets(columns: dict[str, pa.Array], name: str) -> np.ndarray:
    own = [a.cast(pa.float64()).fill_null(0) for n, a in columns.items() if n.startswith(name)]
    return np.stack([np.asarray(array) for array in own], 1)


@pytest.mark.parametrize("kind", TYPES)
def test_a_group_is_found_and_holds_in_shuffled_columns(kind: str) -> None:
    columns = dummies("c", COLOUR, TYPES[kind], RNG)
    plan = plan_of(pa.table(columns))
    group = ("c_1", "c_2", "c_3", "c_4")
    assert used(plan) == {"c_0": ("repair", "one_hot", group)}
    back = plan.restore(shuffled(columns), np.random.default_rng(0))
    assert (sets(back, "c").sum(1) == 1).all()
    assert {n: a.type for n, a in back.items()} == {n: a.type for n, a in columns.items()}
    assert np.abs(sets(back, "c").mean(0) - sets(columns, "c").mean(0)).max() < 0.1
    whole = plan.restore(columns, np.random.default_rng(0))
    assert all(equal(whole[name], columns[name]).all() for name in columns)


WRITTEN: dict[str, tuple[str | None, str | None]] = {
    "letters": ("Y", "N"),
    "words": ("true", "false"),
    "digits": ("1", "0"),
    "a cross": ("X", None),
    "a cross or an empty text": ("X", ""),
    "a name": ("is {}", "no"),
}


def written(name: str, values: np.ndarray, on: str | None, off: str | None) -> dict[str, pa.Array]:
    on = on or ""
    return {
        f"{name}_{value}": pa.array(
            [on.format(value) if own == value else off for own in values], pa.string()
        )
        for value in range(values.max() + 1)
    }


@pytest.mark.parametrize("way", WRITTEN)
@pytest.mark.parametrize("least", [0, 1])
def test_a_group_of_texts(way: str, least: int) -> None:
    on, off = WRITTEN[way]
    common = np.where(RNG.random(ROWS) < 0.5, 1, COLOUR)  # one is set in most rows
    columns = written("c", common, on, off)
    if not least:
        del columns["c_3"]
    plan = plan_of(pa.table({**columns, "flag": pa.array(RNG.choice(["Y", "N"], ROWS))}))
    assert [step.found.dependency.kind for step in plan.steps] == ["one_hot"]
    rule = plan.steps[0].found.dependency
    assert isinstance(rule, OneHot) and (rule.least, rule.columns) == (least, tuple(columns))
    back = plan.restore(shuffled(columns), np.random.default_rng(0))
    words = {name: (on or "").format(name[-1]) for name in columns}
    count = sum(np.array([v == words[n] for v in a.to_pylist()], int) for n, a in back.items())
    assert set(count) == ({1} if least else {0, 1})
    assert all(set(back[n].to_pylist()) == set(columns[n].to_pylist()) for n in columns)
    whole = plan.restore(columns, np.random.default_rng(0))
    assert all(equal(whole[name], columns[name]).all() for name in columns)
    schema = schema_of(pa.table(columns))
    assert dependency_from_json(json.loads(json.dumps(rule.to_json())), schema) == rule


def test_flags_whose_word_for_set_is_the_usual_one_beside_a_group() -> None:
    others = {f"f{i}": pa.array(np.where(RNG.random(ROWS) < 0.95, "Y", "N")) for i in range(5)}
    columns = {**written("c", COLOUR, "Y", "N"), **others}
    plan = plan_of(pa.table(columns))
    assert used(plan) == {"c_0": ("repair", "one_hot", ("c_1", "c_2", "c_3", "c_4"))}


def test_numbers_and_booleans_that_are_missing_where_they_are_not_set() -> None:
    for kind in (pa.float64(), pa.bool_()):
        columns = {
            n: pa.array([1 if v else None for v in a.to_pylist()], pa.int8()).cast(kind)
            for n, a in dummies("c", COLOUR, pa.int8(), RNG).items()
        }
        plan = plan_of(pa.table(columns))
        assert "one_hot" in {step.found.dependency.kind for step in plan.steps}
        back = plan.restore(shuffled(columns), np.random.default_rng(0))
        assert set(sum(np.asarray(a.is_valid()).astype(int) for a in back.values())) == {1}


def test_texts_that_few_rows_share_are_no_flags() -> None:
    rare = {f"t{i}": pa.array([f"secret {i}"] * 4 + ["no"] * (ROWS - 4)) for i in range(4)}
    view = Sample(pa.table(rare), schema_of(pa.table(rare)), DependencySettings(min_entities=5))
    assert find(view) == []


def test_the_users_own_group_of_texts() -> None:
    table = pa.table(
        {**written("c", COLOUR, "Y", "N"), "text": RNG.choice(["a", "b", "c"], ROWS), "t": COLOUR}
    )
    schema = schema_of(table)
    view = Sample(table, schema, DependencySettings())
    data = {"kind": "one_hot", "sources": ["c_1", "c_2", "c_3"], "target": "c_0"}
    rule = parse_dependency(data, schema).completed(view)
    assert isinstance(rule, OneHot) and set(rule.marks) == {Mark("Y", "N")}
    with pytest.raises(DependencyError, match="column 'text' is no flag"):
        parse_dependency({**data, "target": "text"}, schema).completed(view)


def test_at_most_one_where_some_rows_have_none() -> None:
    columns = dummies("c", COLOUR, pa.int8(), RNG)
    del columns["c_1"]
    plan = plan_of(pa.table(columns))
    rule = plan.steps[0].found.dependency
    assert isinstance(rule, OneHot) and rule.least == 0
    assert rule.describe() == "at most one of c_0, c_2, c_3 and c_4 is set"
    back = plan.restore(shuffled(columns), np.random.default_rng(0))
    assert set(sets(back, "c").sum(1)) == {0, 1}


@pytest.mark.parametrize("way", ["together", "apart"])
def test_missing_values(way: str) -> None:
    columns = dummies("c", COLOUR, pa.int8(), RNG, 0.05 if way == "apart" else 0.0)
    if way == "together":
        lost = pa.array(RNG.random(ROWS) < 0.2)
        columns = {
            n: pa.array(a.to_pylist(), pa.int8(), mask=np.asarray(lost)) for n, a in columns.items()
        }
    plan = plan_of(pa.table(columns))
    assert "one_hot" in {step.found.dependency.kind for step in plan.steps}
    back = plan.restore(shuffled(columns), np.random.default_rng(0))
    full = np.logical_and.reduce([np.asarray(array.is_valid()) for array in back.values()])
    count = sets(back, "c").sum(1)
    assert full.any() and (count[full] == 1).all() and (count <= 1).all()


def test_what_is_fixed_stays() -> None:
    rule = OneHot("a", ("b", "c"))
    columns = {n: pa.array([1, 0, 1, 0], pa.int8()) for n in "abc"}
    fixed = {"b": np.array([True, True, False, False])}
    back = restored_around(plan_by(rule), columns, fixed)
    assert back["b"].to_pylist()[:2] == [1, 0]
    assert (back["a"].to_pylist()[0], back["c"].to_pylist()[0]) == (0, 0)
    assert rule.holds(back).all()


def test_conditions_that_no_row_can_keep_are_refused() -> None:
    rule, on, off = OneHot("a", ("b", "c")), pa.array([1], pa.int8()), pa.array([0], pa.int8())
    OneHot.require_possible([rule], {"a": on, "b": off})
    with pytest.raises(InputError, match="given 'a' and 'b'"):
        OneHot.require_possible([rule], {"a": on, "b": on})
    with pytest.raises(InputError, match="set one"):
        OneHot.require_possible([rule], {"a": off, "b": off, "c": off})
    OneHot.require_possible([OneHot("a", ("b", "c"), 0)], {"a": off, "b": off, "c": off})


def test_json_and_the_users_own() -> None:
    table = pa.table(
        {**dummies("c", COLOUR, pa.int8(), RNG), "day": pa.array([0] * ROWS, pa.date32())}
    )
    schema = schema_of(table)
    data = {"kind": "one_hot", "sources": ["c_1", "c_2"], "target": "c_0", "least": 0}
    rule = parse_dependency(data, schema)
    assert rule == OneHot("c_0", ("c_1", "c_2"), 0)
    assert dependency_from_json(json.loads(json.dumps(rule.to_json())), schema) == rule
    with pytest.raises(DependencyError, match="least is 0 or 1, not 2"):
        parse_dependency({**data, "least": 2}, schema)
    with pytest.raises(DependencyError, match="it must hold 0 and 1"):
        parse_dependency({**data, "target": "day"}, schema)
