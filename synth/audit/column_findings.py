"""Findings on single columns: constants, nulls, one value, NaN, outliers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from synth.audit.finding import Finding, Severity
from synth.audit.remedies import by
from synth.metrics.distribution import Distribution
from synth.profiling.table_profile import TableProfile
from synth.statistics.column_state import ColumnState, MomentState, NumberState, TextState
from synth.statistics.entities import shared_from
from synth.table.limits import MIN_ENTITIES

FAR = 10.0  # times the range between the quartiles, beyond them (Tukey 1977 calls 3 far out)
MOST_LABELS = 1000  # of a column: more are names
MOST_TOLD = 3
FEW_OUTLIERS = 0.01  # of the rows: where more lie so far out, the column has long tails

DOMINANT_SHARE = 0.95  # one value with this share teaches a downstream model little
MOSTLY_NULL = 0.5

_REMEDIES = {
    "empty": "Leave it out ({ignore})",
    "constant": "Leave it out, or keep it: it costs nothing and says nothing",
    "mostly null": "Check that it is still filled; its nulls are learned as they are",
    "not a number": "NaN is learned as a value of its own; write null where nothing is known",
    "imbalance": "A model on it learns little; nothing need be done for the others",
}


def on_columns(profile: TableProfile, least: int = MIN_ENTITIES) -> Iterator[Finding]:
    """Each kind once, with all its columns. Labels of fewer than ``least`` rows are not told."""
    found = [
        (column.name, kind, message)
        for column in profile.schema
        for kind, message in _of_column(profile[column.name])
    ]
    for kind in dict.fromkeys(kind for _, kind, _ in found):
        own = {name: message for name, its, message in found if its == kind}
        evidence = "; ".join(f"{name!r}: {message}" for name, message in own.items())
        severity: Severity = "warning" if kind == "empty" else "info"
        remedy = _REMEDIES[kind].format(ignore=by("columns.ignore"))
        yield Finding(kind, severity, tuple(own), evidence, remedy)
    yield from _on_labels(profile, least)
    yield from _on_outliers(profile)


def _of_column(state: ColumnState) -> Iterator[tuple[str, str]]:
    """What a column is, and the words for it."""
    if state.count == 0:
        yield "empty", "no row has a value"
        return
    nulls = state.nulls / state.rows
    if nulls >= MOSTLY_NULL:
        yield "mostly null", f"{nulls:.0%} of the rows have no value"
    if isinstance(state, NumberState) and state.nans:
        yield "not a number", f"{state.nans:,} rows hold NaN"
    top = state.counted.highest
    if state.counted.is_exact and state.distinct.estimate() <= 1:
        yield "constant", "every row with a value has the same one"
    elif top >= DOMINANT_SHARE * state.count:
        yield "imbalance", f"one value holds {top / state.count:.1%} of the rows"


def _on_outliers(profile: TableProfile) -> Iterator[Finding]:
    """A few values far outside all others: mistakes, or people who stand out."""
    far = {}
    for column in profile.schema:
        state = profile[column.name]
        if isinstance(state, NumberState) and not (column.key or isinstance(state, MomentState)):
            far[column.name] = _far_out(state)
    found = {name: rows for name, rows in far.items() if rows}
    if found:
        told = ", ".join(f"{rows:,} in {name!r}" for name, rows in found.items())
        yield Finding(
            "outliers",
            "info",
            tuple(found),
            f"values more than {FAR:.0f} interquartile ranges beyond the quartiles, in about so "
            f"many rows: {told}",
            f"If they are mistakes, put them aside first ({by('clean.ranges')}); people with such "
            "values stand out, and values of few rows are not told by any synthetic table",
        )


def _far_out(state: NumberState) -> int:
    """About how many rows lie far out; 0 where they are no exception."""
    if state.finite < 4:
        return 0
    seen = Distribution.of(state)
    low, high = seen.quantile(0.25), seen.quantile(0.75)
    reach = FAR * (high - low)
    if reach <= 0:
        return 0
    far = (seen.values < low - reach) | (seen.values > high + reach)
    rows = int(seen.weights[np.asarray(far)].sum())
    return rows if rows <= FEW_OUTLIERS * seen.rows else 0


def _on_labels(profile: TableProfile, least: int) -> Iterator[Finding]:
    """Labels that seem to be one, written in several ways; a label of few rows is not told."""
    for column in profile.schema:
        state = profile[column.name]
        if not isinstance(state, TextState) or column.sensitive or column.type == "boolean":
            continue
        if not state.frequent.is_exact or len(state.frequent.counts) > MOST_LABELS:
            continue
        ways: dict[str, list[str]] = {}
        for label, rows in state.frequent.ranked():
            if rows >= shared_from(state, least):
                ways.setdefault(_plain(label), []).append(label)
        alike = [labels for labels in ways.values() if len(labels) > 1]
        if alike:
            told = "; ".join(" and ".join(map(repr, labels)) for labels in alike[:MOST_TOLD])
            yield Finding(
                "labels written in several ways",
                "warning",
                (column.name,),
                f"{told}{' and more' if len(alike) > MOST_TOLD else ''} differ in case, white "
                "space or a mark at the end alone",
                f"If they mean the same, write them in one way first ({by('clean.replace')}): two "
                "labels halve what is learned of each",
            )


def _plain(label: str) -> str:
    return " ".join(label.casefold().split()).rstrip(".,;:!")
