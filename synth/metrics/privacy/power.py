"""The power self-test: would the battery have found a leak, had there been one?

Known leaks are planted into the synthetic table, in place of some of its rows, and the same attacks
and counts are tried again. A pass of a battery that misses them is no evidence.
"""

from __future__ import annotations

import numpy as np

from synth.metrics.evidence import Evidence, Measured
from synth.metrics.kind import Bound, MetricKind
from synth.metrics.metric import Metric
from synth.metrics.privacy.detectors import copies_among, row_bytes
from synth.metrics.privacy.gaps import Checked, Gaps, choose_checked
from synth.metrics.privacy.outcomes import Outcome, attack
from synth.metrics.privacy.planting import COPIES, NOISY_COPIES, OVERFITTED, Leak
from synth.metrics.privacy.setting import Setting, prepare
from synth.metrics.privacy.trials import (
    SALT,
    SHARES,
    Bench,
    Plan,
    Trial,
    leaking,
    make_plan,
    overfitted,
    search,
    segment_gaps,
)

NONE_FOUND = 1.0

KINDS: tuple[MetricKind, ...] = (
    MetricKind(
        "power_found",
        "privacy",
        "Planted leaks that were found",
        "The share of leaks put into the synthetic table on purpose that the privacy tests "
        "noticed. 100 % is good: below it, a pass says little.",
        higher_is_better=True,
        style="percent",
        headline=True,
        bound=Bound(1.0, amber=0.0),
    ),
    MetricKind(
        "least_leak_found",
        "privacy",
        "Smallest planted leak that was found",
        "From what share of leaked train rows on the privacy tests notice it, by kind of leak. "
        "Lower is better; 100 % means that no share that was tried was noticed.",
        style="percent",
    ),
)


def measure(evidence: Evidence) -> Measured:
    """Which planted leaks are found, and from what share on."""
    setting = prepare(evidence)
    if isinstance(setting, str):
        return Measured(notes=[f"The power of the privacy tests is not measured: {setting}."])
    checked, plan = choose_checked(setting), make_plan(setting)
    parts = segment_gaps(setting, checked, plan)
    outcomes = attack(setting, setting.sight(setting.synthetic))
    measured = measure_power(setting, checked, plan, parts, outcomes)
    notes = [*setting.notes, *checked.notes, *measured.notes]
    return Measured(measured.metrics, notes, measured.facts)


def measure_power(
    setting: Setting,
    checked: Checked,
    plan: Plan,
    parts: tuple[Gaps, ...],
    outcomes: list[Outcome],
) -> Measured:
    """As :func:`measure`, with what is known of the table itself."""
    known = frozenset(row_bytes(setting.evidence.train))
    held = copies_among(setting.holdout_rows, known), len(setting.holdout_rows)
    bench = Bench(setting, checked, plan, parts, known, held)
    broken = leaking(bench, outcomes)
    if broken:
        return Measured(
            notes=[
                "The power of the privacy tests is not measured: they find a leak in the table "
                f"itself ({', '.join(broken)}), so that there is no pass to doubt."
            ]
        )
    stated: list[Trial] = []
    searched: list[Trial] = []
    metrics: list[Metric] = []
    reach: list[str] = []
    for salt, leak in enumerate((COPIES, NOISY_COPIES)):
        setting.evidence.follow(f"privacy: power, {leak.words}")
        trials = search(bench, leak, np.random.default_rng([setting.evidence.seed, SALT, salt]))
        stated += trials[:1]
        searched += trials[1:]
        least = _least(leak, trials)
        metrics.append(least)
        reach.append(_reach(leak, least.value))
    setting.evidence.follow(f"privacy: power, {OVERFITTED.words}")
    stated.append(overfitted(bench, np.random.default_rng([setting.evidence.seed, SALT, 2])))
    found = sum(bool(trial.by) for trial in stated) / len(stated)
    metrics.insert(0, Metric("power_found", "table", found))
    facts = {"power": [_fact(trial) for trial in (*stated, *searched)]}
    return Measured(metrics, [*_sentences(stated, searched), *reach, *_left_out(plan)], facts)


def _least(leak: Leak, trials: list[Trial]) -> Metric:
    """The least share found; its interval reaches down to the greatest one that was missed."""
    value = min((trial.share for trial in trials if trial.by), default=NONE_FOUND)
    missed = max((t.share for t in trials if not t.by and t.share < value), default=0.0)
    return Metric(
        "least_leak_found",
        "table",
        value,
        interval=(missed, value),
        higher_is_better=False,
        detail=leak.name,
    )


def _reach(leak: Leak, least: float) -> str:
    if least == NONE_FOUND:
        return f"The battery found no share of {leak.words} that was tried."
    return f"The battery finds {leak.words} from {100 * least:.3g} % of the train rows on."


def _fact(trial: Trial) -> dict[str, object]:
    return {
        "leak": trial.leak.name,
        "share": trial.share,
        "rows": trial.rows,
        "found": bool(trial.by),
        "by": list(trial.by),
    }


def _left_out(plan: Plan) -> list[str]:
    missing = [f"{100 * share:.3g} %" for share in SHARES if share not in plan.shares]
    if not missing:
        return []
    return [
        f"Leaks of {', '.join(missing)} of the train rows were not planted: they are less than a "
        "row, as many as another share, or more than the synthetic table has."
    ]


def _sentences(stated: list[Trial], searched: list[Trial]) -> list[str]:
    notes = []
    for trial in stated:
        counted = f"{trial.rows:,} row{'s' if trial.rows != 1 else ''}"
        what = f"{trial.leak.words} ({counted}, {100 * trial.share:.3g} % of the train part)"
        if not trial.by:
            notes.append(f"The battery did not find {what}: read a pass as no evidence.")
        else:
            notes.append(f"Planted to try the battery: {what}. Found by {', '.join(trial.by)}.")
    if any(trial.by for trial in searched):
        notes.append(
            "Smaller and greater planted leaks were tried with the counts of copies first, and "
            "with attacks only where these found nothing."
        )
    return notes
