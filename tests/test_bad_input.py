"""Seeds and configurations that cannot be used are refused by name; odd ones work."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from jobs.config import ConfigError
from jobs.config_file import load_config
from jobs.pipeline import do_all, do_stage, summary
from lakehouse.schemas import column, schema_of
from lakehouse.tables import ForeignTable, write
from tests.lakes import (
    done,
    lakesynth,
    people,
    quick,
    spoken,
    started,
    table_of,
    write_csv,
    write_parquet,
)

ROWS = 300
NAMES = ["a b", "c.d", 'say "hi"', "back`tick", "größe", "e;f,{g}=(h)", "日本", "it's"]


def lines(header: str, row: Callable[[int], str], rows: int = ROWS) -> str:
    return "\n".join([header, *(row(i) for i in range(rows))]) + "\n"


def pairs(header: str = "a,b", **odd: str) -> str:
    """Two columns of whole numbers; ``odd`` are lines (``line9``) that stand instead."""
    return lines(header, lambda i: odd.get(f"line{i}", f"{i % 3},{i % 7}"))


def made(lake: Path) -> list[Path]:
    """The Delta tables of a lake."""
    return [log.parent for log in lake.rglob("_delta_log")]


REFUSED: dict[str, tuple[str, dict[str, Any], str]] = {
    "only a header": ("a,b\n", {}, r"seed\.csv has no rows"),
    "nothing": ("", {}, r"seed\.csv is empty"),
    "a name twice": (pairs("a,a"), {}, "header has column 'a' twice: rename"),
    "a name in two cases": (pairs("a,A"), {}, "header has column 'A' twice .*'a'.*: rename"),
    "no name": (pairs("a,"), {}, "column 2 has no name in the header; give it one"),
    "a name of ours": (pairs("a,_lakesynth_part"), {}, "'_lakesynth_part'.*rename it"),
    "another name of ours": (pairs("a,_Reason"), {}, "'_Reason'.*rename it"),
    "unknown column": (
        pairs(),
        {"clean__ranges": {"c": [0, 1]}},
        r"clean\.ranges names column 'c', which .*seed\.csv lacks; it has 'a', 'b'",
    ),
    "unknown sensitive column": (
        pairs(),
        {"columns__sensitive": ["c"]},
        r"columns\.sensitive names column 'c'.*'a', 'b'",
    ),
    "unknown typed column": (
        pairs(),
        {"ingest__column_types": {"c": "int"}},
        r"ingest\.column_types names column 'c'.*'a', 'b'",
    ),
    "unknown type": (
        pairs(),
        {"ingest__column_types": {"a": "integr"}},
        "type 'integr' is not supported: use one of boolean",
    ),
    "unknown encoding": (pairs(), {"ingest__encoding": "klingon"}, "encoding 'klingon'.*utf-8"),
    "every column ignored": (
        pairs(),
        {"columns__ignore": ["a", "b"]},
        r"columns\.ignore leaves no column of .*seed\.csv: take one out",
    ),
    "too few rows": (
        "a,b\n1,2\n3,4\n",
        {},
        r"seed has 2 rows, about 2 of them to train on; at least 10 .*min_entities is 5: give more",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_seed_that_cannot_be_used_is_refused_before_any_other_work(
    case: str, spark: SparkSession, tmp_path: Path
) -> None:
    text, changes, message = REFUSED[case]
    seed = tmp_path / "seed.csv"
    seed.write_text(text, encoding="utf-8")
    run = started(spark, seed, tmp_path / "lake", **changes)
    with pytest.raises(ValueError, match=message):
        do_all(run)
    assert run.find_record("ingest") is None
    # Too few rows are known once the seed is written: it is whole, and nothing else is there.
    assert {path.name for path in made(tmp_path / "lake")} <= {"seed"}


def test_what_is_not_there_or_no_table_is_refused(spark: SparkSession, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "book.xlsx").write_bytes(b"PK")
    for name, message in {
        "missing.csv": r"nothing found at .*missing\.csv: give a CSV",
        "empty": "empty holds no file to read",
        "book.xlsx": "save it as CSV first",
    }.items():
        with pytest.raises(ValueError, match=message):
            done(started(spark, tmp_path / name, tmp_path / "lake"), "ingest")
    with pytest.raises(ValueError, match=r"nothing found at no_such\.table"):
        done(started(spark, "no_such.table", tmp_path / "lake"), "ingest")
    assert not made(tmp_path / "lake")


def test_an_empty_delta_table_is_refused(spark: SparkSession, tmp_path: Path) -> None:
    seed = tmp_path / "empty"
    spark.sql(f"CREATE TABLE delta.`{seed}` (a int) USING delta")
    with pytest.raises(ValueError, match=f"{seed} has no rows"):
        done(started(spark, seed, tmp_path / "lake"), "ingest")


@pytest.mark.parametrize("role", ["clean", "holdout", "synthetic"])
def test_a_table_of_somebody_else_is_not_replaced(
    spark: SparkSession, tmp_path: Path, role: str
) -> None:
    """Said before any work, and nothing is changed."""
    lake = tmp_path / "lake"
    theirs = lake / "tables" / "seed" / role
    spark.range(7).write.format("delta").save(str(theirs))
    (tmp_path / "seed.csv").write_text("a,b\n1,2\n")
    with pytest.raises(ForeignTable, match=f"{theirs} exists, and it was not Lakesynth"):
        started(spark, tmp_path / "seed.csv", lake)
    assert spark.read.format("delta").load(str(theirs)).count() == 7
    assert [path.name for path in lake.iterdir()] == ["tables"]
    assert [path.name for path in theirs.parent.iterdir()] == [role]


def test_a_seed_table_of_somebody_else_is_not_replaced_by_files(
    spark: SparkSession, tmp_path: Path
) -> None:
    theirs = tmp_path / "lake" / "tables" / "seed" / "seed"
    spark.range(7).write.format("delta").save(str(theirs))
    (tmp_path / "seed.csv").write_text("a,b\n1,2\n")
    with pytest.raises(ForeignTable, match=f"{theirs} exists"):
        done(started(spark, tmp_path / "seed.csv", tmp_path / "lake"), "ingest")
    assert spark.read.format("delta").load(str(theirs)).count() == 7
    # As the seed itself it is read, not written.
    again = started(spark, theirs, tmp_path / "lake", table="seed", privacy__min_entities=2)
    run = done(again, "ingest")
    assert run.record("ingest").tables["seed"].rows == 7


@pytest.mark.slow
def test_nested_and_binary_columns_are_refused_by_name_or_passed_over(
    spark: SparkSession, tmp_path: Path
) -> None:
    """From a Delta table, which is not copied: every stage must pass over them."""
    frame = spark.range(ROWS).select(
        (F.col("id") % 3).alias("a"),
        F.struct((F.col("id") % 2).alias("x")).alias("inner"),
        F.col("id").cast("string").cast("binary").alias("bytes"),
        F.array("id").alias("list"),
        F.concat(F.lit("v"), F.col("id") % 4).alias("b"),
    )
    seed = str(tmp_path / "nested")
    write(frame, seed, app_id="seed")
    with pytest.raises(ValueError, match=r"'inner' \(struct<x:bigint>\), 'bytes' \(binary\), 'li"):
        done(started(spark, seed, tmp_path / "refused"), "ingest")
    run = started(spark, seed, tmp_path / "lake", ingest__unsupported_columns="drop")
    done(run, "sample")
    assert table_of(run, "clean").columns == ["a", "b"]
    assert table_of(run, "candidate").columns == ["a", "b"]
    assert "left out, as their types cannot be synthesised: 'inner'" in spoken(run)


def test_broken_lines_and_values_go_to_the_quarantine_with_their_reason(
    spark: SparkSession, tmp_path: Path
) -> None:
    seed = tmp_path / "broken.csv"
    seed.write_text(pairs(line9="1,2,3,4", line20="1,many", line30="40,1"))
    run = started(
        spark,
        seed,
        tmp_path / "lake",
        ingest__column_types={"b": "int"},
        clean__ranges={"a": [0, 10]},
    )
    done(run, "split")
    rows = {role: facts["rows"] for role, facts in summary(run)["tables"].items()}
    assert (rows["seed"], rows["clean"], rows["quarantine"]) == (ROWS, ROWS - 3, 3)
    assert table_of(run, "clean").columns == ["a", "b"]
    quarantine = table_of(run, "quarantine")
    told = {row[0]: row[1] for row in quarantine.groupBy("_reason").count().collect()}
    assert told == {"broken line": 2, "a: 40 is outside 0.0..10.0": 1}
    kept = {row[0] for row in quarantine.select("_broken_line").collect()}
    assert "1,2,3,4" in kept
    assert any(text and "b is no int" in text and "many" in text for text in kept)


def test_all_rows_in_quarantine_name_the_table_that_says_why(
    spark: SparkSession, tmp_path: Path
) -> None:
    seed = tmp_path / "odd.csv"
    seed.write_text(pairs())
    run = started(spark, seed, tmp_path / "lake", clean__ranges={"a": [100, 200]})
    with pytest.raises(ValueError, match=r"no row is left after cleaning 300; .*odd/quarantine"):
        do_all(run)


def odd_columns() -> pa.Table:
    """A table of everything that is legal and rare."""
    rng = np.random.default_rng(1)
    real = rng.normal(size=ROWS)
    real[:10], real[10:20], real[20:30], real[30:32] = np.nan, np.inf, -np.inf, (1e308, -1e308)
    days = np.datetime64("1600-01-01") + rng.integers(0, 200_000, ROWS).astype("timedelta64[D]")
    far = np.array(["0001-01-01", "1969-12-31", "9999-12-31"], "datetime64[D]")
    times = np.datetime64("1900-01-01", "us") + rng.integers(0, 10**16, ROWS)
    largest = Decimal("99999999999999999999.999999999999999999")
    small = [Decimal(int(x)) / 10**18 for x in rng.integers(0, 10**18, ROWS)]
    texts = ["", "  ", "a\nb", "😀", "<script>alert(1)</script>", None]
    return pa.table(
        {
            "real": real,
            "single": pa.array(rng.normal(size=ROWS), pa.float32()),
            "nan": np.full(ROWS, np.nan),
            "day": pa.array(days),
            "far": pa.array(rng.choice(far, ROWS)),
            "moment": pa.array(times, pa.timestamp("us", tz="UTC")),
            "local": pa.array(times, pa.timestamp("us")),
            "wide": pa.array([largest, largest.copy_negate()] * (ROWS // 2), pa.decimal128(38, 18)),
            "fine": pa.array(small, pa.decimal128(38, 18)),
            "big": rng.integers(-(2**63), 2**63 - 1, ROWS),
            "edge": pa.array([2**63 - 1, -(2**63)] * (ROWS // 2)),
            "tiny": pa.array(rng.integers(-128, 128, ROWS), pa.int8()),
            "flag": pa.array(rng.random(ROWS) < 0.3),
            "null": pa.nulls(ROWS, pa.string()),
            "one": ["same"] * ROWS,
            "text": [texts[i % len(texts)] for i in range(ROWS)],
            "long": ["x" * 20_000 + str(i % 3) for i in range(ROWS)],
            "unique": [f"{i * 7919 % 100003}-{i}" for i in range(ROWS)],
        }
    )


@pytest.mark.slow
def test_a_table_of_rare_types_and_values_works(spark: SparkSession, tmp_path: Path) -> None:
    run = started(spark, write_parquet(odd_columns(), tmp_path / "odd.parquet"), tmp_path / "lake")
    do_all(run)
    synthetic = table_of(run, "synthetic")
    assert schema_of(synthetic) == schema_of(table_of(run, "seed"))
    asked = {
        "infinite": F.sum(F.when(F.abs("real") == float("inf"), 1)),
        "not a number": F.sum(F.when(F.isnan("real"), 1)),
        "days": F.count_distinct("far"),
        "before": F.min("day") < F.lit("1900-01-01"),
        "null": F.count("null"),
        "one": F.min(F.col("one") == "same"),
        "long": F.min(F.length("long")) == 20_001,
        "unique": F.count_distinct("unique") > ROWS / 2,
    }
    found = synthetic.agg(*[what.alias(name) for name, what in asked.items()]).first()
    assert found is not None
    assert found["infinite"] > 0 and found["not a number"] > 0
    assert found["days"] == 3 and found["before"]
    assert found["null"] == 0 and found["one"] and found["long"] and found["unique"]
    page = Path(summary(run)["report"]).read_text(encoding="utf-8")
    assert "<script>alert(1)" not in page


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["csv", "delta"])
def test_any_name_of_a_column_works(kind: str, spark: SparkSession, tmp_path: Path) -> None:
    rows = [[i % (place + 2) for place in range(len(NAMES))] for i in range(ROWS)]
    seed = tmp_path / "odd names" / ("names.csv" if kind == "csv" else "names")
    seed.parent.mkdir()
    if kind == "csv":
        with seed.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([NAMES, *rows])
    else:
        table = pa.table(dict(zip(NAMES, np.array(rows).T.tolist(), strict=True)))
        write(spark.createDataFrame(table), str(seed), app_id="seed")
    changes = {
        "clean__ranges": {"c.d": [0, 1], "it's": [0, None]},
        "clean__not_null": ["back`tick"],
        "columns__sensitive": ['say "hi"'],
    }
    run = started(spark, seed, tmp_path / "lake", **changes)
    do_all(run)
    synthetic = table_of(run, "synthetic")
    assert synthetic.columns == NAMES
    assert schema_of(synthetic) == schema_of(table_of(run, "seed"))
    assert table_of(run, "quarantine").count() == ROWS // 3
    assert synthetic.agg(F.max(column("c.d"))).first()[0] == 1


@pytest.mark.slow
def test_a_table_of_300_columns_works(spark: SparkSession, tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    columns = {f"c{i}": rng.integers(0, 2 + i % 3, 200) for i in range(300)}
    seed = write_parquet(pa.table(columns), tmp_path / "wide.parquet")
    run = started(spark, seed, tmp_path / "lake", train__settings__steps=2)
    do_all(run)
    assert table_of(run, "synthetic").columns == list(columns)


@pytest.mark.slow
def test_flags_alone_are_a_table(spark: SparkSession, tmp_path: Path) -> None:
    seed = tmp_path / "flags.csv"
    seed.write_text(lines("a,b", lambda i: f"{i % 2 == 0},{['true', 'false', ''][i % 3]}".lower()))
    run = started(spark, seed, tmp_path / "lake")
    do_all(run)
    assert [c.type for c in schema_of(table_of(run, "synthetic"))] == ["boolean", "boolean"]
    json.dumps(summary(run), allow_nan=False)  # ValueError for what is no JSON


def test_a_table_with_nothing_to_learn_is_refused(spark: SparkSession, tmp_path: Path) -> None:
    seed = tmp_path / "names.csv"
    seed.write_text(lines("name", lambda i: f"N{i * 7919 % 100003}x"))
    run = started(spark, seed, tmp_path / "lake")
    with pytest.raises(ValueError, match=r"no column .* can be learned: each is constant"):
        do_all(run)
    assert run.find_record("encode") is None


SECRET = "tulip-4711"


@pytest.mark.slow
def test_values_of_a_sensitive_column_are_in_no_log_error_or_report(
    spark: SparkSession, tmp_path: Path
) -> None:
    """Also the frequent ones, and those that a rule rejects."""
    seed, lake = tmp_path / "people.csv", tmp_path / "lake"
    secrets = [SECRET, "rose-0815", "aster-1234", "lily-9999"]
    text = lines("code,mark,b", lambda i: f"{secrets[i % 4]},{7000 + i % 5},{i % 7}")
    seed.write_text(text)
    given = {
        "columns__sensitive": ["code", "mark"],
        "clean__allowed": {"code": secrets[:3]},
        "clean__ranges": {"mark": [7000, 7003]},
    }
    outcome = lakesynth("run", seed, "--lake", lake, "--json", **quick(**given))
    assert outcome.code == 0, outcome.err
    run = started(spark, seed, lake, **given)
    assert run.id == outcome.json["run_id"]
    reasons = table_of(run, "quarantine").groupBy("_reason").count().collect()
    assert all("code: ***" in row[0] or "mark: ***" in row[0] for row in reasons)
    assert not any(secrets[3] in row[0] or "7004" in row[0] for row in reasons)
    files = ["profile.json", "report.json", "report.html", "training.jsonl", "stages"]
    told = [outcome.out, outcome.err]
    for name in files:
        path = run.path(name)
        found = sorted(path.glob("*")) if path.is_dir() else [path]
        told += [file.read_text(encoding="utf-8") for file in found]
    for text in told:
        for secret in ("rose-0815", secrets[3], "7004"):
            assert secret not in text


def test_a_mistaken_configuration_costs_no_spark(tmp_path: Path) -> None:
    seed = write_csv(people(10), tmp_path / "people.csv")
    for changes, message in {
        ("train.settings.stepz", 5): "train.settings.stepz: unknown key; did you mean steps?",
        ("sample.rows", 0): "sample.rows: Input should be greater than or equal to 1",
        (
            "split.holdout_fraction",
            1,
        ): "split.holdout_fraction: Input should be less than or equal to 0.5",
        ("clean.drop_duplicates", "maybe"): "clean.drop_duplicates",
    }.items():
        with pytest.raises(ConfigError, match=message.replace("?", r"\?")):
            load_config(None, {"seed": str(seed), "lake.tables": "lake", changes[0]: changes[1]})


def test_a_delta_seed_named_from_here_is_found_from_elsewhere(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(spark.createDataFrame(people(200)), str(tmp_path / "bronze"), app_id="seed")
    run = done(started(spark, "bronze", tmp_path / "lake"), "ingest")
    assert run.record("ingest").tables["seed"].name == str(tmp_path / "bronze")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    do_stage(run, "profile")
    assert run.record("profile").facts["rows"] == 200


def test_files_that_change_before_ingest_is_booked_are_read_anew(
    spark: SparkSession, tmp_path: Path
) -> None:
    """Killed after its commit, ingest finds other files: their rows count, not the first ones."""
    seed = write_csv(people(200), tmp_path / "people.csv")
    run = done(started(spark, seed, tmp_path / "lake"), "ingest")
    first = run.record("ingest")
    (run.folder / "stages" / "ingest.json").unlink()
    do_stage(run, "ingest")
    assert run.record("ingest").tables == first.tables
    (run.folder / "stages" / "ingest.json").unlink()
    seed.write_text(seed.read_text() + "9999,30,Rome,1.0,2020-01-01\n")
    second = do_stage(run, "ingest")
    assert second.tables["seed"].rows == 201
    assert second.facts["fingerprint"] != first.facts["fingerprint"]
