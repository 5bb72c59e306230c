"""What tells that a table leaks: figures of the battery that break their bound."""

from __future__ import annotations

from dataclasses import dataclass

from synth.metrics.copies import most_by_chance
from synth.metrics.features import Features
from synth.metrics.privacy.gaps import Checked, Gaps
from synth.metrics.privacy.near_copies import near_hits
from synth.metrics.privacy.outcomes import BOUNDS, WORST, Outcome, worst
from synth.metrics.privacy.setting import Setting

COPY_LEVEL = 0.01  # the chance of more copies than are allowed where there are none


@dataclass(frozen=True)
class Finding:
    """What one detector says of a table: its figure, and whether that breaks its bound."""

    detector: str
    value: float
    broken: bool


def exact_copies_found(copies: int, rows: int, held: tuple[int, int]) -> Finding:
    """Synthetic rows that equal a train row; ``held``: of how many holdout rows how many do."""
    broken = copies > most_by_chance(rows, held, COPY_LEVEL)
    return Finding("exact copies", copies / rows, broken)


def near_copies_found(setting: Setting, checked: Checked, gaps: Gaps) -> Finding:
    """Train rows with a near copy beyond chance."""
    most = max(near_hits(setting, checked, gaps), key=lambda one: one.excess)
    return Finding("near copies", most.excess, most.excess > 0)


def members_found(outcomes: list[Outcome]) -> list[Finding]:
    """The worst attack by each figure that has a bound."""
    findings = []
    for name, title in WORST.items():
        found = worst(outcomes, name)
        if found is not None:
            broken = found.interval[0] > BOUNDS[title]
            findings.append(Finding(title.replace("_", " "), found.value, broken))
    return findings


def copies_among(rows: Features, known: frozenset[bytes]) -> int:
    """How many rows equal one of the known ones (:func:`row_bytes`) in every value."""
    return sum(row in known for row in row_bytes(rows))


def row_bytes(rows: Features) -> list[bytes]:
    """Each row as bytes, equal where all values are: all nulls are one, and so are 0 and -0."""
    values = rows.values + 0.0
    values[values != values] = float("nan")
    return [row.tobytes() for row in values]
