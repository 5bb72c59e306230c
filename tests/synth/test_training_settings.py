"""Rules of the training settings: what follows from the rows."""

import numpy as np
import pytest

from synth.encode import CodeStatistics
from synth.generators.autoregressive import AutoregressiveSettings
from synth.training_settings import TrainingSettings


def test_the_weights_remember_as_many_epochs_in_tables_of_any_size() -> None:
    settings = TrainingSettings(memory_epochs=5.0)
    for rows in (2_000, 40_000, 10**7):
        memory = 1 / (settings.learning_rate * settings.decay_of(rows))  # steps
        assert memory * settings.batch_size(rows) / rows == pytest.approx(5.0)
    assert settings.decay_of(10**7) < settings.decay_of(2_000)


def test_a_joint_that_the_rows_know_is_not_regularised() -> None:
    few, many = (
        CodeStatistics((np.array([rows, 0]), np.array([0, 0, rows])), np.eye(2)) for rows in (5, 6)
    )
    assert not few.is_dense and many.is_dense  # six cells
    assert AutoregressiveSettings().dropout_of(many) == 0
    assert AutoregressiveSettings().dropout_of(few) > 0
    assert AutoregressiveSettings(dropout=0.4).dropout_of(many) == 0.4
