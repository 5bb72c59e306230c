"""evaluate: candidate, train part and holdout -> metrics, gates, and the report."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from functools import partial
from typing import Any

from pyspark.sql import DataFrame

from jobs.artifacts import load_encoder, sample_plan
from jobs.records import StageRecord, write_atomically
from jobs.rows import aggregate_learned, in_types_of
from jobs.run import Run
from jobs.stages import before
from jobs.synthetic import first_rows
from lakehouse.checks import MASK, REPLACED
from lakehouse.distinct import count_distinct_rows
from lakehouse.lineage import read_lineage
from lakehouse.neighbours import exact_copy_rate
from lakehouse.registry import Registry
from lakehouse.scan import aggregate
from lakehouse.schemas import plain_texts
from synth.dependencies.composite_keys import note_on_repeats
from synth.dependencies.violations import Violations
from synth.encode import TableEncoder
from synth.metrics.copies import exact_copies
from synth.metrics.fidelity import correlation_matrix, measure_fidelity
from synth.metrics.gates import GateRules, broken, gated, reason
from synth.metrics.histograms import CodeHistograms
from synth.metrics.metric import Metric
from synth.metrics.table_histograms import TableHistograms
from synth.report.html import render_html
from synth.report.report import ColumnComparison, Report, Verdict
from synth.sampling.model_folder import load_model

SHOWN_ROWS, SHOWN_PAIRS = 3, 5  # of the table; of what cleaning replaced by what
PASSED, NOT_PASSED = "passed", "not passed"  # publish says in the table's own lineage what it did


def evaluate(run: Run) -> StageRecord:
    """Measure the candidate and write ``report.json`` and ``report.html``.

    One scan of each of the three tables for all histograms; the exact copies cost a join of the
    candidate, and one of the holdout, with the train part; broken dependencies one scan more.
    """
    started = time.monotonic()
    encoder = load_encoder(run)
    frames = {"synthetic": plain_texts(run.rows_of("sample", "candidate"))}
    for role in run.record("split").tables:
        frames[role] = in_types_of(run.rows_of("split", role), encoder.table_schema)
    counted: dict[str, CodeHistograms] = {}
    for role, frame in frames.items():
        run.reporter.step(f"counting {role} rows")
        counted[role] = histograms(frame, encoder)
    metrics = measure_fidelity(
        synthetic=counted["synthetic"],
        train=counted["train"],
        holdout=counted.get("holdout"),
        seed=run.config.random_seed,
    )
    run.reporter.step("looking for exact copies")
    copies = copy_metric(frames, encoder)
    metrics = gated([copies, *metrics], gate_rules(run))
    verdict = judge(metrics)
    rules = dependencies(run, frames["synthetic"], encoder)
    repeats = repeated_keys(run, frames["synthetic"])
    run.reporter.step("writing the report")
    report = _report(run, encoder, counted, metrics, verdict, rules, repeats, started)
    write_atomically(
        run.path("report.json"), json.dumps(report.to_json(), ensure_ascii=False, allow_nan=False)
    )
    write_atomically(run.path("report.html"), render_html(report))
    registry = Registry(run.spark, run.lake.registry("runs"), run.lake.registry("metrics"))
    candidate = run.record("sample").tables["candidate"].name
    app_id = run.app_id("evaluate", "metrics")
    registry.record_metrics(run.id, metrics, app_id, candidate=candidate)
    facts = {
        "passed": verdict.passed,
        "reasons": list(verdict.reasons),
        "failed_gates": sorted({m.gate.kind for m in broken(metrics) if m.gate}),
        "metrics": [metric.to_json() for metric in metrics if metric.scope == "table"],
        "report": str(run.path("report.html")),
    }
    notes = (
        *verdict.reasons,
        *repeats,
        *_gate_notes(run, copies),
        *_given_notes(run, verdict),
    )
    return StageRecord("evaluate", facts=facts, notes=notes)


def _gate_notes(run: Run, copies: Metric) -> tuple[str, ...]:
    """Where the bound on copies comes from, when it is not the holdout's own rate."""
    rules = gate_rules(run)
    if rules.copy_rate is not None or rules.copy_reference(copies) == copies.reference_counts:
        return ()
    repeats, rows_in = rules.repeats
    said = (
        f"copies are held against {repeats / rows_in:.3%}: cleaning dropped {repeats:,} of "
        f"{rows_in:,} rows that equal another"
    )
    return (f"{said}, so that the holdout has none left" if repeats else said,)


