"""Fences beyond which a number is an outlier, measured of whole columns in one scan.

Median, quartiles and the median absolute deviation (MAD) are read off the quantile summary that
profiles are made of: the same at each run, exact up to 8,192 rows.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
from pyspark.sql import DataFrame

from lakehouse.row_checks import Method, Outlier
from lakehouse.row_rules import RowRule
from lakehouse.scan import aggregate
from lakehouse.schemas import column, schema_of
from synth.profiling.table_profile import TableProfile
from synth.statistics.column_state import NumberState

# Of normal values the standard deviation is so many MADs (Iglewicz and Hoaglin 1993).
DEVIATIONS_OF_MAD = 1.4826


def with_fences(
    frame: DataFrame, rules: tuple[RowRule, ...]
) -> tuple[tuple[RowRule, ...], tuple[str, ...]]:
    """``(rules, notes)``: the rules on outliers, one a column, with the fences of the frame.

    One scan of their columns; none where there are no such rules. A note names the columns that
    have no spread to measure by: more than half of their rows hold one value, and nothing of them
    is an outlier.
    """
    names = sorted({n for one in rules if isinstance(one.check, Outlier) for n in one.columns})
    if not names:
        return rules, ()
    numbers = _numbers(frame, names)
    done, notes = list[RowRule](), list[str]()
    for rule in rules:
        if not isinstance(rule.check, Outlier):
            done.append(rule)
            continue
        for one in rule.alone():
            check, note = fenced(rule.check, *numbers[one.first])
            done.append(replace(one, check=check))
            if note:
                notes.append(f"{rule.setting}: column {one.first!r} {note}")
    return tuple(done), tuple(notes)


def _numbers(frame: DataFrame, names: list[str]) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Of each column the finite values, ascending, and how many rows each stands for."""
    doubles = frame.select([column(name).cast("double").alias(name) for name in names])
    schema = schema_of(doubles)
    found = aggregate(
        doubles,
        names,
        new=partial(TableProfile, schema),
        load=partial(TableProfile.from_bytes, schema=schema),
    )
    states = {name: found[name] for name in names}
    return {n: s.quantiles.items() for n, s in states.items() if isinstance(s, NumberState)}


def fenced(check: Outlier, values: np.ndarray, weights: np.ndarray) -> tuple[Outlier, str]:
    """The check with its fences, and what is to be said where these values have none."""
    if not len(values):
        return check, "has no finite value: no outlier is looked for"
    middle, spread = _spread(check.method, values, weights)
    if not spread > 0:
        measure = {"robust_z": "a MAD", "iqr": "an interquartile range"}[check.method]
        return check, f"has {measure} of 0: no outlier is looked for (in_range sets bounds)"
    low, high = middle[0] - check.limit * spread, middle[1] + check.limit * spread
    return replace(check, low=low, high=high), ""


def _spread(
    method: Method, values: np.ndarray, weights: np.ndarray
) -> tuple[tuple[float, float], float]:
    """Between which values lies the middle, and how far it is to one unit of the limit."""
    if method == "iqr":
        low, high = (_quantile(values, weights, share) for share in (0.25, 0.75))
        return (low, high), high - low
    median = _quantile(values, weights, 0.5)
    distances = np.abs(values - median)
    order = np.argsort(distances, kind="stable")
    mad = _quantile(distances[order], weights[order], 0.5)
    return (median, median), DEVIATIONS_OF_MAD * mad


def _quantile(values: np.ndarray, weights: np.ndarray, share: float) -> float:
    """The value, of ascending ones, at or below which lies this share of the rows."""
    reached = np.cumsum(weights)
    return float(values[np.searchsorted(reached, share * reached[-1])])
