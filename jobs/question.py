"""What is asked of a run's table, and what was measured of it before."""

from __future__ import annotations

import json
from typing import Any

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


def remembered(run: Run) -> Measured | None:
    """What was measured before of the same tables with the same settings; None where nothing."""
    path = run.path(FIGURES)
    if not path.is_file():
        return None
    data = json.loads(path.read_text("utf-8"))
    return Measured.from_json(data["measured"]) if data["of"] == _measured_of(run) else None


def remember(run: Run, found: Measured) -> None:
    """Keep what was measured, so that other gates need not measure it again."""
    data = {"of": _measured_of(run), "measured": found.to_json()}
    write_atomically(run.path(FIGURES), json.dumps(data, ensure_ascii=False, allow_nan=False))


def _measured_of(run: Run) -> str:
    """The name of the tables and settings on which figures depend."""
    config = run.config
    return digest(
        [
            VERSION,
            config.task.model_dump(mode="json"),
            config.evaluate.model_dump(mode="json"),
            config.random_seed,
            list(config.columns.sensitive),
            *(run.record(stage).result for stage in ("sample", "encode", "split")),
        ]
    )