def _given_notes(run: Run, verdict: Verdict) -> tuple[str, ...]:
    """That a table made under conditions is measured against the seed as it is."""
    section = run.config.sample
    if verdict.passed or not (section.given or section.given_rows):
        return ()
    setting = "sample.given" if section.given else "sample.given_rows"
    return (
        f"similarities are to the real table as it is, which {setting} changes on purpose: "
        "gates.column_shortfall and gates.pair_shortfall set other bounds",
    )


def repeated_keys(run: Run, frame: DataFrame) -> tuple[str, ...]:
    """How many rows repeat a composite key of the seed: one scan, none where it has no such key."""
    keys: list[list[str]] = run.record("encode").facts.get("composite_keys", [])
    if not keys:
        return ()
    run.reporter.step("counting repeated keys of several columns")
    rows = run.record("sample").tables["candidate"].rows
    counted = zip(keys, count_distinct_rows(frame, keys), strict=True)
    notes = (note_on_repeats(key, rows, distinct) for key, distinct in counted)
    return tuple(note for note in notes if note)


def histograms(frame: DataFrame, encoder: TableEncoder) -> CodeHistograms:
    """Counts of every column and pair of a table, in the encoder's bins: one scan."""
    state = aggregate(
        frame,
        encoder.table_schema.names,
        new=partial(TableHistograms, encoder),
        load=partial(TableHistograms.from_bytes, encoder=encoder),
    )
    return state.counts


def dependencies(run: Run, frame: DataFrame, encoder: TableEncoder) -> list[dict[str, Any]]:
    """What encode found to be determined, with how often the table breaks what is used.

    One scan of the columns that the rules name; none where no rule is used.
    """
    facts: list[dict[str, Any]] = run.record("encode").facts["dependencies"]
    if not encoder.plan.steps:
        return facts
    run.reporter.step("counting broken dependencies")
    counted = aggregate_learned(
        frame,
        encoder.forms,
        Violations(encoder.schema, encoder.plan).names,
        new=partial(Violations, encoder.schema, encoder.plan),
        load=partial(Violations.from_bytes, schema=encoder.schema, plan=encoder.plan),
    )
    used = [
        {**fact, "broken": int(broken), "unknown": int(unknown)}
        for fact, broken, unknown in zip(facts, counted.broken, counted.unknown, strict=False)
    ]
    return [*used, *facts[len(used) :]]


def copy_metric(frames: dict[str, DataFrame], encoder: TableEncoder) -> Metric:
    """The share of synthetic rows that equal a train row on every column but keys."""
    columns = [column.name for column in encoder.table_schema if not column.key]
    copies, rows = exact_copy_rate(frames["synthetic"], frames["train"], columns)
    if "holdout" not in frames:
        return exact_copies(copies, rows)
    same, held = exact_copy_rate(frames["holdout"], frames["train"], columns)
    return exact_copies(copies, rows, held_copies=same, held_rows=held)


def seed_repeats(run: Run) -> tuple[int, int]:
    """How many of the seed's rows cleaning dropped because they equal another, and of how many."""
    counts = run.record("clean").facts["counts"]
    return int(counts["duplicates"]), int(counts["rows_in"])


def gate_rules(run: Run) -> GateRules:
    """The configured bounds, and how often the source repeats itself."""
    return GateRules(**run.config.gates.model_dump(), repeats=seed_repeats(run))


