"""The configuration that is recommended: it is read again, with all that was asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobs.config import ConfigError
from jobs.config_file import load_config
from jobs.plan_file import planned_file, require_free, write_plan
from synth.planning.choice import Suggestion, TableFacts
from synth.planning.recommendation import Recommendation

FOUND = Recommendation(
    "people.csv",
    TableFacts(900, 4, 2, 2, ()),
    "autoregressive",
    (),
    (
        Suggestion("columns.sensitive", ["mail"], "they hold what identifies people"),
        Suggestion("train.settings.conditions", [["sex"]], "exact"),
    ),
    (),
    1.0,
    {},
)


def test_settings_and_suggestions_are_read_again(tmp_path: Path) -> None:
    given = {
        "seed": "people.csv",
        "lake.tables": str(tmp_path / "lake"),
        "columns.sensitive": ["pay"],
        "clean.allowed": {"sex": ["f", "m"]},
        "train.settings.steps": 300,
        "session.extra": {"spark.hadoop.secret": "hidden"},
    }
    path = write_plan(load_config(None, given), FOUND, tmp_path / "plan.yaml")
    text = path.read_text("utf-8")
    assert "hidden" not in text
    assert "# columns.sensitive: they hold what identifies people" in text
    found = load_config(path)
    assert found.columns.sensitive == ("pay", "mail")
    assert found.train.settings == {"steps": 300, "conditions": [["sex"]]}
    assert found.clean.allowed == {"sex": ("f", "m")}
    assert planned_file(load_config(None, given), FOUND) == text


def test_no_file_is_written_over(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    require_free(path)
    path.write_text("mine")
    with pytest.raises(ConfigError, match="is there already"):
        require_free(path)
    config = load_config(None, {"seed": "x.csv", "lake.tables": str(tmp_path)})
    with pytest.raises(ConfigError, match="cannot be written"):
        write_plan(config, FOUND, path)
    assert path.read_text() == "mine"
