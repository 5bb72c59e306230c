"""encode: the train part -> an encoder, and its rows as codes in Parquet, shuffled."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.adoption import CODES
from jobs.artifacts import settled_schema
from jobs.config import Config
from jobs.entities import notes_on_entities, rows_of_enough
from jobs.forms import RowSample, forms_in, row_sample, written_otherwise
from jobs.going_on import require_conditions
from jobs.model_sections import TrainConfig
from jobs.records import StageRecord, write_atomically
from jobs.rows import (
    distinct_rows,
    identified_rows,
    nullable_as,
    told_by_table,
)
from jobs.run import Run
from jobs.train_profile import CheckedRules, TrainProfile
from lakehouse.code_files import rows_in, write_codes
from lakehouse.distinct import count_distinct_rows
from lakehouse.scan import map_batches, row_hash
from lakehouse.schemas import quote
from synth.dependencies.composite_keys import CompositeKey, note_on
from synth.dependencies.facts import dependency_facts
from synth.dependencies.finding import DependencySearch
from synth.dependencies.plan import Plan
from synth.encode import CodeStatistics, EncoderSettings, TableEncoder
from synth.encode.batches import BatchEncoder
from synth.encode.counts import CodeCounts
from synth.encode.written import Written, read_in_forms
from synth.forms.table_forms import TableForms
from synth.generators.contract import Arrangement
from synth.learning.preparation import prepare
from synth.profiling.size import notes_on_size
from synth.profiling.table_profile import TableProfile
from synth.table.schema import TableSchema

PART = "part"
# Names that no seed is likely to have: its own columns stand beside them for a moment.
_MARK, _ORDER = "_lakesynth_part", "_lakesynth_order"
TRAIN, VALIDATION = "train", "validation"
_HASH_RANGE = 2.0**64
FILES_A_WORKER = 4


def encode(run: Run) -> StageRecord:
    """Fit the encoder from the train part's profile and write its codes.

    Three scans of the train part (sample, profile with dependencies, codes); one more where several
    columns look like a key together, and two where codes are made anew.
    """
    train = run.rows_of("split", "train")
    run.reporter.step("reading a sample of the train part")
    schema = nullable_as(train, settled_schema(run))
    rows = _sample(run, train, schema)
    with told_by_table(run):
        settings = encoder_settings(run.config, rows_of_enough(run, train, "its train part"))
        search_of = partial(_search, run, settings)
        profile = TrainProfile(run, train, rows.rows, search_of)
        written = _written_in_forms(run, profile, rows, schema, settings)
        forms, found, sample = written.forms, written.profile, written.sample
        first = forms.learned_names("encode.first", run.config.encode.first)
        plan, notes = _plan(profile.rules(forms, sample), found)
        keys = _composite_keys(run, train, rows.rows, schema)
        run.reporter.step("fitting the encoder and putting its codes in order")
        encoder, arrangement = prepare(
            run.config.train.kind,
            run.config.train.generator_settings,
            found,
            sample,
            settings,
            plan=plan,
            first=first,
            forms=forms,
        )
    require_conditions(run, encoder)
    write_atomically(run.path("encoder.json"), encoder.dumps())
    counts = _written(run, train, encoder, arrangement, found.rows)
    least = settings.min_entities
    statistics = CodeStatistics.counted(counts, arrangement.relations, min_entities=least)
    write_atomically(run.path("code_statistics.json"), json.dumps(statistics.to_json()))
    facts: dict[str, Any] = {
        "dependencies": dependency_facts(plan),
        "sample_rows": sample.num_rows,
        "rows": counts.rows,
        "sub_columns": BatchEncoder(encoder).names,
        "cardinalities": encoder.cardinalities,
        "composite_keys": [list(key) for key in keys],
    }
    notes = (
        *encoder.notes,
        *written.notes,
        *notes,
        *map(note_on, keys),
        *notes_on_entities(run.config, least, found.rows),
        *notes_on_size(found, len(schema), run.config.privacy.min_entities),
        *_notes_on_rows(run, sample.num_rows, found.rows),
    )
    return StageRecord("encode", facts=facts, notes=notes)


def _written_in_forms(
    run: Run,
    profile: TrainProfile,
    sample: RowSample,
    schema: TableSchema,
    settings: EncoderSettings,
) -> Written:
    """How columns are written: one scan, two where codes are made anew, and as many by entities."""
    found, assumed = forms_in(run, sample, schema)
    profiled = run.record("profile").facts.get("forms")  # none in records of before there were any
    otherwise = () if profiled is None else tuple(written_otherwise(found, profiled))
    written = read_in_forms(
        found,
        assumed,
        sample.rows,
        settings,
        wanted=run.config.columns.forms,
        profile_of=profile.profile,
        search_of=lambda forms, _: profile.search_of(forms),
    )
    return replace(written, notes=(*written.notes, *otherwise))


def _written(
    run: Run, train: DataFrame, encoder: TableEncoder, arrangement: Arrangement, rows: int
) -> CodeCounts:
    """Write the codes, and count them as they are written."""
    run.reporter.step(f"writing {rows:,} rows as {len(encoder.sub_columns)} codes each")
    folder, asked = run.path(CODES), (encoder.sub_columns, arrangement.partners, arrangement.scores)
    counts = write_codes(
        _coded(run, train, encoder, rows),
        folder,
        BatchEncoder(encoder).names,
        [f"{PART}={name}" for name in (TRAIN, VALIDATION)],
        new=partial(CodeCounts, *asked),
        load=lambda data: CodeCounts.from_bytes(data, *asked),
    )
    if counts.rows != rows:
        raise RuntimeError(f"{counts.rows} rows were encoded, {rows} were read")
    there = rows_in(folder)
    if there != rows:
        raise RuntimeError(
            f"{rows:,} rows were written as codes, but {folder} holds {there:,}: lake.files must "
            "be a folder that the driver and all executors see"
        )
    return counts


def _notes_on_rows(run: Run, sampled: int, rows: int) -> tuple[str, ...]:
    """What is sampled, few, or used otherwise than configured."""
    notes: tuple[str, ...] = ()
    if sampled < rows:
        notes += (
            "candidates for dependencies, and order and groups of the codes, come from a sample of "
            f"{sampled:,} rows of the train part (encode.sample_rows)",
        )
    if not run.path(f"codes/{PART}={VALIDATION}").is_dir():
        notes += ("too few rows to set some aside: training validates on its own rows",)
    share = _validation_fraction(run, rows)
    if share < run.config.encode.validation_fraction:
        notes += (
            f"about {run.config.encode.validation_rows:,} rows of the train part validate "
            f"(encode.validation_rows), {share:.1%} instead of "
            f"{run.config.encode.validation_fraction:.0%}",
        )
    return notes


def _search(run: Run, settings: EncoderSettings, forms: TableForms) -> DependencySearch:
    """What is to be looked for among learned columns, as the configuration says."""
    section = run.config.dependencies
    needs = run.config.generator_needs(forms.learned)
    first = forms.learned_names("encode.first", run.config.encode.first)
    return DependencySearch(
        forms.learned,
        min_entities=settings.min_entities,
        direct=settings.direct,
        find=section.find,
        declared=section.add,
        veto=forms.learned_names("dependencies.veto", section.veto),
        conditioned=needs.conditioned | frozenset(first),
    )


def _plan(checked: CheckedRules, found: TableProfile) -> tuple[Plan, tuple[str, ...]]:
    """What is determined in the table, and notes: what was not looked at, own rules not used."""
    candidates, search = checked.candidates, checked.search
    if not candidates.rules:
        return Plan(), candidates.limits
    plan = search.settle(checked.verification, found)
    return plan, (*candidates.limits, *search.unused(plan), *search.notes(plan))


def _composite_keys(
    run: Run, train: DataFrame, sample: pa.RecordBatch, schema: TableSchema
) -> list[CompositeKey]:
    """Of the keys that a sample suggests those that all rows keep: one scan, none without any."""
    least, find = run.config.privacy.min_entities, run.config.dependencies.find
    search = DependencySearch(schema, least, run.config.encode.direct, find)
    found, rows = search.composite_keys(sample), run.record("split").tables["train"].rows
    if not found:
        return []
    run.reporter.step(f"counting {len(found)} sets of columns that may be unique")
    distinct = count_distinct_rows(train, found, all_or_none=True)
    return [key for key, count in zip(found, distinct, strict=True) if count == rows]


def _sample(run: Run, train: DataFrame, schema: TableSchema) -> RowSample:
    """Rows on the driver: what forms, rules, order and groups of the codes are read off."""
    return row_sample(
        distinct_rows(run, train),
        schema,
        run.config,
        rows=run.config.encode.sample_rows,
        of=run.record("split").tables["train"].rows,
        salt=f"sample/{run.config.random_seed}",
    )


def encoder_settings(config: Config, least: int) -> EncoderSettings:
    """The encoder's limits as the configuration gives them; ``least`` rows are of enough people."""
    section, privacy = config.encode, config.privacy
    return EncoderSettings(
        min_entities=least,
        direct=section.direct,
        lossless=section.lossless,
        coarse=section.coarse,
        fine=section.fine,
        rare_values=privacy.rare_values,
    )