def judge(metrics: list[Metric]) -> Verdict:
    """Pass when every gate is kept; each broken one gives a reason."""
    reasons = [reason(metric) for metric in broken(metrics)]
    return Verdict(not reasons, reasons or ["every gate is kept"])


def _report(
    run: Run,
    encoder: TableEncoder,
    counted: dict[str, CodeHistograms],
    metrics: list[Metric],
    verdict: Verdict,
    rules: list[dict[str, Any]],
    notes: tuple[str, ...],
    started: float,
) -> Report:
    records = run.records()
    finished = [records[stage] for stage in before("evaluate") if stage in records]
    candidate = run.record("sample").tables["candidate"]
    lineage = read_lineage(run.spark, candidate.name)
    said = PASSED if verdict.passed else NOT_PASSED
    holdout = counted.get("holdout")
    real = holdout or counted["train"]
    return Report(
        title=f"Synthetic {run.table}",
        table=run.table,
        run_id=run.id,
        created=lineage.created if lineage else "",
        verdict=verdict,
        metrics=metrics,
        columns=[
            ColumnComparison(
                bins,
                train=counted["train"].column(i).tolist(),
                synthetic=counted["synthetic"].column(i).tolist(),
                holdout=holdout.column(i).tolist() if holdout else None,
            )
            for i, bins in enumerate(counted["train"].bins)
        ],
        cleaning=cleaning_facts(run),
        dependencies=rules,
        findings=run.record("profile").facts["findings"],
        training=run.record("train").facts["training"],
        lineage=replace(lineage, verdict=said).to_properties() if lineage else {},
        tables=[
            {"role": role, "name": t.name, "version": t.version, "rows": t.rows}
            for record in finished
            for role, t in record.tables.items()
        ],
        sample=shown_rows(run),
        notes=[*(note for record in finished for note in record.notes), *notes],
        seconds={
            **{record.stage: record.seconds for record in finished},
            "evaluate": round(time.monotonic() - started, 2),  # but for the page itself
        },
        real_correlation=correlation_matrix(real),
        synthetic_correlation=correlation_matrix(counted["synthetic"]),
    )


def cleaning_facts(run: Run) -> dict[str, Any]:
    """What cleaning did; repairs as one line each, ``income: >50K. replaced by >50K``."""
    counts = run.record("clean").facts["counts"]
    repairs = {
        f"{column}: {_repair(run, column, kind)}": cells
        for column, kinds in counts["repairs"].items()
        for kind, cells in kinds.items()
    }
    return {**counts, "repairs": repairs}


def _repair(run: Run, column: str, kind: str) -> str:
    """What a repair did to a column: of replacements what became what, unless nobody may see it."""
    pairs = run.config.clean.replace.get(column, {})
    if kind != REPLACED or column in run.config.columns.sensitive:
        return kind
    said = [f"{old or 'an empty text'} {kind} by {new}" for old, new in pairs.items()]
    more = f" and {len(said) - SHOWN_PAIRS} more" if len(said) > SHOWN_PAIRS else ""
    return ", ".join(said[:SHOWN_PAIRS]) + more


def shown_rows(run: Run) -> list[dict[str, str]]:
    """The first synthetic rows as text: made from the model again, not read from the table.

    Sensitive values are masked: a frequent one is a value of the seed too. None where rows are
    given: the model alone does not make those.
    """
    if run.config.sample.given_rows is not None:
        return []
    model = load_model(run.path("model"))
    first = first_rows(run, model, sample_plan(run), SHOWN_ROWS)
    hidden = {column.name for column in model.encoder.table_schema if column.sensitive}
    hidden |= set(run.config.columns.sensitive)  # a model from elsewhere need not know
    return [
        {name: MASK if name in hidden else _text(value) for name, value in row.items()}
        for row in first
    ]


def _text(value: Any) -> str:
    return "" if value is None else str(value)
