"""The candidates of a run measured beside each other, and what a reader is told of the ranking."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from pyspark.sql import DataFrame

from jobs.candidates import Candidate, candidates
from jobs.evidence import RealRows, measured_of, read_real, scan_all
from jobs.question import remember, remembered
from jobs.records import TableRecord
from jobs.rows import in_types_of
from jobs.run import Run
from jobs.told import dependencies
from lakehouse.schemas import plain_texts
from synth.encode import TableEncoder
from synth.metrics.catalogue import headlines
from synth.metrics.judge import Judgement, Question, settled
from synth.metrics.ranking import RULE, Contender, Ranking
from synth.metrics.scans import WholeTables
from synth.model_evidence import likelihoods
from synth.sampling.model_folder import load_model

T = TypeVar("T")


@dataclass(frozen=True)
class Judged:
    """A candidate with all that was found of it; ``rules`` are those between its columns."""

    candidate: Candidate
    table: TableRecord
    frame: DataFrame
    whole: WholeTables
    rules: list[dict[str, Any]]
    found: Judgement

    @property
    def contender(self) -> Contender:
        """As it is ranked."""
        return Contender(self.found.metrics, self.found.verdict)


def judged(run: Run, encoder: TableEncoder, question: Question) -> list[Judged]:
    """All candidates of the run with their figures; the real tables are read once for all of them.

    What was measured of one before, with the same settings, is not measured again.
    """
    asked, tables = candidates(run), run.record("sample").tables
    made = {_scanned_as(c): plain_texts(run.rows_of("sample", c.role)) for c in asked}
    real = {
        role: in_types_of(run.rows_of("split", role), encoder.table_schema)
        for role in run.record("split").tables
    }
    most, follow = run.config.evaluate.model_rows, run.reporter.step
    whole, read = scan_all({**made, **real}, encoder, follow), None
    found = []
    for one in asked:
        frame, own = made[_scanned_as(one)], _of_one(whole, one)
        rules, measured = dependencies(run, frame, encoder), remembered(run, one)
        if measured is None:
            say, frames = _saying(follow, one, len(asked)), {"synthetic": frame, **real}
            read = read or _with_likelihood(
                run, read_real(frames, own.rows, encoder, question, most, follow), question
            )
            measured = measured_of(
                frames, own, encoder, question, most, say, rules=rules, real=read
            )
            remember(run, one, measured)
        found.append(Judged(one, tables[one.role], frame, own, rules, settled(measured, question)))
    return found


def _with_likelihood(run: Run, read: RealRows, question: Question) -> RealRows:
    """How likely the model finds each real row that attacks are given; some are told by it."""
    if question.wanted.privacy is None:
        return read
    run.reporter.step("asking the model how likely real rows are")
    model = load_model(run.path("model"))
    return replace(read, likelihood=likelihoods(model.encoder, model.generator, read.samples))


def told(found: Sequence[Judged], ranking: Ranking) -> list[dict[str, Any]]:
    """A row for each candidate, as ``Report.candidates`` has them; none where there is one."""
    if len(found) == 1:
        return []
    return [
        {
            "candidate": one.candidate.number,
            "table": one.table.name,
            "version": one.table.version,
            "seed": one.candidate.plan.seed,
            "temperature": one.candidate.plan.temperature,
            "rank": ranking.order.index(place) + 1,
            "chosen": place == ranking.best,
            "why": ranking.reasons[place],
            "passed": one.found.verdict.passed,
            "status": one.found.verdict.status,
            "areas": dict(one.found.verdict.areas),
            "figures": [
                metric.to_json()
                for metric in one.found.metrics
                if metric.scope == "table" and metric.name in headlines()
            ],
        }
        for place, one in enumerate(found)
    ]


def notes_on(found: Sequence[Judged], ranking: Ranking) -> tuple[str, ...]:
    """Which candidate is the best and by which rule; none where there is one."""
    if len(found) == 1:
        return ()
    best = found[ranking.best]
    said = [
        f"candidate {best.candidate.number} of {len(found)} is chosen: "
        f"{ranking.reasons[ranking.best]}",
        f"how candidates are ranked: {RULE}",
        f"the figures are of the best of {len(found)}, chosen by these same figures: a fresh "
        "measurement of it would be a little worse on average",
    ]
    return tuple(said)


def _scanned_as(candidate: Candidate) -> str:
    """The role of its rows beside those of others."""
    number = candidate.number
    return "synthetic" if number == 1 else f"synthetic {number}"


def _of_one(whole: WholeTables, candidate: Candidate) -> WholeTables:
    """What was read of this candidate and of the real tables."""
    own = {_scanned_as(candidate): "synthetic", "train": "train", "holdout": "holdout"}

    def pick(read: Mapping[str, T]) -> dict[str, T]:
        return {role: read[name] for name, role in own.items() if name in read}

    return WholeTables(
        pick(whole.counts), pick(whole.profiles), pick(whole.triples), pick(whole.products)
    )


def _saying(follow: Callable[[str], None], one: Candidate, of: int) -> Callable[[str], None]:
    """What is done, with the candidate that it is done for."""
    if of == 1:
        return follow
    return lambda words: follow(f"candidate {one.number}: {words}")
