from typing import Any

import pytest

from synth.report.dependencies import dependency_view

RULE = {"rule": "b follows a", "used": "drop", "rows": 1200, "exceptions": 0}


@pytest.mark.parametrize(
    ("counted", "shown"),
    [
        ({"broken": 0, "unknown": 0}, "0"),
        ({"broken": 3}, "3"),  # a report of an older run
        ({"broken": 0, "unknown": 12}, "0; 12 of unknown keys"),
        ({}, "–"),
    ],
)
def test_rows_that_break_a_rule_are_told_from_those_of_unknown_keys(
    counted: dict[str, Any], shown: str
) -> None:
    view = dependency_view([{**RULE, **counted}])
    assert view is not None
    assert [row["broken"] for row in view["used"]] == [shown]
