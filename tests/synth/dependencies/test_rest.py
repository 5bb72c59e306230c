"""What is left of a whole: found, put back, and never negative."""

from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from synth.dependencies.columns import NOTHING
from synth.dependencies.dependency import DependencyError
from synth.dependencies.registry import dependency_from_json
from synth.dependencies.rest import Rest
from tests.synth.dependencies.tables import columns_of, plan_of, restored, same, schema_of, used

ROWS = 2_000
RNG = np.random.default_rng(4)
PARTS = RNG.multinomial(100, [0.1, 0.2, 0.3, 0.4], ROWS)
A = RNG.beta(0.7, 2, ROWS).round(2)
B = (RNG.random(ROWS) * (1 - A)).round(2)
SHARES = {"a": A, "b": B, "c": (1 - A - B).round(2)}
BESIDE = {"x": RNG.integers(0, 1_000, ROWS), "y": RNG.gamma(2, 30, ROWS).round(1)}


@pytest.mark.parametrize(
    ("columns", "whole"),
    [
        (SHARES, 1.0),
        ({f"p{n}": PARTS[:, n] for n in range(4)}, 100.0),
        ({name: pa.array(own * 100, pa.float32()) for name, own in SHARES.items()}, 100.0),
        (
            {name: pa.array([Decimal(f"{v:.2f}") for v in own]) for name, own in SHARES.items()},
            1.0,
        ),
    ],
    ids=["shares", "four whole numbers", "floats", "decimals"],
)
def test_of_a_whole_one_part_is_what_the_others_leave(columns: dict, whole: float) -> None:
    table = pa.table({**columns, **BESIDE})
    (found,) = used(plan_of(table)).items()
    target, (mode, kind, sources) = found
    assert (mode, kind) == ("drop", "rest") and {target, *sources} == set(columns)
    rule = plan_of(table).steps[0].found.dependency
    assert isinstance(rule, Rest) and rule.whole == whole
    assert dependency_from_json(rule.to_json(), schema_of(table)) == rule
    same(table)


def test_two_wholes_and_missing_values() -> None:
    hours = RNG.multinomial(24, [0.3, 0.3, 0.4], ROWS)
    absent = RNG.random(ROWS) < 0.1
    values = {f"h{n}": pa.array(hours[:, n], mask=absent) for n in range(3)}
    table = pa.table({**values, **SHARES, **BESIDE})
    rules = [s.found.dependency for s in plan_of(table).steps]
    assert {(type(rule), rule.whole) for rule in rules if isinstance(rule, Rest)} == {
        (Rest, 24.0),
        (Rest, 1.0),
    }
    back = restored(plan_of(table), table)
    for name in table.column_names:
        assert back[name].equals(columns_of(table)[name])


def test_sums_that_differ_in_a_row_negative_parts_and_flags_are_none() -> None:
    broken = SHARES["c"].copy()
    broken[:60] += 0.25
    debts = {"a": A - 2, "b": B, "c": (3 - A - B).round(2)}
    one = np.eye(3, dtype=int)[RNG.integers(0, 3, ROWS)]
    absent = RNG.random(ROWS) < 0.1
    flags = {f"is_{n}": pa.array(one[:, n], mask=absent) for n in range(3)}
    for values in ({**SHARES, "c": broken}, debts, flags):
        assert "rest" not in {kind for _, kind, _ in used(plan_of(pa.table(values))).values()}


def test_what_exceeds_the_whole_gives_way_but_for_what_is_fixed() -> None:
    table = pa.table({"a": [0.5, 0.9, 0.2, 1.2], "b": [0.3, 0.4, 0.9, 0.1], "c": [0.0] * 4})
    rule = Rest("c", ("a", "b"), (-1, -1), 2, "double", 1.0).with_repair((), "drop")
    made = {**columns_of(table), **rule.restore(columns_of(table), RNG)}
    assert made["a"].to_pylist() == [0.5, 0.9, 0.2, 1.0]
    assert made["b"].to_pylist() == [0.3, 0.1, 0.8, 0.0]
    assert made["c"].to_pylist() == [0.2, 0.0, 0.0, 0.0]
    held = {"b": np.ones(4, bool)}
    only_a = rule.with_repair(["b"], "drop")
    made = {**columns_of(table), **only_a.restore(columns_of(table), RNG)}
    assert made["b"].to_pylist() == [0.3, 0.4, 0.9, 0.1]
    assert made["a"].to_pylist() == [0.5, 0.6, 0.1, 0.9]
    assert rule.with_repair((), "exceptions").giving == ()
    kept = rule.restore(columns_of(table), RNG, {**NOTHING, **held})
    assert "b" not in kept or kept["b"].to_pylist() == [0.3, 0.4, 0.9, 0.1]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"whole": 0.5, "decimals": 0}, "whole is a number of at most 0 decimals, not 0.5"),
        ({"sources": ["a"]}, "2 to 6 sources, not 1"),
        ({"decimals": 40}, "decimals is 0 to 18, not 40"),
    ],
)
def test_what_does_not_fit_is_refused(fields: dict[str, object], said: str) -> None:
    data = {"target": "c", "sources": ["a", "b"], "whole": 1, "decimals": 2} | fields
    with pytest.raises(DependencyError, match=said):
        Rest.from_json(data, schema_of(pa.table(SHARES))).check(schema_of(pa.table(SHARES)))
