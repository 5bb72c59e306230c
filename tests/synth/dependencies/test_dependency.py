"""The plain answers that most kinds share."""

import numpy as np
import pyarrow as pa
import pytest

from synth.dependencies.arithmetic import Sum
from synth.dependencies.dependency import DependencyError, by_kind, words
from synth.dependencies.evidence import Found, TableFacts
from synth.dependencies.order import Order
from synth.table.errors import InputError
from synth.table.schema import Column, TableSchema
from tests.synth.dependencies.tables import plan_by, restored_around

SUM = Sum("c", ("a", "b"), (1, -1), 2, "double")
ORDER = Order("b", ("a",))
FACTS = TableFacts(
    TableSchema((Column("a", "int"), Column("b", "int"), Column("c", "double"))),
    {"a": 5.0, "b": 6.0, "c": 7.0},
)


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        # rows, exceptions, informative, supported, informative and supported
        ((1000, 0, 500, 1000, 500), None),
        ((1000, 0, 500, 899, 500), "too few rows share a key"),
        ((1000, 0, 500, 1000, 249), "the target hardly varies"),
        ((1000, 0, 0, 1000, 0), "the target hardly varies"),
        ((1000, 5, 500, 1000, 500), None),
        ((1000, 6, 500, 1000, 500), "too many exceptions"),
        ((1000, 5, 100, 1000, 100), None),
        ((1000, 5, 99, 1000, 99), "too many exceptions for a target that hardly varies"),
    ],
)
def test_evidence_that_does_not_carry_a_rule_is_named(
    counts: tuple[int, int, int, int, int], reason: str | None
) -> None:
    assert SUM.weakness(Found(SUM, *counts), FACTS) == reason


def test_a_rule_with_exceptions_leaves_them_to_the_model() -> None:
    assert SUM.mode(Found(SUM, 1000, 0, 500, 1000, 500), FACTS) == "drop"
    assert SUM.mode(Found(SUM, 1000, 1, 500, 1000, 500), FACTS) == "exceptions"


def test_a_constraint_is_repaired_and_holds_in_every_row() -> None:
    exact, broken = (Found(ORDER, 1000, wrong, 500, 1000, 500) for wrong in (0, 1))
    assert (ORDER.weakness(exact, FACTS), ORDER.mode(exact, FACTS)) == (None, "repair")
    assert ORDER.weakness(broken, FACTS) == "it does not hold in every row"


def test_the_target_of_most_values_comes_first_then_the_fewest_sources() -> None:
    found = Found(SUM, 1000, 0, 500, 1000, 500)
    rules = (
        Sum("c", ("a", "b"), (1, 1)),
        Sum("b", ("c", "a"), (1, -1)),
        Sum("c", ("a", "b", "b"), (1, 1, 1)),
    )
    ranked = sorted(rules, key=lambda rule: rule.precedence(found, FACTS))
    assert ranked == [rules[0], rules[2], rules[1]]


def test_a_target_that_is_fixed_is_not_computed() -> None:
    rule = Sum("c", ("a", "b"), (1, -1))
    columns = {"a": pa.array([5, 6], pa.int32()), "b": pa.array([1, 1], pa.int32())}
    columns["c"] = pa.array([9, None], pa.int32())
    made = restored_around(plan_by(rule, mode="drop"), columns, {"c": np.array([True, False])})
    assert made["c"].to_pylist() == [9, 5]


def test_a_formula_holds_where_it_is_known_and_right() -> None:
    rule = Sum("c", ("a", "b"), (1, 1), 0, "tinyint")
    columns = {
        "a": pa.array([1, 1, None, 100], pa.int32()),
        "b": pa.array([2, 2, 3, 100], pa.int32()),
        "c": pa.array([3, 4, None, None], pa.int8()),
    }
    assert rule.holds(columns).tolist() == [True, False, True, False]  # 200 is no tinyint
    assert not rule.unknown(columns).any() and not rule.is_open


def test_values_finer_than_a_rule_are_refused_without_showing_them() -> None:
    given = {"a": pa.array([1.25, None, float("nan")]), "other": pa.array([1.23456])}
    Sum.require_possible([SUM], given)
    given["b"] = pa.array([0.5, 0.125])
    message = r"^given 'b': c is a - b, in 2 decimals, and a value has more: round it, or fit "
    with pytest.raises(InputError, match=message + r"without this dependency \(veto\)$"):
        Sum.require_possible([SUM], given)


def test_a_rule_says_its_columns_and_what_a_user_may_give() -> None:
    assert SUM.columns == ("c", "a", "b")
    assert SUM.to_json() == {
        "kind": "sum",
        "target": "c",
        "sources": ["a", "b"],
        "signs": [1, -1],
        "decimals": 2,
    }


def test_rules_by_kind_keep_their_order() -> None:
    other = Order("c", ("a",))
    assert by_kind([ORDER, SUM, other]) == {Order: [ORDER, other], Sum: [SUM]}


@pytest.mark.parametrize(
    ("names", "text"),
    [(("a",), "a"), (("a", "b"), "a and b"), (("a", "b", "c"), "a, b and c")],
)
def test_names_in_words(names: tuple[str, ...], text: str) -> None:
    assert words(names) == text


def test_a_users_mistake_is_an_input_error() -> None:
    assert issubclass(DependencyError, InputError)
