"""What is counted of whole tables by Spark, beside a bare scan of them."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from throughput import Memory

from jobs.evidence import Frames, copy_metric, scan_all
from jobs.rows import profile_table
from jobs.session import SessionSettings, open_session
from judging.census import census, copies_of
from judging.spent import Spent, spent
from lakehouse.schemas import in_types, schema_of
from lakehouse.tables import TableRef, read, write
from synth.encode import TableEncoder
from synth.metrics.column_details import column_detail_metrics
from synth.metrics.fidelity import measure_fidelity
from synth.metrics.metric import Metric
from synth.metrics.pearson import pearson_metrics
from synth.metrics.scans import WholeTables
from synth.metrics.triples import triple_metrics


@dataclass(frozen=True)
class Scanned:
    """Fidelity of one table at one size on so many cores."""

    rows: int
    rows_read: int  # of all tables, each once
    cores: int
    bare: Spent
    scans: Spent
    figures: Spent
    copies: Spent
    peak: dict[str, int]

    @property
    def fidelity(self) -> Spent:
        return self.scans + self.figures


def tables_of(spark: SparkSession, where: Path, rows: int) -> dict[str, TableRef]:
    """Three Delta tables by role: as many train as synthetic rows, a tenth of them held out."""
    parts = {role: own.to_pandas() for role, own in census(39_000).items()}
    sizes = {"synthetic": rows, "train": rows, "holdout": rows // 10}
    return {
        role: write(
            copies_of(spark, parts[role], size), str(where / role), app_id=f"benchmark/{role}"
        )
        for role, size in sizes.items()
    }


def bare_scan(frames: Frames) -> None:
    """Every value of the tables is read and hashed, and nothing else is done."""
    for frame in frames.values():
        frame.agg(F.max(F.xxhash64(*[F.col(f"`{name}`") for name in frame.columns]))).collect()


def figures_of(whole: WholeTables) -> list[Metric]:
    """All figures of columns, pairs and triples that follow from counts of whole tables."""
    counts, profiles, triples = whole.counts, whole.profiles, whole.triples
    products = whole.products
    synthetic, train, held = "synthetic", "train", "holdout"
    return [
        *measure_fidelity(
            synthetic=counts[synthetic], train=counts[train], holdout=counts.get(held), seed=0
        ),
        *column_detail_metrics(
            profiles[synthetic], profiles[train], profiles.get(held), task=None, seed=0
        ).metrics,
        *triple_metrics(triples[synthetic], triples[train], triples.get(held), seed=0).metrics,
        *pearson_metrics(products[synthetic], products[train], products.get(held)).metrics,
    ]


def encoder_of(train: DataFrame) -> TableEncoder:
    """The bins of the real rows, which a run has from its encode stage."""
    return TableEncoder.fit(profile_table(train, schema_of(train)))


def measured(
    frames: Frames, encoder: TableEncoder, rows: int, cores: int, *, copied: bool
) -> Scanned:
    """Fidelity once, between two bare scans of the same tables."""
    found: list[WholeTables] = []
    before = spent(lambda: bare_scan(frames))
    with Memory() as memory:
        scans = spent(lambda: found.append(scan_all(frames, encoder, _quiet)))
    figures = spent(lambda: figures_of(found[0]))
    bare = (before + spent(lambda: bare_scan(frames))).half()
    copies = spent(lambda: copy_metric(frames, encoder)) if copied else Spent(0, 0)
    read_rows = sum(found[0].rows.values())
    found_here = Scanned(rows, read_rows, cores, bare, scans, figures, copies, memory.peak)
    print(json.dumps(asdict(found_here)), file=sys.stderr)
    return found_here


def _quiet(step: str) -> None:
    """Tells nobody."""


@contextlib.contextmanager
def session(cores: int) -> Iterator[SparkSession]:
    """A session on so many cores, ended afterwards."""
    spark = open_session(SessionSettings(master=f"local[{cores}]"))
    try:
        yield spark
    finally:
        spark.stop()


def rounds_of(
    spark: SparkSession,
    refs: dict[str, TableRef],
    rows: int,
    rounds: int,
    *,
    train: bool,
    copied: bool,
) -> list[Scanned]:
    """So many rounds in one session, after a pass over few rows that is not counted."""
    frames = {role: read(spark, ref) for role, ref in refs.items()}
    if not train:
        frames = {"synthetic": frames["synthetic"], "train": frames["holdout"]}
    encoder = encoder_of(frames["train"])
    types = {field.name: field.dataType for field in frames["train"].schema}
    frames = {role: in_types(frame, types) for role, frame in frames.items()}
    bare_scan(frames)
    scan_all({role: frame.limit(1000) for role, frame in frames.items()}, encoder, _quiet)
    cores = spark.sparkContext.defaultParallelism
    return [measured(frames, encoder, rows, cores, copied=copied) for _ in range(rounds)]
