"""evaluate: candidates, train part and holdout -> figures, gates, the best one, and the report."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from jobs.artifacts import load_encoder
from jobs.question import question_of, stated_in
from jobs.records import StageRecord, write_atomically
from jobs.run import Run
from jobs.seed_checks import accepted, require_fit
from jobs.side_by_side import Judged, judged, notes_on, told
from jobs.stages import before
from jobs.told import cleaning_facts, repeated_keys, shown_rows
from lakehouse.lineage import Lineage, read_lineage
from lakehouse.registry import Registry
from synth.audit.finding import Finding
from synth.audit.purpose import on_purpose
from synth.encode import TableEncoder
from synth.metrics.gates import COPIES, GateRules
from synth.metrics.judge import Judgement
from synth.metrics.metric import Metric
from synth.metrics.ranking import rank
from synth.metrics.verdict import Verdict, failed_kinds
from synth.report.html import render_html
from synth.report.made import report_of
from synth.report.report import Report

PASSED, NOT_PASSED = "passed", "not passed"  # publish says in the table's own lineage what it did


def evaluate(run: Run) -> StageRecord:
    """Measure the candidates and write ``report.json`` and ``report.html`` of the best.

    Two scans of the train part, one of each candidate and one of the holdout for all that is
    counted; one of each for the rows that models and attacks are given; the exact copies cost a
    join of each candidate, and one of the holdout, with the train part; broken dependencies one
    scan more of each candidate. What was measured before, of the same tables with the same
    settings, is not measured again: other gates judge it anew.
    """
    started = time.monotonic()
    # Whoever accepted a finding of the profile may have taken it back since.
    require_fit(run.config, map(Finding.from_json, run.record("profile").facts["findings"]))
    encoder, question = load_encoder(run), question_of(run)
    found = judged(run, encoder, question)
    ranking = rank([one.contender for one in found])
    best, beside = found[ranking.best], told(found, ranking)
    said = notes_on(found, ranking)
    repeats = repeated_keys(run, best.frame)
    run.reporter.step("writing the report")
    report = _report(run, encoder, best, (*said, *repeats), started, beside)
    write_atomically(
        run.path("report.json"), json.dumps(report.to_json(), ensure_ascii=False, allow_nan=False)
    )
    write_atomically(run.path("report.html"), render_html(report))
    _register(run, found)
    verdict = best.found.verdict
    notes = (
        *said,
        *verdict.reasons,
        *verdict.waived,
        *_accepted(run),
        *repeats,
        *best.found.notes,
        *gate_notes(question.rules, best.found.metrics),
        *_given_notes(run, verdict),
    )
    facts = {**_facts(run, best.found), "chosen": best.candidate.number, "candidates": beside}
    return StageRecord("evaluate", facts=facts, notes=notes)


def _accepted(run: Run) -> list[str]:
    return accepted(run.config, run.record("profile").facts["findings"])


def _register(run: Run, found: Sequence[Judged]) -> None:
    """Each candidate's figures under the name of its table."""
    registry = Registry(run.spark, run.lake.registry("runs"), run.lake.registry("metrics"))
    for one in found:
        purpose = "metrics" if one.candidate.number == 1 else f"metrics-{one.candidate.number}"
        app_id = run.app_id("evaluate", purpose)
        registry.record_metrics(run.id, one.found.metrics, app_id, candidate=one.table.name)


def _facts(run: Run, found: Judgement) -> dict[str, Any]:
    """What later stages and commands read of the judgement."""
    verdict = found.verdict
    return {
        "passed": verdict.passed,
        "status": verdict.status,
        "areas": verdict.areas,
        "reasons": list(verdict.reasons),
        "waived": [*verdict.waived, *_accepted(run)],
        "failed_gates": failed_kinds(found.metrics, verdict),
        "metrics": [metric.to_json() for metric in found.metrics if metric.scope == "table"],
        "report": str(run.path("report.html")),
    }


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


def _report(
    run: Run,
    encoder: TableEncoder,
    best: Judged,
    notes: tuple[str, ...],
    started: float,
    beside: list[dict[str, Any]],
) -> Report:
    records = run.records()
    finished = [records[stage] for stage in before("evaluate") if stage in records]
    lineage = read_lineage(run.spark, best.table.name)
    return report_of(
        encoder,
        best.whole.counts,
        best.found,
        title=f"Synthetic {run.table}",
        table=run.table,
        run_id=run.id,
        created=lineage.created if lineage else "",
        stated=stated_in(run.config),
        cleaning=cleaning_facts(run),
        dependencies=best.rules,
        findings=[
            *(found.to_json() for found in on_purpose(run.config.stated.intended_use)),
            *run.record("profile").facts["findings"],
        ],
        training=run.record("train").facts["training"],
        lineage=_lineage_of(run, lineage, best.found.verdict) if lineage else {},
        tables=[
            {"role": role, "name": t.name, "version": t.version, "rows": t.rows}
            for record in finished
            for role, t in record.tables.items()
        ],
        sample=shown_rows(run, best.candidate),
        candidates=beside,
        notes=[*(note for record in finished for note in record.notes), *notes],
        seconds={
            **{record.stage: record.seconds for record in finished},
            "evaluate": round(time.monotonic() - started, 2),  # but for the page itself
        },
    )


def _lineage_of(run: Run, lineage: Lineage, verdict: Verdict) -> dict[str, str]:
    """The lineage as the report tells it: with what was just found."""
    said = PASSED if verdict.passed else NOT_PASSED
    waivers = (*verdict.waived, *_accepted(run))
    told = replace(lineage, verdict=said, gates=verdict.status, waivers=waivers)
    return told.to_properties()
