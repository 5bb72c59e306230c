"""Kinds of forms by name."""

import pyarrow as pa
import pytest

from synth.forms.registry import families, form_from_json
from synth.table.errors import InputError
from synth.table.schema import Column
from tests.synth.forms.degrees import Degrees

pytestmark = pytest.mark.usefixtures("degrees_alone")


def test_a_kind_is_found_by_its_name_and_another_refused() -> None:
    column = Column("t", "string")
    assert form_from_json(column, {"kind": "degrees"}) == Degrees(column)
    with pytest.raises(InputError, match="no written form of kind 'kelvin': use degrees"):
        form_from_json(column, {"kind": "kelvin"})


def test_every_family_takes_a_column_without_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # the families that are installed
    families.cache_clear()
    for family in families():
        for values in (pa.nulls(30, pa.string()), pa.array([], pa.string())):
            assert family.recognise(Column("none", "string"), values, 10) is None
            assert family.recognise(Column("none", "string", key=True), values, 10) is None
    families.cache_clear()
