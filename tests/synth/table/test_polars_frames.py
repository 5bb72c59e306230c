"""Polars frames come back as Polars frames of the same schema; run where Polars is installed."""

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from synth.table.errors import InputError
from synth.table.frames import as_arrow, frame_type_from_json

pl: Any = pytest.importorskip("polars")
AT = dt.datetime(2024, 7, 1, 3, 4, 5, 600_000)
COLUMNS: dict[str, tuple[list[Any], Any]] = {
    **{f"i{bits}": ([1, None, -(2 ** (bits - 1))], getattr(pl, f"Int{bits}")) for bits in (8, 64)},
    **{f"u{bits}": ([0, None, 2**bits - 1], getattr(pl, f"UInt{bits}")) for bits in (8, 32, 64)},
    "i128": ([2**70, None, -1], pl.Int128),
    "f32": ([1.5, None, -0.0], pl.Float32),
    "f64": ([0.1, None, float("inf")], pl.Float64),
    "bool": ([True, None, False], pl.Boolean),
    "text": (["a", None, ""], pl.String),
    "date": ([dt.date(2024, 1, 1), None, dt.date(9999, 12, 31)], pl.Date),
    "ms": ([AT, None, AT], pl.Datetime("ms")),
    "zone": ([AT, None, AT], pl.Datetime("ns", "Europe/Berlin")),
    "lag": ([dt.timedelta(3), None, dt.timedelta(-1)], pl.Duration("ms")),
    "clock": ([dt.time(1, 2, 3), None, dt.time(0)], pl.Time),
    "kind": (["x", None, "y"], pl.Categorical),
    "level": (["lo", None, "mid"], pl.Enum(["lo", "mid", "hi"])),
    "money": ([Decimal("1.5"), None, Decimal("-2.25")], pl.Decimal(30, 3)),
    "none": ([None] * 3, pl.Null),
}
FRAME = pl.DataFrame(
    {name: values for name, (values, _) in COLUMNS.items()},
    schema={name: dtype for name, (_, dtype) in COLUMNS.items()},
)


def test_every_type_comes_back_as_it_came_in() -> None:
    rows, looked = as_arrow(FRAME)
    for known in (looked, frame_type_from_json(json.loads(json.dumps(looked.to_json())))):
        made = known.frame(rows)
        assert made.schema == FRAME.schema
        for name in FRAME.columns:
            assert made[name].to_list() == FRAME[name].to_list(), name
        assert known.frame(rows.slice(0, 0)).schema == FRAME.schema
    empty, looked = as_arrow(FRAME.head(0))
    assert looked.frame(empty).schema == FRAME.schema


def test_structs_are_learned_by_their_fields_and_come_back() -> None:
    inner = pl.Struct({"level": pl.Enum(["lo", "hi"]), "lag": pl.Duration("ms")})
    kind = pl.Struct({"n": pl.UInt8, "in.ner": inner})
    values = [{"n": 1, "in.ner": {"level": "hi", "lag": dt.timedelta(1)}}, None, {"n": 3}]
    frame = pl.DataFrame({"deep": values, "z": [1, 2, 3]}, schema={"deep": kind, "z": pl.Int8})
    rows, looked = as_arrow(frame)
    assert rows.column_names == ["deep.n", "deep.in.ner.level", "deep.in.ner.lag", "z"]
    assert "learned by its fields" in looked.notes[0]
    for known in (looked, frame_type_from_json(json.loads(json.dumps(looked.to_json())))):
        made = known.frame(rows)
        assert made.schema == frame.schema
        assert made["deep"].is_null().to_list() == [False, True, False]
        assert [one and one["n"] for one in made["deep"].to_list()] == [1, None, 3]
        assert known.frame(rows.slice(0, 0)).schema == frame.schema
    filled = looked.filled(frame, rows.set_column(0, "deep.n", pa.array([7, 8, 9], pa.int16())))
    assert [one["n"] for one in filled["deep"].to_list()] == [1, 8, 3]


def test_nulls_are_filled_and_all_else_stays() -> None:
    frame = pl.DataFrame(
        {"n": [1, None, 3], "l": [[1], None, [2]]}, schema_overrides={"n": pl.Int8}
    )
    looked = as_arrow(frame, ["n"])[1]
    filled = looked.filled(frame, pa.table({"n": [7, 8, 9]}))
    assert filled["n"].to_list() == [1, 8, 3] and filled.schema == frame.schema
    assert filled["l"].to_list() == [[1], None, [2]]


def test_rare_words_of_an_enumeration_are_left_out() -> None:
    words = pl.Enum(["a", "secret", "never"])
    frame = pl.DataFrame({"word": ["a"] * 20 + ["secret"]}, schema={"word": words})
    rows, looked = as_arrow(frame)
    kept, notes = looked.protected(rows, 10)
    assert kept.frame(rows.slice(0, 3)).schema["word"] == pl.Enum(["a", "never"])
    assert notes and "secret" not in json.dumps(kept.to_json())


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (pl.DataFrame({"x": [b"a"]}), "decode it to a text"),
        (pl.DataFrame({"x": [[1]]}), r"\(explode\)"),
        (pl.DataFrame({"x": [{"a": [1]}]}), r"'x\.a' .*\(explode\)"),
        (pl.DataFrame({"x": [object()]}, schema={"x": pl.Object}), "Python objects"),
        (FRAME.lazy(), r"collect\(\) it"),
    ],
    ids=["binary", "list", "list in struct", "object", "lazy"],
)
def test_what_cannot_be_learned_is_refused(frame: Any, said: str) -> None:
    with pytest.raises(InputError, match=said):
        as_arrow(frame)
