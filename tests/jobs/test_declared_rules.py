"""From a configuration to rules: test_clean.py has what they do to rows."""

from __future__ import annotations

from jobs.data_sections import CleanConfig
from jobs.declared_rules import clean_rules


def test_keys_and_list_become_rules_and_others_tables_only_where_they_are_given() -> None:
    given = CleanConfig.model_validate(
        {
            "not_null": ["a"],
            "rules": [
                {"rule": "in_range", "columns": ["a"], "low": 0, "high": 9},
                {"rule": "unique", "columns": ["b"]},
            ],
        }
    )
    alone, whole = clean_rules(given), clean_rules(given, foreign={})
    assert alone.not_null == ("a",) and len(alone.rows) == len(whole.rows) == 1
    assert (alone.across, len(whole.across)) == ((), 1)
