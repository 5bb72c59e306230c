"""Tables of every kind come in whole, and what is wrong with one is named without its values."""

import logging
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from synth import Synthesizer
from synth.table.frames import as_arrow, with_schema
from synth.table.schema import Column, TableSchema

TABLE = pa.table({"n": [1, 2, 3], "word": ["a", "b", None]})
QUICK = {"steps": 20, "evaluation_steps": 10}


class Stream:
    """What Polars or DuckDB hand over: an Arrow stream and nothing else."""

    def __init__(self, table: pa.Table):
        self._table = table

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self._table.__arrow_c_stream__(requested_schema)


@pytest.mark.parametrize(
    "given", [TABLE, TABLE.to_batches()[0], Stream(TABLE)], ids=["table", "batch", "stream"]
)
def test_arrow_of_every_kind_is_taken(given: Any) -> None:
    rows, looked = as_arrow(given)
    assert rows.equals(TABLE) and looked.kind == "arrow"


def test_a_frame_is_taken_without_its_index() -> None:
    rows, looked = as_arrow(pd.DataFrame({0: [1, 2], "b": ["x", None]}, index=[7, 8]))
    assert rows.to_pydict() == {"0": [1, 2], "b": ["x", None]} and looked.kind == "pandas"


@pytest.mark.parametrize("given", [{"a": [1]}, "seed.csv", pd.Series([1]), pa.chunked_array([[1]])])
def test_what_is_no_table_is_refused(given: Any) -> None:
    with pytest.raises(TypeError, match="DataFrame or an Arrow table, however: ") as error:
        as_arrow(given)
    assert type(given).__name__ in str(error.value)


@pytest.mark.parametrize("odd", [[1, "secret"], [2**130, 1], [{"secret"}, 1]])
def test_a_column_without_one_type_is_named_whole(odd: list[Any]) -> None:
    frame = pd.DataFrame({"fine": [1, 2], "my odd column": pd.Series(odd, dtype=object)})
    with pytest.raises(ValueError, match=r"column 'my odd column' (mixes|holds) .*int") as error:
        as_arrow(frame)
    assert "secret" not in str(error.value)
    assert error.value.__context__ is None or error.value.__suppress_context__


def test_columns_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="column '1' appears twice"):
        as_arrow(pd.DataFrame([[1, 2]], columns=[1, "1"]))
    with pytest.raises(ValueError, match="column 'a' appears twice"):
        Synthesizer().fit(pa.table([[1], [2]], names=["a", "a"]))


def test_types_are_those_of_the_schema_and_nulls_stay() -> None:
    schema = TableSchema((Column("word", "string"), Column("n", "smallint", nullable=False)))
    encoded = TABLE.set_column(1, "word", TABLE["word"].dictionary_encode())
    rows = with_schema(encoded, schema, owner="the model")
    assert rows.schema.types == [pa.string(), pa.int16()]
    assert rows.to_pydict() == {"word": ["a", "b", None], "n": [1, 2, 3]}
    missing = TABLE.set_column(0, "n", pa.array([1, None, 3]))  # a row to be imputed
    assert with_schema(missing, schema, owner="the model")["n"].null_count == 1


def test_values_of_another_type_are_named_without_the_value() -> None:
    schema = TableSchema((Column("word", "bigint"),))
    with pytest.raises(ValueError, match=r"column 'word' is of type string.* no bigint") as error:
        with_schema(pa.table({"word": ["1", "secret"]}), schema, owner="the schema")
    assert "secret" not in str(error.value) and error.value.__suppress_context__
    with pytest.raises(ValueError, match="the table lacks 'word', which the schema knows"):
        with_schema(pa.table({"n": [1]}), schema, owner="the schema")


