"""Rules across rows in the configuration."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from jobs.clean_across_rules import NearDuplicatesConfig
from jobs.clean_rules import read_rules
from lakehouse.across_rules import AcrossRule, ForeignKey, Unique
from lakehouse.near_duplicates import NearDuplicates

FOREIGN = {"rule": "foreign_key_exists", "columns": ["a", "b"], "table": "/lake/p"}


def test_each_rule_becomes_its_check() -> None:
    unique, key = read_rules([{"rule": "unique", "columns": ["a"]}, {**FOREIGN, "version": 3}])
    setting = "clean.rules.0 (unique)"
    assert unique.across_rules(0, None) == (AcrossRule(setting, "unique", ("a",), Unique()),)
    assert unique.row_rules(0, frozenset()) == ()
    (made,) = key.across_rules(1, None)
    assert made.check == ForeignKey("/lake/p", ("a", "b"))
    assert (key.foreign_table, key.foreign_version) == ("/lake/p", "3")


def test_near_duplicates_are_kept_unless_said() -> None:
    made = NearDuplicatesConfig(columns=("a",)).across_rule()
    assert (made.check, made.action) == (NearDuplicates(0.9), "keep")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({**FOREIGN, "references": ["x"]}, "2 columns refer to 1: name as many"),
        ({"rule": "unique", "columns": ["a"], "action": "repair"}, "keep"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_rules([given])
    with pytest.raises(ValidationError, match="less than or equal to 1"):
        NearDuplicatesConfig(columns=("a",), similarity=2)
