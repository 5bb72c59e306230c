"""Structs of Arrow tables: taken apart and put together, of every type that is learned."""

import datetime as dt
import json
import uuid
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from synth.table.arrow_structs import in_fields, in_structs, structs_of
from synth.table.frames import as_arrow, frame_type_from_json

FIELDS: dict[str, tuple[list[Any], pa.DataType]] = {
    "whole": ([1, None], pa.int8()),
    "half": ([np.float16(0.5), None], pa.float16()),  # Arrow 14 takes no float
    "word": (["x", None], pa.dictionary(pa.int8(), pa.string())),
    "at": ([dt.time(1, 2), None], pa.time32("s")),
    "zone": ([dt.datetime(2024, 1, 1, tzinfo=dt.UTC), None], pa.timestamp("ms", "Asia/Tokyo")),
    "money": ([None, None], pa.decimal128(30, 2)),
}


def table() -> pa.Table:
    inner = pa.struct(
        [pa.field(name, kind, metadata={"of": name}) for name, (_, kind) in FIELDS.items()]
    )
    values = [{name: own[0] for name, (own, _) in FIELDS.items()}, None]
    kind = pa.struct([pa.field("id", pa.int16(), False), pa.field("in.ner", inner)])
    rows = [{"id": 1, "in.ner": values[0]}, None, {"id": 3, "in.ner": None}]
    fields = [pa.field("deep", kind), pa.field("z", pa.int64())]
    return pa.table(
        [pa.array(rows, kind), pa.array([1, 2, 3])], schema=pa.schema(fields, {"k": "v"})
    )


@pytest.mark.parametrize(
    "cut", [slice(0, 3), slice(1, 3), slice(0, 0)], ids=["all", "slice", "none"]
)
def test_all_comes_back_of_every_slice(cut: slice) -> None:
    whole = pa.concat_tables([table(), table()]).slice(cut.start, cut.stop - cut.start)
    structs = structs_of(whole.schema)
    flat = in_fields(whole, structs)
    assert flat.column_names == ["deep.id", *(f"deep.in.ner.{name}" for name in FIELDS), "z"]
    made = in_structs(flat, structs)
    assert made.schema.equals(whole.schema) and made.to_pylist() == whole.to_pylist()


def test_frames_come_back_in_the_schema_that_they_had() -> None:
    rows, looked = as_arrow(table())
    assert "learned by its fields" in looked.notes[0]
    for known in (looked, frame_type_from_json(json.loads(json.dumps(looked.to_json())))):
        made = known.frame(rows)
        assert made.schema.equals(table().schema) and made.to_pylist() == table().to_pylist()
        part = known.frame(rows.select(["z", "deep.id"]))
        assert part.column_names == ["z", "deep"]
        assert part["deep"].to_pylist() == [{"id": 1}, None, {"id": 3}]


def test_a_struct_is_null_where_a_field_is_that_may_not_be() -> None:
    structs = structs_of(table().schema)
    flat = in_fields(table(), structs)
    place = flat.column_names.index("deep.id")
    flat = flat.set_column(place, "deep.id", pa.array([None, None, 3], pa.int16()))
    assert [row is None for row in in_structs(flat, structs)["deep"].to_pylist()] == [
        True,
        True,
        False,
    ]


def test_runs_have_missing_values_too() -> None:
    runs = pa.array([1, None]).cast(pa.int64())
    struct = pa.StructArray.from_arrays([runs], names=["n"], mask=pa.array([False, True]))
    structs = structs_of(pa.schema([pa.field("s", struct.type)]))
    encoded = pa.compute.run_end_encode(runs)
    made = in_structs(pa.table({"s.n": encoded}), structs)
    assert [row is None for row in made["s"].to_pylist()] == [False, True]


def test_what_cannot_be_put_together_is_no_struct() -> None:
    twice = pa.struct([pa.field("a", pa.int8()), pa.field("a", pa.int8())])
    schema = pa.schema([pa.field("twice", twice), pa.field("none", pa.struct([]))])
    assert structs_of(schema) == ()


def test_extension_types_in_a_struct_come_back() -> None:
    if not hasattr(pa, "uuid"):
        pytest.skip("this version of Arrow has no UUID")
    storage = pa.array([uuid.uuid4().bytes, None], pa.binary(16))
    own = pa.ExtensionArray.from_storage(pa.uuid(), storage)
    struct = pa.StructArray.from_arrays([own], names=["id"])
    structs = structs_of(pa.schema([pa.field("s", struct.type)]))
    flat = in_fields(pa.table({"s": struct}), structs)
    assert flat["s.id"].type == pa.uuid()
    assert in_structs(flat, structs)["s"].type == struct.type
