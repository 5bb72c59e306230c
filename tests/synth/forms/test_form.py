"""What every form's parts are called, and what they inherit."""

from synth.table.schema import Column
from tests.synth.forms.degrees import Degrees


def test_parts_are_nullable_no_keys_and_as_sensitive_as_the_column() -> None:
    form = Degrees(Column("t", "string", nullable=False, sensitive=True, key=True))
    assert form.main("int") == Column("t", "int", True, True, False)
    assert form.part("unit", "string") == Column("t: unit", "string", True, True, False)
    assert form.other == Column("t: other", "string", True, True, False)
