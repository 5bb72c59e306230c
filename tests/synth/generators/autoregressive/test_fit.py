"""A table of known joint distribution is learned in memory, by the parts that the lake uses."""

from functools import partial

import numpy as np
import pyarrow as pa

from synth.generators.autoregressive.fit import fit
from synth.generators.autoregressive.settings import AutoregressiveSettings
from synth.learning.settings import LikelihoodSettings
from tests.synth.fits import batches, encoded, generator_of, new_training, task_of
from tests.synth.tables import mixed_table

ROWS = 50_000
SIZES = (4, 5, 3)


def joint(table: np.ndarray) -> np.ndarray:
    flat = np.ravel_multi_index(table.T, SIZES)
    return np.bincount(flat, minlength=int(np.prod(SIZES))) / len(table)


def test_the_joint_distribution_of_three_columns_is_recovered() -> None:
    rng = np.random.default_rng(0)
    truth = rng.dirichlet(np.full(int(np.prod(SIZES)), 0.5))
    drawn = np.stack(np.unravel_index(rng.choice(len(truth), ROWS, p=truth), SIZES), 1)
    table = pa.table({name: [f"{name}{v}" for v in drawn[:, i]] for i, name in enumerate("abc")})
    encoder, codes, counts = encoded(table)
    settings = LikelihoodSettings()
    training = new_training(encoder, counts, settings)
    training.run(partial(batches, codes[5000:], 512), lambda: iter([codes[:5000]]), lambda *_: None)
    generator = generator_of(training, encoder, counts)
    # Eight times the rows: the question is what was learned, not how a sample of it scatters.
    made = encoder.decode(generator.sample(8 * ROWS, rng), rng)
    synthetic = np.stack([[int(v[1:]) for v in made.column(name).to_pylist()] for name in "abc"], 1)
    assert 0.5 * np.abs(joint(synthetic) - truth).sum() < 0.02


def test_a_fit_says_the_width_and_the_dropout_that_it_took_where_none_was_given() -> None:
    encoder, codes, statistics = encoded(mixed_table(600))
    task = task_of(encoder, codes, statistics, AutoregressiveSettings(steps=10))
    made = fit(task)
    said = task.progress.facts["settings"]
    assert (said["hidden"], said["dropout"]) == (32, 0.5)
    assert made.settings.hidden == 32
    assert (said["evaluation_steps"], said["batch_rows"]) == (20, 32)
