import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from synth import Synthesizer
from synth.sampling.blocks import SamplePlan, sample_block
from synth.sampling.model_folder import load_model
from synth.sampling.seeds import seed_of
from synth.table.schema import Column, TableSchema
from tests.synth.tables import mixed_table

QUICK = {"steps": 30, "evaluation_steps": 10}


@pytest.fixture(scope="module")
def fitted() -> Synthesizer:
    return Synthesizer(seed=3, settings=QUICK, progress=False).fit(mixed_table(1500))


def test_a_sample_has_the_schema_of_the_table(fitted: Synthesizer) -> None:
    rows = fitted.sample(700)
    assert rows.num_rows == 700
    assert rows.schema.names == mixed_table(1).schema.names
    assert rows.schema.types == mixed_table(1).schema.types
    assert rows["id"].to_pylist() == list(range(1, 701))  # found to be a key


def test_the_lake_samples_the_saved_model_to_the_same_rows(
    fitted: Synthesizer, tmp_path: Path
) -> None:
    fitted.save(tmp_path / "model")
    model = load_model(tmp_path / "model")
    assert model.hash == fitted.model.hash
    block = sample_block(model, SamplePlan("table", 400, seed_of("sample", 3)), 0)
    assert block.to_pandas().equals(fitted.sample(400).to_pandas())
    again = Synthesizer.load(tmp_path / "model", seed=3)
    assert again.sample(400).to_pandas().equals(block.to_pandas())
    assert not again.sample(400, seed=4).to_pandas().equals(block.to_pandas())


def test_the_same_seed_fits_the_same_model() -> None:
    table = mixed_table(600)
    both = [Synthesizer(seed=1, settings=QUICK, progress=False).fit(table) for _ in range(2)]
    assert both[0].model.hash == both[1].model.hash


def test_pandas_in_pandas_out_and_a_corrected_schema() -> None:
    frame = pd.DataFrame({"zip": ["01234", "99999"] * 100, "n": np.arange(200) % 7})
    schema = TableSchema((Column("zip", "string"), Column("n", "smallint", nullable=False)))
    made = Synthesizer(settings=QUICK, progress=False).fit(frame, schema=schema).sample(50)
    assert isinstance(made, pd.DataFrame)
    assert set(made["zip"]) <= {"01234", "99999"} and made["n"].dtype == np.int16


def test_what_cannot_be_fitted_is_named() -> None:
    with pytest.raises(ValueError, match="column 'raw' is of type binary"):
        Synthesizer().fit(pa.table({"raw": [b"x"] * 50, "n": range(50)}))
    with pytest.raises(ValueError, match="column 'mixed' mixes types") as error:
        Synthesizer().fit(pd.DataFrame({"mixed": [1, "secret"] * 30}))
    assert "secret" not in str(error.value)
    with pytest.raises(ValueError, match="has not been fitted"):
        Synthesizer().sample(10)
    with pytest.raises(ValueError, match="rows must be positive"):
        Synthesizer().sample(0)
    with pytest.raises(ValueError, match="device is cpu or cuda, however: 'gpu'"):
        Synthesizer(device="gpu")
    with pytest.raises(ValueError, match="precision tf32 is of GPUs"):
        Synthesizer(settings={"precision": "tf32"})
    assert Synthesizer(device="cuda", settings={"precision": "tf32"}).settings.precision == "tf32"


