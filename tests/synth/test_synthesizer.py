from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from synth import Synthesizer
from synth.model_folder import load_model
from synth.sampling import SamplePlan, sample_block
from synth.schema import Column, TableSchema
from synth.seeds import seed_of
from synth.training import TrainingSettings
from tests.synth.tables import mixed_table

QUICK = TrainingSettings(steps=30, evaluations=3)


@pytest.fixture(scope="module")
def fitted() -> Synthesizer:
    return Synthesizer(seed=3, training=QUICK, progress=False).fit(mixed_table(1500))


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
    both = [Synthesizer(seed=1, training=QUICK, progress=False).fit(table) for _ in range(2)]
    assert both[0].model.hash == both[1].model.hash


def test_pandas_in_pandas_out_and_a_corrected_schema() -> None:
    frame = pd.DataFrame({"zip": ["01234", "99999"] * 100, "n": np.arange(200) % 7})
    schema = TableSchema((Column("zip", "string"), Column("n", "smallint", nullable=False)))
    made = Synthesizer(training=QUICK, progress=False).fit(frame, schema=schema).sample(50)
    assert isinstance(made, pd.DataFrame)
    assert set(made["zip"]) <= {"01234", "99999"} and made["n"].dtype == np.int16


def test_what_cannot_be_fitted_is_named() -> None:
    with pytest.raises(ValueError, match="column 'raw' is of type binary"):
        Synthesizer().fit(pa.table({"raw": [b"x"] * 50, "n": range(50)}))
    with pytest.raises(ValueError, match="column mixed mixes types") as error:
        Synthesizer().fit(pd.DataFrame({"mixed": [1, "secret"] * 30}))
    assert "secret" not in str(error.value)
    with pytest.raises(ValueError, match="has not been fitted"):
        Synthesizer().sample(10)
    with pytest.raises(ValueError, match="rows must be positive"):
        Synthesizer().sample(0)
