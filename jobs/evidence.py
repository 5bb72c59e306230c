"""What the judge is given of tables of Spark: counts, copies, bounded samples of their rows."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pyarrow as pa
from pyspark.sql import DataFrame

from lakehouse.neighbours import exact_copy_rate
from lakehouse.occurrence import with_occurrence
from lakehouse.scan import aggregate, bounded_sample
from synth.encode import TableEncoder
from synth.metrics.compared import sampled_note
from synth.metrics.copies import exact_copies
from synth.metrics.evidence import Measured
from synth.metrics.histograms import CodeHistograms
from synth.metrics.judge import Question, figures
from synth.metrics.metric import Metric
from synth.metrics.table_histograms import TableHistograms

Frames = dict[str, DataFrame]  # by role: train, holdout, synthetic
Counted = dict[str, CodeHistograms]
Follow = Callable[[str], None]


def measured_of(
    frames: Frames,
    counted: Counted,
    encoder: TableEncoder,
    question: Question,
    most: int,
    follow: Follow,
) -> Measured:
    """All figures of three tables; models and attacks are given at most ``most`` rows of each."""
    samples: dict[str, pa.Table] = {}
    notes: list[str] = []
    if question.wanted.measurements:
        samples, notes = samples_of(frames, counted, encoder, question, most, follow)
    follow("looking for exact copies")
    copies = copy_metric(frames, encoder)
    found = figures(encoder, counted, samples, copies, question, follow)
    return Measured(notes=notes) + found


def count_all(frames: Frames, encoder: TableEncoder, follow: Follow) -> Counted:
    """Counts of each table: one scan of each."""
    counted: Counted = {}
    for role, frame in frames.items():
        follow(f"counting {role} rows")
        counted[role] = histograms(frame, encoder)
    return counted


def histograms(frame: DataFrame, encoder: TableEncoder) -> CodeHistograms:
    """Counts of every column and pair of a table, in the encoder's bins: one scan."""
    state = aggregate(
        frame,
        encoder.table_schema.names,
        new=partial(TableHistograms, encoder),
        load=partial(TableHistograms.from_bytes, encoder=encoder),
    )
    return state.counts


def copy_metric(frames: Frames, encoder: TableEncoder) -> Metric:
    """The share of synthetic rows that equal a train row on every column but keys."""
    columns = [column.name for column in encoder.table_schema if not column.key]
    copies, rows = exact_copy_rate(frames["synthetic"], frames["train"], columns)
    if "holdout" not in frames:
        return exact_copies(copies, rows)
    same, held = exact_copy_rate(frames["holdout"], frames["train"], columns)
    return exact_copies(copies, rows, held_copies=same, held_rows=held)


def samples_of(
    frames: Frames,
    counted: Counted,
    encoder: TableEncoder,
    question: Question,
    most: int,
    follow: Follow,
) -> tuple[dict[str, pa.Table], list[str]]:
    """``(rows by role, notes)``: at most ``most`` rows of each; one scan of each."""
    samples: dict[str, pa.Table] = {}
    notes: list[str] = []
    for role, frame in frames.items():
        rows = counted[role].rows
        follow(f"reading {min(rows, most):,} of {rows:,} {role} rows")
        salt = f"judge/{question.seed}/{role}"
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
