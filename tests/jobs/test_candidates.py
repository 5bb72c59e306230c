from __future__ import annotations

from pathlib import Path

import pytest

from jobs.candidates import candidates, chosen, facts_of, role_of, said_together
from tests.jobs.runs import bare_run, book_all

STAGES = ("ingest", "profile", "clean", "split", "encode", "train", "sample", "evaluate")


def test_the_first_candidate_is_the_one_that_an_only_one_is(tmp_path: Path) -> None:
    alone = bare_run(tmp_path)
    book_all(alone, {}, *STAGES)
    (one,) = candidates(alone)
    assert one.identity == alone.identity("sample")
    more = bare_run(tmp_path, sample__candidates=3)
    first, second, third = candidates(more)
    assert first == one
    assert [second.number, third.number] == [2, 3]
    assert [two.role for two in (first, second)] == ["candidate", "candidate_2"]
    assert len({found.plan.seed for found in (first, second, third)}) == 3
    assert candidates(bare_run(tmp_path, sample__candidates=2))[1] == second
    assert more.identity("sample") != alone.identity("sample")
    assert more.identity("train") == alone.identity("train")


def test_a_temperature_makes_another_candidate_of_the_same_number(tmp_path: Path) -> None:
    run = bare_run(tmp_path, sample__candidates=2, sample__temperatures=[1, 0.5])
    book_all(run, {}, *STAGES)
    first, second = candidates(run)
    warm = bare_run(tmp_path, sample__temperature=0.5)
    assert (first.plan.temperature, second.plan.temperature) == (1.0, 0.5)
    assert second.identity == warm.identity("sample")  # the table's name has its number too
    assert second.plan.seed != candidates(warm)[0].plan.seed


def test_the_chosen_one_is_what_evaluate_has_found(tmp_path: Path) -> None:
    run = bare_run(tmp_path, sample__candidates=2)
    sampled = {"seed": 1, "others": {"candidate_2": {"seed": 2}}}
    book_all(run, {"evaluate": {"chosen": 2}, "sample": sampled}, *STAGES)
    assert chosen(run).role == role_of(2) == "candidate_2"
    assert facts_of(run, "candidate")["seed"] == 1
    assert facts_of(run, "candidate_2") == {"seed": 2}
    with pytest.raises(KeyError):
        facts_of(run, "candidate_3")


def test_a_record_of_an_earlier_version_has_one(tmp_path: Path) -> None:
    run = bare_run(tmp_path)
    book_all(run, {}, *STAGES)
    assert chosen(run).number == 1


def test_what_all_candidates_say_is_said_once() -> None:
    assert said_together([("a", "b")]) == ("a", "b")
    assert said_together([("a", "b"), ("a", "c", "d")]) == (
        "a",
        "candidate 1: b",
        "candidate 2: c",
        "candidate 2: d",
    )
