"""The search for steps: columns of few values that change a few times as another one grows."""

from __future__ import annotations

import numpy as np

from synth.dependencies.dependency import Family
from synth.dependencies.sample import Sample
from synth.dependencies.step import MOST_LEVELS, StepFunction, numbers_of, seen
from synth.table.values import is_ordered

MANY = 50  # distinct values of a source: of fewer a map says as much
FEWEST_IN_LEVEL = 5  # rows on each side of a cut: of fewer chance may have put them there
MOST_PER_TARGET = 4  # alternatives for one target that are worth a verification


def find(sample: Sample) -> list[StepFunction]:
    """Of each target the steps with the fewest ranges; chance makes none of independent columns.

    Of n rows chance puts m given ones side by side about once in n over m times, and no range may
    have fewer rows than ``min_entities``, or ``FEWEST_IN_LEVEL``.
    """
    sources = [n for n in sample.names if is_ordered(sample.type_of(n))]
    sources = [name for name in sources if sample.distinct(name) >= MANY]
    targets = [name for name in sample.names if 2 <= sample.distinct(name) <= MOST_LEVELS]
    first = {name: _ascending(sample, name) for name in sources}
    rules: list[StepFunction] = []
    for target in targets:
        codes = sample.codes(target)
        own: list[StepFunction] = []
        for source in sources:
            if _may_step(codes[first[source]], sample.columns[target].null_count > 0):
                rule = seen(sample, target, source)
                if rule is not None and _is_no_accident(rule, sample):
                    own.append(rule)
        own.sort(key=lambda rule: len(rule.cuts))
        rules += own[:MOST_PER_TARGET]
    return rules


def _ascending(sample: Sample, source: str) -> np.ndarray:
    """Places of the first rows that have a value, by it."""
    numbers, there = numbers_of(
        {source: sample.columns[source].slice(0, sample.settings.first_rows)}, source
    )
    rows = np.flatnonzero(there)
    found: np.ndarray = rows[np.argsort(numbers[rows], kind="stable")]
    return found


def _may_step(codes: np.ndarray, has_nulls: bool) -> bool:
    """Whether a code changes seldom in the first rows; nulls may stand anywhere."""
    changes = int((codes[1:] != codes[:-1]).sum())
    return len(codes) > 0 and (changes < MOST_LEVELS or has_nulls)


def _is_no_accident(rule: StepFunction, sample: Sample) -> bool:
    cells, there = rule.cells(sample.columns)
    rows = np.bincount(cells[there], minlength=len(rule.levels))
    return bool(rows.min() >= FEWEST_IN_LEVEL)


FAMILY = Family("steps", (StepFunction,), find)
