from pathlib import Path

from jobs.config_file import load_config
from jobs.proposed_file import proposed_file
from tests.jobs.proposed import AUDIT


def test_the_file_is_a_configuration_with_each_entry_under_its_evidence(tmp_path: Path) -> None:
    path = tmp_path / "proposed.yaml"
    text = proposed_file(AUDIT)
    path.write_text(text, encoding="utf-8")
    config = load_config(path, {"lake.tables": "lake"})
    assert config.seed == AUDIT.table
    assert config.columns.keys == ("id",) and config.columns.sensitive == ("mail",)
    assert [rule.rule for rule in config.clean.rules] == [
        "unique",
        "foreign_key_exists",
        "expression",
        "matches",
    ]
    assert config.dependencies.add[0]["target"] == "gross"
    lines = text.splitlines()
    place = lines.index("  # 2 of 100 rows have no parent")
    assert lines[place + 1] == "  - rule: foreign_key_exists"
    place = lines.index("  # opened is at most closed, but for 1 of 100 rows")
    assert lines[place + 2] == "    expression: '`opened` <= `closed`'"
    assert "  # gross is the sum of net and tax: 100 rows, 0 exceptions" in lines
