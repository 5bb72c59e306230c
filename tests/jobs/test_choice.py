"""A choice among runs: its words, and how a run's folder keeps it until it no longer holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jobs.choice import Choice, choice_of, keep_choice
from jobs.records import read_record, undo
from jobs.run import Run
from tests.jobs.past import left_run
from tests.jobs.runs import book


def row(name: str, rank: int, **more: Any) -> dict[str, Any]:
    why = "the state of utility has decided" if rank == 1 else "utility is red"
    return {
        "run": name,
        "generator": "marginal",
        "settings": {},
        "table": f"/lake/{name}",
        "version": 1,
        "rank": rank,
        "chosen": rank == 1,
        "why": why,
        "passed": True,
        "status": "green",
        "areas": {"privacy": "green"},
        "figures": [],
        **more,
    }


CHOICE = Choice((row("people-a-1", 2), row("people-b-1", 1, settings={"steps": 3})), ("a note",))


def kept(tmp_path: Path, name: str = "people-a-1", last: str = "publish") -> Run:
    """A run whose folder keeps the choice."""
    run = left_run(tmp_path, name, "2024-01-01", last=last)
    keep_choice(run.folder, CHOICE, run.record("evaluate"))
    return run


def test_it_says_which_is_the_best_and_why_the_others_are_not() -> None:
    assert CHOICE.best["run"] == "people-b-1"
    assert CHOICE.words == (
        "run people-b-1 of 2 (the others: people-a-1): the state of utility has decided"
    )
    assert CHOICE.verdict_of("people-a-1") == "not chosen, run people-b-1 is: utility is red"
    assert CHOICE.lines() == (
        "chosen: run people-b-1, marginal (steps 3): the state of utility has decided",
        "not chosen: run people-a-1, marginal: utility is red",
    )
    assert Choice.from_json(json.loads(json.dumps(CHOICE.to_json()))) == CHOICE


def test_a_folder_keeps_it_until_the_run_is_judged_again(tmp_path: Path) -> None:
    run = kept(tmp_path, last="evaluate")
    assert choice_of(run.folder, run.records()) == CHOICE
    assert choice_of(run.folder, {}) is None
    undo(run.folder, "evaluate", {})
    book(run, "evaluate", {"metrics": []})
    assert choice_of(run.folder, run.records()) is None


def test_one_that_was_not_chosen_and_is_published_since_has_none(tmp_path: Path) -> None:
    run = kept(tmp_path)
    assert choice_of(run.folder, run.records()) is None
    undo(run.folder, "publish", {"verdict": "not chosen"})
    assert choice_of(run.folder, run.records()) == CHOICE
    record = read_record(run.folder, "publish")
    assert record is not None
    assert choice_of(run.folder, {**run.records(), "publish": record}) == CHOICE
    best = kept(tmp_path, "people-b-1")
    assert choice_of(best.folder, best.records()) == CHOICE


def test_a_folder_without_one_has_none(tmp_path: Path) -> None:
    run = left_run(tmp_path, "people-a-1", "2024-01-01")
    assert choice_of(run.folder, run.records()) is None
