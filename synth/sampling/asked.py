"""What rows are asked, once conditions are passed on: given codes, and weights of the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.dependencies.columns import equal
from synth.encode import TableEncoder
from synth.encode.portion import Portion
from synth.generators.weights import Weighting, taken
from synth.sampling.condition import FREE, Condition
from synth.table.schema import arrow_type


@dataclass(frozen=True)
class Asked:
    """What rows are asked: ``codes`` ``(n, S)`` where ``given``, and ``weights`` of the others.

    ``chosen`` has the choice of each condition; ``known`` the values that are given or follow from
    these, null in the other rows. ``portions``: by column, of which portion each row's value is to
    be (``FREE`` for none), and the portions.
    """

    encoder: TableEncoder
    conditions: tuple[Condition, ...]
    chosen: tuple[np.ndarray, ...]
    codes: np.ndarray
    given: np.ndarray
    weights: Weighting
    known: dict[str, pa.Array]
    portions: dict[str, tuple[np.ndarray, list[Portion]]]

    def take(self, rows: np.ndarray) -> Asked:
        """The same of some of the rows, each as often as it is named."""
        return Asked(
            self.encoder,
            self.conditions,
            tuple(own[rows] for own in self.chosen),
            self.codes[rows],
            self.given[rows],
            taken(self.weights, rows),
            {name: array.take(pa.array(rows)) for name, array in self.known.items()},
            {name: (own[rows], all_) for name, (own, all_) in self.portions.items()},
        )

    @property
    def classes(self) -> np.ndarray:
        """Whole numbers ``(n,)``: rows of one class are asked the same."""
        keys = np.stack([np.zeros(len(self.codes), np.int64), *self.chosen], axis=1)
        return np.unique(keys, axis=0, return_inverse=True)[1].reshape(-1)

    def values(self, codes: np.ndarray, rng: np.random.Generator) -> dict[str, pa.Array]:
        """What is known of the rows of these codes: given values, and those drawn in portions."""
        known = dict(self.known)
        for name, (pattern, portions) in self.portions.items():
            own = codes[:, self.encoder.codes_of[self.encoder.schema.names.index(name)]]
            kind = arrow_type(self.encoder.schema[name].type)
            parts, places = [pa.nulls(1, kind)], np.zeros(len(codes), np.int64)
            count = 1
            for place, portion in enumerate(portions):
                rows = np.flatnonzero(pattern == place)
                if portion.draw is not None and len(rows):
                    parts.append(portion.draw(own[rows], rng))
                    places[rows] = count + np.arange(len(rows))
                    count += len(rows)
            drawn = pa.concat_arrays(parts).take(pa.array(places))
            known[name] = pc.coalesce(known[name], drawn) if name in known else drawn
        return known

    def met(self, batch: pa.RecordBatch) -> np.ndarray:
        """Bool ``(n,)``: rows that are what their conditions ask.

        Values that are given stand as they are; of what is determined it is looked whether the rule
        leads to it.
        """
        found = np.ones(batch.num_rows, bool)
        columns = {name: batch.column(name) for name in batch.schema.names}
        for condition, chosen in zip(self.conditions, self.chosen, strict=True):
            name = condition.column
            steps = self.encoder.steps_to(name)
            is_set = chosen >= len(condition.values)
            is_own = self.encoder.determined_by(name) is None
            found &= (is_own & ~is_set) | condition.meets(columns[name], chosen)
            if steps:  # the last leads to the column itself
                rule = steps[-1].found.dependency
                held = rule.holds(columns)
                if not held.all():  # where the rule says nothing, what it would put back counts
                    said = rule.restore(columns, np.random.default_rng(0)).get(name, columns[name])
                    held |= equal(said, columns[name])
                found &= is_set | (chosen == FREE) | held
        return found

    def keeps_rules(self, batch: pa.RecordBatch) -> np.ndarray:
        """Bool ``(n,)``: rows that break no exact rule on a column that a condition is on."""
        columns = {name: batch.column(name) for name in batch.schema.names}
        names = {condition.column for condition in self.conditions}
        found = np.ones(batch.num_rows, bool)
        for _, broken in self.encoder.plan.breaking(columns, names):
            found &= ~broken
        return found
