from __future__ import annotations

from pathlib import Path

from jobs.candidates import candidates
from jobs.question import question_of, remember, remembered
from jobs.told import seed_repeats
from synth.metrics.copies import exact_copies
from synth.metrics.evidence import Measured
from synth.metrics.metric import Metric
from tests.jobs.runs import bare_run, book_all


def test_gates_know_how_often_the_seed_repeats_itself(tmp_path: Path) -> None:
    run = bare_run(tmp_path, gates__column_shortfall=0.25, gates__copy_rate=None)
    facts = {"counts": {"duplicates": 6, "rows_in": 600}}
    book_all(run, {"clean": facts}, "ingest", "clean")
    assert seed_repeats(run) == (6, 600)
    rules = question_of(run).rules
    assert (rules.copy_rate, rules.repeats) == (None, (6, 600))
    assert rules.bounds["column_similarity"].green == 0.25
    assert rules.copy_level == 0.01
    gate = rules.gate(exact_copies(0, 600, held_copies=1, held_rows=500))
    assert gate is not None and gate.kind == "privacy" and 6 < 600 * gate.bound < 30


def test_figures_are_remembered_for_the_same_tables_and_settings_alone(tmp_path: Path) -> None:
    stages = ("ingest", "profile", "clean", "split", "encode", "train", "sample")
    run = bare_run(tmp_path)
    book_all(run, {}, *stages)
    (one,) = candidates(run)
    assert remembered(run, one) is None
    found = Measured([Metric("column_similarity", "table", 0.9)], ["a note"], {"curve": [1.0]})
    remember(run, one, found)
    assert remembered(run, one) == found
    looser = bare_run(tmp_path, gates__column_shortfall=0.5)
    assert remembered(looser, one) == found  # only judged anew
    other = bare_run(tmp_path, evaluate__utility=not run.config.evaluate.utility)
    assert remembered(other, one) is None


def test_more_candidates_leave_the_figures_of_the_first(tmp_path: Path) -> None:
    stages = ("ingest", "profile", "clean", "split", "encode", "train", "sample")
    run = bare_run(tmp_path)
    book_all(run, {}, *stages)
    found = Measured([Metric("column_similarity", "table", 0.9)])
    remember(run, candidates(run)[0], found)
    more = bare_run(tmp_path, sample__candidates=2)
    first, second = candidates(more)
    assert remembered(more, first) == found and remembered(more, second) is None
    remember(more, second, Measured())
    assert remembered(more, first) == found and remembered(more, second) == Measured()
    rows = bare_run(tmp_path, sample__candidates=2, sample__rows=5)
    assert remembered(rows, candidates(rows)[0]) is None
