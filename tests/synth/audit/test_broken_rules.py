"""Rules that few rows break: the planted ones are told with their rows, and no other."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from synth.audit.audit import Audit
from synth.audit.broken_rules import BROKEN, BrokenRule, of_rows, on_broken_rules, rule_book
from synth.audit.in_memory import profile
from synth.audit.text_formats import OTHER_FORM
from synth.dependencies.choose import identity
from synth.dependencies.finding import DependencySearch
from synth.dependencies.plan import Plan
from synth.dependencies.sample import Sample
from synth.dependencies.settings import DependencySettings
from synth.table.schema import TableSchema
from tests.synth.audit.ledger import RULES, ledger, unrelated


def audited(table: Any, **asked: Any) -> Audit:
    return profile(table, progress=False, **asked).audit


def told(found: Audit) -> dict[tuple[str, ...], str]:
    return {one.columns: one.evidence for one in found.findings if one.name == BROKEN}


@pytest.mark.parametrize(("rows", "broken"), [(1_000, 1), (20_000, 20), (20_000, 100), (30_000, 3)])
def test_each_planted_mistake_is_told_with_its_rows(rows: int, broken: int) -> None:
    found = audited(ledger(rows, broken)[0])
    assert {columns: RULES.get(columns) for columns in told(found)} == RULES
    for columns, evidence in told(found).items():
        said = int(evidence.rpartition(" for ")[2].split(" of ")[0].replace(",", ""))
        assert said == broken, (columns, evidence)
        assert f"of {rows:,} rows ({100 * broken / rows:.2g} %)" in evidence
    assert {one.severity for one in found.findings if one.name == BROKEN} == {"warning"}


def test_the_rules_stand_in_the_structure_with_violations_and_a_rule_of_cleaning() -> None:
    found = audited(ledger()[0])
    rules = {(r["target"], *r["sources"]): r for r in found.structure["rules"] if "clean" in r}
    assert set(rules) == set(RULES) - {("name", "code")}  # which no condition on one row tells
    for rule in rules.values():
        assert rule["violations"] == 20 and rule["rows"] == 20_000
        assert rule["clean"]["rule"] == "expression" and rule["clean"]["action"] == "quarantine"
        assert rule["clean"]["reason"] == rule["rule"]
    gross = rules["gross", "net", "tax"]
    assert gross["clean"]["expression"] == "`gross` = try_add(`net`, `tax`)"
    assert rules["hired", "born"]["clean"]["expression"] == "`born` <= `hired`"
    assert rules["hired", "born"]["used"] is None  # a run would not learn it
    (name,) = [r for r in found.structure["rules"] if r["sources"] == ["code"]]
    assert name["violations"] == 20 and name["used"] == "exceptions"


def test_rules_that_every_row_keeps_are_no_findings() -> None:
    found = audited(ledger(broken=0)[0])
    assert told(found) == {} and not any("clean" in rule for rule in found.structure["rules"])
    used = {(r["target"], *r["sources"]) for r in found.structure["rules"] if r["used"]}
    assert {("gross", "net", "tax"), ("name", "code")} <= used


@pytest.mark.parametrize("rows", [1_500, 20_000])
@pytest.mark.parametrize("seed", range(3))
def test_what_has_nothing_to_do_with_each_other_gives_no_finding(rows: int, seed: int) -> None:
    found = audited(unrelated(rows, seed))
    assert [f for f in found.findings if f.name in (BROKEN, OTHER_FORM)] == []


def test_what_many_rows_break_is_no_rule() -> None:
    table, _ = ledger(5_000, 150)  # 3 %
    assert told(audited(table)) == {}


def test_keys_that_have_two_targets_are_no_mistakes() -> None:
    rng = np.random.default_rng(1)
    plane = rng.integers(0, 500, 20_000)
    owner = np.array([f"{'ABCDEFG'[k % 7]}air" for k in range(500)])[plane]
    sold = np.isin(plane, [3, 5, 8, 11]) & (rng.random(20_000) < 0.4)
    owner[sold] = "Other"
    assert told(audited(pd.DataFrame({"plane": plane, "owner": owner}))) == {}
    code = rng.integers(0, 30, 20_000)
    name = np.array([f"{'ABCDEF'[k % 6]}{'aeiou'[k // 6]}" for k in range(30)])[code]
    name[np.flatnonzero(code == 3)[:20]] = "Xx"  # one name in several, of one code
    assert told(audited(pd.DataFrame({"code": code, "name": name}))).keys() == {("name", "code")}


def test_missing_values_break_nothing() -> None:
    table, _ = ledger()
    columns = {}
    for place, name in enumerate(table.column_names):
        gone = np.random.default_rng(place).random(len(table)) < 0.02
        columns[name] = pc.if_else(
            pa.array(gone), pa.nulls(len(table), table[name].type), table[name]
        )
    evidence = told(audited(pa.table(columns)))
    assert {("gross", "net", "tax"), ("hired", "born"), ("charge", "fee", "post")} <= set(evidence)
    for words in evidence.values():
        violations, rows = words.rpartition(" for ")[2].split(" rows")[0].split(" of ")
        assert int(violations) <= 20 and int(rows.replace(",", "")) < 20_000


@pytest.mark.parametrize(
    ("style", "spark"),
    [("%d.%m.%Y", "dd.MM.yyyy"), ("%Y/%m/%d %H:%M", "yyyy/MM/dd HH:mm"), ("%b %d, %Y", None)],
)
def test_dates_that_are_texts_are_read_in_the_condition(style: str, spark: str | None) -> None:
    table, _ = ledger(5_000, 5)
    frame = table.select(["born", "hired"]).to_pandas()
    for name in frame:
        frame[name] = pd.to_datetime(frame[name]).dt.strftime(style)
    found = audited(frame)
    words = "born is at most hired, but for 5 of 5,000 rows (0.1 %)"
    assert told(found) == {("hired", "born"): words}
    cleaning = [rule["clean"]["expression"] for rule in found.structure["rules"] if "clean" in rule]
    if spark is None:
        assert cleaning == []
        return
    born, hired = (f"try_to_timestamp(`{name}`, '{spark}')" for name in ("born", "hired"))
    if "H" not in spark:
        born, hired = f"CAST({born} AS DATE)", f"CAST({hired} AS DATE)"
    assert cleaning == [f"{born} <= {hired}"]


def test_no_value_stands_in_what_is_told_of_sensitive_columns() -> None:
    found = audited(ledger(2_000, 2)[0], sensitive=["gross", "born", "name"])
    rules = {
        (r["target"], *r["sources"]): r["clean"] for r in found.structure["rules"] if "clean" in r
    }
    for columns in (("gross", "net", "tax"), ("hired", "born")):
        assert not any(sign.isdigit() for sign in rules[columns]["expression"])
    assert ("name", "code") in told(found)


def test_what_a_broken_rule_and_a_kept_one_come_to_is_not_told_again() -> None:
    rng, rows = np.random.default_rng(3), 6_000
    frame = pd.DataFrame({"amount": rng.lognormal(3, 1, rows).round(2)})
    frame["fee"] = (frame["amount"] * 0.1).round(2)  # so that it is an eleventh of the total
    frame["total"] = (frame["amount"] + frame["fee"]).round(2)
    frame.loc[rng.choice(rows, 12, replace=False), "total"] += 1
    assert told(audited(frame)).keys() == {("total", "amount", "fee")}


def grouped(rows: int, wrong: int, write: Any) -> pd.DataFrame:
    """Flags of which one is set, as ``write`` writes them, but for twice so many wrong rows."""
    rng = np.random.default_rng(4)
    kind = rng.choice(5, rows, p=[0.4, 0.3, 0.2, 0.09, 0.01])
    on = np.eye(5, dtype=bool)[kind]
    rare = np.flatnonzero(kind == 4)[:2]  # of which one is wrong, too
    others = rng.choice(np.flatnonzero(kind < 2), 2 * wrong - 1, replace=False)
    on[others[:wrong]] = False
    on[others[wrong:], :2] = True
    on[rare[0], 2] = True
    flags = {f"flag_{place}": write(on[:, place]) for place in range(5)}
    return pd.DataFrame(
        {
            **flags,
            "smoker": write(rng.random(rows) < 0.2),
            "seldom": write(rng.random(rows) < 0.01),
            "age": rng.integers(18, 90, rows),
        }
    )


@pytest.mark.parametrize(
    ("write", "first"),
    [
        (lambda on: on.astype(int), "CASE WHEN `flag_0` = 1 THEN 1 WHEN `flag_0` = 0 THEN 0 "),
        (lambda on: on.astype(float), "CASE WHEN nanvl(`flag_0`, NULL) = 1 THEN 1 "),
        (lambda on: on, "CASE WHEN `flag_0` = true THEN 1 WHEN `flag_0` = false THEN 0 "),
        (lambda on: np.where(on, "yes", "no"), "CASE WHEN `flag_0` = 'yes' THEN 1 "),
        (lambda on: np.where(on, "X", None), "CASE WHEN `flag_0` = 'X' THEN 1 WHEN `flag_0` IS "),
    ],
)
def test_a_group_of_flags_that_few_rows_break_is_told(write: Any, first: str) -> None:
    found = audited(grouped(12_000, 10, write))
    (columns,) = told(found)
    assert set(columns) == {f"flag_{place}" for place in range(5)}
    assert "is set, but for 20 of 12,000 rows (0.17 %)" in told(found)[columns]
    (rule,) = [rule for rule in found.structure["rules"] if "clean" in rule]
    assert rule["clean"]["expression"].startswith(first) and rule["violations"] == 20
    assert rule["used"] is None


def test_nulls_that_few_rows_have_alone_are_told() -> None:
    """Beside columns that lack values by no rule, and one that most rows have beside another."""
    rng, rows = np.random.default_rng(2), 8_000
    closed = rng.random(rows) < 0.3
    frame = pd.DataFrame({"age": rng.normal(40, 9, rows).round(1)})
    frame["end"] = np.where(closed, rng.integers(1, 500, rows), np.nan)
    frame["cause"] = np.where(closed, rng.choice(["moved", "died", "left"], rows), None)
    frame["open_for"] = np.where(~closed, rng.integers(1, 90, rows), np.nan)
    frame.loc[np.flatnonzero(closed)[:9], "cause"] = None
    frame.loc[np.flatnonzero(closed)[20:27], "open_for"] = 5
    frame.loc[rng.random(rows) < 0.3, "age"] = np.nan
    frame["phone"] = np.where(closed & (rng.random(rows) < 0.97), rng.integers(1, 9, rows), np.nan)
    found = audited(frame)
    few = int(closed.sum())
    words = "open_for is null exactly where end has a value, but for " + of_rows(7, few)
    assert told(found) == {
        ("cause", "end"): f"cause is null exactly where end is, but for {of_rows(9, few)}",
        ("open_for", "end"): words,
    }
    expressions = {r["clean"]["expression"] for r in found.structure["rules"] if "clean" in r}
    assert expressions == {
        "(`cause` IS NULL) = (`end` IS NULL)",
        "(`open_for` IS NULL) <> (`end` IS NULL)",
    }


def test_flags_and_nulls_that_have_nothing_to_do_with_each_other_are_not_told() -> None:
    rng, rows = np.random.default_rng(8), 10_000
    frame = pd.DataFrame({f"ill_{k}": (rng.random(rows) < 0.02).astype(int) for k in range(8)})
    for place in range(6):  # several may be ticked, most people tick one
        frame[f"ticked_{place}"] = rng.random(rows) < 0.2
    asked = rng.random(rows) < 0.5
    for place in range(4):  # a page that half of the people got, each answer left out by some
        answer = rng.integers(1, 6, rows).astype(float)
        frame[f"answer_{place}"] = np.where(asked & (rng.random(rows) < 0.97), answer, np.nan)
    assert told(audited(frame)) == {}


def test_texts_of_sensitive_flags_stand_in_no_condition() -> None:
    frame = grouped(6_000, 5, lambda on: np.where(on, "yes", "no"))
    found = audited(frame, sensitive=["flag_1"])
    assert len(told(found)) == 1
    assert not [rule for rule in found.structure["rules"] if "clean" in rule]


def test_a_run_looks_for_the_same_rules_as_before() -> None:
    (batch,) = ledger(4_000, 4)[0].combine_chunks().to_batches()
    search = DependencySearch(TableSchema.from_arrow(batch.schema), 11, 256)
    own = search.candidates(batch).rules
    more = search.broken_candidates(batch, own).rules
    assert ("order", "hired") not in {(rule.kind, rule.target) for rule in own}
    assert ("order", "hired") in {(rule.kind, rule.target) for rule in more}
    assert not {identity(rule) for rule in own} & {identity(rule) for rule in more}
    assert all(rule.broken_by_mistakes for rule in more)


def test_an_empty_book() -> None:
    schema = TableSchema.from_arrow(pa.schema({"a": pa.int64()}))
    sample = Sample(pa.table({"a": [1, 2]}), schema, DependencySettings())
    assert rule_book(Plan(), [], sample, {"a": 2.0}, schema, schema).facts == ()


def test_words() -> None:
    assert of_rows(3, 30_000) == "3 of 30,000 rows (0.01 %)"
    (one,) = on_broken_rules([BrokenRule("a is b", ("a", "b"), 100, 1, None)])
    assert "no condition on one row" in one.remedy and one.columns == ("a", "b")
