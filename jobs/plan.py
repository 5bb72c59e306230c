"""A look at a seed before a run: which generator, which settings, what it will cost. No run."""

from __future__ import annotations

import math
import os
import re
import time
from collections.abc import Callable, Iterator, Sequence

from pyspark.sql import SparkSession

from jobs.audit_question import audit_question
from jobs.audited_table import seed_table
from jobs.config import Config, ConfigError
from jobs.encode import encoder_settings
from jobs.launch import require_means_of
from jobs.plan_settings import suggestions
from jobs.progress import Reporter
from jobs.session import SessionSettings
from jobs.stages import STAGES
from jobs.where_to_fit import SHORT, asked_of_a_cluster
from lakehouse.listing import look
from synth.arguments import FitArguments
from synth.audit.first_scan import First, first_scan
from synth.audit.purpose import on_purpose
from synth.audit.size import free_text_columns, on_size
from synth.audit.text_words import mean_words
from synth.generators.registry import AUTO, resolved
from synth.learning.means import has_gpu
from synth.planning.choice import (
    Asked,
    Suggestion,
    TableFacts,
    reasons,
)
from synth.planning.rates import spark_factor
from synth.planning.recommendation import Recommendation
from synth.planning.rehearsal import Rehearsal, rehearse
from synth.planning.speed import Speed, measured_speed
from synth.planning.stage_costs import Measured, StageCost, stage_costs
from synth.planning.work import Work
from synth.profiling.keys import key_candidates
from synth.profiling.table_profile import TableProfile

PINNED = ("delta", "table")  # kinds of a seed that are read where they are
TEXT = ("csv", "json")
UNITS = {"": 1, "b": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}


def plan_run(
    open_session: Callable[[], SparkSession], config: Config, reporter: Reporter
) -> Recommendation:
    """What is recommended for the configuration's seed: one scan, and a short fit of a sample.

    Nothing is written. InputError or ConfigError names what does not fit, before the scan where
    that is seen.
    """
    require_means_of(config.train)
    started = time.perf_counter()
    spark = open_session()
    start_seconds = time.perf_counter() - started
    reporter.step("reading the table")
    table = seed_table(spark, config)
    reporter.step("profiling columns")
    before, started = measured_speed(), time.perf_counter()
    first = first_scan(table.source(config.random_seed, reporter.step), audit_question(config))
    scan_seconds = time.perf_counter() - started
    speed = before + measured_speed()
    profile = first.profile
    if not profile.rows:
        raise ConfigError(f"table {config.seed} has no rows: there is nothing to learn")
    profile = profile.marked(keys=key_candidates(profile) if config.columns.infer_keys else ())
    reporter.step(f"trying {config.train.generator} on a sample")
    kind = look(spark, config.seed).kind
    work = work_of(config, profile.rows, len(profile.schema), is_copied=kind not in PINNED)
    tried = _tried(config, profile, first, work)
    measured = _measured(config, work, tried, scan_factor(kind, scan_seconds, work, speed), speed)
    costs = stage_costs(STAGES, work, measured)
    asked, facts = _asked(config), TableFacts.of(profile)
    return Recommendation(
        table=config.seed,
        facts=facts,
        generator=config.train.generator,
        reasons=reasons(asked, facts),
        suggestions=_suggested(config, asked, first, profile, costs),
        costs=costs,
        start_seconds=start_seconds,
        calibration=_calibration(scan_seconds, speed, measured),
        findings=(
            *on_purpose(config.stated.intended_use),
            *on_size(profile, None, config.privacy.min_entities),
        ),
        notes=(*table.notes, *first.notes, *speed.notes(), *_assumed(config, kind, work, tried)),
    )


def work_of(config: Config, rows: int, columns: int, *, is_copied: bool = True) -> Work:
    """What a run of so large a seed does under these settings."""
    train_rows = max(round(rows * (1 - config.split.holdout_fraction)), 1)
    evaluate = config.evaluate
    return Work(
        rows=rows,
        columns=columns,
        synthetic_rows=(config.sample.rows or rows) * config.sample.candidates,
        train_rows=train_rows,
        cores=os.cpu_count() or 1,
        block_rows=config.sample.block_rows,
        sample_rows=config.encode.sample_rows,
        model_rows=evaluate.model_rows,
        heap_bytes=memory_bytes(config.session.driver_memory),
        is_copied=is_copied,
        by_entity=bool(config.split.key),
        whole_profile=config.profile.whole,
        under_ray=_under_ray(config, train_rows, columns),
        two_sample=evaluate.two_sample,
        utility=evaluate.utility,
        privacy=evaluate.privacy,
    )


def scan_factor(kind: str, seconds: float, work: Work, speed: Speed) -> float:
    """How many times as long Spark takes as on the reference machine, both with nothing else to do.

    By the scan of the seed, but for one of text, whose reading takes as long as the scan: a run
    reads it once. By the processor then. On a busy machine by both, as their geometric mean: how
    long a scan has waited is known by small work before and after it alone.
    """
    if kind in TEXT:
        return speed.factor
    found = spark_factor(seconds / speed.waiting, work.seed_cells)
    return math.sqrt(found * speed.factor) if speed.is_busy else found


