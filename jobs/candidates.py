"""The candidates of a run: tables that one model makes, of which the best is published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from jobs.artifacts import sample_plan
from jobs.config import Config
from jobs.identity import configuration
from jobs.run import Run
from synth.sampling.blocks import SamplePlan

FIRST = "candidate"


@dataclass(frozen=True)
class Candidate:
    """One of the tables, counted from 1.

    ``identity`` names what it is made of, and ``digest`` the settings, as if it were the only one:
    so it is the same table however many others are made beside it.
    """

    number: int
    plan: SamplePlan
    identity: str
    digest: str

    @property
    def role(self) -> str:
        """Under which the records have its table."""
        return role_of(self.number)


def role_of(number: int) -> str:
    """``candidate``, ``candidate_2``, and so on."""
    return FIRST if number == 1 else f"{FIRST}_{number}"


def candidates(run: Run) -> tuple[Candidate, ...]:
    """What the run's settings ask for, in their order."""
    return tuple(_candidate(run, k + 1) for k in range(run.config.sample.candidates))


def chosen(run: Run) -> Candidate:
    """The one that evaluate has found to be the best; earlier versions made one alone."""
    return _candidate(run, int(run.record("evaluate").facts.get("chosen", 1)))


def facts_of(run: Run, role: str) -> dict[str, Any]:
    """What the sample stage left of a candidate: ``seed``, ``declared`` and so on."""
    facts = run.record("sample").facts
    found: dict[str, Any] = facts if role == FIRST else facts["others"][role]
    return found


def said_together(notes: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The notes of all candidates: what all of them have is said once."""
    first = notes[0]
    common = [note for note in first if all(note in own for own in notes)]
    own = [
        f"candidate {place}: {note}"
        for place, all_of_it in enumerate(notes, start=1)
        for note in all_of_it
        if note not in common
    ]
    return (*common, *own)


def _candidate(run: Run, number: int) -> Candidate:
    config = _alone(run.config, number)
    return Candidate(
        number,
        sample_plan(run, number),
        replace(run, config=config).identity("sample"),
        configuration(config, "sample", model=run.model_hash),
    )


def _alone(config: Config, number: int) -> Config:
    """The configuration of a run that makes this candidate and no other."""
    return config.model_copy(update={"sample": config.sample.alone(number)})
