"""What a run that goes on is asked for anew, checked before its next stage works."""

from __future__ import annotations

from jobs.artifacts import load_encoder
from jobs.config import ConfigError
from jobs.given_rows import require_given_rows
from jobs.run import Run
from jobs.seed_checks import require_columns
from synth.encode import TableEncoder
from synth.sampling.conditions import read_conditions
from synth.table.errors import InputError
from synth.table.schema import TableSchema


def require_known(run: Run) -> None:
    """ConfigError for columns and values that the stages which are finished do not know.

    What is made, and how it is judged, may differ from what the run was started with, so that
    those stages have not looked at it.
    """
    ingested = run.find_record("ingest")
    if ingested is None or run.model is not None:
        return
    columns = ingested.facts.get("columns")  # none in records of before they were kept
    if columns is not None:
        require_columns(run.config, TableSchema.from_json(columns).names)
    if run.find_record("encode") is not None and run.find_record("train") is None:
        require_conditions(run, load_encoder(run))


def require_conditions(run: Run, encoder: TableEncoder) -> None:
    """ConfigError for a value that the rows to be made cannot be given: before the training."""
    try:
        read_conditions(run.config.sample.given, encoder)
    except InputError as error:
        raise ConfigError(f"table {run.table}: sample.{error}") from error
    require_given_rows(run, encoder)
