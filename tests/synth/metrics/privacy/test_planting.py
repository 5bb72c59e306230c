import numpy as np
import pytest

from synth.metrics.features import Features
from synth.metrics.privacy.planting import COPIES, NOISY_COPIES, OVERFITTED, Leak
from tests.synth.metrics.privacy.rows import features, people


def planted(leak: Leak, rows: int = 800) -> tuple[Features, Features]:
    train = features(people(2000, 0), real=1)[0]
    places = np.arange(rows)
    return train.take(places), leak.alter(train, places, np.random.default_rng(0))


def kept_share(leak: Leak) -> np.ndarray:
    real, made = planted(leak)
    same = (real.values == made.values) | (np.isnan(real.values) & np.isnan(made.values))
    return same.mean(axis=0)


def test_copies_are_copies() -> None:
    assert kept_share(COPIES).min() == 1


def test_noise_moves_numbers_a_little_and_few_labels() -> None:
    real, made = planted(NOISY_COPIES)
    for place in real.nominal:
        assert kept_share(NOISY_COPIES)[place] > 0.93
    income = real.names.index("income")
    zero = real.values[:, income] == 0
    assert (made.values[zero, income] == 0).mean() > 0.99  # a frequent value stays
    score = real.names.index("score")
    gap = np.abs(real.values[:, score] - made.values[:, score])
    assert 0 < np.median(gap) < 0.05 and kept_share(NOISY_COPIES)[score] < 0.2


@pytest.mark.parametrize("leak", [COPIES, NOISY_COPIES, OVERFITTED], ids=lambda leak: leak.name)
def test_planted_values_are_ones_of_the_column(leak: Leak) -> None:
    train = features(people(2000, 0), real=1)[0]
    _, made = planted(leak)
    for place in range(len(train.columns)):
        column = made.values[:, place]
        assert np.isin(column[~np.isnan(column)], train.values[:, place]).all()


def test_noise_leaves_nulls_and_the_train_rows_alone() -> None:
    train = features(people(200, 0), real=1)[0]
    before = train.values.copy()
    made = NOISY_COPIES.alter(train, np.arange(200), np.random.default_rng(0))
    assert np.array_equal(train.values, before, equal_nan=True)
    assert np.array_equal(np.isnan(made.values), np.isnan(before))


def test_overfitted_rows_keep_two_thirds_of_their_cells() -> None:
    real, made = planted(OVERFITTED)
    place = real.names.index("score")
    assert (real.values[:, place] == made.values[:, place]).mean() == pytest.approx(2 / 3, abs=0.05)
