"""What is asked of a run's table, and what was measured of it before."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jobs.candidates import Candidate
from jobs.config import Config
from jobs.identity import digest
from jobs.records import write_atomically
from jobs.run import Run
from jobs.told import seed_repeats
from synth.metrics.evidence import Measured
from synth.metrics.judge import Question, Wanted
from synth.version import VERSION

FIGURES = "figures.json"


def question_of(run: Run) -> Question:
    """How the run's table is to be judged."""
    return question_in(run.config, seed_repeats(run))


def question_in(config: Config, repeats: tuple[int, int]) -> Question:
    """How a configuration wants a table judged; ``repeats`` are those that cleaning dropped."""
    section = config.evaluate
    return Question(
        Wanted(
            section.two_sample,
            section.utility,
            None if section.privacy == "off" else section.privacy,
            section.slices,
        ),
        config.gates.rules(repeats),
        config.random_seed,
        config.task.model_dump() if config.task.target is not None else {},
        config.columns.sensitive,
        config.split.key,
        config.gates.amber == "publish",
    )


def stated_in(config: Config) -> dict[str, Any]:
    """What a report says of who answers for the table, and of what it protects."""
    unit = ", ".join(config.split.key)
    return {
        **config.stated.model_dump(),
        "unit": f"entity ({unit})" if unit else "row",
        "min_entities": config.privacy.min_entities,
    }


def remembered(run: Run, candidate: Candidate) -> Measured | None:
    """What was measured before of the same tables with the same settings; None where nothing."""
    path = _figures(run, candidate)
    if not path.is_file():
        return None
    data = json.loads(path.read_text("utf-8"))
    known = data["of"] == _measured_of(run, candidate)
    return Measured.from_json(data["measured"]) if known else None


def remember(run: Run, candidate: Candidate, found: Measured) -> None:
    """Keep what was measured: other gates, or more candidates, need not measure it again."""
    data = {"of": _measured_of(run, candidate), "measured": found.to_json()}
    text = json.dumps(data, ensure_ascii=False, allow_nan=False)
    write_atomically(_figures(run, candidate), text)


def _figures(run: Run, candidate: Candidate) -> Path:
    number = candidate.number
    return run.path(FIGURES if number == 1 else FIGURES.replace(".", f"_{number}."))


def _measured_of(run: Run, candidate: Candidate) -> str:
    """The name of the tables and settings on which figures depend."""
    config = run.config
    return digest(
        [
            VERSION,
            config.task.model_dump(mode="json"),
            config.evaluate.model_dump(mode="json"),
            config.random_seed,
            list(config.columns.sensitive),
            candidate.number,
            candidate.identity,
            *(run.record(stage).result for stage in ("encode", "split")),
        ]
    )
