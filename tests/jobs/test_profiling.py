import json
from pathlib import Path

from jobs.artifacts import settled_schema
from jobs.profiling import run_schema
from jobs.run import Run
from synth.table.schema import Column, TableSchema
from tests.jobs.runs import bare_run


def test_declared_columns_are_flagged_and_ignored_ones_left_out(tmp_path: Path) -> None:
    names = ("id", "pay", "note", "age")
    schema = TableSchema(tuple(Column(name, "int") for name in names))
    declared = {"keys": ["id"], "sensitive": ["pay"], "ignore": ["note"]}
    run = bare_run(tmp_path, **{f"columns__{kind}": given for kind, given in declared.items()})
    assert run_schema(run, schema) == TableSchema(
        (
            Column("id", "int", key=True),
            Column("pay", "int", sensitive=True),
            Column("age", "int"),
        )
    )


def test_a_unique_column_is_found_and_taken_as_a_key(finished: Run) -> None:
    assert finished.record("profile").notes == (
        "column 'person_id' is unique: taken as a key, made anew",
    )
    assert [column.name for column in settled_schema(finished) if column.key] == ["person_id"]


def test_the_profile_is_there(finished: Run) -> None:
    profile = json.loads(finished.path("profile.json").read_text(encoding="utf-8"))
    assert profile["rows"] == 600 == finished.record("profile").facts["rows"]
