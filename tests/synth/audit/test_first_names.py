from synth.audit.first_names import FIRST_NAMES
from synth.table.name_words import folded


def test_names_are_written_as_they_are_looked_up() -> None:
    assert len(FIRST_NAMES) > 400
    assert [name for name in FIRST_NAMES if folded(name) != name or not name.isalpha()] == []
