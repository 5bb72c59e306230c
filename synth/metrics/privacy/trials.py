"""Planted leaks on trial: synthetic rows make way for train rows, and all is tried again.

Distances add up: those to the rows that stay are computed once, and those to the planted rows once
for all shares.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth.metrics.features import Features
from synth.metrics.privacy.attacks.sight import Rows
from synth.metrics.privacy.detectors import (
    Finding,
    copies_among,
    exact_copies_found,
    members_found,
    near_copies_found,
)
from synth.metrics.privacy.gaps import Checked, Gaps, gaps_to, joined
from synth.metrics.privacy.nearest import Places
from synth.metrics.privacy.outcomes import Outcome, attack
from synth.metrics.privacy.planting import OVERFITTED, Leak
from synth.metrics.privacy.setting import Setting

SALT = 16
SHARES = (0.001, 0.003, 0.01, 0.03, 0.1)  # of the train rows
STATED = 0.01  # the share that is always tried with all attacks
DRAWS = 100  # standard errors need no more


@dataclass(frozen=True)
class Plan:
    """Which synthetic rows make way: those of ``segments[0]`` for the least share, and so on.

    The last segment is never replaced. ``shares`` are those of which each is a row more.
    """

    shares: tuple[float, ...]
    segments: tuple[Places, ...]

    def replaced(self, number: int) -> Places:
        """The rows that make way for a leak of ``shares[number]``."""
        return np.concatenate(self.segments[: number + 1])


@dataclass(frozen=True)
class Bench:
    """What is known before anything is planted: ``parts`` are gaps to each segment of the plan."""

    setting: Setting
    checked: Checked
    plan: Plan
    parts: tuple[Gaps, ...]
    known: frozenset[bytes]
    held: tuple[int, int]


@dataclass(frozen=True)
class Trial:
    """A planted leak, and the detectors that found it."""

    leak: Leak
    share: float
    rows: int
    by: tuple[str, ...] = ()


def make_plan(setting: Setting) -> Plan:
    """Segments of synthetic rows drawn at random, one for each share that is a row and fits in.

    A table too small for any of them makes way with a tenth of its rows.
    """
    rng = np.random.default_rng([setting.evidence.seed, SALT])
    order = rng.permutation(len(setting.synthetic))
    train = len(setting.train)
    shares = {round(share * train): share for share in SHARES}
    sizes = {size: share for size, share in shares.items() if 1 <= size <= len(order)}
    sizes = sizes or {len(order) // 10: (len(order) // 10) / train}
    ends = sorted(sizes)
    return Plan(tuple(sizes[end] for end in ends), tuple(np.split(order, ends)))


def segment_gaps(setting: Setting, checked: Checked, plan: Plan) -> tuple[Gaps, ...]:
    """Gaps to each segment; joined they are those to the whole table."""
    setting.evidence.follow("privacy: distances to the synthetic rows")
    points = setting.synthetic.points
    return tuple(gaps_to(setting, checked, points[segment]) for segment in plan.segments)


def leaking(bench: Bench, outcomes: list[Outcome]) -> tuple[str, ...]:
    """The detectors that the table as it is breaks."""
    setting = bench.setting
    copies = copies_among(setting.synthetic.features, bench.known)
    findings = [
        exact_copies_found(copies, len(setting.synthetic), bench.held),
        near_copies_found(setting, bench.checked, joined(bench.parts)),
        *members_found(outcomes),
    ]
    return _broken(findings)


def search(bench: Bench, leak: Leak, rng: np.random.Generator) -> list[Trial]:
    """The trial of the stated share first, then smaller ones until one is missed, or greater ones
    until one is found.
    """
    plan, train = bench.plan, bench.setting.evidence.train
    most = sum(map(len, plan.segments[:-1]))
    rows = bench.setting.rows(leak.alter(train, rng.permutation(len(train))[:most], rng))
    ends = np.cumsum([len(segment) for segment in plan.segments])
    pieces = np.split(rows.points, ends[:-2])
    gaps = [gaps_to(bench.setting, bench.checked, piece) for piece in pieces]

    def trial(number: int, thorough: bool) -> Trial:
        size = int(ends[number])
        near = joined([*gaps[: number + 1], *bench.parts[number + 1 :]])
        made = _with(bench.setting.synthetic, plan.replaced(number), _first(rows, size))
        by = _found_by(bench, made, near, thorough)
        return Trial(leak, plan.shares[number], size, by)

    start = min(range(len(plan.shares)), key=lambda at: abs(plan.shares[at] - STATED))
    trials = [trial(start, thorough=True)]
    step = -1 if trials[0].by else 1
    at = start + step
    while 0 <= at < len(plan.shares):
        trials.append(trial(at, thorough=False))
        if bool(trials[-1].by) == (step > 0):
            break
        at += step
    return trials


def overfitted(bench: Bench, rng: np.random.Generator) -> Trial:
    """Every synthetic row is made of a train row."""
    setting, train = bench.setting, bench.setting.evidence.train
    count = len(setting.synthetic)
    turns = -(-count // len(train))
    places = np.concatenate([rng.permutation(len(train)) for _ in range(turns)])[:count]
    made = setting.rows(OVERFITTED.alter(train, places, rng))
    near = gaps_to(setting, bench.checked, made.points)
    return Trial(
        OVERFITTED, min(1.0, count / len(train)), count, _found_by(bench, made, near, thorough=True)
    )


def _found_by(bench: Bench, made: Rows, near: Gaps, thorough: bool) -> tuple[str, ...]:
    """The detectors whose bound is broken; unless ``thorough``, attacks are tried only
    where counts of copies find nothing.
    """
    copies = copies_among(made.features, bench.known)
    after = [
        exact_copies_found(copies, len(made), bench.held),
        near_copies_found(bench.setting, bench.checked, near),
    ]
    by = _broken(after)
    if by and not thorough:
        return by
    outcomes = attack(bench.setting, bench.setting.sight(made), draws=DRAWS)
    return by + _broken(members_found(outcomes))


def _broken(findings: list[Finding]) -> tuple[str, ...]:
    return tuple(finding.detector for finding in findings if finding.broken)


def _with(rows: Rows, places: Places, planted: Rows) -> Rows:
    """The rows with those at ``places`` replaced."""
    kept = np.ones(len(rows), np.bool_)
    kept[places] = False
    features = rows.features.take(kept)
    values = np.concatenate([features.values, planted.features.values])
    return Rows(
        Features(features.columns, values),
        np.concatenate([rows.points[kept], planted.points]),
        np.concatenate([rows.plane[kept], planted.plane]),
        np.concatenate([rows.codes[kept], planted.codes]),
    )


def _first(rows: Rows, count: int) -> Rows:
    first = np.arange(count)
    return Rows(
        rows.features.take(first), rows.points[:count], rows.plane[:count], rows.codes[:count]
    )
