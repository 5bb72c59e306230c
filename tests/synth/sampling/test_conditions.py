import logging
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from synth import Synthesizer
from synth.encode import EncoderSettings, TableEncoder, fit_encoder
from synth.generators.autoregressive.generator import AutoregressiveGenerator
from synth.generators.autoregressive.settings import NetworkSettings
from synth.profiling.table_profile import TableProfile
from synth.sampling.blocks import SamplePlan, condition_notes
from synth.sampling.conditions import read_conditions
from synth.table.schema import TableSchema
from tests.synth.tables import batch_of

RNG = np.random.default_rng(0)
CITY = RNG.choice(["Rome", "Oslo", "Kyiv"], 6000, p=[0.6, 0.35, 0.05])
RICH = RNG.random(6000) < np.where(CITY == "Rome", 0.1, np.where(CITY == "Oslo", 0.5, 0.9))
AGE = np.where(RICH, 50, 30) + RNG.integers(0, 10, 6000)
MISSING = RNG.random(6000) < 0.2
TABLE = pa.table(
    {
        "city": CITY.tolist(),
        "age": pa.array(AGE, pa.int32(), mask=MISSING),
        "rich": RICH,
    }
)


@pytest.fixture(scope="module")
def fitted() -> Synthesizer:
    training = {"steps": 250, "evaluation_steps": 25}
    return Synthesizer(seed=0, settings=training, progress=False).fit(TABLE)


def test_a_given_value_stands_in_every_row_and_the_rest_follows(fitted: Synthesizer) -> None:
    made = fitted.sample(4000, given={"rich": True})
    assert set(made["rich"].to_pylist()) == {True}
    share = np.mean(np.array(made["city"].to_pylist()) == "Oslo")
    assert share == pytest.approx(np.mean(CITY[RICH] == "Oslo"), abs=0.05)
    assert np.mean(np.array(made["age"].drop_null().to_pylist()) >= 45) > 0.98


def test_shares_balance_a_rare_target(fitted: Synthesizer) -> None:
    made = fitted.sample(4000, given={"city": {"Kyiv": 0.5, "Rome": 0.5}})
    city, rich = (np.array(made[name].to_pylist()) for name in ("city", "rich"))
    assert np.mean(city == "Kyiv") == pytest.approx(0.5, abs=0.03)
    assert np.mean(rich[city == "Kyiv"]) == pytest.approx(0.9, abs=0.06)
    assert np.mean(rich[city == "Rome"]) == pytest.approx(0.1, abs=0.04)


def test_the_same_condition_gives_the_same_rows(fitted: Synthesizer) -> None:
    both = [fitted.sample(500, given={"age": 55}, seed=4) for _ in range(2)]
    assert both[0].equals(both[1])
    assert set(both[0]["age"].to_pylist()) == {55}


def test_conditions_that_cannot_be_met_are_named(fitted: Synthesizer) -> None:
    for given, message in (
        ({"town": "Rome"}, "no such column; it has 'city', 'age', 'rich'"),
        ({"city": "Paris"}, "'Paris' is not among the values"),
        ({"age": "old"}, "'old' is no value of type int"),
        ({"city": {"Rome": -1}}, "a share must be a number from 0 up"),
        ({"city": {}}, "give a value, or shares"),
    ):
        with pytest.raises(ValueError, match=message):
            fitted.sample(10, given=given)
    with pytest.raises(ValueError, match="temperature must be above 0"):
        fitted.sample(10, temperature=0)
    with pytest.raises(ValueError, match="cannot go together"):
        fitted.sample(10, temperature=0.5, given={"rich": True})


def test_a_condition_that_is_followed_badly_is_said(caplog: pytest.LogCaptureFixture) -> None:
    """Few of the draws of ``first`` make the given ``second`` likely."""
    first = RNG.integers(0, 100, 4000)
    table = pa.table({"first": first, "second": first + RNG.integers(0, 2, 4000)})
    training = {"steps": 900, "evaluation_steps": 300}
    with caplog.at_level(logging.WARNING):
        for leading, warnings in ((("first",), 1), (("second",), 0)):
            caplog.clear()
            fitted = Synthesizer(settings=training, progress=False).fit(table, first=leading)
            fitted.sample(100, given={"second": 77})
            said = [record.getMessage() for record in caplog.records]
            rare = [text for text in said if "condition on 'second' is rare" in text]
            assert len(rare) == warnings
            assert all(text in rare or "still fell" in text for text in said)  # 900 steps are few


