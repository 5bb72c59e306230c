"""Attribute inference: what a synthetic table tells of a secret that other people's rows do not.

The attacker knows all other columns of rows that were learned, and learns the secret column either
from the synthetic table or, for comparison, from as many real rows of other people: those of the
holdout and, where these are fewer, train rows that are not attacked. That the one attacker does
better than the other is the leak; what both can tell is true of the population. Of three attackers,
the nearest row, boosted trees, and both of them, the best one counts on either side.
(Stadler et al., Synthetic Data - Anonymisation Groundhog Day, USENIX Security 2022, section 5;
Houssiau et al., TAPAS, 2022.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth.metrics.evidence import Depth, Evidence, Measured
from synth.metrics.features import Features, Floats
from synth.metrics.kind import Bound, MetricKind
from synth.metrics.metric import Metric
from synth.metrics.privacy.attacked import FEWEST, too_few
from synth.metrics.privacy.attackers import (
    MOST_LABELS,
    NearestGuesses,
    boosted_guesses,
    nearest_guesses,
)
from synth.metrics.privacy.risk import bonferroni, deviations
from synth.metrics.privacy.scene import Scene, attack_scene
from synth.metrics.privacy.secret import (
    Hits,
    label_groups,
    mean_recall,
    right,
    secret_columns,
    tolerance_of,
)

LEAK_BOUND = Bound(green=0.02, amber=0.05, by="interval")
KINDS = (
    MetricKind(
        "worst_attribute_leak",
        "privacy",
        "Attribute inference",
        "How much better a secret of a person who was learned is guessed from the synthetic table "
        "than from real rows of other people, in the column where that is worst. Zero or less is "
        "no leak; lower is better.",
        style="percent",
        headline=True,
        bound=LEAK_BOUND,
    ),
    MetricKind(
        "attribute_inference_leak",
        "privacy",
        "Attribute inference of a column",
        "How much better this column's value of a person who was learned is guessed from the "
        "synthetic table than from real rows of other people: the difference in balanced accuracy "
        "for labels, in the share within 5 % for numbers. Zero or less is no leak; lower is "
        "better.",
        style="percent",
        bound=LEAK_BOUND,
    ),
)
TITLE = "attribute inference"
MODELS = ("nearest row", "boosted trees", "a row equal in all else, or boosted trees")
# Rows that the trees learn from; the nearest row is looked for among all of them.
MOST_LEARNED: dict[Depth, int] = {"quick": 20_000, "full": 40_000}
FEWEST_OF_LABEL = 10  # targets: rarer labels are counted as one group in balanced accuracy
RESAMPLES = 1000
STREAM = 7304


@dataclass(frozen=True)
class _Leak:
    """The scores of both attackers on one secret, and how they vary: by model, made and real."""

    secret: str
    made: Floats  # (models,)
    real: Floats
    draws: Floats  # (RESAMPLES,) of the leak

    @property
    def value(self) -> float:
        return float(self.made.max() - self.real.max())

    def interval(self, confidence: float) -> tuple[float, float]:
        """Normal, with the bootstrap's deviation: its far quantiles would need more draws."""
        half = deviations(confidence) * float(self.draws.std())
        return self.value - half, self.value + half


def measure(evidence: Evidence) -> Measured:
    """``attribute_inference_leak`` of each secret column, ``worst_attribute_leak`` of them all.

    Intervals are by a paired bootstrap of the attacked rows, the worst one's with Bonferroni's
    correction.
    """
    rng = np.random.default_rng([evidence.seed, STREAM])
    secrets, notes = secret_columns(evidence)
    notes = [f"{TITLE}: {note}" for note in notes]
    if not secrets or len(evidence.train.columns) < 2:
        reason = "no secret column" if not secrets else "the attacker knows no other column"
        return Measured(notes=[*notes, f"{TITLE}: not measured: {reason}"])
    scene = attack_scene(evidence, rng)
    if len(scene.targets) < FEWEST or len(scene.made) < FEWEST:
        fewest = min(len(scene.targets), len(scene.made))
        return Measured(notes=[*notes, too_few(TITLE, fewest)])
    notes += _scene_notes(evidence.depth, scene)
    leaks, said = _leaks(scene, secrets, evidence, rng)
    return Measured(notes=[*notes, *said]) + _measured(leaks)


def _scene_notes(depth: Depth, scene: Scene) -> list[str]:
    rows, most = len(scene.made), MOST_LEARNED[depth]
    notes = [
        f"{TITLE}: {len(scene.targets):,} train rows were attacked with {rows:,} synthetic rows "
        f"and as many real ones, {scene.held:,} of the holdout and {rows - scene.held:,} train "
        "rows that were not attacked"
    ]
    if rows > most:
        notes.append(f"{TITLE}: boosted trees learned from {most:,} of these rows, drawn at random")
    return notes


