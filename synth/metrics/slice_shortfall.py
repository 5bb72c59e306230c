"""How far each slice of a table falls short of what real rows reach, from pair tables alone.

The table of (slice column, other column) holds the other column's distribution within each slice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synth.metrics.distances import Floats, Numbers, shares, variation_norm
from synth.metrics.sampling_noise import expected_variation

RESAMPLES = 100  # of which only the deviation is used
# Correlation of the errors of two columns' figures, which pair tables cannot tell: on Adult, where
# whole rows were drawn again, it was 0.02 to 0.05.
SHARED = 0.05


@dataclass(frozen=True)
class SliceTables:
    """Counts of one other column within each slice, ``(slices, bins)``; ``train`` None: no holdout.

    ``real`` is the holdout, or the train part where there is none.
    """

    made: Numbers
    real: Numbers
    train: Numbers | None


@dataclass(frozen=True)
class SliceFigures:
    """Of each slice, float64 ``(slices,)``: figures and the deviations of their errors.

    ``value``: mean over the other columns of 1 - total variation. ``reference``: that of train
    against the holdout, as if the train part's slice had as many rows as the synthetic one; without
    a holdout what chance alone leaves. ``shortfall``: reference less value.
    """

    value: Floats
    value_error: Floats
    reference: Floats
    shortfall: Floats
    shortfall_error: Floats


def slice_figures(tables: Sequence[SliceTables], rng: np.random.Generator) -> SliceFigures:
    """The figures over all other columns, errors by a Poisson bootstrap of each pair table.

    The mean's error takes errors of columns, which share their rows, to be correlated by
    ``SHARED``. ValueError without another column.
    """
    if not tables:
        raise ValueError("a slice is judged by the other columns, and there are none")
    values = np.stack([1.0 - variation(own.made, own.real) for own in tables])
    references = np.stack([_reference(own) for own in tables])
    errors = [_errors(own, rng) for own in tables]
    value, reference = values.mean(axis=0), references.mean(axis=0)
    value_error = mean_error(np.stack([own[0] for own in errors]))
    shortfall_error = mean_error(np.stack([own[1] for own in errors]))
    return SliceFigures(value, value_error, reference, reference - value, shortfall_error)


def variation(a: Numbers, b: Numbers) -> Floats:
    """Total variation along the last axis; 1 where only one has rows, 0 where neither has."""
    rows_a, rows_b = a.sum(axis=-1) > 0, b.sum(axis=-1) > 0
    distance = variation_norm(shares(a) - shares(b))
    return np.asarray(np.where(rows_a & rows_b, distance, rows_a != rows_b), np.float64)


def mean_error(deviations: Floats) -> Floats:
    """The deviation of a mean over ``(columns, slices)`` errors with correlation ``SHARED``."""
    columns = len(deviations)
    squares = (deviations**2).mean(axis=0)
    return np.asarray(np.sqrt(squares * (1 + (columns - 1) * SHARED) / columns))


def _reference(own: SliceTables) -> Floats:
    rows_made, rows_real = own.made.sum(axis=-1), own.real.sum(axis=-1)
    if own.train is None:
        return 1.0 - expected_variation(own.real, np.maximum(rows_made, 1), rows_real)
    both, rows_train = own.train + own.real, own.train.sum(axis=-1)
    # An empty synthetic slice is as one of a row: that it is missing shows in the value.
    more = expected_variation(both, np.maximum(rows_made, 1), rows_real)
    more = more - expected_variation(both, np.maximum(rows_train, 1), rows_real)
    return np.clip(1.0 - variation(own.train, own.real) - more, 0.0, 1.0)


def _errors(own: SliceTables, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Deviations ``(slices,)`` of the value's and of the shortfall's error."""
    made, real = (_drawn(counts, rng) for counts in (own.made, own.real))
    value = variation(made, real)
    if own.train is None:
        return value.std(axis=0), value.std(axis=0)
    reference = variation(_drawn(own.train, rng), real)
    return value.std(axis=0), (value - reference).std(axis=0)


def _drawn(counts: Numbers, rng: np.random.Generator) -> Numbers:
    return rng.poisson(counts, size=(RESAMPLES, *counts.shape))
