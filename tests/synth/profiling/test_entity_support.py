"""What a profile calls shared is held by enough entities, of every type of column."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from synth.encode import EncoderSettings
from synth.encode.cells import protected_cells
from synth.profiling.entity_support import (
    ENTITY,
    EntitySupport,
    RowEntities,
    note_on_entities,
    require_entities,
)
from synth.profiling.table_profile import TableProfile
from synth.statistics.column_state import MomentState, NumberState, TextState
from synth.statistics.entities import Entities
from synth.statistics.frequent import FrequentNumbers
from synth.statistics.wide_state import WideState
from synth.table.door import in_memory
from synth.table.errors import InputError
from synth.table.row_codes import row_codes

LEAST = 5


def table(rows: int = 3000, seed: int = 0) -> pa.Table:
    """Rows of 200 entities, one of which has a third of them and values of its own."""
    rng = np.random.default_rng(seed)
    who = np.where(rng.random(rows) < 1 / 3, 0, rng.integers(0, 200, rows))
    lone = who == 0
    day = np.where(lone, 20_000, rng.integers(8000, 8400, rows))
    second = rng.integers(0, 10**8, rows)
    return pa.table(
        {
            "who": pa.array(who),
            "age": np.where(lone, 99, 20 + who % 40),
            "pay": np.where(lone, 777.5 + rng.integers(0, 3, rows), rng.normal(50, 9, rows)),
            "few": pa.array(rng.integers(0, 6, rows), pa.int8(), mask=rng.random(rows) < 0.1),
            "city": np.where(lone, "Lonely", np.array(list("abcdefg"))[who % 7]),
            "free": [f"{'Zz9' if own else 'aaa'}-{k}" for own, k in zip(lone, second, strict=True)],
            "flag": pa.array(lone),
            "day": pa.array(day.astype("int32")).cast(pa.date32()),
            "time": pa.array(second * 10**6).cast(pa.timestamp("us")),
            "wide": pa.array(
                [
                    Decimal(10**20 + (7 if own else int(k) % 9))
                    for own, k in zip(lone, second, strict=True)
                ],
                pa.decimal128(30, 0),
            ),
        }
    )


def told(rows: pa.Table) -> TableProfile:
    profile = TableProfile.of(rows)
    RowEntities.of(rows, ["who"], LEAST).tell(profile, rows)
    return profile


def holders(values: pa.Array, who: np.ndarray, value: object) -> int:
    """How many entities hold a value."""
    mask = pc.fill_null(pc.equal(values, pa.scalar(value, values.type)), False)
    return len(np.unique(who[np.asarray(mask)]))


def test_texts_that_few_entities_hold_are_those_of_few_rows() -> None:
    rows = table()
    profile, who = told(rows), np.asarray(rows["who"])
    for name in ("city", "flag", "free"):
        state, values = profile[name], pc.cast(rows[name], pa.string()).combine_chunks()
        assert isinstance(state, TextState)
        for value, count in state.frequent.counts.items():
            assert (count >= LEAST) == (holders(values, who, value) >= LEAST), (name, value)
    assert profile["city"].counted.counts["Lonely"] == 1  # hundreds of rows of one entity


def test_shapes_are_counted_by_entities_too() -> None:
    shapes = told(table())["free"].shapes.counts  # type: ignore[union-attr]
    lone = {shape: n for shape, n in shapes.items() if shape.startswith("Aa9")}
    assert lone and all(n < LEAST for n in lone.values())
    assert max(n for shape, n in shapes.items() if shape.startswith("aaa")) >= LEAST


@pytest.mark.parametrize("name", ["age", "few", "pay", "day", "time", "wide"])
def test_numbers_that_few_entities_hold_are_those_of_few_rows(name: str) -> None:
    rows = table()
    state = told(rows)[name]
    assert isinstance(state, NumberState)
    plain = TableProfile.of(rows)[name]
    assert isinstance(plain, NumberState)
    few = state.frequent.counts < LEAST
    assert np.array_equal(state.frequent.counts[~few], plain.frequent.counts[~few])
    if name in ("age", "day", "pay"):  # the lone entity's own value
        highest = int(np.argmax(plain.frequent.counts))
        assert plain.frequent.counts[highest] > 100 and state.frequent.counts[highest] == 1


@pytest.mark.parametrize("exact", [True, False], ids=["exact", "sketch"])
def test_intervals_of_numbers_are_of_enough_entities(exact: bool) -> None:
    """Cells as the encoder makes them, over the rows as they are."""
    rows = table(6000, seed=1)
    settings = EncoderSettings(min_entities=LEAST, lossless=8192 if exact else 2)
    who = np.asarray(rows["who"])
    for name in ("pay", "age"):
        state = told(rows)[name]
        assert isinstance(state, NumberState)
        cells = protected_cells(state, settings, tails=False)
        values, atoms = np.asarray(rows[name], np.float64), cells.lower[cells.is_atom]
        assert len(cells.lower) > 10
        for atom in atoms:
            assert len(np.unique(who[values == atom])) >= LEAST, (name, atom)
        starts, between = cells.lower[~cells.is_atom], ~np.isin(values, atoms)
        # What lies at or beyond an end belongs to the outmost interval.
        place = np.clip(np.searchsorted(starts, values, side="right") - 1, 0, None)
        for cell in range(len(starts)):
            holding = np.unique(who[between & (place == cell)])
            assert len(holding) >= LEAST, (name, starts[cell])


def test_parts_of_moments_and_exact_decimals_are_counted_as_well() -> None:
    profile = told(table())
    day, wide = profile["day"], profile["wide"]
    assert isinstance(day, MomentState) and isinstance(wide, WideState)
    week = day.week.frequent
    assert week.counts[week.values == week.values.max()] == [1]
    assert wide.exact.counts[str(10**20 + 7)] >= LEAST  # others hold it too
    assert day.week.by_entity is not None


def test_parts_of_a_table_merge_to_the_whole_through_bytes() -> None:
    rows = table()
    profile = TableProfile.of(rows)
    by = rows.append_column(ENTITY, pa.array(row_codes(rows.select(["who"]))))

    def state_of(part: pa.Table) -> EntitySupport:
        state = EntitySupport(profile, LEAST)
        for batch in part.to_batches():
            state.update(batch)
        return EntitySupport.from_bytes(state.to_bytes(), profile, LEAST)

    merged = state_of(by.slice(2000))
    merged.merge(state_of(by.slice(0, 7)))
    merged.merge(state_of(by.slice(7, 1993)))
    assert merged.to_bytes() == state_of(by).to_bytes()


def test_rows_of_an_entity_each_change_nothing() -> None:
    rows = table().set_column(0, "who", pa.array(range(3000)))
    profile, plain = told(rows), TableProfile.of(rows)
    for name in rows.column_names[1:]:
        assert np.array_equal(*map(_counts, (profile[name], plain[name]))), name


def _counts(state: object) -> list[int]:
    """The counts, but for those below LEAST: there both are few."""
    counted = state.counted  # type: ignore[attr-defined]
    found = (
        counted.counts.tolist()
        if isinstance(counted, FrequentNumbers)
        else [*counted.counts.values()]
    )
    return [max(int(count), LEAST) for count in found]


@pytest.mark.parametrize("door", [None, in_memory], ids=["lake", "memory"])
def test_too_few_entities_are_refused_in_the_words_of_the_door(
    door: Callable[[], object] | None,
) -> None:
    found = Entities.of_rows(np.repeat(np.arange(9), 50), 5)
    setting, least = ("split.key", "privacy.min_entities")
    if door is not None:
        setting, least = r"entity=\[...\]", r"encoder\['min_entities'\]"
    message = f"t has 9 different who, when \\({setting}\\); at least 10 .* {least} is 5"

    def refused() -> None:
        with pytest.raises(InputError, match=message):
            require_entities(found, "t", ["who", "when"])

    if door is None:
        refused()
    else:
        with door():  # type: ignore[attr-defined]
            refused()


def test_what_counting_entities_costs_is_said() -> None:
    said = note_on_entities(["who"], 11, 4000, 90_000)
    assert "counts entities (who): a value is stored where 11 of them hold it" in said
    assert "they need 4,000 of the 90,000, one more than 10 entities may have" in said