def _leaks(
    scene: Scene, secrets: tuple[str, ...], evidence: Evidence, rng: np.random.Generator
) -> tuple[list[_Leak], list[str]]:
    """Of each secret that has a value among the targets, and what is to be said."""
    most, seed = MOST_LEARNED[evidence.depth], evidence.seed
    by_made = nearest_guesses(scene.made, scene.targets, secrets, rng)
    by_real = nearest_guesses(scene.real, scene.targets, secrets, rng)
    counts = rng.poisson(1.0, (RESAMPLES, len(scene.targets))).astype(np.float64)
    leaks: list[_Leak] = []
    notes: list[str] = []
    made, real = (rows.take(np.arange(min(most, len(rows)))) for rows in (scene.made, scene.real))
    for place, secret in enumerate(secrets):
        evidence.follow(f"{TITLE}: {place + 1} of {len(secrets)} columns")
        guesses = [
            _guesses(by_made[place], boosted_guesses(made, scene.targets, secret, seed)),
            _guesses(by_real[place], boosted_guesses(real, scene.targets, secret, seed)),
        ]
        notes += _secret_notes(scene, secret)
        leak = _leak(scene.targets, secret, guesses, counts)
        if leak is not None:
            leaks.append(leak)
    return leaks, notes


def _guesses(nearest: NearestGuesses, trees: Floats) -> list[Floats]:
    """In the order of ``MODELS``."""
    return [nearest.values, trees, nearest.else_by(trees)]


def _leak(
    targets: Features, secret: str, guesses: list[list[Floats]], counts: Floats
) -> _Leak | None:
    """None where fewer than ``FEWEST`` targets have a value to be guessed."""
    column = targets.columns[targets.names.index(secret)]
    truths = targets.column(secret)
    rows = ~np.isnan(truths) if column.ordinal else np.ones(len(truths), bool)
    if rows.sum() < FEWEST:
        return None
    truths, counts = truths[rows], counts[:, rows]
    tolerance = tolerance_of(column, truths)
    groups = np.zeros(len(truths), np.int64)
    if not column.ordinal:
        groups = label_groups(truths, FEWEST_OF_LABEL)

    def scores(found: list[Floats], weights: Floats) -> Floats:
        """float64 ``(models, draws)``."""
        hits: list[Hits] = [right(guess[rows], truths, tolerance) for guess in found]
        return np.stack([mean_recall(hit, groups, weights) for hit in hits])

    one = np.ones((1, len(truths)))
    made, real = guesses
    draws = scores(made, counts).max(axis=0) - scores(real, counts).max(axis=0)
    return _Leak(secret, scores(made, one)[:, 0], scores(real, one)[:, 0], draws)


def _secret_notes(scene: Scene, secret: str) -> list[str]:
    """What was left out of one column."""
    truths = scene.targets.column(secret)
    title, notes = f"{TITLE} of {secret!r}", []
    if scene.targets.columns[scene.targets.names.index(secret)].ordinal:
        nulls = int(np.isnan(truths).sum())
        if len(truths) - nulls < FEWEST:
            notes.append(
                f"{title}: not measured: {len(truths) - nulls} of the attacked rows have a value, "
                f"and {FEWEST} are needed"
            )
        elif nulls:
            notes.append(f"{title}: {nulls:,} attacked rows without a value were left out")
        return notes
    distinct, counts = np.unique(truths, return_counts=True)
    rare = int((counts < FEWEST_OF_LABEL).sum())
    if rare > 1:
        notes.append(
            f"{title}: {rare} labels that fewer than {FEWEST_OF_LABEL} attacked rows have count as "
            "one in balanced accuracy"
        )
    if len(distinct) > MOST_LABELS:
        notes.append(
            f"{title}: boosted trees guess the {MOST_LABELS} most frequent labels only; the "
            "nearest row tells any"
        )
    return notes


def _measured(leaks: list[_Leak]) -> Measured:
    if not leaks:
        return Measured()
    worst, together = max(leaks, key=lambda leak: leak.value), bonferroni(len(leaks))
    metrics = [_metric("worst_attribute_leak", worst, (), together)]
    metrics += [
        _metric("attribute_inference_leak", leak, (leak.secret,), bonferroni(1)) for leak in leaks
    ]
    facts = {
        leak.secret: {
            "models": list(MODELS),
            "from_synthetic_rows": leak.made.tolist(),
            "from_real_rows": leak.real.tolist(),
        }
        for leak in leaks
    }
    return Measured(metrics, [], {"attribute_inference": facts})


def _metric(name: str, leak: _Leak, columns: tuple[str, ...], confidence: float) -> Metric:
    return Metric(
        name,
        "column" if columns else "table",
        leak.value,
        columns,
        leak.interval(confidence),
        higher_is_better=False,
    )