def test_missing_values_are_filled_by_what_goes_with_them(fitted: Synthesizer) -> None:
    filled = fitted.impute(TABLE)
    assert filled["age"].null_count == 0
    assert filled.drop(["age"]).equals(TABLE.drop(["age"]))
    age = np.array(filled["age"].to_pylist())
    assert (age[~MISSING] == AGE[~MISSING]).all()
    assert np.mean((age[MISSING] >= 45) == RICH[MISSING]) > 0.97
    assert filled.equals(fitted.impute(TABLE))
    assert not filled.equals(fitted.impute(TABLE, seed=9))


def test_the_likely_row_has_the_higher_log_probability(fitted: Synthesizer) -> None:
    rows = pa.table({"city": ["Rome", "Rome"], "age": [33, 33], "rich": [False, True]})
    likely, unlikely = fitted.log_prob(rows)
    assert likely > unlikely + 2
    assert np.all(fitted.log_prob(TABLE) < 0)


def test_a_low_temperature_prefers_what_is_likely(fitted: Synthesizer) -> None:
    made = np.array(fitted.sample(2000, temperature=0.2)["city"].to_pylist())
    assert np.mean(made == "Rome") > 0.85


def test_a_flexible_model_conditions_on_any_column() -> None:
    training = {"steps": 300, "evaluation_steps": 30}
    spec = {"flexible": True, "hidden": 32}
    fitted = Synthesizer(settings={**training, **spec}, progress=False).fit(TABLE)
    assert autoregressive(fitted).settings == NetworkSettings(flexible=True, hidden=32)
    made = fitted.sample(4000, given={"age": 55, "city": "Kyiv"})
    assert np.mean(made["rich"].to_pylist()) > 0.9
    city = np.array(fitted.sample(4000, given={"rich": True})["city"].to_pylist())
    assert np.mean(city == "Oslo") == pytest.approx(np.mean(CITY[RICH] == "Oslo"), abs=0.06)


def autoregressive(fitted: Synthesizer) -> AutoregressiveGenerator:
    generator = fitted.model.generator
    assert isinstance(generator, AutoregressiveGenerator)
    return generator


def effective_draws(fitted: Synthesizer, *columns: str) -> float:
    """Behind rows of which these columns are given."""
    subs = fitted.model.encoder.sub_columns
    given = np.tile([sub.column in columns for sub in subs], (200, 1))
    codes = fitted.model.encoder.encode(batch_of(TABLE))[:200]
    return autoregressive(fitted).complete(codes, given, np.random.default_rng(0))[1]


def test_declared_conditions_are_exact_beside_the_own_order(fitted: Synthesizer) -> None:
    first, between, last = (sub.column for sub in fitted.model.encoder.sub_columns)
    assert last == "city"
    assert effective_draws(fitted, last) < 50
    training = {"steps": 600, "evaluation_steps": 30}  # half of them in its own order
    spec = {"conditions": [[last]], "hidden": 32}
    declared = Synthesizer(settings={**training, **spec}, progress=False).fit(TABLE)
    for exact in ((first,), (first, between), (last,), (last, first), (first, between, last)):
        assert effective_draws(declared, *exact) == float("inf")
    for other in ((between,), (between, last)):
        assert effective_draws(declared, *other) < 64
    made = declared.sample(8000, given={"city": {"Rome": 0.5, "Oslo": 0.5}})
    city, rich = (np.array(made[name].to_pylist()) for name in ("city", "rich"))
    for name in ("Oslo", "Rome"):
        real = np.mean(RICH[name == CITY])
        assert np.mean(rich[city == name]) == pytest.approx(real, abs=0.05)


