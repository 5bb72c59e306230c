from hashlib import blake2b
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from synth.encode import TableEncoder
from synth.generators.autoregressive.generator import AutoregressiveGenerator
from synth.generators.autoregressive.settings import NetworkSettings
from synth.profiling.table_profile import TableProfile
from synth.sampling.blocks import BlockSampler, SamplePlan, sample_block
from synth.sampling.model_folder import Model, load_model, save_model
from synth.sampling.seeds import block_generator
from synth.table.sub_column import SubColumn
from tests.synth.fits import counted, seeded_network
from tests.synth.tables import batch_of, mixed_table

PINNED_BLOCKS = ["353af256c0817d13", "fc74fa152267c56e", "753300cfedc888dc"]


def fixed_weights(sub_columns: tuple[SubColumn, ...], hidden: int) -> dict[str, np.ndarray]:
    """Weights from numpy"s generator: the same on every machine, unlike torch"s."""
    nothing = counted(np.zeros((0, len(sub_columns)), np.int32), sub_columns)
    network = seeded_network(sub_columns, nothing, hidden=hidden)
    rng = np.random.default_rng(11)
    return {
        name: (rng.normal(size=tuple(value.shape)) * 0.3).astype(np.float32)
        for name, value in network.state_dict().items()
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    table = mixed_table(2000)
    encoder = TableEncoder.fit(TableProfile.of(table))
    codes = encoder.encode(batch_of(table))
    counts = [np.bincount(codes[:, i], minlength=k) for i, k in enumerate(encoder.cardinalities)]
    weights = fixed_weights(encoder.sub_columns, 16)
    settings = NetworkSettings(hidden=16)
    generator = AutoregressiveGenerator(encoder.sub_columns, counts, weights, settings)
    path = tmp_path_factory.mktemp("model") / "model"
    save_model(path, encoder, generator, {"for": "tests"})
    return path


@pytest.fixture(scope="module")
def model(folder: Path) -> Model:
    return load_model(folder)


def digest(model: Model, plan: SamplePlan, block: int) -> str:
    rng = block_generator(plan.seed, "pinned", plan.table, block)
    codes = model.generator.sample(plan.rows_of(block), rng)
    return blake2b(codes.tobytes(), digest_size=8).hexdigest()


def test_the_bytes_of_a_block_are_pinned(model: Model) -> None:
    plan = SamplePlan("people", rows=1000, seed=1, block_rows=400)
    assert [plan.rows_of(block) for block in range(plan.blocks)] == [400, 400, 200]
    assert [digest(model, plan, block) for block in range(plan.blocks)] == PINNED_BLOCKS


def test_a_block_is_the_same_whoever_makes_it(model: Model, folder: Path, tmp_path: Path) -> None:
    plan = SamplePlan("people", rows=1000, seed=1, block_rows=400)
    numbers = pa.RecordBatch.from_pydict({"id": [0, 1, 2]})
    marks = tmp_path / "marks"
    together = list(BlockSampler(str(folder), model.hash, plan, str(marks))([numbers]))
    assert sorted(mark.name for mark in marks.iterdir()) == ["0", "1", "2"]
    alone = sample_block(load_model(folder), plan, 1)
    assert alone.to_pandas().equals(together[1].to_pandas())
    other = sample_block(model, SamplePlan("people", rows=1000, seed=2, block_rows=400), 1)
    assert not other.to_pandas().equals(alone.to_pandas())
