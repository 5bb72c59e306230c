"""Kinds of forms by name."""

import pytest

from synth.forms.registry import form_from_json
from synth.table.errors import InputError
from synth.table.schema import Column
from tests.synth.forms.degrees import Degrees

pytestmark = pytest.mark.usefixtures("degrees_alone")


def test_a_kind_is_found_by_its_name_and_another_refused() -> None:
    column = Column("t", "string")
    assert form_from_json(column, {"kind": "degrees"}) == Degrees(column)
    with pytest.raises(InputError, match="no written form of kind 'kelvin': use degrees"):
        form_from_json(column, {"kind": "kelvin"})
