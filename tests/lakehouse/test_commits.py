"""What commits did to rows, from the files of the log."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from lakehouse.commits import AddedFile, Change, read_commits
from lakehouse.transaction_log import LogNotReadable


def log(folder: Path, *commits: list[dict[str, Any]]) -> str:
    (folder / "_delta_log").mkdir(parents=True)
    for version, actions in enumerate(commits, 3):
        text = "".join(f"{json.dumps(action)}\n" for action in actions)
        (folder / "_delta_log" / f"{version:020d}.json").write_text(text)
    return str(folder)


def add(path: str, *, change: bool = True, **more: Any) -> dict[str, Any]:
    return {"add": {"path": path, "partitionValues": {}, "dataChange": change, **more}}


def remove(path: str, *, change: bool = True) -> dict[str, Any]:
    return {"remove": {"path": path, "dataChange": change}}


def test_what_was_added_and_what_took_rows_away(spark: SparkSession, lake: Path) -> None:
    dv = {"storageType": "u"}
    folder = log(
        lake / "t [1]",  # a name is no pattern
        [{"commitInfo": {"operation": "WRITE"}}, add("old.parquet")],
        [
            {"commitInfo": {"operation": "WRITE"}},
            add("p=a%2520b/1.parquet", partitionValues={"p": None}),
        ],
        [
            {"commitInfo": {"operation": "OPTIMIZE"}},
            remove("old.parquet", change=False),
            add("both.parquet", change=False),
        ],
        [{"metaData": {"id": "x", "schemaString": "{}"}}, add("s3://b/y%20z.parquet")],
        [
            {"commitInfo": {"operation": "DELETE"}},
            remove("both.parquet"),
            add("both.parquet", deletionVector=dv),
        ],
        [remove("both.parquet")],
    )
    found = read_commits(spark, folder, 3, 6)
    assert found.added == (
        AddedFile(f"{folder}/p=a%20b/1.parquet", {"p": None}),
        AddedFile("s3://b/y z.parquet", {}),
    )
    assert (found.removed, found.hidden, found.schemas) == (None, None, ("{}",))
    found = read_commits(spark, folder, 4, 8)
    assert found.removed == found.hidden == Change(7, "DELETE")
    assert str(read_commits(spark, folder, 7, 8).removed) == "version 8 (unnamed)"
    with pytest.raises(LogNotReadable, match="lacks version 9"):
        read_commits(spark, folder, 7, 9)