@pytest.mark.parametrize(
    ("conditions", "message"),
    [
        ([["town"]], "conditions names 'town', which is no column of the table"),
        ([[]], "conditions are sets of columns, such as"),
        ("city", "conditions are sets of columns, such as"),
        (["city"], "conditions are sets of columns, such as"),
    ],
)
def test_a_condition_of_what_is_not_drawn_is_refused(conditions: Any, message: str) -> None:
    spec = {"conditions": conditions}
    with pytest.raises(ValueError, match=message):
        Synthesizer(settings=spec, progress=False).fit(TABLE)


QUICK = {"steps": 30, "evaluation_steps": 10}


def ruled_table(rows: int = 3000) -> pa.Table:
    """Columns that exact rules bind: a sum, a map of two columns, orders, nulls, a date."""
    rng = np.random.default_rng(4)
    gross = np.round(rng.lognormal(10, 0.5, rows), 2)
    tax = np.round(gross * rng.uniform(0.1, 0.4, rows), 2)
    origin, dest = rng.integers(0, 3, rows), rng.integers(0, 12, rows)
    miles = np.random.default_rng(9).permutation(36).reshape(3, 12) // 2 * 100
    start = rng.integers(18_000, 19_000, rows)
    end = start + rng.integers(0, 700, rows)
    absent = rng.random(rows) < 0.2
    moment = pa.array(rng.integers(15_000, 20_000, rows).astype(np.int32)).cast(pa.date32())
    return pa.table(
        {
            "gross": gross,
            "tax": tax,
            "net": np.round(gross - tax, 2),
            "origin": np.array(["EWR", "JFK", "LGA"])[origin],
            "dest": [f"D{place:02}" for place in dest],
            "miles": miles[origin, dest],
            "start": pa.array(start.astype(np.int32)).cast(pa.date32()),
            "end": pa.array(end.astype(np.int32)).cast(pa.date32()),
            "code": pa.array(rng.integers(0, 9, rows), mask=absent),
            "note": pa.array(rng.choice(["a", "b"], rows), mask=absent),
            "year": pc.year(moment),
            "month": pc.month(moment),
            "day": pc.day(moment),
            "moment": moment,
        }
    )


RULES = [
    {"kind": "sum", "sources": ["gross", "tax"], "signs": [1, -1], "target": "net"},
    {"kind": "functional", "sources": ["origin", "dest"], "target": "miles"},
    {"kind": "order", "sources": ["start"], "target": "end"},
    {"kind": "nulls", "sources": ["code"], "target": "note"},
    {"kind": "calendar_compose", "sources": ["year", "month", "day"], "target": "moment"},
]


@pytest.fixture(scope="module")
def ruled() -> Synthesizer:
    fitted = Synthesizer(settings=QUICK, progress=False).fit(ruled_table(), dependencies=RULES)
    assert set(fitted.model.encoder.plan.dropped) >= {"net", "miles", "moment"}
    return fitted


def test_a_given_term_goes_into_the_sum(ruled: Synthesizer) -> None:
    made = ruled.sample(500, given={"gross": 30_123.45, "tax": {4000.5: 0.5, 6000.25: 0.5}})
    assert set(made["gross"].to_pylist()) == {30_123.45}
    assert set(made["net"].to_pylist()) == {26_122.95, 24_123.2}
    one = ruled.sample(500, given={"gross": 30_123.45}).to_pandas()
    assert np.allclose(one["net"], 30_123.45 - one["tax"], atol=1e-6)
    assert one["tax"].nunique() > 100


def test_a_term_of_more_decimals_than_its_sum_is_refused() -> None:
    table = ruled_table().select(["gross", "tax", "net"])
    fitted = Synthesizer(settings=QUICK, progress=False).fit(table)
    message = "given 'tax': gross is tax \\+ net, in 2 decimals, and a value has more: round it"
    for tax in (6000.255, {4000.5: 0.5, 6000.255: 0.5}):
        with pytest.raises(ValueError, match=message):
            fitted.sample(10, given={"tax": tax})
    for tax in (6000.25, {4000.5: 1.0, 6000.255: 0.0}):
        made = fitted.sample(10, given={"tax": tax})
        assert made["gross"].null_count == 0


