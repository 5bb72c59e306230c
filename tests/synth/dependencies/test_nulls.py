"""Null patterns: columns that are null in the same rows."""

import numpy as np
import pyarrow as pa
import pytest

from synth import Synthesizer
from synth.dependencies.dependency import DependencyError
from synth.dependencies.evidence import Breaks
from synth.dependencies.nulls import Nulls, find
from synth.dependencies.parse import parse_dependency
from synth.dependencies.registry import dependency_from_json
from synth.dependencies.sample import Sample
from synth.dependencies.settings import DependencySettings, tolerant
from synth.table.errors import InputError
from tests.synth.dependencies.tables import (
    digits,
    plan_by,
    plan_of,
    restored_around,
    schema_of,
    used,
)


def test_nulls_are_drawn_from_the_batch() -> None:
    rule = Nulls("c", ("b",))
    columns = {"b": pa.array([1, None, 3, 4]), "c": pa.array(["x", "y", None, None])}
    back = rule.restore(columns, np.random.default_rng(0))["c"]
    assert back.to_pylist()[:2] == ["x", None]
    assert rule.holds({**columns, "c": back}).all()
    empty = {"b": pa.array([1, 2]), "c": pa.array([None, None], pa.string())}
    assert rule.holds({**empty, **rule.restore(empty, np.random.default_rng(0))}).all()


def test_null_patterns_hold_in_a_batch_without_values_of_one_column() -> None:
    absent = np.random.default_rng(0).random(4_000) < 0.2
    values = np.random.default_rng(1).integers(0, 9, (3, 4_000))
    columns = {n: pa.array(v, mask=absent) for n, v in zip("stu", values, strict=True)}
    plan = plan_of(pa.table(columns))
    assert {kind for _, kind, _ in used(plan).values()} == {"nulls"}
    block = {
        "s": pa.array([None, 1, 2], pa.int64()),
        "t": pa.array([3, None, 4], pa.int64()),
        "u": pa.nulls(3, pa.int64()),
    }
    back = plan.restore(block, np.random.default_rng(0))
    assert all(step.found.dependency.holds(back).all() for step in plan.steps)


@pytest.mark.parametrize("fixed", ["a", "b", "c"])
def test_null_patterns_follow_what_is_fixed(fixed: str) -> None:
    plan = plan_by(Nulls("b", ("a",)), Nulls("c", ("a",)))
    columns = {name: digits(seed, absent=0.3) for seed, name in enumerate("abc")}
    made = restored_around(plan, columns, {fixed: np.ones(4_000, bool)})
    assert made[fixed].equals(columns[fixed])
    assert not plan.broken(made, "abc")


def either_or(rows: int = 6_000) -> pa.Table:
    """Persons have an age and an income, companies a staff and a sector."""
    rng = np.random.default_rng(0)
    company = rng.random(rows) < 0.4
    return pa.table(
        {
            "age": pa.array(rng.integers(18, 90, rows), mask=company),
            "income": pa.array(rng.lognormal(10, 1, rows).round(2), mask=company),
            "staff": pa.array(rng.integers(1, 500, rows), mask=~company),
            "sector": pa.array(rng.choice(list("abcd"), rows), mask=~company),
            "score": rng.normal(size=rows),
        }
    )


def test_columns_that_are_null_where_others_are_not_have_one_source() -> None:
    plan = plan_of(either_or())
    said = {step.found.dependency.describe() for step in plan.steps}
    assert said == {
        "income is null exactly where age is",
        "staff is null exactly where age has a value",
        "sector is null exactly where age has a value",
    }


