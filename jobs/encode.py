"""encode: the train part -> an encoder, and its rows as codes in Parquet, shuffled."""

from __future__ import annotations

import json
from functools import partial

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs.config import ConfigError
from jobs.profiling import profile_table, settled_schema
from jobs.run import Run, StageRecord, write_whole
from jobs.split import identified_rows
from lakehouse.scan import aggregate, map_batches, row_hash
from lakehouse.schemas import column
from synth.encode import EncoderSettings, TableEncoder
from synth.encode.batches import BatchEncoder
from synth.encode.counts import CodeCounts

PART = "part"
# Names that no seed is likely to have: its own columns stand beside them for a moment.
_MARK, _ORDER = "_lakesynth_part", "_lakesynth_order"
TRAIN, VALIDATION = "train", "validation"
_HASH_RANGE = 2.0**64


def encode(run: Run) -> StageRecord:
    """Fit the encoder from the train part's profile and write its codes.

    Two scans of the train part (profile, codes) and one of the codes (counts).
    """
    train = run.rows_of("split", "train")
    run.reporter.step("profiling the train part")
    found = profile_table(train, settled_schema(run))
    try:
        encoder = TableEncoder.fit(found, encoder_settings(run))
    except ValueError as error:
        raise ConfigError(f"table {run.table}: {error}") from error
    write_whole(run.path("encoder.json"), encoder.dumps())
    run.reporter.step(f"writing {found.rows:,} rows as {len(encoder.sub_columns)} codes each")
    folder = str(run.path("codes"))
    _coded(run, train, encoder, found.rows).write.partitionBy(PART).mode("overwrite").parquet(
        folder
    )
    run.reporter.step("counting codes")
    names = BatchEncoder(encoder).names
    counts = aggregate(
        run.spark.read.parquet(folder),
        names,
        new=partial(CodeCounts, encoder.cardinalities),
        load=partial(CodeCounts.from_bytes, cardinalities=encoder.cardinalities),
    )
    if counts.rows != found.rows:
        raise RuntimeError(f"{counts.rows} rows were encoded, {found.rows} were read")
    listed = [count.tolist() for count in counts.counts]
    write_whole(run.path("code_counts.json"), json.dumps(listed))
    facts = {"rows": counts.rows, "sub_columns": names, "cardinalities": encoder.cardinalities}
    notes = encoder.notes
    if not run.path(f"codes/{PART}={VALIDATION}").is_dir():
        notes += ("too few rows to set some aside: training validates on its own rows",)
    share = _validation_fraction(run, found.rows)
    if share < run.config.encode.validation_fraction:
        notes += (
            f"about {run.config.encode.validation_rows:,} rows of the train part validate "
            f"(encode.validation_rows), {share:.1%} instead of "
            f"{run.config.encode.validation_fraction:.0%}",
        )
    return StageRecord("encode", facts=facts, notes=notes)


def encoder_settings(run: Run) -> EncoderSettings:
    """The encoder's limits as the configuration gives them."""
    given, privacy = run.config.encode, run.config.privacy
    return EncoderSettings(
        min_entities=privacy.min_entities,
        direct=given.direct,
        lossless=given.lossless,
        coarse=given.coarse,
        fine=given.fine,
        rare_values=privacy.rare_values,
    )


def load_encoder(run: Run) -> TableEncoder:
    """The encoder that the encode stage left."""
    return TableEncoder.from_json(json.loads(run.path("encoder.json").read_text("utf-8")))


def _validation_fraction(run: Run, rows: int) -> float:
    given = run.config.encode
    return min(given.validation_fraction, given.validation_rows / rows)


def _coded(run: Run, train: DataFrame, encoder: TableEncoder, rows: int) -> DataFrame:
    """Codes with the part they belong to, in an order that says nothing of the seed's."""
    rows_with_key, key = identified_rows(run, train)
    salt = run.config.random_seed
    share = row_hash(key, f"validation/{salt}") / F.lit(_HASH_RANGE) + F.lit(0.5)
    is_validation = share < F.lit(_validation_fraction(run, rows))
    marked = rows_with_key.select(
        *[column(name) for name in encoder.schema.names],
        F.when(is_validation, F.lit(VALIDATION)).otherwise(F.lit(TRAIN)).alias(_MARK),
        row_hash(rows_with_key.columns, f"order/{salt}").alias(_ORDER),
    )
    kernel = BatchEncoder(encoder, (_MARK, _ORDER), (PART, _ORDER))
    fields = [T.StructField(name, T.ShortType(), False) for name in kernel.names]
    fields += [T.StructField(PART, T.StringType()), T.StructField(_ORDER, T.LongType())]
    coded = map_batches(marked, marked.columns, kernel, T.StructType(fields))
    files = max(1, -(-rows // run.config.encode.rows_per_file))
    shuffled = coded.repartition(files, _ORDER).sortWithinPartitions(PART, _ORDER)
    return shuffled.drop(_ORDER)


if __name__ == "__main__":
    from jobs.cli import submit

    submit("encode")
