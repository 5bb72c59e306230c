"""The best of several runs is published, the others are set aside with the reason."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from jobs.adoption import CODES
from jobs.candidates import chosen
from jobs.choice import NOT_CHOSEN, Choice, keep_choice
from jobs.identity import digest
from jobs.lock import hold, release
from jobs.pipeline import do_stage
from jobs.publish import (
    PUBLISHED,
    forget_codes,
    record_decision,
    set_aside_candidates,
)
from jobs.records import undo, write_atomically
from jobs.run import Run
from lakehouse.lineage import (
    CHOICE,
    Lineage,
    is_complete,
    read_lineage,
    set_choice,
    set_verdict,
)
from lakehouse.tables import current_version
from synth.report.html import render_html
from synth.report.report import Report
from synth.table.errors import InputError


def publish_best(choice: Choice, runs: Sequence[Run]) -> Run:
    """Publish the best of these runs, unless it is what is published now; that run.

    One that breaks a gate is refused as by ``publish``: ``check_gates`` turns it into an error.
    The others' tables say why they were not chosen, and so do all reports. The runs' locks are
    given back.
    """
    best = next(run for run in runs if run.id == choice.best["run"])
    others = [run for run in runs if run is not best]
    try:
        for run in runs:
            hold(run.folder, run.reporter.note)
            keep_choice(run.folder, choice, run.record("evaluate"))
        _publish(best, choice)
        for run in others:
            _set_aside(run, choice)
        for run in runs:
            _tell_on_page(run, choice)
    finally:
        for run in runs:
            release(run.folder)
    return best


def _publish(best: Run, choice: Choice) -> None:
    """The publish stage, done again where another run's table has taken the place of this one."""
    done, stands = best.find_record("publish"), _stands(best)
    if done is not None and done.facts["verdict"] != PUBLISHED:
        best.reporter.note(f"run {best.id} was refused before: nothing to do")
    elif done is not None and stands:
        name = best.lake.table(best.table, "synthetic")
        best.reporter.note(f"run {best.id} is what is published as {name}: nothing to do")
        set_choice(best.spark, name, choice.words)
    else:
        if not stands:
            undo(best.folder, "publish", {"verdict": "to be published"})
        do_stage(best, "publish")


def _stands(run: Run) -> bool:
    """Whether the run's best candidate is what the published table holds."""
    name = run.lake.table(run.table, "synthetic")
    if current_version(run.spark, name) is None or not is_complete(run.spark, name):
        return False
    published = read_lineage(run.spark, name)
    return published is not None and published.is_of_the_rows_of(_lineage(run))


def _lineage(run: Run) -> Lineage:
    """That of the run's best candidate; InputError where it has lost it."""
    name = run.record("sample").tables[chosen(run).role].name
    found = read_lineage(run.spark, name)
    if found is None:
        raise InputError(f"{name} has lost its lineage: start a new run (--fresh)")
    return found


def _set_aside(run: Run, choice: Choice) -> None:
    """The run's tables say why they are not published, and what stands for real rows is deleted."""
    verdict = choice.verdict_of(run.id)
    candidate = run.record("sample").tables[chosen(run).role]
    lineage = replace(_lineage(run), choice=choice.words)
    set_verdict(run.spark, candidate.name, verdict)
    set_aside_candidates(run)
    app_id = run.app_id("evaluate", f"choice-{digest(choice.to_json())}")
    record_decision(run, verdict, lineage, candidate, app_id)
    undo(run.folder, "publish", {"verdict": NOT_CHOSEN})
    run.reporter.note(f"run {run.id} is {verdict}")
    if not run.config.encode.keep_codes and run.path(CODES).exists():
        run.reporter.note(f"run {run.id}: {forget_codes(run)}")


def _tell_on_page(run: Run, choice: Choice) -> None:
    """The run's report shows all runs of the choice."""
    path = run.path("report.json")
    if not path.is_file():
        run.reporter.note(f"{path} is gone: the page does not show the choice")
        return
    report = Report.from_json(json.loads(path.read_text(encoding="utf-8")))
    lineage = {**report.lineage, CHOICE: choice.words} if report.lineage else {}
    told = replace(report, runs=[{**row, "here": row["run"] == run.id} for row in choice.rows])
    told = replace(told, lineage=lineage)
    text = json.dumps(told.to_json(), ensure_ascii=False, allow_nan=False)
    write_atomically(path, text)
    write_atomically(run.path("report.html"), render_html(told))
