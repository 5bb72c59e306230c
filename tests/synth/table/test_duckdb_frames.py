"""DuckDB relations come back as relations of the same types; run where DuckDB is installed."""

import json
from typing import Any

import pyarrow as pa
import pytest

from synth.table.errors import InputError
from synth.table.frames import as_arrow, frame_type_from_json

duckdb: Any = pytest.importorskip("duckdb")
VALUES = {
    "h": "1::HUGEINT",
    "u": "2::UTINYINT",
    "big": "18446744073709551615::UBIGINT",
    "e": "'x'::ENUM('x', 'it''s', 'z')",
    "id": "uuid()",
    "t": "TIME '01:02:03'",
    "ts": "TIMESTAMP_S '2024-01-01'",
    "n s": "TIMESTAMP_NS '2024-01-01'",
    "tz": "TIMESTAMPTZ '2024-01-01'",
    "d": "1.5::DECIMAL(20,3)",
    "da": "DATE '2024-01-01'",
    "b": "true",
    "s": "'it''s'",
    "f": "2.5::FLOAT",
}


def relation() -> Any:
    columns = ", ".join(f'{value} AS "{name}"' for name, value in VALUES.items())
    nulls = ", ".join("NULL" for _ in VALUES)
    return duckdb.connect().sql(f"SELECT {columns} UNION ALL SELECT {nulls}")


def test_every_type_comes_back_as_it_came_in() -> None:
    source = relation()
    rows, looked = as_arrow(source)
    assert "live in DuckDB's default connection" in looked.notes[0]
    for known in (looked, frame_type_from_json(json.loads(json.dumps(looked.to_json())))):
        made = known.frame(rows)
        assert made.columns == source.columns
        assert [str(type_) for type_ in made.types] == [str(type_) for type_ in source.types]
        plain = known.frame(rows.drop(["id"])).fetchall()
        assert len(plain) == 2 and None not in plain[0] and set(plain[1]) == {None}


def test_nulls_are_filled_in_a_relation_of_the_same_types() -> None:
    source = duckdb.sql("SELECT 1::UTINYINT AS n, [1] AS l UNION ALL SELECT NULL, [2]")
    filled = as_arrow(source, ["n"])[1].filled(source, pa.table({"n": [7, 8]}))
    assert filled.fetchall() == [(1, [1]), (8, [2])]
    assert [str(type_) for type_ in filled.types] == ["UTINYINT", "INTEGER[]"]


def test_structs_are_learned_by_their_fields_and_come_back() -> None:
    source = duckdb.sql(
        """SELECT {'it''s': 1::UTINYINT, 'in ner': {'e': 'x'::ENUM('x', 'y')}} AS "ho me", 2 AS z
        UNION ALL SELECT NULL, 3 UNION ALL SELECT {'it''s': 4, 'in ner': NULL}, 5"""
    )
    rows, looked = as_arrow(source)
    assert rows.column_names == ["ho me.it's", "ho me.in ner.e", "z"]
    assert any("learned by its fields" in note for note in looked.notes)
    for known in (looked, frame_type_from_json(json.loads(json.dumps(looked.to_json())))):
        made = known.frame(rows)
        assert [str(kind) for kind in made.types] == [str(kind) for kind in source.types]
        assert made.fetchall() == source.fetchall()
    assert looked.filled(source, rows).fetchall() == source.fetchall()
    with pytest.raises(InputError, match="flatten"):
        as_arrow(duckdb.sql("SELECT row(1, 2) AS x"))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("INTERVAL 1 DAY", "make it a duration"),
        ("[1]", r"\(explode\)"),
        ("'a'::BLOB", "decode it to a text"),
        ("'101'::BIT", "cast it to VARCHAR"),
    ],
)
def test_what_cannot_be_learned_is_refused(value: str, said: str) -> None:
    with pytest.raises(InputError, match=f"column 'x' .*{said}"):
        as_arrow(duckdb.sql(f"SELECT {value} AS x"))