def least_files(config: TrainConfig) -> int:
    """Into how many files codes go at least: petastorm deals whole row groups to the workers.

    Several for each, since a file may happen to get no row of a small validation part.
    """
    return FILES_A_WORKER * config.workers if config.deals_row_groups else 1


def _validation_fraction(run: Run, rows: int) -> float:
    section = run.config.encode
    return min(section.validation_fraction, section.validation_rows / rows)


def _coded(run: Run, train: DataFrame, encoder: TableEncoder, rows: int) -> DataFrame:
    """Codes of a row as one value, and its part, in an order that says nothing of the seed's."""
    rows_with_key, key = identified_rows(run, train)
    salt = run.config.random_seed
    share = row_hash(key, f"validation/{salt}") / F.lit(_HASH_RANGE) + F.lit(0.5)
    is_validation = share < F.lit(_validation_fraction(run, rows))
    marked = rows_with_key.select(
        *map(quote, encoder.table_schema.names),
        is_validation.cast("int").alias(_MARK),
        row_hash(rows_with_key.columns, f"order/{salt}").alias(_ORDER),
    )
    kernel = BatchEncoder(encoder, (_MARK, _ORDER), (PART, _ORDER))
    schema = f"codes binary, {PART} int, {_ORDER} long"
    coded = map_batches(marked, marked.columns, kernel, schema, gather=True)
    files = max(-(-rows // run.config.encode.rows_per_file), least_files(run.config.train))
    return coded.repartition(files, _ORDER).sortWithinPartitions(_ORDER).drop(_ORDER)
