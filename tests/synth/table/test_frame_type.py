"""What a table looked like: rules and conditions by the caller's labels, units of two tables."""

import datetime as dt
import json
import logging

import pandas as pd
import pyarrow as pa
import pytest

from synth import Synthesizer
from synth.table.errors import InputError
from synth.table.frame_type import ArrowFrames
from synth.table.frames import as_arrow, frame_type_from_json, read_twice

TABLE = pa.table(
    {
        "n": pa.array([1, None, 3], pa.uint8()),
        "word": pa.array(["a", "b", "a"]).dictionary_encode(),
        "lag": pa.array([1, 2, None], pa.duration("s")),
        "key": pa.array([1, 2, 3], pa.int64()),
    },
    schema=pa.schema(
        [
            pa.field("n", pa.uint8()),
            pa.field("word", pa.dictionary(pa.int32(), pa.string())),
            pa.field("lag", pa.duration("s"), metadata={"unit": "seconds"}),
            pa.field("key", pa.int64(), nullable=False),
        ],
        metadata={"owner": "us"},
    ),
)


def test_an_arrow_table_comes_back_as_it_came_in() -> None:
    rows, looked = as_arrow(TABLE)
    assert rows.schema.types == [pa.int16(), pa.string(), pa.int64(), pa.int64()]
    for known in (looked, frame_type_from_json(json.loads(json.dumps(looked.to_json())))):
        made = known.frame(rows)
        assert made.schema == TABLE.schema and made.to_pydict() == TABLE.to_pydict()


def test_nulls_are_filled_and_the_schema_stays() -> None:
    looked = as_arrow(TABLE)[1]
    made = pa.table({"n": [7, 8, 9], "lag": [4, 5, 6]})
    filled = looked.filled(read_twice(TABLE), made)
    assert filled.schema.equals(TABLE.schema, check_metadata=True)
    assert filled["n"].to_pylist() == [1, 8, 3]
    assert filled["lag"].to_pylist()[2] == dt.timedelta(seconds=6)
    assert filled["word"].equals(TABLE["word"])


def test_values_beyond_a_type_come_in_the_one_that_is_learned(
    caplog: pytest.LogCaptureFixture,
) -> None:
    lacking = TABLE.slice(1, 1).select(["n"])
    made = as_arrow(TABLE)[1].filled(lacking, pa.table({"n": pa.array([300], pa.int16())}))
    assert made.schema.types == [pa.int16()] and made["n"].to_pylist() == [300]
    assert "column 'n' holds values that no uint8 holds: it comes in the type" in caplog.text
    assert "smallint" in caplog.text


def test_drawn_values_beyond_a_type_take_its_ends_and_are_counted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    drawn = pa.table({"n": pa.array([1, 300, None, -5, 255], pa.int16())})
    made = as_arrow(TABLE)[1].frame(drawn)
    assert made.schema.types == [pa.uint8()] and made["n"].to_pylist() == [1, 255, None, 0, 255]
    assert "column 'n': 2 values lay beyond uint8 and take its ends" in caplog.text


def test_a_duration_or_a_category_is_no_key() -> None:
    numbers = pa.array(range(200), pa.int64())
    table = pa.table({"lag": numbers.cast(pa.duration("s")), "n": numbers})
    fitted = Synthesizer(generator="marginal", progress=False)
    fitted.fit(table.append_column("some", pa.array([1, 2] * 100)), dependencies=False)
    keys = [column.name for column in fitted.model.encoder.schema if column.key]
    assert keys == ["n"]


def test_durations_of_two_tables_are_brought_to_one_unit() -> None:
    fine = TABLE.set_column(2, "lag", TABLE["lag"].cast(pa.duration("ms")))
    rows, looked = as_arrow(fine)
    other_rows, other = as_arrow(TABLE)
    converted = looked.converted(rows, other)
    assert converted["lag"].equals(other_rows["lag"])
    assert other.converted(converted, looked)["lag"].equals(rows["lag"])
    plain = TABLE.set_column(2, "lag", pa.array([1, 2, 3]))
    with pytest.raises(InputError, match="column 'lag' is of type int64, but the model knows"):
        as_arrow(plain)[1].converted(as_arrow(plain)[0], other)


def test_labels_of_rules_and_conditions_are_names() -> None:
    looked = as_arrow(pd.DataFrame({0: [1], 1: [dt.time(8)]}))[1]
    rule = {"kind": "sum", "sources": [0, "1"], "target": 2}
    assert looked.rules([rule]) == [{"kind": "sum", "sources": ["0", "1"], "target": "2"}]
    assert looked.given({0: 5, 1: dt.time(8)}) == {"0": 5, "1": 28_800_000_000}
    assert looked.given("no mapping") == "no mapping"


def test_a_model_of_the_lake_and_one_of_a_missing_library_give_arrow(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert frame_type_from_json(None) == ArrowFrames()
    monkeypatch.setitem(__import__("sys").modules, "polars", None)  # as if it were not installed
    with caplog.at_level(logging.WARNING):
        assert frame_type_from_json({"kind": "polars", "columns": {}}) == ArrowFrames()
    assert "fitted on a polars table, but polars is not installed" in caplog.text


def test_what_an_arrow_table_says_of_itself_is_kept() -> None:
    schema = pa.schema(
        [pa.field("a", pa.int32(), False, {"unit": "m"}), pa.field("b", pa.string())],
        metadata={"owner": "me"},
    )
    rows, looked = as_arrow(pa.table([pa.array([1, 2], pa.int32()), ["x", "y"]], schema=schema))
    for own in (looked, frame_type_from_json(json.loads(json.dumps(looked.to_json())))):
        assert own.frame(rows).schema.equals(schema, check_metadata=True)
    assert (
        frame_type_from_json({"kind": "arrow", "columns": {}}).frame(rows).schema.metadata is None
    )


def _with_nulls() -> list[pa.Array]:
    """Types that count no nulls, or that Arrow's own coalesce does not take."""
    runs = pa.RunEndEncodedArray.from_arrays([2, 3], pa.array(["a", None]))
    held = pa.DictionaryArray.from_arrays(pa.array([0, 0, 1]), pa.array(["a", None]))
    views = [pa.array(["a", "a", None], pa.string_view())] if hasattr(pa, "string_view") else []
    return [runs, held, *views]


@pytest.mark.parametrize("array", _with_nulls(), ids=lambda array: str(array.type))
def test_all_nulls_are_filled_in_every_type(array: pa.Array) -> None:
    table = pa.table({"c": array})
    rows, looked = as_arrow(table)
    assert rows["c"].null_count == 1
    filled = looked.filled(table, pa.table({"c": ["a", "a", "b"]}))
    assert filled.schema == table.schema
    assert as_arrow(filled)[0]["c"].to_pylist() == ["a", "a", "b"]
