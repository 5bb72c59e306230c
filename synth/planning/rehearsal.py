"""A short fit of a sample: what a step, and a drawn row, costs on this machine.

Nothing of it is kept. The encoder is that of the whole table's profile, so that there are as many
codes as there will be; forms, rules and codes are those of the sample.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from synth.arguments import FitArguments
from synth.encode import EncoderSettings, TableEncoder
from synth.fitting import Fitting
from synth.generators.contract import Generator, GeneratorKind, Length
from synth.in_memory import TableInMemory
from synth.learning.threads import one_thread
from synth.profiling.table_profile import TableProfile

DRAWN_ROWS = 16_384  # as a block of a table has
Clock = Callable[[], float]


@dataclass(frozen=True)
class Rehearsal:
    """What was measured, in seconds of the clock that was given.

    ``rows`` are those of the sample, ``codes`` the sum of the ``sub_columns``' cardinalities.
    ``preparing_seconds``: forms, rules and codes of the sample. ``row_seconds``: a row learned
    once, None of a kind without steps; ``closing_seconds``: the fit without its steps;
    ``draw_seconds``: a row drawn and decoded.
    """

    rows: int
    sub_columns: int
    codes: int
    parameters: int
    preparing_seconds: float
    row_seconds: float | None
    closing_seconds: float
    draw_seconds: float


class Stopwatch:
    """A :class:`synth.progress.Follower` that keeps when each point of a fit was shown."""

    def __init__(self, clock: Clock):
        self._clock = clock
        self.points: list[tuple[int, float]] = []  # (step, when)

    def step(self, text: str) -> None:
        """Steps of other work say nothing of the fit's."""

    def advance(self, text: str, done: int, total: int, *, unit: str) -> None:
        """A point of the fit."""
        self.points.append((done, self._clock()))

    def say(self, notes: Iterable[str]) -> None:
        """What is fitted for a moment needs no notes."""

    def step_seconds(self) -> float | None:
        """Between the first point, before which all is made ready, and the last one."""
        if len(self.points) < 2:
            return None
        (first, began), (last, ended) = self.points[0], self.points[-1]
        return (ended - began) / max(last - first, 1)


def rehearse(
    kind: GeneratorKind,
    settings: Any,
    profile: TableProfile,
    sample: pa.RecordBatch,
    *,
    asked: FitArguments,
    encoder_settings: EncoderSettings,
    train_rows: int,
    device: str = "cpu",
    seed: int = 0,
    clock: Clock = time.process_time,
) -> Rehearsal:
    """Fit a sample for a few steps as a table of ``train_rows`` would be, and draw a block.

    ``profile`` is that of the whole table. ``clock`` is the processor's time where nothing else
    says: other work on the machine does not count. InputError says what of it cannot be learned.
    """
    short = kind.rehearsed(settings, train_rows)
    fitting = Fitting(kind, short, encoder_settings, device, seed)
    watch, started = Stopwatch(clock), clock()
    held = TableInMemory(pa.Table.from_batches([sample]), profile, sample)
    encoder, codes, arrangement = fitting.encoded(held, asked, watch)
    prepared = clock()
    generator, facts = fitting.trained(encoder, codes, arrangement, watch)
    fitted = clock()
    in_all = sum(encoder.cardinalities)
    step_seconds = watch.step_seconds()
    length = kind.length(short, len(codes), in_all)
    learned = 0.0 if step_seconds is None else watch.points[-1][0] * step_seconds
    return Rehearsal(
        rows=len(codes),
        sub_columns=len(encoder.sub_columns),
        codes=in_all,
        parameters=int(facts.get("parameters", 0)),
        preparing_seconds=prepared - started,
        row_seconds=_each(step_seconds, length),
        closing_seconds=max(fitted - prepared - learned, 0.0),
        draw_seconds=_draw_seconds(generator, encoder, clock),
    )


def _each(step_seconds: float | None, length: Length | None) -> float | None:
    """Of a row of a step."""
    return None if step_seconds is None or length is None else step_seconds / length.step_rows


def _draw_seconds(generator: Generator, encoder: TableEncoder, clock: Clock) -> float:
    """Of a row of a block, on one thread as in Spark's workers."""
    rng, started = np.random.default_rng(0), clock()
    with one_thread():
        encoder.decode(generator.sample(DRAWN_ROWS, rng), rng)
    return (clock() - started) / DRAWN_ROWS