def test_a_part_of_a_day_is_refused_as_a_count_of_days() -> None:
    rng = np.random.default_rng(0)
    start, days = rng.integers(18_000, 19_000, 2000), rng.integers(0, 90, 2000)
    dates = [pa.array(x.astype(np.int32)).cast(pa.date32()) for x in (start, start + days)]
    table = pa.table({"start": dates[0], "days": days.astype(float), "end": dates[1]})
    fitted = Synthesizer(settings=QUICK, progress=False).fit(table)
    assert fitted.sample(20, given={"days": 30})["end"].null_count == 0
    with pytest.raises(ValueError, match="given 'days': end is start plus days days, in 0 dec"):
        fitted.sample(20, given={"days": 30.5})


@pytest.mark.parametrize("given", [{"dest": "D07"}, {"origin": "JFK"}])
def test_a_given_source_of_a_map_is_not_redrawn(ruled: Synthesizer, given: dict[str, str]) -> None:
    miles = {(o, d): m for o, d, m in zip(*ruled_table().columns[3:6], strict=True)}
    made = ruled.sample(500, given=given)
    for name, value in given.items():
        assert set(made[name].to_pylist()) == {value}
    for key in zip(*made.columns[3:6], strict=True):
        assert miles[key[:2]] == key[2]


def test_both_ends_of_an_order_keep_what_is_given(ruled: Synthesizer) -> None:
    day = date(2020, 9, 1)
    for name in ("start", "end"):
        frame = ruled.sample(800, given={name: day}).to_pandas()
        assert set(frame[name]) == {day}
        assert (frame["start"] <= frame["end"]).all()
    both = ruled.sample(50, given={"start": day, "end": str(day)})
    assert both["start"].equals(both["end"])
    for end in ("2020-08-31", {"2020-10-01": 0.9, "2020-08-31": 0.1}):
        with pytest.raises(ValueError, match="start is at most end in every row, which these"):
            ruled.sample(50, given={"end": end, "start": day})


def test_a_null_pattern_follows_what_is_given(ruled: Synthesizer) -> None:
    for given in ({"note": "a"}, {"note": None}, {"code": {5: 0.5, None: 0.5}}):
        made = ruled.sample(400, given=given)
        assert made["code"].is_null().equals(made["note"].is_null())
    both = ruled.sample(50, given={"note": None, "code": None})
    assert both["note"].null_count == both["code"].null_count == 50
    with pytest.raises(ValueError, match="each is null exactly where the other is"):
        ruled.sample(50, given={"note": {"a": 0.5, None: 0.5}, "code": 5})


def test_a_rule_that_conditions_break_is_said(
    ruled: Synthesizer, caplog: pytest.LogCaptureFixture
) -> None:
    given = {"month": 2, "day": 31}
    with caplog.at_level(logging.WARNING):
        made = ruled.sample(300, given=given)
    assert set(made["day"].to_pylist()) == {31}
    said = [r.getMessage() for r in caplog.records if "break a rule" in r.getMessage()]
    assert len(said) == 1 and said[0].startswith(
        "300 rows of a block of 300 break a rule of the table, moment"
    )
    notes = condition_notes(ruled.model, SamplePlan("table", 10, 1, given=given))
    assert any("the condition on 'month', 'day' leaves it no way out" in note for note in notes)
    caplog.clear()
    ruled.sample(300, given={"month": 5, "day": 31})
    assert not [r for r in caplog.records if "break a rule" in r.getMessage()]


