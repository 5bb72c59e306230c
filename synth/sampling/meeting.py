"""Rows that meet conditions: drawn as near to them as the generator can, looked at, and kept.

What weights of codes cannot tell, such as the hour of a time or the sum of two amounts, is met by
rejection (von Neumann 1951): exact, at the cost of the rows that are thrown away.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from synth.encode import TableEncoder
from synth.generators.contract import FEW_DRAWS, Conditional, Generator
from synth.generators.weights import matched
from synth.sampling.asked import Asked
from synth.sampling.rejection import complete_by_rejection
from synth.table.door import called
from synth.table.errors import InputError

MOST_ROWS = 2**21  # made for one block, besides
MOST_A_ROW = 2_000  # for each that is asked for: beyond, a condition is too rare
FIRST_ROWS = 2**16  # they tell whether so many can be enough
NONE_OF = 2**14  # rows of which none will do: eight would, were it one of 2,000
BATCH_ROWS = 16_384
MOST_TRIES = 256  # of a row for one that keeps all rules: beyond, the condition leaves no way out
STRICT_ROWS = 2**12  # of which hardly one keeps all rules: the same
SPARE = 1.2  # so many times the draws that a row needs on average: few wait for another round
SAID_BELOW = 0.5  # share of rows kept from which on nothing need be said
FEW_DRAWS_SAID = (
    "a row has only %.1f effective draws behind it: the condition on %s is rare, and its rows vary "
    "less than they should. Put these columns first (%s), or train for them (conditions or "
    "flexible of %s)"
)
REJECTED_SAID = (
    "generator %r draws whole rows only: the condition on %s is met by rejection, which kept "
    "%.3g %% of the rows drawn"
)
LOOKED_AT_SAID = (
    "the condition on %s is met by rejection beside the model's own conditions, which kept %.3g %% "
    "of the rows drawn"
)


def rows_that_meet(
    generator: Generator, asked: Asked, names: str, rng: np.random.Generator, first_row: int
) -> tuple[pa.RecordBatch, tuple[str, ...]]:
    """One row for each that is asked, in their order, and what is to be said of how it was found.

    Where repairs may not change what conditions ask, rows that break a rule give way to others; a
    row for which 256 draws have none that keeps it is taken as it is. InputError, with the
    ``names`` of the conditions, where too few of the rows drawn meet them.
    """
    encoder, rows = asked.encoder, len(asked.codes)
    classes, waiting = asked.classes, np.arange(rows)
    effective, accepted, drawn, met = float("inf"), 1.0, 0, 0
    tries = np.zeros(rows, np.int64)
    batches, codes_of, places = [], [], []
    while len(waiting):
        most = min(MOST_ROWS, MOST_A_ROW * rows) + BATCH_ROWS
        is_none = drawn >= NONE_OF and not met
        if is_none or drawn >= most or (drawn >= FIRST_ROWS and met / drawn * most < rows):
            raise InputError(_too_rare(asked, names, drawn, len(waiting)))
        needed = SPARE * drawn / max(met, 1) if drawn else 1.0
        room = BATCH_ROWS if met else STRICT_ROWS
        rounds = int(np.clip(needed, 1, max(room // len(waiting), 1)))
        tried = np.repeat(waiting, rounds)
        part = asked.take(tried)
        codes, found, kept = _completed(generator, part, names, rng)
        effective, accepted = min(effective, found), min(accepted, kept)
        batch = encoder.decode(codes, rng, known=part.values(codes, rng), first_row=first_row)
        tries += np.bincount(tried, minlength=rows)
        is_hopeless = drawn + len(tried) >= STRICT_ROWS and met * MOST_TRIES < drawn
        good = np.flatnonzero(
            part.met(batch) & (part.keeps_rules(batch) | is_hopeless | (tries > MOST_TRIES)[tried])
        )
        serving, served = matched(classes[tried[good]], classes[waiting])
        batches.append(batch.take(pa.array(good[serving])))
        codes_of.append(codes[good[serving]])
        places.append(waiting[served])
        waiting = np.delete(waiting, served)
        drawn, met = drawn + len(tried), met + len(good)
    order = np.argsort(np.concatenate([*places, np.zeros(0, np.int64)]), kind="stable")
    table = pa.Table.from_batches(batches, encoder.schema.arrow_schema()).take(pa.array(order))
    codes = np.concatenate(codes_of)[order]
    batch = _renumbered(table.combine_chunks().to_batches()[0], encoder, codes, rng, first_row)
    said = []
    if effective < FEW_DRAWS:
        said.append(
            FEW_DRAWS_SAID % (effective, names, called("encode.first"), called("train.settings"))
        )
    if not isinstance(generator, Conditional):
        said.append(REJECTED_SAID % (generator.name, names, 100 * accepted * met / drawn))
    elif met < SAID_BELOW * drawn:
        said.append(LOOKED_AT_SAID % (names, 100 * met / drawn))
    return batch, tuple(said)


def _completed(
    generator: Generator, asked: Asked, names: str, rng: np.random.Generator
) -> tuple[np.ndarray, float, float]:
    """Codes, their effective draws, and the share of rows kept by a generator of whole rows."""
    if isinstance(generator, Conditional):
        more: dict[str, Any] = {"weights": asked.weights} if asked.weights else {}
        return *generator.complete(asked.codes, asked.given, rng, **more), 1.0
    codes, kept = complete_by_rejection(
        generator, asked.codes, asked.given, names, rng, asked.weights
    )
    return codes, float("inf"), kept


def _renumbered(
    batch: pa.RecordBatch,
    encoder: TableEncoder,
    codes: np.ndarray,
    rng: np.random.Generator,
    first_row: int,
) -> pa.RecordBatch:
    """The rows with keys that count on from the first row's: no rule knows a key."""
    arrays = batch.columns
    for place, column in enumerate(encoder.schema):
        if column.key:
            own = codes[:, encoder.codes_of[place]]
            arrays[place] = encoder.encodings[place].draw(own, rng, first_row).values(None)
    return pa.RecordBatch.from_arrays(arrays, schema=batch.schema)


def _too_rare(asked: Asked, names: str, drawn: int, waiting: int) -> str:
    rows = len(asked.codes)
    rules = [asked.encoder.determined_by(one.column) for one in asked.conditions]
    because = "".join(f"; {rule}" for rule in rules if rule)
    return (
        f"given {names}: of {drawn:,} rows drawn too few meet what is asked{because}. {waiting:,} "
        f"of {rows:,} rows are still without one. Give a range, a more frequent value, or values "
        f"that go together; or fit with the column first ({called('encode.first')}), so that it is "
        "learned where it can be"
    )