@pytest.mark.parametrize("zone", [None, "Europe/Vienna"])
def test_nanoseconds_are_cut_and_it_is_said(
    zone: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    times = pa.array([1_600_000_000_000_000_999, -1, None], pa.timestamp("ns", zone))
    schema = TableSchema.from_arrow(pa.schema([("at", times.type)]))
    with caplog.at_level(logging.WARNING):
        rows = with_schema(pa.table({"at": times}), schema, owner="the schema")
    assert "column 'at': times are cut to microseconds" in caplog.text
    assert rows["at"].cast(pa.int64()).to_pylist() == [1_600_000_000_000_000, -1, None]


def test_a_time_that_does_not_fit_is_named_without_the_value() -> None:
    far = pa.table({"at": pa.array([2**60], pa.timestamp("s"))})
    schema = TableSchema((Column("at", "timestamp_ntz"),))
    with pytest.raises(ValueError, match=r"column 'at' .* no timestamp_ntz") as error:
        with_schema(far, schema, owner="the schema")
    assert str(2**60) not in str(error.value) and error.value.__suppress_context__


OTHER_TYPES = [pa.large_string(), pa.uint64()]
if hasattr(pa, "string_view"):  # older versions cast no half floats either
    OTHER_TYPES += [pa.string_view(), pa.float16()]


@pytest.mark.parametrize("type_", OTHER_TYPES, ids=str)
def test_arrows_other_types_are_learned(type_: pa.DataType) -> None:
    values = pa.array(np.arange(200) % 5)
    is_text = "string" in str(type_)
    values = values.cast(pa.string()).cast(type_) if is_text else values.cast(type_)
    made = Synthesizer(settings=QUICK, progress=False).fit(pa.table({"v": values})).sample(50)
    assert {str(value).removesuffix(".0") for value in made["v"].to_pylist()} <= set("01234")


def test_mistakes_in_the_arguments_are_named() -> None:
    fresh = Synthesizer(progress=False)
    with pytest.raises(ValueError, match=r"write keys=\['word'\]"):
        fresh.fit(TABLE, keys="word")
    with pytest.raises(ValueError, match="the table has no columns"):
        fresh.fit(pa.table({}))
    with pytest.raises(ValueError, match="column 'word' has missing values, which its schema"):
        fresh.fit(TABLE, schema=TableSchema((Column("word", "string", nullable=False),)))
    with pytest.raises(ValueError, match="seed must be a whole number, however: 'x'"):
        Synthesizer(seed="x")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"rows must be a whole number, however: 2\.5"):
        fresh.sample(2.5)  # type: ignore[arg-type]
    said = "given maps columns to values, or is a table of rows, however: str"
    with pytest.raises(ValueError, match=said):
        fresh.sample(5, given="word")  # type: ignore[arg-type]


def test_a_save_deletes_nothing_but_an_older_model(tmp_path: Path) -> None:
    fitted = Synthesizer(settings=QUICK, progress=False).fit(pa.table({"n": [1, 2] * 50}))
    papers = tmp_path / "papers"
    papers.mkdir()
    (papers / "manifest.json").write_text("{}")
    (papers / "thesis.txt").write_text("years of work")
    with pytest.raises(ValueError, match=r"papers holds 'thesis\.txt', which is no part"):
        fitted.save(papers)
    with pytest.raises(ValueError, match=r"thesis\.txt is a file"):
        fitted.save(papers / "thesis.txt")
    assert (papers / "thesis.txt").read_text() == "years of work"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["papers"]
    first = fitted.save(tmp_path / "model")
    assert fitted.save(tmp_path / "model") == first
    assert Synthesizer.load(tmp_path / "model").model.hash == first


def test_what_the_model_never_makes_is_impossible_and_rare_values_are_one() -> None:
    words = pa.table({"word": ["a", "b"] * 100 + ["rare", "odd"]})
    fitted = Synthesizer(settings=QUICK, progress=False).fit(words)
    found = fitted.log_prob(pa.table({"word": ["a", "rare", "odd", "new"]}))
    assert np.all(np.isfinite(found)) and found[0] > found[1] == found[2] == found[3]
    fitted.fit(words.slice(0, 200))
    assert list(fitted.log_prob(pa.table({"word": ["new", None]}))) == [-np.inf] * 2


def test_a_schema_that_names_a_type_of_arrows_own_stands_for_what_is_learned() -> None:
    clock = pa.array([1, 2, 3, None] * 50, pa.time32("s"))
    table = pa.table({"clock": clock, "n": pa.array([1, 2, 3, 4] * 50, pa.uint64())})
    quick = Synthesizer(generator="marginal", progress=False)
    made = quick.fit(table, schema=TableSchema.from_arrow(table.schema)).sample(20)
    assert made.schema == table.schema and set(made["n"].to_pylist()) <= {1, 2, 3, 4}


def test_a_stream_that_can_be_read_once_is_filled_too() -> None:
    table = pa.table({"n": pa.array([1, 2, None, 4] * 50, pa.uint8())})
    reader = pa.RecordBatchReader.from_batches(table.schema, table.to_batches())
    filled = Synthesizer(generator="marginal", progress=False).fit(table).impute(reader)
    assert filled.schema == table.schema and not filled["n"].null_count
