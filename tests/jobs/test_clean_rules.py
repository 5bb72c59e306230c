"""The list of rules, from a configuration or from elsewhere."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jobs.clean_rules import read_rules
from jobs.config import ConfigError
from jobs.config_file import load_config
from jobs.data_sections import CleanConfig
from jobs.identity import chosen_settings

RANGE: dict[str, Any] = {"rule": "in_range", "columns": ["born"], "low": date(1900, 1, 1)}


def test_rules_of_plain_data_are_those_of_the_configuration() -> None:
    assert CleanConfig(rules=(RANGE,)).rules == read_rules([RANGE])
    assert read_rules([RANGE])[0].model_dump()["low"] == "1900-01-01"
    assert read_rules([]) == ()


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({**RANGE, "hihg": 3}, r"clean\.rules\.0\.in_range\.hihg: unknown key; did you mean high"),
        ({**RANGE, "low": 9, "high": 1}, r"'born' has the range \[9\.0, 1\.0\]"),
        ({"columns": ["a"]}, r"clean\.rules\.0: .*rule"),
    ],
)
def test_what_is_wrong_with_a_rule_is_said_with_its_place(
    rule: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        load_config(None, {"seed": "a.csv", "lake.tables": "l", "clean.rules": [rule]})


def test_an_unknown_key_of_near_duplicates_is_named() -> None:
    changes = {"seed": "a.csv", "lake.tables": "l", "clean.near_duplicates": {"colums": ["a"]}}
    with pytest.raises(
        ConfigError, match=r"near_duplicates\.colums: unknown key; did you mean col"
    ):
        load_config(None, changes)


def test_rules_that_mention_a_sensitive_column_are_not_shown() -> None:
    rules = [{"rule": "expression", "expression": "Name <> 'Alice'"}]
    changes = {"seed": "a.csv", "lake.tables": "l", "clean.rules": rules}
    open_ = load_config(None, changes)
    hidden = load_config(None, {**changes, "columns.sensitive": ["name"]})
    assert "Alice" in chosen_settings(open_)["clean.rules"]
    assert chosen_settings(hidden)["clean.rules"] == "(not shown)"
