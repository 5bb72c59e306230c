"""A table read into the columns that are learned, and written back."""

import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from synth.forms.table_forms import NO_FORMS, TableForms
from synth.table.errors import InputError
from synth.table.schema import Column, TableSchema
from tests.synth.forms.degrees import Degrees

SCHEMA = TableSchema((Column("id", "bigint"), Column("heat", "string", sensitive=True)))
FORMS = TableForms(SCHEMA, (Degrees(SCHEMA["heat"]),))
BATCH = pa.RecordBatch.from_pydict(
    {"id": [1, 2, 3, 4], "heat": ["21 C", "-4 F", "warm", None]}, schema=SCHEMA.arrow_schema()
)


def written(forms: TableForms, batch: pa.RecordBatch) -> pa.RecordBatch:
    return forms.write(batch, np.random.default_rng(0))


def test_parts_stand_in_the_column_s_place_and_are_as_sensitive() -> None:
    assert FORMS.learned.names == ("id", "heat", "heat: unit", "heat: other")
    assert [c.type for c in FORMS.learned] == ["bigint", "bigint", "string", "string"]
    assert [c.sensitive for c in FORMS.learned] == [False, True, True, True]


def test_what_is_read_is_written_back_and_the_rest_is_kept_as_it_is() -> None:
    read = FORMS.read(BATCH)
    assert read.column("heat").to_pylist() == [21, -4, None, None]
    assert read.column("heat: unit").to_pylist() == ["C", "F", None, None]
    assert read.column("heat: other").to_pylist() == [None, None, "warm", None]
    assert written(FORMS, read).equals(BATCH)


def test_a_drawn_other_value_has_the_last_word() -> None:
    arrays = [pa.array([9]), pa.array([20]), pa.array(["C"]), pa.array(["cold"])]
    drawn = pa.RecordBatch.from_arrays(arrays, names=list(FORMS.learned.names))
    assert written(FORMS, drawn).column("heat").to_pylist() == ["cold"]


def test_without_other_values_there_is_no_part_for_them() -> None:
    settled = FORMS.settled({"heat: other"})
    assert settled.learned.names == ("id", "heat", "heat: unit")
    rows = BATCH.slice(0, 2)
    assert settled.read(rows).schema.names == list(settled.learned.names)
    assert settled.read_table(pa.Table.from_batches([rows])).num_rows == 2
    assert written(settled, settled.read(rows)).equals(rows)


def test_a_batch_of_some_columns_is_read_as_far_as_it_goes() -> None:
    assert FORMS.read(BATCH.select(["id"])).schema.names == ["id"]
    assert FORMS.columns_of(["heat: unit"]) == ("heat",)
    assert FORMS.columns_of(["id", "heat: other"]) == ("id", "heat")


def test_a_table_is_read_whole() -> None:
    table = FORMS.read_table(pa.Table.from_batches([BATCH, BATCH]))
    assert table.num_rows == 8
    assert table.column_names == list(FORMS.learned.names)


def test_settings_name_the_table_s_columns() -> None:
    assert FORMS.learned_names("first", ["heat", "id"]) == ("heat", "heat: unit", "id")
    assert FORMS.learned_names("first", ["nowhere"]) == ("nowhere",)


def test_nulls_of_absent_parts_are_no_missing_values() -> None:
    known = FORMS.known_nulls(BATCH)
    assert known["heat: unit"].tolist() == [True, True, True, False]
    assert known["heat: other"].tolist() == [True] * 4


def test_json_round_trip(degrees_alone: None) -> None:
    settled = FORMS.settled({"heat: other"})
    assert TableForms.from_json(json.loads(json.dumps(settled.to_json()))) == settled


def test_a_part_with_another_column_s_name_is_refused() -> None:
    schema = TableSchema((*SCHEMA.columns, Column("heat: unit", "string")))
    with pytest.raises(InputError, match=r"'heat: unit' appears twice.*no form"):
        TableForms(schema, (Degrees(schema["heat"]),))


def test_without_forms_nothing_is_touched() -> None:
    assert NO_FORMS.read(BATCH) is BATCH
    assert written(NO_FORMS, BATCH) is BATCH
    table = pa.Table.from_batches([BATCH])
    assert NO_FORMS.read_table(table) is table


def test_where_nothing_was_drawn_a_filled_column_is_written_as_other_rows_are() -> None:
    forms = FORMS.settled({"heat: other"}, {"heat"})
    assert forms.learned.names == ("id", "heat", "heat: unit")
    assert forms.to_json()["filled"] == ["heat"] and "filled" not in FORMS.to_json()
    read = forms.read(BATCH)
    texts = written(forms, read).column("heat").to_pylist()
    assert texts[:2] == ["21 C", "-4 F"] and set(texts[2:]) <= {"21 C", "-4 F"}
    assert written(replace(forms, filled=frozenset()), read).column("heat").to_pylist()[2:] == [
        None,
        None,
    ]
    alone = written(forms, read.slice(2, 2)).column("heat")
    assert alone.null_count == 2  # there is none to take it from
