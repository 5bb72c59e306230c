"""Rows that break a rule are left out, and the same ones take their place everywhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pyspark.sql import DataFrame, SparkSession

from jobs.acceptance import accept, accepted_rows, holding, require_all
from synth.sampling.blocks import SamplePlan
from synth.sampling.numbered import BLOCK, ROW
from synth.table.errors import InputError

PLAN = SamplePlan("t", rows=250, seed=1, block_rows=100)
RULES = {"CHECK constraint 'no third'": "n % 3 <> 0", "CHECK constraint 'far'": "n <> 100"}


def numbers(spark: SparkSession, partitions: int) -> Callable[[int, int], DataFrame]:
    """Rows of blocks whose n counts through the table, as keys do."""

    def rows(first: int, end: int) -> DataFrame:
        places = [
            (block, row, PLAN.first_row(block) + row)
            for block in range(first, end)
            for row in range(PLAN.rows_of(block))
        ]
        schema = f"{BLOCK} BIGINT, {ROW} INT, n INT"
        return spark.createDataFrame(places, schema).repartition(partitions)

    return rows


def test_the_first_rows_that_keep_the_rules_are_taken(spark: SparkSession) -> None:
    wanted = [n for n in range(500) if n % 3 and n != 100][:250]
    for partitions in (1, 3):
        rows = numbers(spark, partitions)
        found = accept(rows, RULES, PLAN, "t")
        made = sorted(row.n for row in accepted_rows(rows, RULES, found).collect())
        assert made == wanted
    assert (found.blocks, found.last_row) == (4 + 1, wanted[-1] - 350)
    assert found.broken["CHECK constraint 'far'"] == 1
    (note,) = found.notes()
    assert note.startswith("held by every row: CHECK constraint 'no third', CHECK constraint 'far'")
    assert f"{found.kept / found.drawn:.1%} of {found.drawn:,} rows" in note
    assert holding(rows(0, 1), {}).count() == 100


def test_where_no_row_breaks_a_rule_the_plan_is_made_as_it_is(spark: SparkSession) -> None:
    rules = {"CHECK constraint 'all'": "n >= 0"}
    found = accept(numbers(spark, 2), rules, PLAN, "t")
    assert found.is_all and (found.blocks, found.drawn) == (3, 250)
    assert accepted_rows(numbers(spark, 2), rules, found).count() == 250
    assert found.notes() == ("held by every row as drawn: CHECK constraint 'all'",)


def test_of_few_rows_more_are_drawn_before_a_rule_is_given_up(spark: SparkSession) -> None:
    plan, ends = SamplePlan("t", rows=10, seed=1), []

    def rows(first: int, end: int) -> DataFrame:
        ends.append(end)
        places = spark.range(plan.first_row(first), plan.first_row(end), 1, 2)
        return places.selectExpr(f"id div 10 AS {BLOCK}", f"int(id % 10) AS {ROW}", "id AS n")

    found = accept(rows, {"CHECK constraint 'later'": "n % 50 = 49"}, plan, "t")
    assert (found.blocks, found.last_row) == (50, 9)
    assert ends[:2] == [1, 2002]  # 20,000 rows, and not as many as a share of none asks for


def test_a_rule_that_hardly_a_row_keeps_is_refused(spark: SparkSession) -> None:
    plan = SamplePlan("people", rows=300_000, seed=1, block_rows=150_000)

    def rows(first: int, end: int) -> DataFrame:
        places = spark.range((end - first) * 150_000)
        return places.selectExpr(f"id div 150000 AS {BLOCK}", f"int(id) AS {ROW}", "id AS n")

    with pytest.raises(InputError) as refused:
        accept(rows, {"CHECK constraint 'few'": "n < 200", "other": "true"}, plan, "people")
    said = str(refused.value)
    assert said.startswith(
        "table people: only 200 of 300,000 rows drawn keep what the seed declares"
    )
    assert "CHECK constraint 'few' by 99.9%" in said and "other by" not in said


def test_rows_that_none_may_replace_are_refused_with_what_they_break(spark: SparkSession) -> None:
    rows = numbers(spark, 2)(0, 2)
    require_all(rows, {"CHECK constraint 'all'": "n >= 0"}, "t")
    with pytest.raises(
        InputError,
        match=r"table t: of 200 rows made for given ones .*'no third' by 67; .*'far' by 1\. Give",
    ):
        require_all(rows, RULES, "t")