@pytest.fixture(scope="module")
def typed() -> TableEncoder:
    """An encoder of a column of every kind; the values of ``secret`` are never shown."""
    rows = np.arange(400)
    table = pa.table(
        {
            "whole": pa.array(rows % 40 + 10, pa.int32()),
            "real": rows / 8,
            "gap": np.where(rows % 9 == 0, np.nan, rows % 5),
            "money": pa.array([Decimal(int(r) % 50) / 4 for r in rows], pa.decimal128(8, 2)),
            "day": pa.array((rows % 30 + 18_000).astype(np.int32)).cast(pa.date32()),
            "seen": pa.array(rows % 30 * 3_600_000_000, pa.timestamp("us", tz="UTC")),
            "flag": rows % 3 == 0,
            "zip": [f"0{row % 7}" for row in rows],
            "secret": pa.array(rows % 40 + 10, pa.int32()),
        }
    )
    profile = TableProfile(TableSchema.from_arrow(table.schema).marked(sensitive=["secret"]))
    profile.update(batch_of(table))
    return fit_encoder(profile, batch_of(table), EncoderSettings(min_entities=2))


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("whole", [], "the list has no values: give one or more"),
        ("whole", (20, 50), "50 lies outside"),
        ("whole", {20.5}, "20.5 is no value of type int"),
        ("whole", {"between": [30, 20]}, "the range ends before it begins"),
        ("whole", {"between": [None, None]}, "open at both ends asks nothing"),
        ("whole", {"between": [float("nan"), None]}, "open at both ends asks nothing"),
        ("whole", {"between": [50, 60]}, "the model knows no value that is asked"),
        ("whole", {20: 0.6, 30: 0.6}, "the shares sum to 1.2, which is more than 1"),
        ("zip", {"between": ["a", "b"]}, "values of type string have no range: give a list"),
        ("whole", 3.7, "3.7 is no value of type int: give a whole number"),
        ("whole", Decimal("20.5"), "is no value of type int"),
        ("whole", float("nan"), "no value of the column was missing, so none can be"),
        ("whole", None, "no value of the column was missing"),
        ("whole", True, "True is no value of type int"),
        ("whole", 10**30, "is no value of type int: give a whole number that fits it"),
        ("whole", 2**31, "is no value of type int"),
        ("whole", "20.5", "'20.5' is no value of type int"),
        ("whole", 9, "9 lies outside what the model has learned: give a value from 10 to 49"),
        ("whole", {20: 0.5, 50: 0.5}, "50 lies outside"),
        ("real", 1e9, "lies outside what the model has learned: give a value from"),
        ("real", 10**400, "is no value of type double"),
        ("real", True, "True is no value of type double"),
        ("real", float("nan"), "no value of the column was missing"),
        ("real", float("inf"), "inf lies outside"),
        ("money", 3.777, r"3.777 is no value of type decimal\(8,2\)"),
        ("money", 5000, "5000.00 lies outside .* from 0.00 to 12.25"),
        ("day", 18_001, "18001 is no value of type date: give a date, such as 2024-01-31"),
        ("day", datetime(2019, 4, 15, 12), "is no value of type date"),
        ("day", pd.NaT, "no value of the column was missing"),
        ("day", "2031-01-01", "2031-01-01 lies outside .* from 2019-04-14 to 2019-05-13"),
        ("seen", 5, "5 is no value of type timestamp: give a time, such as .*Z"),
        ("seen", "1980-01-01 00:00:00Z", "1980-01-01 00:00:00 lies outside"),
        ("flag", 1, "1 is no value of type boolean: give true or false"),
        ("zip", 5, r"5 is no value of type string: give a text \(in quotes\)"),
    ],
)
def test_odd_values_are_refused_with_a_way_out(
    typed: TableEncoder, name: str, value: Any, message: str
) -> None:
    with pytest.raises(ValueError, match=f"given '{name}': .*{message}"):
        read_conditions({name: value}, typed)


@pytest.mark.parametrize("value", [3.7, 99_999, 10**30, "old", True])
def test_errors_do_not_show_what_is_sensitive(typed: TableEncoder, value: Any) -> None:
    with pytest.raises(ValueError, match="given 'secret': the value") as error:
        read_conditions({"secret": value}, typed)
    said = str(error.value)
    assert str(value) not in said and "10 to" not in said and "49" not in said


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("whole", 20.0, 20),
        ("whole", np.int64(20), 20),
        ("whole", "20", 20),
        ("whole", 10, 10),
        ("whole", 49, 49),
        ("gap", 2, 2.0),
        ("money", 3.25, Decimal("3.25")),
        ("money", 3, Decimal("3.00")),
        ("day", pd.Timestamp("2019-04-20"), date(2019, 4, 20)),
        ("day", "2019-04-20", date(2019, 4, 20)),
        ("flag", "true", True),
    ],
)
def test_values_are_read_as_the_column_type(
    typed: TableEncoder, name: str, value: Any, read: Any
) -> None:
    (condition,) = read_conditions({name: value}, typed)
    assert condition.values.to_pylist() == [read]
    (missing,) = read_conditions({"gap": float("nan")}, typed)
    assert np.isnan(missing.values[0].as_py())
