"""What each stage of a run will cost, and on which measured rate that rests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from synth.generators.contract import Length
from synth.planning.memory import Memory, peak_memory
from synth.planning.rates import (
    JUDGED_COLUMNS,
    JUDGED_ROWS,
    PRIVACY,
    RAY_START,
    SPARK,
    TORCH_START,
    TWO_SAMPLE,
    UTILITY,
    WHOLE_PROFILE,
)
from synth.planning.rehearsal import Rehearsal
from synth.planning.work import Work

LEAST_SHARE = 0.03  # of the judge's work on Adult: what a table of a few hundred rows takes


@dataclass(frozen=True)
class StageCost:
    """Seconds as they are expected, and at most where a fit may take longer; None if not known.

    ``memory`` is in bytes; ``rests_on`` says in words what the seconds come from.
    """

    stage: str
    seconds: float | None
    most_seconds: float | None
    memory: Memory
    rests_on: str

    def to_json(self) -> dict[str, Any]:
        """All fields; seconds to the tenth, memory in whole bytes."""
        memory = {f"{name}_bytes": round(size) for name, size in asdict(self.memory).items()}
        return {
            "stage": self.stage,
            "seconds": None if self.seconds is None else round(self.seconds, 1),
            "most_seconds": None if self.most_seconds is None else round(self.most_seconds, 1),
            **memory,
            "rests_on": self.rests_on,
        }


@dataclass(frozen=True)
class Measured:
    """How this machine compares: ``spark`` and ``cpu`` times as long as the reference.

    ``rehearsal`` and ``length`` are None where the generator's fit could not be tried.
    """

    spark: float
    cpu: float
    rehearsal: Rehearsal | None = None
    length: Length | None = None


def stage_costs(stages: Sequence[str], work: Work, measured: Measured) -> tuple[StageCost, ...]:
    """Those of a run's ``stages``, in their order; KeyError for one that is not known."""
    found = {**_by_spark(work, measured), **_by_rehearsal(work, measured)}
    return tuple(
        StageCost(stage, *cost, peak_memory(stage, work, measured.rehearsal), rests_on)
        for stage, (cost, rests_on) in ((stage, found[stage]) for stage in stages)
    )


_Cost = tuple[float | None, float | None]  # expected, at most


def _by_spark(work: Work, measured: Measured) -> dict[str, tuple[_Cost, str]]:
    """Stages that are scans and writes; the judge's models and attacks are the driver's."""
    scans = 2 if work.by_entity else 1
    cells = {
        "ingest": work.seed_cells if work.is_copied else 0.0,
        "profile": work.seed_cells * scans,
        "clean": work.seed_cells,
        "split": work.seed_cells,
        "evaluate": work.seed_cells + work.synthetic_cells,
        "publish": work.synthetic_cells,
    }
    found = {}
    for stage, millions in cells.items():
        seconds = SPARK[stage].seconds(millions) * measured.spark
        words = f"{millions:,.1f} million values, the scan's speed"
        if stage == "profile" and work.whole_profile:
            seconds += WHOLE_PROFILE.seconds(work.seed_cells) * measured.spark
            words += ", pairs and rules"
        if stage == "evaluate":
            judge = judge_seconds(work) * measured.cpu
            seconds += judge
            words += f"; models and attacks {judge:,.0f} s on one core"
        found[stage] = (_alike(seconds), words)
    return found


def judge_seconds(work: Work) -> float:
    """What models and attacks take on one core of the reference machine: rows are capped."""
    rows = min(work.train_rows, work.model_rows) / JUDGED_ROWS
    share = max(rows * work.columns / JUDGED_COLUMNS, LEAST_SHARE)
    tests = TWO_SAMPLE * work.two_sample + UTILITY * work.utility + PRIVACY[work.privacy]
    return share * tests


def _by_rehearsal(work: Work, measured: Measured) -> dict[str, tuple[_Cost, str]]:
    """Stages whose own work was tried on a sample."""
    encoding = SPARK["encode"].seconds(work.train_cells * (2 if work.by_entity else 1))
    sampling = SPARK["sample"].seconds(work.synthetic_cells)
    encoding, sampling = encoding * measured.spark, sampling * measured.spark
    tried = measured.rehearsal
    if tried is None:
        unknown = (None, None), "not known: the fit was not tried"
        return {
            "encode": (_alike(encoding), "the scan's speed alone"),
            "train": unknown,
            "sample": unknown,
        }
    sampled = min(work.sample_rows, work.train_rows)
    preparing = tried.preparing_seconds * sampled / tried.rows
    drawing = -(-work.blocks // work.cores) * work.block_rows * tried.draw_seconds
    if work.blocks < work.cores:
        drawing = work.synthetic_rows * tried.draw_seconds / max(work.blocks, 1)
    return {
        "encode": (
            _alike(encoding + preparing),
            f"{work.train_cells:,.1f} million values, the scan's speed; forms and rules of "
            f"{sampled:,} rows {preparing:,.0f} s, tried",
        ),
        "train": _training(work, measured, tried),
        "sample": (
            _alike(sampling + drawing),
            f"{1 / tried.draw_seconds:,.0f} rows a second and core, tried",
        ),
    }


def _training(work: Work, measured: Measured, tried: Rehearsal) -> tuple[_Cost, str]:
    start = TORCH_START + (RAY_START if work.under_ray else 0.0)
    around = tried.closing_seconds + start * measured.cpu
    length = measured.length
    if length is None or tried.row_seconds is None:
        return _alike(around), "the whole fit, tried"
    step = length.step_rows * tried.row_seconds
    words = (
        f"about {length.steps:,} of at most {length.most_steps:,} steps of {length.step_rows:,} "
        f"rows, {step * 1000:,.0f} ms each, tried"
    )
    return (around + length.steps * step, around + length.most_steps * step), words


def _alike(seconds: float) -> _Cost:
    return seconds, seconds
