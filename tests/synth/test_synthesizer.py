from pathlib import Path

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
    with pytest.raises(ValueError, match="hour is the hour of the clock time start: give those"):
        fitted.sample(10, given={"hour": 3})
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
    with pytest.raises(ValueError, match="no column 'x'"):
        Synthesizer().fit(table, dependencies=[{**rule, "target": "x"}])
    with pytest.raises(ValueError, match="no column 'x', which veto names"):
        Synthesizer().fit(table, dependencies=False, veto=["x"])


def test_an_own_rule_that_does_not_hold_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    table = pa.table({"a": [i % 5 for i in range(600)], "b": [i % 3 for i in range(600)]})
    rule = {"kind": "functional", "sources": ["a"], "target": "b"}
    fitted = Synthesizer(settings=QUICK, progress=False).fit(table, dependencies=[rule])
    assert not fitted.model.encoder.plan.steps
    assert "your rule is not used (too many exceptions): b is determined by a" in caplog.text
