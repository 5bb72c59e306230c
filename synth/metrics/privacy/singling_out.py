"""Singling out: whether what is true of one synthetic row only is true of one real row only.

The attacker has the synthetic table and wants predicates that match exactly one row of the train
part (WP216; Giomi et al. 2023, section 4.1). Univariate: rare values and extremes. Multivariate:
what one synthetic row holds in half of the columns. Both keep the predicates that match exactly
one synthetic row. The naive attacker draws columns, values and directions.
Where rows are of entities, a predicate singles out one entity, whose rows may be several.
NOTE[DIFF]: anonymeter takes three columns where none are said; half of them find single rows more
often, also in tables of many labels.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from synth.metrics.evidence import Evidence, Measured
from synth.metrics.features import Features
from synth.metrics.kind import MetricKind
from synth.metrics.privacy.attacked import ATTACKS, FEWEST, too_few
from synth.metrics.privacy.control_size import Singled, singled_out
from synth.metrics.privacy.predicates import (
    Predicate,
    Sorted,
    guessed_predicates,
    rare_value_predicates,
    row_predicates,
)
from synth.metrics.privacy.risk import RISK_BOUND, Attacks, risk_facts, risk_metrics, risk_notes
from synth.metrics.privacy.targets import units_of

KINDS = (
    MetricKind(
        "singling_out_risk",
        "privacy",
        "Singling out",
        "How much more often what is true of one synthetic row only is true of exactly one row "
        "that was learned than of one real row that was not: of 100 attacks that would fail "
        "without the synthetic table, so many succeed. Lower is better; the reference is the "
        "attack's success on rows that were not learned.",
        style="percent",
        headline=True,
        bound=RISK_BOUND,
    ),
)
TITLE = "singling out"
FEWEST_COLUMNS = 3  # of a multivariate predicate, where the table has them
TRIES = 40  # predicates tried for each that is wanted
IN_ONE_GO = 2000
STREAM = 7301  # of random numbers, no other measure's


def measure(evidence: Evidence) -> Measured:
    """``singling_out_risk`` of the univariate and of the multivariate attack."""
    rng = np.random.default_rng([evidence.seed, STREAM])
    made, wanted = evidence.synthetic, ATTACKS[evidence.depth]
    columns = len(made.columns)
    if not columns or not len(made):
        lacking = "rows" if columns else "columns but keys"
        return Measured(notes=[f"{TITLE}: not measured: the synthetic table has no {lacking}"])
    width = min(columns, max(FEWEST_COLUMNS, columns // 2))
    table = Sorted(made.values, made.entities)
    rare = rare_value_predicates(made)
    single = _single([rare[place] for place in rng.permutation(len(rare))], table, wanted)
    measured = _attacked(evidence, single, 1, rng)
    if columns == 1:
        note = f"{TITLE} (multivariate): not measured: the table has one column"
        return measured + Measured(notes=[note])
    single = _found(lambda count: row_predicates(made, count, width, rng), table, wanted)
    return measured + _attacked(evidence, single, width, rng)


def _found(
    draw: Callable[[int], list[Predicate]], table: Sorted, wanted: int
) -> tuple[Predicate, ...]:
    """Predicates that single out a row, drawn until there are enough or no draw finds new ones."""
    found: dict[Predicate, None] = {}
    for _ in range(max(1, TRIES * wanted // IN_ONE_GO)):
        before = len(found)
        found.update(dict.fromkeys(_single(draw(IN_ONE_GO), table, wanted)))
        if len(found) == before or len(found) >= wanted:
            break
    return tuple(found)[:wanted]


def _single(drawn: list[Predicate], table: Sorted, wanted: int) -> tuple[Predicate, ...]:
    """The first ``wanted`` distinct ones that match exactly one row."""
    found: dict[Predicate, None] = {}
    for predicate in drawn:
        if len(found) == wanted:
            break
        if table.matches(predicate) == 1:
            found[predicate] = None
    return tuple(found)


def _attacked(
    evidence: Evidence, predicates: tuple[Predicate, ...], width: int, rng: np.random.Generator
) -> Measured:
    mode = "univariate" if width == 1 else "multivariate"
    title, wanted = f"{TITLE} ({mode})", ATTACKS[evidence.depth]
    if len(predicates) < FEWEST:
        return Measured(notes=[too_few(title, len(predicates))])
    train = Sorted(evidence.train.values, evidence.train.entities)
    guesses = guessed_predicates(evidence.synthetic, len(predicates), width, rng)
    learned = units_of(evidence.train).count
    control = _control(evidence.holdout, predicates, learned, rng)
    attacks = Attacks(
        len(predicates),
        int((_matches(train, predicates) == 1).sum()),
        None if control is None else control.count,
        int((_matches(train, guesses) == 1).sum()),
        0.0 if control is None else control.spread,
    )
    notes = risk_notes(title, attacks)
    if evidence.train.entities is not None:
        notes.append(f"{title}: entities are singled out, each by as many of its rows as match")
    if len(predicates) < wanted:
        notes.append(
            f"{title}: only {len(predicates):,} predicates that single out a synthetic row were "
            f"found, of {wanted:,} wanted"
        )
    if control is not None and evidence.holdout is not None:
        held = units_of(evidence.holdout).count
        what = "rows" if evidence.train.entities is None else "entities"
        if held < learned:
            notes.append(
                f"{title}: the holdout has {held:,} {what} and the train part {learned:,}: the "
                f"control is an estimate for as many {what} as that"
            )
    facts = {**risk_facts(attacks), "columns": width}
    metrics = risk_metrics("singling_out_risk", attacks, detail=mode)
    return Measured(metrics, notes, {f"singling_out_{mode}": facts})


def _control(
    holdout: Features | None,
    predicates: tuple[Predicate, ...],
    learned: int,
    rng: np.random.Generator,
) -> Singled | None:
    """How many of them single out a row or entity of the holdout, or would of ``learned`` such.

    The greater of the two: what singles out a row that was not learned is no leak, at either size.
    """
    if holdout is None or not len(holdout):
        return None
    matches = _matches(Sorted(holdout.values, holdout.entities), predicates)
    found = singled_out(matches, units_of(holdout).count, learned, rng)
    return Singled(max(float((matches == 1).sum()), found.count), found.spread)


def _matches(
    table: Sorted, predicates: tuple[Predicate, ...] | list[Predicate]
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array([table.matches(predicate) for predicate in predicates], np.int64)