def test_one_of_two_is_there_in_every_synthetic_row() -> None:
    model = Synthesizer(progress=False, seed=0, settings={"steps": 60}).fit(either_or())
    made = model.sample(5_000)
    null = {name: np.asarray(made[name].combine_chunks().is_null()) for name in made.column_names}
    assert (null["age"] == null["income"]).all() and (null["staff"] == null["sector"]).all()
    assert (null["age"] != null["staff"]).all()
    assert 0.35 < null["age"].mean() < 0.45
    given = model.sample(200, given={"sector": "b"})
    assert given["age"].null_count == given["income"].null_count == 200
    assert given["staff"].null_count == 0
    with pytest.raises(InputError, match="null exactly where the other has a value"):
        model.sample(5, given={"staff": None, "income": None})


@pytest.mark.parametrize("fixed", ["a", "b", "c"])
def test_opposite_nulls_follow_what_is_fixed(fixed: str) -> None:
    plan = plan_by(Nulls("b", ("a",), opposite=True), Nulls("c", ("a",)))
    columns = {name: digits(seed, absent=0.3) for seed, name in enumerate("abc")}
    made = restored_around(plan, columns, {fixed: np.ones(4_000, bool)})
    assert made[fixed].equals(columns[fixed])
    assert not plan.broken(made, "abc")


def test_a_batch_without_values_of_one_column_has_them_in_the_other() -> None:
    rule = Nulls("b", ("a",), opposite=True)
    columns = {"a": pa.array([1, None, 3]), "b": pa.nulls(3, pa.int64())}
    back = rule.restore(columns, np.random.default_rng(0))
    assert rule.holds({**columns, **back}).all()
    assert back["a"].null_count == 0


def test_a_null_pattern_equals_itself_through_json() -> None:
    table = either_or(400)
    schema = schema_of(table)
    for rule in (Nulls("staff", ("age",), opposite=True), Nulls("income", ("age",))):
        assert dependency_from_json(rule.to_json(), schema) == rule
    own = parse_dependency(
        {"kind": "nulls", "sources": ["age"], "target": "staff", "opposite": True}, schema
    )
    assert own == Nulls("staff", ("age",), opposite=True)
    with pytest.raises(DependencyError, match="opposite is true or false"):
        parse_dependency(
            {"kind": "nulls", "sources": ["age"], "target": "staff", "opposite": 1}, schema
        )


def nearly(columns: dict[str, pa.Array]) -> list[Nulls]:
    """What few rows break: at most 1.5 % of those that lack a value."""
    table = pa.table(columns)
    return find(Sample(table, schema_of(table), tolerant(DependencySettings())))


def test_nulls_that_few_rows_break_are_candidates_but_for_a_habit() -> None:
    rows = 3_000
    absent = np.arange(rows) % 4 == 0
    broken = absent.copy()
    broken[[4, 9, 21]] ^= True
    job = np.where(np.arange(rows) % 3, "clerk", "driver").astype(object)
    columns = {"a": pa.array(np.arange(rows), mask=absent), "job": pa.array(job, mask=broken)}
    assert nearly(columns) == [Nulls("job", ("a",))]
    turned = {**columns, "job": pa.array(job, mask=~broken)}
    assert nearly(turned) == [Nulls("job", ("a",), opposite=True)]
    many = absent.copy()
    many[:200] = True  # 150 of 750 rows
    assert nearly({**columns, "job": pa.array(job, mask=many)}) == []
    # Who never worked has no job and no employer, which is no mistake.
    job[[9, 21]] = "never"
    employer = absent.copy()
    employer[[9, 21]] = True
    columns = {"job": pa.array(job, mask=absent), "employer": pa.array(job, mask=employer)}
    assert nearly(columns) == []


def test_of_the_rows_that_speak_for_nulls_few_break_them() -> None:
    rule = Nulls("b", ("a",))
    counts = {"exceptions": 3, "complete": 80, "contradictions": 0, "orphans": 2, "gaps": 1}
    assert rule.breaks(100, counts) == Breaks(20, 3)  # 17 rows lack both
    turned = Nulls("b", ("a",), opposite=True)
    counts = {"exceptions": 3, "complete": 1, "contradictions": 1, "orphans": 40, "gaps": 57}
    assert turned.breaks(100, counts) == Breaks(43, 3)