def test_what_is_determined_is_put_back_and_never_broken() -> None:
    rng = np.random.default_rng(0)
    city = rng.integers(0, 12, 3000)
    start = rng.integers(0, 24, 3000) * 100 + rng.integers(0, 60, 3000)
    table = pa.table(
        {
            "city": [f"city {place}" for place in city],
            "country": [f"country {place % 4}" for place in city],
            "start": pa.array(start, pa.int32()),
            "hour": pa.array(start // 100, pa.int32()),
            "net": pa.array(rng.integers(1, 500, 3000), pa.int32()),
            "tax": pa.array(rng.integers(0, 90, 3000), pa.int32()),
        }
    )
    table = table.append_column("gross", pc.add(table["net"], table["tax"]))
    fitted = Synthesizer(settings=QUICK, progress=False).fit(table)
    assert set(fitted.model.encoder.plan.dropped) == {"country", "hour", "gross"}
    made = fitted.sample(2000)
    assert made.schema == table.schema
    frame = made.to_pandas()
    assert (frame["gross"] == frame["net"] + frame["tax"]).all()
    assert (frame["hour"] == frame["start"] // 100).all()
    assert (frame["start"] % 100 < 60).all()
    number = frame["city"].str.removeprefix("city ").astype(int)
    assert (frame["country"] == "country " + (number % 4).astype(str)).all()
    early = fitted.sample(100, given={"hour": 3, "country": "country 1"}).to_pandas()
    assert (early["start"] // 100 == 3).all() and (early["hour"] == 3).all()
    assert set(early["city"]) <= {"city 1", "city 5", "city 9"}
    free = Synthesizer(settings=QUICK, progress=False).fit(
        table, veto=["gross", "net", "tax", "hour"]
    )
    assert set(free.model.encoder.plan.dropped) == {"country"}
    none = Synthesizer(settings=QUICK, progress=False).fit(table, dependencies=False)
    assert not none.model.encoder.plan.steps


def test_an_own_rule_is_used_and_a_wrong_one_is_refused() -> None:
    table = pa.table({"a": [i % 5 for i in range(600)], "b": [i % 3 for i in range(600)]})
    total = pc.add(table["a"], table["b"])
    table = table.append_column("c", total)
    rule = {"kind": "sum", "sources": ["a", "b"], "target": "c"}
    fitted = Synthesizer(settings=QUICK, progress=False).fit(table, dependencies=[rule])
    assert "c" in fitted.model.encoder.plan.dropped
    with pytest.raises(ValueError, match="dependencies names 'x', which is no column"):
        Synthesizer().fit(table, dependencies=[{**rule, "target": "x"}])
    with pytest.raises(ValueError, match="veto names 'x', which is no column"):
        Synthesizer().fit(table, dependencies=False, veto=["x"])


def test_an_own_rule_that_does_not_hold_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    table = pa.table({"a": [i % 5 for i in range(600)], "b": [i % 3 for i in range(600)]})
    rule = {"kind": "functional", "sources": ["a"], "target": "b"}
    fitted = Synthesizer(settings=QUICK, progress=False).fit(table, dependencies=[rule])
    assert not fitted.model.encoder.plan.steps
    assert "your rule is not used (too many exceptions): b is determined by a" in caplog.text


ROWS = 400
TYPED: dict[str, Any] = {"generator": "marginal", "progress": False}


def typed_frame() -> pd.DataFrame:
    """Most dtypes of pandas, each with a value in enough rows, some with nulls."""
    rng = np.random.default_rng(0)
    some = rng.integers(0, 9, ROWS)
    frame = pd.DataFrame(
        {
            "whole": pd.array(some, dtype="Int64"),
            "account": pd.array(2**53 + 1 + 2 * some, dtype="Int64"),
            "truth": pd.array(some < 3, dtype="boolean"),
            "level": pd.Categorical.from_codes(some % 2, ["lo", "mid", "hi"], ordered=True),
            "bin": pd.cut(some, [-1, 2, 5, 9, 20]),
            "small": some.astype("uint8"),
            "large": 2**64 - 1 - some.astype("uint64"),
            "text": pd.array(np.where(some < 4, "x", ""), dtype="string"),
            "ns": pd.Timestamp("2024-01-01") + pd.to_timedelta(some, unit="h"),
            "local": pd.date_range("2024-01-01", periods=ROWS, freq="7h", tz="Europe/Berlin"),
            "arrow": pd.array(some, dtype="int64[pyarrow]"),
            "lag": pd.to_timedelta(some, unit="min"),
            "month": pd.PeriodIndex(np.where(some < 4, "2024-01", "2024-02"), freq="M"),
            "clock": [dt.time(int(hour), 30) for hour in some],
            "money": [Decimal(int(cents)) / 100 for cents in some],
        }
    )
    lacking = ["whole", "account", "truth", "level", "text", "local", "lag", "month", "clock"]
    frame.loc[::7, lacking] = pd.NA
    return frame


@pytest.fixture(scope="module")
def typed() -> Synthesizer:
    return Synthesizer(**TYPED).fit(typed_frame(), dependencies=False)


def test_types_and_values_of_pandas_come_back_from_a_saved_model_too(
    typed: Synthesizer, tmp_path: Path
) -> None:
    frame, made = typed_frame(), typed.sample(60)
    assert made.dtypes.to_dict() == frame.dtypes.to_dict()
    for name in frame:
        if name != "local":  # a time of many values is drawn between them
            assert set(made[name].dropna()) <= set(frame[name].dropna()), name
    typed.save(tmp_path / "model")
    again = Synthesizer.load(tmp_path / "model").sample(60)
    pd.testing.assert_frame_equal(again, made)


def test_imputation_keeps_index_types_and_all_that_is_there(typed: Synthesizer) -> None:
    frame = typed_frame().sample(frac=1, random_state=1)
    frame["note"] = [object()] * ROWS  # a column that the model does not know
    filled = typed.impute(frame)
    assert filled.index.equals(frame.index) and not filled.isna().any().any()
    assert filled.dtypes.to_dict() == frame.dtypes.to_dict()
    for name in frame:
        there = frame[name].notna()
        assert (filled[name][there] == frame[name][there]).all(), name
    assert typed.impute(frame.iloc[:0]).dtypes.to_dict() == frame.dtypes.to_dict()
    assert typed.log_prob(frame.iloc[:0]).shape == (0,)


def test_conditions_take_values_of_the_frames_own_types(typed: Synthesizer) -> None:
    given = {"clock": dt.time(4, 30), "month": pd.Period("2024-02", "M"), "level": "lo"}
    for name, value in given.items():
        assert (typed.sample(5, given={name: value})[name] == value).all()
    made = typed.sample(5, given={"lag": {pd.Timedelta(minutes=3): 1.0}})
    assert (made["lag"] == pd.Timedelta(minutes=3)).all()


def test_a_table_of_other_types_is_read_as_the_models(typed: Synthesizer) -> None:
    frame = typed_frame()
    other = frame.astype({"small": "float64", "lag": "timedelta64[s]", "arrow": "float32"})
    other.loc[3, "small"] = np.nan
    filled = typed.impute(other)
    assert filled["small"].dtype == "float64" and filled["small"].notna().all()
    assert filled["lag"].dtype == "timedelta64[s]"
    assert (filled["lag"][1:7] == frame["lag"][1:7]).all()
    np.testing.assert_allclose(typed.log_prob(other)[4:], typed.log_prob(frame)[4:])
    with pytest.raises(ValueError, match=r"column 'lag' is of type int64, but the model knows"):
        typed.log_prob(frame.assign(lag=1))


def test_columns_are_named_by_their_own_labels(caplog: pytest.LogCaptureFixture) -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({0: np.arange(300) + 7, 1: rng.integers(0, 5, 300), ("t", 1): ["a"] * 300})
    frame.index = pd.Index(rng.permutation(300), name="customer")
    fitted = Synthesizer(**TYPED).fit(frame, keys=[0], veto=[1], first=[1])
    made = fitted.sample(20, given={1: 3})
    assert made.columns.equals(frame.columns) and (made[1] == 3).all()
    assert made[0].tolist() == list(range(1, 21)) and made.index.equals(pd.RangeIndex(20))
    assert "the index ('customer') is not learned: reset_index()" in caplog.text


def test_mixed_columns_are_refused_with_what_they_hold() -> None:
    frame = pd.DataFrame({"mixed": [1, "secret", 2.5] * 30})
    with pytest.raises(ValueError, match=r"'mixed' mixes types \(30 float, 30 int, 30 str\)") as e:
        Synthesizer().fit(frame)
    assert "secret" not in str(e.value)


def test_a_duration_of_pandas_is_found_to_be_the_time_between_two_columns() -> None:
    rng = np.random.default_rng(0)
    start = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 10**6, ROWS), unit="s")
    lag = pd.to_timedelta(rng.integers(1, 5000, ROWS), unit="s")
    frame = pd.DataFrame({"start": start, "end": start + lag, "lag": lag})
    made = Synthesizer(**TYPED).fit(frame).sample(200)
    assert made.dtypes.to_dict() == frame.dtypes.to_dict()
    assert (made["end"] - made["start"] == made["lag"]).all()


def test_columns_are_learned_as_they_are_written() -> None:
    rng = np.random.default_rng(5)
    day = np.datetime64("2022-01-01") + rng.integers(0, 700, 900)
    later = day + rng.integers(1, 40, 900)
    frame = pd.DataFrame(
        {
            "asked": [f"{d.item():%d.%m.%Y}" for d in day],
            "done": [f"{d.item():%d.%m.%Y}" for d in later],
            "order": [
                f"ORD-{d.item().year}-{n:06d}"
                for d, n in zip(day, rng.permutation(900), strict=True)
            ],
            "price": [f"{p:,.2f} EUR" for p in rng.gamma(2, 900, 900)],
        }
    )
    frame.loc[::50, "done"] = "unknown"
    frame.loc[::60, "price"] = None
    fitted = Synthesizer(seed=0, settings=QUICK, progress=False).fit(frame)
    schema = fitted.model.encoder.schema
    assert [schema[name].type for name in ("asked", "done")] == ["date", "date"]
    made = fitted.sample(600)
    assert list(made.columns) == list(frame.columns)
    asked = pd.to_datetime(made["asked"], format="%d.%m.%Y")
    done = pd.to_datetime(made["done"].where(made["done"] != "unknown"), format="%d.%m.%Y")
    span = (done - asked).dt.days.dropna()
    assert span.min() >= 1 and span.max() < 60
    assert made["order"].str.fullmatch(r"ORD-202[23]-\d{6}").all()
    assert made["price"].dropna().str.fullmatch(r"\d{1,3}(,\d{3})*\.\d\d EUR").all()
    with_price = fitted.sample(
        50, given={"price": "1,000.00 EUR", "asked": {"between": ["01.02.2022", "28.02.2022"]}}
    )
    assert (with_price["price"] == "1,000.00 EUR").all()
    assert with_price["asked"].str.endswith(".02.2022").all()
    filled = fitted.impute(frame.head(200))
    assert filled["price"].notna().all()
    present = frame.head(200)["price"].notna()
    assert (filled["price"][present] == frame.head(200)["price"][present]).all()
    assert np.isfinite(fitted.log_prob(frame.head(20))).all()
    plain = Synthesizer(seed=0, settings=QUICK, progress=False).fit(frame, forms=False)
    assert plain.model.encoder.forms.forms == ()
