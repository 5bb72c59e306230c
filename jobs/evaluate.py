"""evaluate: candidate, train part and holdout -> figures, gates, and the report."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame

from jobs.artifacts import load_encoder
from jobs.evidence import question_of, remember, remembered, samples_of
from jobs.records import StageRecord, write_atomically
from jobs.rows import in_types_of
from jobs.run import Run
from jobs.stages import before
from jobs.told import cleaning_facts, dependencies, repeated_keys, shown_rows
from lakehouse.lineage import read_lineage
from lakehouse.neighbours import exact_copy_rate
from lakehouse.registry import Registry
from lakehouse.scan import aggregate
from lakehouse.schemas import plain_texts
from synth.encode import TableEncoder
from synth.metrics.copies import exact_copies
from synth.metrics.evidence import Measured
from synth.metrics.gates import COPIES, GateRules
from synth.metrics.histograms import CodeHistograms
from synth.metrics.judge import Judgement, Question, figures, settled
from synth.metrics.metric import Metric
from synth.metrics.table_histograms import TableHistograms
from synth.metrics.verdict import Verdict, failed_kinds
from synth.report.html import render_html
from synth.report.made import report_of
from synth.report.report import Report

PASSED, NOT_PASSED = "passed", "not passed"  # publish says in the table's own lineage what it did
Frames = dict[str, DataFrame]
Counted = dict[str, CodeHistograms]


def evaluate(run: Run) -> StageRecord:
    """Measure the candidate and write ``report.json`` and ``report.html``.

    One scan of each of the three tables for all histograms, one for the rows that models and
    attacks are given; the exact copies cost a join of the candidate, and one of the holdout, with
    the train part; broken dependencies one scan more. What was measured before, of the same tables
    with the same settings, is not measured again: other gates judge it anew.
    """
    started = time.monotonic()
    encoder, question = load_encoder(run), question_of(run)
    frames = {"synthetic": plain_texts(run.rows_of("sample", "candidate"))}
    for role in run.record("split").tables:
        frames[role] = in_types_of(run.rows_of("split", role), encoder.table_schema)
    counted = count_all(run, frames, encoder)
    found = remembered(run)
    if found is None:
        found = _measured(run, frames, counted, encoder, question)
        remember(run, found)
    judgement = settled(found, question)
    rules = dependencies(run, frames["synthetic"], encoder)
    repeats = repeated_keys(run, frames["synthetic"])
    run.reporter.step("writing the report")
    report = _report(run, encoder, counted, judgement, rules, repeats, started)
    write_atomically(
        run.path("report.json"), json.dumps(report.to_json(), ensure_ascii=False, allow_nan=False)
    )
    write_atomically(run.path("report.html"), render_html(report))
    registry = Registry(run.spark, run.lake.registry("runs"), run.lake.registry("metrics"))
    candidate = run.record("sample").tables["candidate"].name
    app_id = run.app_id("evaluate", "metrics")
    registry.record_metrics(run.id, judgement.metrics, app_id, candidate=candidate)
    verdict = judgement.verdict
    notes = (
        *verdict.reasons,
        *verdict.waived,
        *repeats,
        *judgement.notes,
        *gate_notes(question.rules, judgement.metrics),
        *_given_notes(run, verdict),
    )
    return StageRecord("evaluate", facts=_facts(run, judgement), notes=notes)


def _facts(run: Run, found: Judgement) -> dict[str, Any]:
    """What later stages and commands read of the judgement."""
    verdict = found.verdict
    return {
        "passed": verdict.passed,
        "status": verdict.status,
        "areas": verdict.areas,
        "reasons": list(verdict.reasons),
        "waived": list(verdict.waived),
        "failed_gates": failed_kinds(found.metrics, verdict),
        "metrics": [metric.to_json() for metric in found.metrics if metric.scope == "table"],
        "report": str(run.path("report.html")),
    }


def count_all(run: Run, frames: Frames, encoder: TableEncoder) -> Counted:
    """Counts of each table: one scan of each."""
    counted: Counted = {}
    for role, frame in frames.items():
        run.reporter.step(f"counting {role} rows")
        counted[role] = histograms(frame, encoder)
    return counted


def _measured(
    run: Run, frames: Frames, counted: Counted, encoder: TableEncoder, question: Question
) -> Measured:
    """All figures: what models and attacks need comes to the driver as bounded samples."""
    samples: dict[str, pa.Table] = {}
    notes: list[str] = []
    if question.wanted.measurements:
        samples, notes = samples_of(run, frames, counted, encoder, question)
    run.reporter.step("looking for exact copies")
    copies = copy_metric(frames, encoder)
    found = figures(encoder, counted, samples, copies, question, run.reporter.step)
    return Measured(notes=notes) + found


def gate_notes(rules: GateRules, metrics: Sequence[Metric]) -> tuple[str, ...]:
    """Where the bound on copies comes from, when it is not the holdout's own rate."""
    copies = next((metric for metric in metrics if metric.name == COPIES), None)
    if copies is None or rules.copy_rate is not None:
        return ()
    if rules.copy_reference(copies) == copies.reference_counts:
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
    if verdict.status == "green" or not (section.given or section.given_rows):
        return ()
    setting = "sample.given" if section.given else "sample.given_rows"
    return (
        f"similarities are to the real table as it is, which {setting} changes on purpose: "
        "gates.column_shortfall and gates.pair_shortfall set other bounds",
    )


def histograms(frame: DataFrame, encoder: TableEncoder) -> CodeHistograms:
    """Counts of every column and pair of a table, in the encoder's bins: one scan."""
    state = aggregate(
        frame,
        encoder.table_schema.names,
        new=partial(TableHistograms, encoder),
        load=partial(TableHistograms.from_bytes, encoder=encoder),
    )
    return state.counts


def copy_metric(frames: Frames, encoder: TableEncoder) -> Metric:
    """The share of synthetic rows that equal a train row on every column but keys."""
    columns = [column.name for column in encoder.table_schema if not column.key]
    copies, rows = exact_copy_rate(frames["synthetic"], frames["train"], columns)
    if "holdout" not in frames:
        return exact_copies(copies, rows)
    same, held = exact_copy_rate(frames["holdout"], frames["train"], columns)
    return exact_copies(copies, rows, held_copies=same, held_rows=held)


def _report(
    run: Run,
    encoder: TableEncoder,
    counted: Counted,
    judgement: Judgement,
    rules: list[dict[str, Any]],
    notes: tuple[str, ...],
    started: float,
) -> Report:
    records = run.records()
    finished = [records[stage] for stage in before("evaluate") if stage in records]
    lineage = read_lineage(run.spark, run.record("sample").tables["candidate"].name)
    said = PASSED if judgement.verdict.passed else NOT_PASSED
    return report_of(
        encoder,
        counted,
        judgement,
        title=f"Synthetic {run.table}",
        table=run.table,
        run_id=run.id,
        created=lineage.created if lineage else "",
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
    )
