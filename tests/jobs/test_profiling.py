import json
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyspark.sql import SparkSession

from jobs.artifacts import settled_config, settled_schema
from jobs.profiling import run_schema
from jobs.run import Run
from synth.table.schema import Column, TableSchema
from tests.jobs.runs import bare_run
from tests.lakes import done, started, write_csv


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


def customers(folder: Path) -> Path:
    """People with an address each, an e-mail address of the house, and a code like a telephone."""
    rng = np.random.default_rng(0)
    table = {
        "mail": [f"anna.{n}@mail.example" for n in range(400)],
        "desk": [f"desk{n % 4}@house.example" for n in range(400)],
        "sex": rng.choice(["f", "m"], 400).tolist(),
        "pay": rng.integers(20, 90, 400).tolist(),
    }
    return write_csv(pa.table(table), folder / "customers.csv")


def test_columns_that_identify_people_are_sensitive_unless_said_otherwise(
    spark: SparkSession, tmp_path: Path
) -> None:
    seed = customers(tmp_path)
    run = done(started(spark, seed, tmp_path / "lake", columns__not_sensitive=["desk"]), "profile")
    record = run.record("profile")
    assert [column.name for column in settled_schema(run) if column.sensitive] == ["mail"]
    assert settled_config(run).columns.sensitive == ("mail",)
    assert any("'mail' is taken for sensitive (e-mail address)" in note for note in record.notes)
    (found,) = (one for one in record.facts["findings"] if "identifies" in one["name"])
    assert found["columns"] == ["mail"] and "columns.not_sensitive" in found["remedy"]
    written = run.path("profile.json").read_text(encoding="utf-8")
    assert "anna" not in written and "desk1@house.example" in written
    trial = {
        "intended_use": "Evidence for a clinical trial",
        "accept": {"purpose needs real rows": {"by": "Olena", "reason": "a rehearsal"}},
    }
    lake = tmp_path / "lake"
    bare = done(started(spark, seed, lake, columns__infer_sensitive=False, stated=trial), "profile")
    assert not [c for c in settled_schema(bare) if c.sensitive]
    # What the table is for may change after its profile: evaluate tells it.
    assert "purpose" not in json.dumps(bare.record("profile").facts["findings"])
