"""What the judge is given of a run: its question, and bounded samples of the three tables."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pyarrow as pa
from pyspark.sql import DataFrame

from jobs.config import Config
from jobs.identity import digest
from jobs.records import write_atomically
from jobs.run import Run
from jobs.told import seed_repeats
from lakehouse.occurrence import with_occurrence
from lakehouse.scan import bounded_sample
from synth.encode import TableEncoder
from synth.metrics.compared import sampled_note
from synth.metrics.evidence import Measured
from synth.metrics.histograms import CodeHistograms
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


def samples_of(
    run: Run,
    frames: Mapping[str, DataFrame],
    counted: Mapping[str, CodeHistograms],
    encoder: TableEncoder,
    question: Question,
) -> tuple[dict[str, pa.Table], list[str]]:
    """``(rows by role, notes)``: at most ``evaluate.model_rows`` of each; one scan of each."""
    most = run.config.evaluate.model_rows
    samples: dict[str, pa.Table] = {}
    notes: list[str] = []
    for role, frame in frames.items():
        rows = counted[role].rows
        run.reporter.step(f"reading {min(rows, most):,} of {rows:,} {role} rows")
        salt = f"judge/{run.config.random_seed}/{role}"
        samples[role] = driver_rows(frame, encoder, question, rows=most, of=rows, salt=salt)
        if rows > most:
            notes.append(sampled_note(role, most, rows))
    return samples, notes


def driver_rows(
    frame: DataFrame, encoder: TableEncoder, question: Question, *, rows: int, of: int, salt: str
) -> pa.Table:
    """At most so many rows, with the columns of the table and of the privacy unit."""
    names = list(encoder.table_schema.names)
    unit = [name for name in question.unit if name in frame.columns and name not in names]
    # Equal rows must be told apart where not all of them come.
    numbered = with_occurrence(frame) if rows < of else frame
    columns = [*names, *unit]
    found = bounded_sample(numbered, columns, key=numbered.columns, rows=rows, of=of, salt=salt)
    fields = [pa.field(c.name, c.arrow_type) for c in encoder.table_schema]
    fields += [found.schema.field(name) for name in unit]
    return found.cast(pa.schema(fields))


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
