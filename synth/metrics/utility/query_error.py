"""How far the answers of random group-bys on the synthetic table are from those on real rows."""

from __future__ import annotations

from typing import Any

import numpy as np

from synth.metrics.evidence import Evidence, Measured
from synth.metrics.features import Features, Floats
from synth.metrics.kind import MetricKind
from synth.metrics.metric import Metric
from synth.metrics.utility.queries import CodedTable, Grouping, Query, random_query
from synth.metrics.utility.resampling import at_most, bootstrap_interval

QUERIES = 100
TRIES = 20  # for each query: a filter may leave too few rows
LEAST_ROWS = 100  # real rows that a query is about, below which its answer is mostly chance
LEAST_SHARE = 0.02  # of a small table's rows, instead
WORST_NAMED = 10  # queries, for pictures
_QUERIES, _ROWS, _DRAWS = 440, 441, 442  # streams of randomness

KINDS: tuple[MetricKind, ...] = (
    MetricKind(
        "query_error",
        "utility",
        "Error of queries",
        "The median relative error of the answers of 100 random group-bys (count, mean, sum) on "
        "the synthetic table, against the real train rows; lower is better. The reference is the "
        "error of the holdout's answers.",
        style="percent",
        headline=True,
    ),
    MetricKind(
        "query_error_tail",
        "utility",
        "Error of the worst queries",
        "The relative error that 95 of 100 random group-bys keep below; lower is better. The "
        "reference is that of the holdout's answers.",
        style="percent",
    ),
    MetricKind(
        "aggregate_error",
        "utility",
        "Error of queries by aggregate",
        "The median relative error of the random group-bys of one aggregate (count, mean or sum); "
        "lower is better. The reference is that of the holdout's answers.",
        style="percent",
    ),
)


def measure(evidence: Evidence) -> Measured:
    """The median and the 95 % quantile of the errors, in all and for each aggregate.

    The synthetic rows are cut to as many as the holdout has, so that chance is the same in both;
    answers are scaled to the train part's rows. The intervals are over the queries (bootstrap).
    """
    train, synthetic, holdout = evidence.train, evidence.synthetic, evidence.holdout
    if not train.columns or not len(train) or not len(synthetic):
        return Measured(notes=["the error of queries was not measured: a table has no rows"])
    evidence.follow("answering random group-bys")
    holdout = holdout if holdout is not None and len(holdout) else None
    rng = np.random.default_rng([evidence.seed, _ROWS])
    notes = []
    if holdout is not None:
        rows = min(len(synthetic), len(holdout))
        if rows < max(len(synthetic), len(holdout)):
            notes.append(
                f"queries were answered on {rows:,} rows each of the synthetic table and the "
                "holdout, drawn at random, so that their errors compare"
            )
        synthetic, holdout = at_most(synthetic, rows, rng), at_most(holdout, rows, rng)
    groupings = tuple(
        Grouping.of(column, train.values[:, k]) for k, column in enumerate(train.columns)
    )
    real = CodedTable.of(train, groupings)
    queries = _draw(train, real, np.random.default_rng([evidence.seed, _QUERIES]))
    if len(queries) < 2:
        return Measured(
            notes=[
                f"the error of queries was not measured: of {QUERIES} random group-bys fewer than "
                "two had enough real rows"
            ]
        )
    if len(queries) < QUERIES:
        notes.append(
            f"{QUERIES - len(queries)} of {QUERIES} random group-bys were left out: their filters "
            f"left fewer than {least_rows(len(train)):,} real rows {TRIES} times"
        )
    made = _errors(queries, real, CodedTable.of(synthetic, groupings))
    held = None if holdout is None else _errors(queries, real, CodedTable.of(holdout, groupings))
    if held is None:
        notes.append("the error of queries has no reference: there is no holdout")
    metrics = _metrics(queries, made, held, evidence.seed)
    return Measured(metrics, notes, {"query_error": _facts(queries, made, held, train)})


def least_rows(rows: int) -> int:
    """The real rows that a query needs, of so many in all."""
    return max(1, min(LEAST_ROWS, round(LEAST_SHARE * rows)))


def query_error(query: Query, real: CodedTable, other: CodedTable) -> float:
    """The relative error of one answer, in [0, 1]: group by group, by the groups' size.

    ``sum |other - real| / sum |real|`` over the groups, counts and sums scaled to the real table's
    rows. The means of groups weigh as many rows as the real ones have, and a group that the other
    table lacks counts as missed wholly. More than 1 counts as 1.
    """
    rows, truth = real.answer(query)
    other_rows, answer = other.answer(query)
    if query.aggregate == "mean":
        error = np.where(other_rows > 0, np.abs(answer - truth), np.abs(truth)) * rows
        whole = np.abs(truth) * rows
    else:
        error = np.abs(answer * (len(real.codes) / max(len(other.codes), 1)) - truth)
        whole = np.abs(truth)
    if not whole.sum():
        return float(error.sum() > 0)
    return float(min(1.0, error.sum() / whole.sum()))


def _draw(train: Features, real: CodedTable, rng: np.random.Generator) -> list[Query]:
    """The queries that are about enough real rows, each after a bounded number of tries."""
    queries = []
    for _ in range(QUERIES):
        for _ in range(TRIES):
            query = random_query(train.columns, real, rng)
            if query.by and real.answer(query)[0].sum() >= least_rows(len(train)):
                queries.append(query)
                break
    return queries


def _errors(queries: list[Query], real: CodedTable, other: CodedTable) -> Floats:
    return np.array([query_error(query, real, other) for query in queries])


def _metrics(queries: list[Query], made: Floats, held: Floats | None, seed: int) -> list[Metric]:
    metrics = [
        _metric("query_error", made, held, 0.5, seed),
        _metric("query_error_tail", made, held, 0.95, seed),
    ]
    for aggregate in ("count", "mean", "sum"):
        of_it = np.array([query.aggregate == aggregate for query in queries])
        if of_it.any():
            reference = None if held is None else held[of_it]
            metrics.append(_metric("aggregate_error", made[of_it], reference, 0.5, seed, aggregate))
    return metrics


def _metric(
    name: str, made: Floats, held: Floats | None, level: float, seed: int, detail: str = ""
) -> Metric:
    rng = np.random.default_rng([seed, _DRAWS])
    return Metric(
        name,
        "table",
        float(np.quantile(made, level)),
        interval=bootstrap_interval(made, lambda drawn: float(np.quantile(drawn, level)), rng),
        reference=None if held is None else float(np.quantile(held, level)),
        higher_is_better=False,
        detail=detail,
    )


def _facts(
    queries: list[Query], made: Floats, held: Floats | None, train: Features
) -> dict[str, Any]:
    worst = np.argsort(-made, kind="stable")[:WORST_NAMED]
    return {
        "synthetic": [float(error) for error in made],
        "holdout": None if held is None else [float(error) for error in held],
        "worst": [
            {"query": queries[k].in_words(train.names), "error": float(made[k])} for k in worst
        ],
    }
