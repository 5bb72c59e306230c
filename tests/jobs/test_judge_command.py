from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from tests.lakes import lakesynth_here, people, write_csv

COUNTED = {
    "evaluate__two_sample": False,
    "evaluate__utility": False,
    "privacy__min_entities": 5,
    "session__master": "local[2]",
}


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("tables")
    real, made = people(600, 0), people(500, 1)
    shuffled = pa.table(
        {
            n: np.random.default_rng(3).permutation(made[n].to_numpy(False))
            for n in made.column_names
        }
    )
    broken = shuffled.set_column(1, "age", pa.array([90] * 500, pa.int32()))
    given = {"real": real, "made": made, "held": people(300, 2), "broken": broken}
    given["narrow"] = made.drop_columns(["pay"])
    return {name: write_csv(table, folder / f"{name}.csv") for name, table in given.items()}


def test_any_table_is_judged_without_a_run(
    spark: SparkSession, tables: dict[str, Path], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    done = lakesynth_here(
        spark, "evaluate", "--real", tables["real"], "--synthetic", tables["made"],
        "--holdout", tables["held"], "--sensitive", "city", "--privacy", "off",
        "--out", out, "--json", **COUNTED,
    )  # fmt: skip
    assert done.code == 0, done.err
    assert done.json["verdict"]["passed"] and Path(done.json["report"]) == out / "report.html"
    named = {metric["name"] for metric in done.json["metrics"]}
    assert {"column_similarity", "pair_similarity", "exact_copy_rate", "triple_similarity"} <= named
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "Rome" not in page and "person_id" in page  # sensitive, masked; a key is said
    assert any("is a key" in note for note in done.json["notes"])


def test_without_a_holdout_a_part_is_held_out_and_it_is_said(
    spark: SparkSession, tables: dict[str, Path], tmp_path: Path
) -> None:
    done = lakesynth_here(
        spark, "evaluate", "--real", tables["real"], "--synthetic", tables["broken"],
        "--privacy", "off", "--out", tmp_path / "out", **COUNTED,
    )  # fmt: skip
    assert done.code == 3 and "not within the set bounds" in done.err
    assert "column similarity" in done.out and "broken" in done.out
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "The generator may have seen them" in page


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--real", "real"], "--real needs --synthetic"),
        (["--synthetic", "made"], "--synthetic goes with --real"),
        (["--real", "real", "--synthetic", "made", "--lake", "lake"], "--lake is of a run"),
        (["--real", "real", "--synthetic", "narrow"], "lacks 'pay', which the real one has"),
        (["--real", "real", "--synthetic", "made", "--target", "agee"], "did you mean 'age'"),
        (["--real", "real", "--synthetic", "made", "--entity", "who"], "--entity names 'who'"),
        (["--real", "real", "--synthetic", "gone"], "gone"),
    ],
)
def test_what_cannot_be_judged_is_refused_in_a_sentence(
    spark: SparkSession, tables: dict[str, Path], tmp_path: Path, options: list[str], said: str
) -> None:
    line = [str(tables.get(word, word)) for word in options]
    out = ["--out", tmp_path / "out"] if "--real" in options else []
    done = lakesynth_here(spark, "evaluate", *line, *out, **COUNTED)
    assert done.code == 2 and said in done.err, done.err
    assert not (tmp_path / "out" / "report.html").exists()
