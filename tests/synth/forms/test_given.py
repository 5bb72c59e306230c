"""Conditions on columns that have a form."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from synth.forms.code import recognise
from synth.forms.given import learned_given, learned_rows, written_as_given
from synth.forms.table_forms import TableForms
from synth.table.errors import InputError
from synth.table.schema import Column, TableSchema
from tests.synth.forms.degrees import Degrees


@dataclass(frozen=True)
class Celsius(Degrees):
    """Temperatures whose unit needs no part."""

    @property
    def parts(self) -> tuple[Column, ...]:
        return (self.main("bigint"),)

    def read(self, array: pa.Array) -> tuple[dict[str, pa.Array], np.ndarray]:
        parts, read = Degrees(self.column).read(array)
        return {self.column.name: parts[self.column.name]}, read

    def write(
        self, parts: Mapping[str, pa.Array], rng: np.random.Generator, first_row: int
    ) -> pa.Array:
        numbers = parts[self.column.name]
        unit = pa.array(["C"] * len(numbers))
        return Degrees(self.column).write(
            {self.column.name: numbers, f"{self.column.name}: unit": unit}, rng, first_row
        )


SCHEMA = TableSchema((Column("heat", "string"), Column("cold", "string"), Column("age", "int")))
FORMS = TableForms(SCHEMA, (Degrees(SCHEMA["heat"]),)).settled(set())
ONE_PART = TableForms(SCHEMA, (Celsius(SCHEMA["heat"]),))


def test_other_columns_are_left_as_they_are() -> None:
    given = {"age": {"between": [1, 2]}, "heat: unit": "C"}
    assert learned_given(given, FORMS) == given


def test_a_value_gives_all_its_parts() -> None:
    assert learned_given({"heat": "21 C"}, FORMS) == {"heat": 21, "heat: unit": "C"}
    assert learned_given({"heat": "warm"}, FORMS) == {"heat: other": "warm"}
    assert learned_given({"heat": float("nan")}, FORMS) == {
        "heat": None,
        "heat: unit": None,
        "heat: other": None,
    }


@pytest.mark.parametrize(
    ("wanted", "learned"),
    [
        ({"21 C": 0.5, None: 0.25}, {21: 0.5, None: 0.25}),
        (["21 C", "-3 C"], [21, -3]),
        ({"between": ["-3 C", None]}, {"between": [-3, None]}),
        ({"between": [-3, 20]}, {"between": [-3, 20]}),
        (21, 21),
        (date(2024, 1, 1), date(2024, 1, 1)),  # what the column does not know is refused later
    ],
)
def test_shares_lists_and_ranges_are_read_value_by_value(wanted: Any, learned: Any) -> None:
    assert learned_given({"heat": wanted}, ONE_PART) == {"heat": learned}


def test_what_cannot_be_given_is_refused_by_name() -> None:
    with pytest.raises(InputError, match=r"'heat': a value of it has several parts.*'heat: unit'"):
        learned_given({"heat": ["21 C"]}, FORMS)
    with pytest.raises(InputError, match="'heat': 'warm' does not read as temperatures"):
        learned_given({"heat": "warm"}, FORMS.settled({"heat: other"}))
    with pytest.raises(InputError, match="'heat: unit': it is given by 'heat' too"):
        learned_given({"heat: unit": "F", "heat": "21 C"}, FORMS)


@pytest.mark.parametrize("wanted", ["user17@mail.org", ["user17@mail.org"], {"user17@mail.org": 1}])
def test_a_code_that_would_be_made_anew_is_refused(wanted: Any) -> None:
    column = Column("mail", "string")
    texts = pa.array([f"user{n}@mail.org" for n in range(200)])
    found = recognise(column, texts, 10)
    assert found is not None
    forms = TableForms(TableSchema((column,)), (found.form,))
    with pytest.raises(InputError, match=r"is made anew in part .*: give its parts instead"):
        learned_given({"mail": wanted}, forms)


def test_a_sensitive_value_is_not_named() -> None:
    schema = SCHEMA.marked(sensitive=["heat"])
    forms = TableForms(schema, (Degrees(schema["heat"]),)).settled({"heat: other"})
    with pytest.raises(InputError, match="'heat': the value does not read") as refused:
        learned_given({"heat": "warm"}, forms)
    assert "warm" not in str(refused.value)


def test_given_rows_are_read_and_stand_as_they_are_written() -> None:
    rows = pa.table({"heat": ["21 C", "warm", None], "age": [1, 2, 3]})
    learned = learned_rows(rows, FORMS)
    assert learned.to_pydict() == {
        "heat": [21, None, None],
        "heat: unit": ["C", None, None],
        "heat: other": [None, "warm", None],
        "age": [1, 2, 3],
    }
    drawn = pa.RecordBatch.from_pydict({"heat": ["9 F", "9 F", "9 F"], "age": [1, 2, 3]})
    made = written_as_given(drawn, rows, FORMS)
    assert made.column("heat").to_pylist() == ["21 C", "warm", "9 F"]


def test_a_given_row_that_does_not_read_is_named() -> None:
    forms = FORMS.settled({"heat: other"})
    with pytest.raises(InputError, match="'heat', row 2: 'warm' does not read as temperatures"):
        learned_rows(pa.table({"heat": ["21 C", "warm"]}), forms)
