"""Rules of one row in the configuration: what each becomes, and which say nothing that can be."""

from __future__ import annotations

from typing import Any

import pytest

from jobs.clean_rules import read_rules
from lakehouse.expressions import Expression
from lakehouse.row_checks import InRange, InSet, NotNull, Outlier, RowCheck
from lakehouse.text_checks import Matches, NullMarkers, Trimmed, ValidDate


@pytest.mark.parametrize(
    ("given", "check", "action"),
    [
        ({"rule": "not_null"}, NotNull(), "quarantine"),
        ({"rule": "in_range", "low": 0, "high": 9}, InRange(0.0, 9.0), "quarantine"),
        ({"rule": "in_set", "values": [1, "b"]}, InSet((1, "b")), "quarantine"),
        ({"rule": "matches", "pattern": r"\d+"}, Matches(r"\d+"), "quarantine"),
        ({"rule": "trimmed"}, Trimmed(), "repair"),
        ({"rule": "null_markers", "markers": ["?"]}, NullMarkers(("?",)), "repair"),
        ({"rule": "valid_date"}, ValidDate("yyyy-MM-dd"), "quarantine"),
        ({"rule": "outlier"}, Outlier("robust_z", 3.5), "keep"),
        ({"rule": "outlier", "method": "iqr"}, Outlier("iqr", 3.0), "keep"),
        ({"rule": "expression", "expression": "a > 0"}, Expression("a > 0"), "quarantine"),
    ],
)
def test_each_rule_becomes_its_check(given: dict[str, Any], check: RowCheck, action: str) -> None:
    (rule,) = read_rules([{"columns": ["a"], **given}])
    (made,) = rule.row_rules(2, frozenset())
    assert (made.check, made.action, made.columns) == (check, action, ("a",))
    assert made.setting == f"clean.rules.2 ({given['rule']})"
    assert rule.across_rules(2, None) == () and rule.foreign_table is None


def test_an_expression_of_a_sensitive_column_knows_that_it_is() -> None:
    (rule,) = read_rules([{"rule": "expression", "expression": "a <> 'Alice'"}])
    (made,) = rule.row_rules(0, frozenset({"A"}))
    assert made.check == Expression("a <> 'Alice'", names_sensitive=True)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"rule": "in_range", "columns": ["a"]}, "'a' has the range .* open on both sides"),
        ({"rule": "in_range", "columns": ["a", "a"], "low": 1}, "names column 'a' twice"),
        ({"rule": "not_null", "columns": ["a"], "action": "repair"}, "give the replacement"),
        ({"rule": "not_null", "columns": []}, "at least 1 item"),
        ({"rule": "not_null", "columns": ["a"], "reason": ""}, "at least 1 character"),
        ({"rule": "matches", "columns": ["a"], "pattern": "x", "replacement": 1}, "for the action"),
        ({"rule": "expression", "expression": "a", "action": "repair"}, "name them"),
        ({"rule": "in_set", "columns": ["a"], "values": []}, "at least 1 item"),
        ({"rule": "in_rage", "columns": ["a"]}, "in_rage"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_rules([given])


def test_a_rule_is_kept_without_what_is_its_default() -> None:
    (rule,) = read_rules([{"rule": "in_range", "columns": ["a"], "low": 0, "reason": "an age"}])
    assert rule.model_dump(mode="json") == {
        "rule": "in_range",
        "columns": ["a"],
        "reason": "an age",
        "low": 0.0,
    }