def memory_bytes(text: str) -> int:
    """Spark's way to write a size: 2g, 512m.

    >>> memory_bytes("2g")
    2147483648
    """
    found = re.fullmatch(r"(\d+)([bkmgt]?)b?", text.strip().lower())
    if found is None:
        raise ConfigError(f"session.driver_memory is {text!r}: write a size such as 2g or 512m")
    return int(found[1]) * UNITS[found[2]]


def _under_ray(config: Config, rows: int, columns: int) -> bool:
    """Whether a cluster will be started for the fit, as far as that is seen before it."""
    train = config.train
    if train.launch != "auto":
        return train.launch != "in_process"
    if train.address or asked_of_a_cluster(train):
        return True
    seconds = train.kind.expected_seconds(train.generator_settings, rows, columns)
    return train.kind.learns and (seconds is None or seconds > SHORT)


def _tried(config: Config, profile: TableProfile, first: First, work: Work) -> Rehearsal | None:
    """The fit tried on the sample; None of a kind whose fit has no steps that could be counted."""
    kind, settings = config.train.kind, config.train.generator_settings
    if kind.learns and kind.length(settings, work.train_rows, 1) is None:
        return None
    encode, find = config.encode, config.dependencies
    return rehearse(
        kind,
        settings,
        profile,
        first.sample,
        asked=FitArguments(
            first=encode.first,
            veto=find.veto,
            rules=find.add,
            forms=config.columns.forms,
            find_rules=find.find,
        ),
        encoder_settings=encoder_settings(config, config.privacy.min_entities),
        train_rows=work.train_rows,
        device=config.train.device,
        seed=config.random_seed,
        # What a GPU does is not the processor's time.
        clock=time.process_time if config.train.device == "cpu" else time.perf_counter,
    )


def _measured(
    config: Config, work: Work, tried: Rehearsal | None, spark: float, speed: Speed
) -> Measured:
    length = None
    if tried is not None:
        kind, settings = config.train.kind, config.train.generator_settings
        length = kind.length(settings, work.train_rows, tried.codes)
    return Measured(spark, speed.factor, tried, length)


def _asked(config: Config) -> Asked:
    train = config.train
    return Asked(
        train.generator,
        "generator" in train.model_fields_set and train.generator != resolved(AUTO),
        tuple(config.sample.given),
        tuple(train.settings),
        train.use_gpu,
        has_gpu(),
    )


def _suggested(
    config: Config,
    asked: Asked,
    first: First,
    profile: TableProfile,
    costs: Sequence[StageCost],
) -> tuple[Suggestion, ...]:
    known = {*config.columns.sensitive, *config.columns.keys, *config.columns.ignore}
    prose = free_text_columns(profile, mean_words(first.sample))
    found = {one.column for one in audit_question(config).inference.identifying(first.content)}
    names = [name for name in profile.schema.names if name in found and name not in known]
    fit = next(cost.seconds for cost in costs if cost.stage == "train")
    return tuple(suggestions(asked, [n for n in names if n not in prose], prose, fit))


def _calibration(scan_seconds: float, speed: Speed, measured: Measured) -> dict[str, float]:
    """What was measured here."""
    found = {
        "scan_seconds": scan_seconds,
        "scan_beside_reference": measured.spark,
        "processor_beside_reference": speed.factor,
        "clock_over_processor": speed.waiting,
    }
    tried = measured.rehearsal
    if tried is not None:
        found |= {
            "codes": tried.codes,
            "parameters": tried.parameters,
            "preparing_seconds": tried.preparing_seconds,
            "closing_seconds": tried.closing_seconds,
            "draw_seconds_a_row": tried.draw_seconds,
        }
        if tried.row_seconds is not None:
            found["learn_seconds_a_row"] = tried.row_seconds
    return found


def _assumed(config: Config, kind: str, work: Work, tried: Rehearsal | None) -> Iterator[str]:
    """What the costs take for granted."""
    settings = SessionSettings(master=config.session.master, remote=config.session.remote)
    if not settings.is_local:
        yield (
            f"Spark does not run on this machine: {work.cores} cores draw rows in this reckoning, "
            "and memory is that of a local driver"
        )
    if kind in TEXT:
        yield "the seed is text: Spark is taken to be as quick here as numpy is on one core"
    if tried is None:
        yield (
            f"how long {config.train.generator} learns is not known: its kind tells no steps that "
            "a short fit could be measured by"
        )
    elif tried.rows < work.train_rows:
        yield (
            f"forms, rules and steps were tried on {tried.rows:,} rows; that all rows are kept by "
            "cleaning is taken for granted"
        )
    if config.split.key:
        yield (
            "values are counted by people (split.key): the scans of profile and encode count "
            "twice for that, which was not measured"
        )
    if config.train.workers > 1:
        yield f"train.workers is {config.train.workers}: the fit is reckoned with one"
    if config.train.search.settings:
        yield "train.search comes to the time of train: it was not reckoned"
