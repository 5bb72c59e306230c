"""An audit by Spark: as the one in memory of the same rows, in as many scans."""

from __future__ import annotations

import json
from decimal import Decimal
from itertools import product
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

import jobs.audited_table
from jobs.audit import audit_table
from jobs.clean_preview import preview
from jobs.config_file import load_config
from jobs.progress import Reporter
from synth.audit.broken_rules import BROKEN
from synth.audit.in_memory import profile
from synth.dependencies.columns import present
from synth.dependencies.marks import PLAIN, Mark
from synth.dependencies.nulls import Nulls
from synth.dependencies.one_hot import OneHot
from synth.table.schema import TableSchema
from tests.jobs.odd_numbers import RULES_OF_NUMBERS, odd_numbers
from tests.synth.audit.ledger import RULES, ledger
from tests.synth.audit.tables import applicants
from tests.synth.audit.test_real_tables import SHARED, TABLES, require


def test_spark_tells_what_memory_tells_in_three_scans(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = applicants(3000)
    frame["id"] = range(len(frame))
    path = tmp_path / "people.parquet"
    frame.to_parquet(path, index=False)
    scans = []
    for name in ("aggregate", "count_distinct_rows"):
        own = getattr(jobs.audited_table, name)
        counted = lambda *given, _own=own, **more: scans.append(1) or _own(*given, **more)  # noqa: E731
        monkeypatch.setattr(jobs.audited_table, name, counted)
    config = load_config(
        None,
        {"seed": str(path), "lake.tables": str(tmp_path / "lake"), "task.target": "granted"},
    )
    found = audit_table(spark, config, tmp_path / "out", Reporter())
    assert len(scans) == 3
    alike = profile(frame, target="granted", progress=False).audit
    told = [(one.name, one.columns, one.evidence) for one in found.findings]
    assert told == [(one.name, one.columns, one.evidence) for one in alike.findings]
    assert [pair.value for pair in found.associations] == [p.value for p in alike.associations]
    assert found.structure["keys"] == alike.structure["keys"] == [["id"]]
    told = json.loads((tmp_path / "out" / "profile.json").read_text("utf-8"))
    assert told["rows"] == 3000 and told["question"]["target"] == "granted"
    lake = {"lake.tables": str(tmp_path / "lake")}
    assert load_config(tmp_path / "out" / "proposed.yaml", lake).columns.keys == ("id",)


def test_entities_are_counted_and_hostile_names_are_read(
    spark: SparkSession, tmp_path: Path
) -> None:
    names = {"sex": "a.b", "city": "c `d` \\ e", "score": "_lakesynth x", "granted": "Größe"}
    frame = applicants(600).rename(columns=names)
    frame["who"] = frame.index // 30
    path = tmp_path / "odd.parquet"
    pd.DataFrame(frame).to_parquet(path, index=False)
    config = load_config(
        None,
        {"seed": str(path), "lake.tables": str(tmp_path / "l"), "split.key": ["who"]},
    )
    found = audit_table(spark, config, tmp_path / "out", Reporter())
    (few,) = [one for one in found.findings if one.name == "too few rows"]
    assert few.severity == "error" and "20 entities" in few.evidence
    assert {own["name"] for own in found.columns} == {*names.values(), "who"}


def test_what_few_rows_break_is_put_aside_by_the_rules_that_are_proposed(
    spark: SparkSession, tmp_path: Path
) -> None:
    """As it is, each rule of the file takes as many rows as mistakes were planted in."""
    table, _ = ledger(6_000, 12)
    path = tmp_path / "ledger.parquet"
    pq.write_table(table, path)
    config = load_config(None, {"seed": str(path), "lake.tables": str(tmp_path / "lake")})
    found = audit_table(spark, config, tmp_path / "out", Reporter())
    told = {one.columns: one.evidence for one in found.findings if one.name == BROKEN}
    assert told.keys() == RULES.keys()
    assert all("12 of 6,000 rows (0.2 %)" in evidence for evidence in told.values())
    alike = profile(table, progress=False).audit
    cleaning = [r["clean"] for r in found.structure["rules"] if "clean" in r]
    assert cleaning == [r["clean"] for r in alike.structure["rules"] if "clean" in r]
    assert found.structure["formats"] == alike.structure["formats"]
    lake = {"lake.tables": str(tmp_path / "lake")}
    proposed = load_config(tmp_path / "out" / "proposed.yaml", lake)
    counted = preview(spark, proposed, Reporter())["counts"]["rules"]
    assert len(counted) == len(RULES)  # the format's in the place of the map's
    assert all(rule["quarantined"] == 12 for rule in counted), counted
    assert {rule["rule"] for rule in counted} == {"expression", "matches"}
    text = (tmp_path / "out" / "proposed.yaml").read_text("utf-8")
    assert "# gross is net + tax, but for 12 of 6,000 rows" in text


def test_conditions_hold_where_the_rules_do_whatever_the_values(spark: SparkSession) -> None:
    table = odd_numbers()
    schema = TableSchema.from_arrow(table.schema)
    columns = {name: table.column(name).combine_chunks() for name in table.column_names}
    frame = spark.createDataFrame(table)
    for rule in RULES_OF_NUMBERS:
        condition = rule.condition(schema)
        assert condition is not None
        told = [row[0] for row in frame.orderBy("row").selectExpr(condition).collect()]
        there = present(columns, rule.columns)
        holds = rule.holds(columns)
        for row, (own, known) in enumerate(zip(holds, there, strict=True)):
            assert told[row] is (bool(own) if known else None), (rule.describe(), row)


def test_conditions_on_flags_and_nulls_hold_where_the_rules_do(spark: SparkSession) -> None:
    """Of every way to write a flag: set, not set, missing, and what is no flag at all."""
    nan, odd = float("nan"), "it's"
    ways = {
        PLAIN: (
            (pa.int32(), [0, 1, None, 2]),
            (pa.float64(), [0.0, 1.0, nan, 0.5]),
            (pa.bool_(), [False, True, None]),
            (pa.decimal128(5, 2), [Decimal(0), Decimal(1), None, Decimal("0.5")]),
        ),
        Mark("yes", odd): ((pa.string(), [odd, "yes", None, "perhaps"]),),
        Mark(off_is_null=True): ((pa.int64(), [None, 1, 0]), (pa.float64(), [nan, 1.0, 2.0])),
        Mark(odd, off_is_null=True): ((pa.string(), [None, odd, "no"]),),
    }
    for mark, columns in ways.items():
        for kind, values in columns:
            rows = list(product(values, repeat=3))
            own = {"a b": [r[0] for r in rows], "c`": [r[1] for r in rows]}
            table = pa.table(
                {
                    **{name: pa.array(held, kind) for name, held in own.items()},
                    "d": pa.array([r[2] for r in rows], kind),
                    "row": pa.array(range(len(rows))),
                }
            )
            schema = TableSchema.from_arrow(table.schema)
            arrays = {n: table.column(n).combine_chunks() for n in table.column_names}
            rules = [OneHot("d", ("a b", "c`"), least, (mark,) * 3) for least in (0, 1)]
            nulls = [Nulls("d", ("c`",)), Nulls("c`", ("a b",), opposite=True)]
            conditions = [str(rule.condition(schema)) for rule in (*rules, *nulls)]
            frame = spark.createDataFrame(table).orderBy("row").selectExpr(*conditions)
            told = [list(answers) for answers in zip(*frame.collect(), strict=True)]
            known = present(arrays, ("a b", "c`", "d")) | mark.off_is_null
            for rule, answers in zip(rules, told, strict=False):
                holds = zip(rule.holds(arrays), known, strict=True)
                wanted = [bool(own) if there else None for own, there in holds]
                assert answers == wanted, (kind, mark)
            for null, answers in zip(nulls, told[2:], strict=True):
                assert answers == null.holds(arrays).tolist(), (kind, mark)


@pytest.mark.skipif(SHARED is None, reason="LAKESYNTH_TABLES names no folder of real tables")
def test_spark_finds_in_a_real_table_what_memory_finds(spark: SparkSession, tmp_path: Path) -> None:
    name = "nycflights13/planes.csv.gz"
    seed = {"seed": str(Path(str(SHARED)) / name), "lake.tables": str(tmp_path / "lake")}
    require(audit_table(spark, load_config(None, seed), tmp_path / "out", Reporter()), TABLES[name])
