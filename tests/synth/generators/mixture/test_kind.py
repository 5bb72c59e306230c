"""The mixture needs no torch, and several workers share by torch.distributed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from synth import Synthesizer
from synth.datasets import adult_path
from synth.generators.mixture.kind import MixtureKind
from synth.generators.mixture.settings import MixtureSettings
from synth.table.errors import InputError
from tests.synth.generators.torchless import heavy_modules


def test_neither_fit_nor_sample_load_torch(tmp_path: Path) -> None:
    assert heavy_modules("mixture", tmp_path) == "[]"


def test_a_gpu_that_it_would_not_use_is_refused() -> None:
    with pytest.raises(InputError, match=r"'mixture' is fitted on the CPU alone.*cuda"):
        Synthesizer(generator="mixture", device="cuda")


def test_more_rows_and_classes_take_longer() -> None:
    kind, few = MixtureKind(), MixtureSettings(components=10, passes=2)
    assert kind.expected_seconds(few, 10**5, 8) < kind.expected_seconds(MixtureSettings(), 10**5, 8)
    assert kind.expected_seconds(few, 10**6, 8) == 1000 * kind.expected_seconds(few, 1000, 8)


def test_densities_hardly_tell_who_was_learned() -> None:
    """By default there are so few classes that learned rows are little likelier than others."""
    frame = pd.read_csv(adult_path(), skipinitialspace=True).sample(12_000, random_state=0)
    learned, others = frame[:6000], frame[6000:]
    model = Synthesizer(generator="mixture", progress=False).fit(learned)
    likely = np.concatenate([model.log_prob(learned), model.log_prob(others)])
    area = roc_auc_score(np.arange(12_000) < 6000, np.maximum(likely, -1e6))
    assert 0.49 < area < 0.55
    many = Synthesizer(generator="mixture", settings={"components": 100}, progress=False)
    many.fit(learned)
    likely = np.concatenate([many.log_prob(learned), many.log_prob(others)])
    assert roc_auc_score(np.arange(12_000) < 6000, np.maximum(likely, -1e6)) > 0.58


def test_a_rehearsal_has_the_classes_of_the_whole_table_and_few_passes() -> None:
    kind, usual = MixtureKind(), MixtureSettings()
    length = kind.length(usual, 10**5, 500)
    assert length.step_rows == 10**5 and length.steps < length.most_steps == usual.passes
    short = kind.rehearsed(usual, 10**5)
    assert short.components == usual.components_for(10**5) and short.passes <= 3
