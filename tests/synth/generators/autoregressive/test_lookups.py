"""A timetable: numbers of a thousand that each have hours of their own, and minutes in these."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import torch

from synth.generators.autoregressive.contexts import Context, Frequent
from synth.generators.autoregressive.fit import fit
from synth.generators.autoregressive.generator import AutoregressiveGenerator
from synth.generators.autoregressive.lookups import RATE, Lookups
from synth.generators.autoregressive.relations import Relations
from synth.generators.autoregressive.settings import AutoregressiveSettings
from tests.synth.fits import encoded, looked_up, new_training, task_of
from tests.synth.learning.test_likelihood import SETTINGS

ROWS, NUMBERS = 24_000, 700
SIZES, GROUPS = (3, 4, 2), (None, 0, None)


def timetable() -> pa.Table:
    """Each number at two times of a thousand."""
    rng = np.random.default_rng(0)
    number = rng.integers(0, NUMBERS, ROWS)
    times = rng.integers(0, 1000, (NUMBERS, 2))
    return pa.table({"number": number, "time": times[number, rng.integers(0, 2, ROWS)]})


def share_of_right_times(
    *, looked_up: bool
) -> tuple[float, AutoregressiveGenerator, dict[str, Any]]:
    table = timetable()
    encoder, codes, statistics = encoded(table)
    if not looked_up:
        none = [[]] * len(encoder.sub_columns)
        statistics = replace(statistics, relations={**statistics.relations, "tellers": none})
    settings = AutoregressiveSettings(steps=600, hidden=16, batch_rows=256, dropout=0.0)
    task = task_of(encoder, codes, statistics, settings, min_entities=11)
    made = fit(task)
    rng = np.random.default_rng(1)
    rows = encoder.decode(made.sample(10_000, rng), rng)
    known = set(zip(*(table.column(name).to_pylist() for name in ("number", "time")), strict=True))
    pairs = zip(*(rows.column(name).to_pylist() for name in ("number", "time")), strict=True)
    return float(np.mean([pair in known for pair in pairs])), made, task.progress.facts


def test_a_timetable_is_learned_number_by_number_and_by_what_enough_rows_share() -> None:
    without, plain, nothing = share_of_right_times(looked_up=False)
    found, made, facts = share_of_right_times(looked_up=True)
    assert found > 0.9 and 1 - found < 0.6 * (1 - without)
    assert not any(name.startswith("lookups.") for name in plain.weights)
    codes = encoded(timetable())[1]
    train = codes[len(codes) // 10 :].astype(np.int64)  # as the task has it
    tables = [lookup for head in made.heads() for lookup in head.lookups]
    kept = sorted(len(table.logits) - 1 for table in tables)  # the first is that of all others
    assert tables and sorted(facts["looked_up"]["time by number"]) == kept
    assert "looked_up" not in nothing
    for table in tables:
        counts = np.bincount(table.context.at(train), minlength=table.context.size)
        assert counts[table.rows > 0].min() >= 11 and counts[table.rows == 0].max() < 11
        assert not table.logits[0].any()  # what fewer share is not told
    assert (plain.save().format, made.save().format) == (8, 9)
    again = AutoregressiveGenerator.load(made.save())
    same = [own.sample(500, np.random.default_rng(3)) for own in (made, again)]
    assert (same[0] == same[1]).all()


def small() -> Lookups:
    frequent = Frequent(Context.of(2, 1, SIZES, GROUPS), np.array([1, 5]))
    made = Lookups([frequent], SIZES)
    table = made["2"]["1"]  # type: ignore[index]
    table.logits.data[1:] = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    return made


def test_only_contexts_that_are_kept_tell_and_only_what_comes_before() -> None:
    lookups, logits = small(), torch.zeros(3, 2)
    codes = torch.tensor([[0, 1, 0], [1, 1, 0], [2, 3, 0]])  # the contexts 1, 5 and 11
    told = torch.tensor([[1.0, 2.0], [3.0, 4.0], [0.0, 0.0]]) * RATE
    assert lookups.places == (2,) and lookups.pairs == ((2, 1),)
    assert torch.equal(lookups.added(2, logits, codes, None), told)
    assert torch.equal(lookups.added(2, logits, codes, torch.tensor([0, 1, 2])), told)
    assert torch.equal(lookups.added(2, logits, codes, torch.tensor([1, 2, 0])), logits)
    assert torch.equal(lookups.added(0, logits, codes, None), logits)


def test_the_row_of_all_others_is_never_learned() -> None:
    encoder, codes, statistics = encoded(timetable())
    related = Relations.from_json(statistics.relations)
    known = looked_up(codes, encoder.sub_columns, related, 20)
    training = new_training(encoder, statistics, SETTINGS, looked_up=known, hidden=16)
    for start in range(0, 2000, 500):
        training._step(torch.from_numpy(codes[start : start + 500].astype(np.int64)))
    learned = {
        name: value
        for name, value in training.network.state_dict().items()
        if name.endswith(".logits")
    }
    assert len(learned) == len(known) > 0
    for value in learned.values():
        assert value[1:].any() and not value[0].any()
