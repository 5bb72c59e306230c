"""What the judge is given of tables of Spark: counts, copies, bounded samples of their rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame

from lakehouse.neighbours import count_copies
from lakehouse.occurrence import with_occurrence
from lakehouse.scan import aggregate, bounded_sample
from synth.encode import TableEncoder
from synth.metrics.compared import sampled_note
from synth.metrics.copies import exact_copies
from synth.metrics.evidence import Measured
from synth.metrics.features import Floats
from synth.metrics.judge import Question, figures
from synth.metrics.metric import Metric
from synth.metrics.scans import S, WholeTables, scanned

Frames = dict[str, DataFrame]  # by role: train, holdout, synthetic
Follow = Callable[[str], None]


@dataclass(frozen=True)
class RealRows:
    """What is read of real rows once, however many synthetic tables are held against them.

    ``likelihood``: the model's of each row of a sample, by role; None where it tells none.
    """

    samples: dict[str, pa.Table]
    notes: tuple[str, ...]
    likelihood: Mapping[str, Floats] | None = None


def scan_all(frames: Frames, encoder: TableEncoder, follow: Follow) -> WholeTables:
    """What is counted of whole tables: two scans of the train part, one of each other table."""
    names = encoder.table_schema.names

    def scan(role: str, new: Callable[[], S], load: Callable[[bytes], S]) -> S:
        return aggregate(frames[role], names, new=new, load=load)

    return scanned(scan, tuple(frames), encoder, follow)


def measured_of(
    frames: Frames,
    whole: WholeTables,
    encoder: TableEncoder,
    question: Question,
    most: int,
    follow: Follow,
    *,
    rules: Sequence[Mapping[str, Any]] = (),
    real: RealRows | None = None,
) -> Measured:
    """All figures of three tables; models and attacks are given at most ``most`` rows of each.

    ``real`` is what :func:`read_real` has read, for who measures several synthetic tables.
    """
    made = {"synthetic": frames["synthetic"]}
    samples, notes = samples_of(made, whole.rows, encoder, question, most, follow)
    real = real or read_real(frames, whole.rows, encoder, question, most, follow)
    follow("looking for exact copies")
    copies = copy_metric(frames, encoder)
    both = {**samples, **real.samples}
    found = figures(
        encoder, whole, both, copies, question, follow, rules=rules, likelihood=real.likelihood
    )
    return Measured(notes=[*notes, *real.notes]) + found


def read_real(
    frames: Frames,
    rows_in_all: Mapping[str, int],
    encoder: TableEncoder,
    question: Question,
    most: int,
    follow: Follow,
) -> RealRows:
    """A bounded sample of the train part and of the holdout."""
    own = {role: frame for role, frame in frames.items() if role in ("train", "holdout")}
    samples, notes = samples_of(own, rows_in_all, encoder, question, most, follow)
    return RealRows(samples, tuple(notes))


def copy_metric(frames: Frames, encoder: TableEncoder) -> Metric:
    """The share of synthetic rows that equal a train row on every column but keys.

    That of the holdout beside it, where there is one.
    """
    columns = [column.name for column in encoder.table_schema if not column.key]
    others = {role: frame for role, frame in frames.items() if role != "train"}
    found = count_copies(frames["train"], others, columns)
    same, held = found.get("holdout", (None, None))
    return exact_copies(*found["synthetic"], held_copies=same, held_rows=held)


def samples_of(
    frames: Frames,
    rows_in_all: Mapping[str, int],
    encoder: TableEncoder,
    question: Question,
    most: int,
    follow: Follow,
) -> tuple[dict[str, pa.Table], list[str]]:
    """``(rows by role, notes)``: at most ``most`` rows of each; one scan of each."""
    samples: dict[str, pa.Table] = {}
    notes: list[str] = []
    for role, frame in frames.items():
        rows = rows_in_all[role]
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
