"""A short fit of a sample: what it measures, and that the encoder is the whole table's."""

from __future__ import annotations

import itertools

import numpy as np
import pyarrow as pa
import pytest

from synth.arguments import FitArguments
from synth.encode import EncoderSettings
from synth.generators.registry import generator_kind, read_settings
from synth.planning.rehearsal import Rehearsal, Stopwatch, rehearse
from synth.profiling.table_profile import TableProfile

RNG = np.random.default_rng(0)
ROWS, SAMPLED = 4000, 400
TABLE = pa.table(
    {
        "city": RNG.choice([f"city {i}" for i in range(60)], ROWS),
        "age": RNG.integers(18, 90, ROWS),
        "pay": RNG.normal(3000, 500, ROWS).round(2),
    }
)


def tried(name: str) -> Rehearsal:
    kind = generator_kind(name)
    return rehearse(
        kind,
        read_settings(kind),
        TableProfile.of(TABLE),
        TABLE.slice(0, SAMPLED).to_batches()[0],
        asked=FitArguments(),
        encoder_settings=EncoderSettings(min_entities=5),
        train_rows=3200,
    )


@pytest.mark.parametrize("name", ["autoregressive", "mixture"])
def test_a_learned_row_and_a_drawn_one_are_measured(name: str) -> None:
    found = tried(name)
    assert found.rows == SAMPLED and found.sub_columns >= 3
    assert found.codes > 130  # the sample alone shows few of the values five rows share
    assert found.parameters > 0
    assert found.row_seconds is not None and 0 < found.row_seconds < 0.1
    assert 0 < found.draw_seconds < 0.1 and found.closing_seconds >= 0


def test_a_fit_of_counts_has_no_steps() -> None:
    assert tried("marginal").row_seconds is None


def test_a_stopwatch_counts_from_the_first_point_on() -> None:
    ticks = itertools.count(5.0, 2.0)
    watch = Stopwatch(lambda: next(ticks))
    watch.step("calibrating")
    watch.say(["a note"])
    watch.advance("learning", 20, 60, unit="steps")
    assert watch.step_seconds() is None
    watch.advance("learning", 60, 60, unit="steps")
    assert watch.step_seconds() == 2.0 / 40
