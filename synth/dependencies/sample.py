"""A bounded sample in the views that the searches share: codes, whole numbers, counts."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pyarrow as pa

from synth.dependencies.column_types import TIMES
from synth.dependencies.columns import one_array, present
from synth.dependencies.dependency import FEWEST_COMPLETE, Dependency
from synth.dependencies.grid import is_number, to_grid
from synth.dependencies.settings import DependencySettings
from synth.table.schema import TableSchema

FEW = 20  # fewer disagreements expected by chance than this: the sample cannot tell


class Sample:
    """Shuffled rows of the columns that may take part: supported ones that are no keys.

    Shuffled because neighbours in a sorted table agree for no other reason than their place.
    """

    def __init__(self, table: pa.Table, schema: TableSchema, settings: DependencySettings):
        self.schema, self.settings = schema, settings
        order = np.random.default_rng(0).permutation(len(table))
        names = [c.name for c in schema if c.is_supported and not c.key]
        taken = table.select(names).take(pa.array(order)).combine_chunks()
        self.columns: dict[str, pa.Array] = {
            name: one_array(taken.column(name)).cast(schema[name].arrow_type) for name in names
        }
        self.rows = len(taken)
        self._codes: dict[str, np.ndarray] = {}
        self._whole_numbers: dict[str, tuple[np.ndarray, np.ndarray]] = {}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.columns)

    def type_of(self, name: str) -> str:
        return self.schema[name].type

    def codes(self, name: str) -> np.ndarray:
        """int32 ``(rows,)``: dense codes of the values, null being a value."""
        if name not in self._codes:
            encoded = self.columns[name].dictionary_encode(null_encoding="encode")
            self._codes[name] = np.asarray(encoded.indices).astype(np.int32)
        return self._codes[name]

    def distinct(self, name: str) -> int:
        """Distinct values in the sample, null being one."""
        codes = self.codes(name)
        return int(codes.max()) + 1 if len(codes) else 0

    def varies(self, name: str) -> bool:
        return self.distinct(name) > 1

    def whole_numbers(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """``(values, valid)``: the column as whole numbers."""
        if name not in self._whole_numbers:
            self._whole_numbers[name] = to_grid(self.columns[name])
        return self._whole_numbers[name]

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """Columns of numbers that are not constant."""
        return tuple(n for n in self.names if is_number(self.type_of(n)) and self.varies(n))

    @cached_property
    def whole_number_columns(self) -> tuple[str, ...]:
        """Columns whose every value is a whole number, constants included."""
        found = []
        for name in self.names:
            if is_number(self.type_of(name)):
                present = self.rows - self.columns[name].null_count
                if present and int(self.whole_numbers(name)[1].sum()) == present:
                    found.append(name)
        return tuple(found)

    @cached_property
    def times(self) -> tuple[str, ...]:
        """Columns of dates and timestamps that are not constant."""
        return tuple(n for n in self.names if self.type_of(n) in TIMES and self.varies(n))

    def first(self, rows: int) -> dict[str, pa.Array]:
        """The first rows of the shuffled sample."""
        return {name: array.slice(0, rows) for name, array in self.columns.items()}

    def accepts(self, holds: np.ndarray, target: str) -> bool:
        """Whether a rule that holds in these rows says more than chance would.

        Chance is a row's target compared with another row's: rules whose target hardly varies match
        it anyway.
        """
        return self._says(holds, self.codes(target)[: len(holds)])

    def admits(self, rule: Dependency, target: str | None = None) -> bool:
        """Whether a rule holds as :meth:`accepts` has it, or does where no value is missing."""
        target = target or rule.target
        holds = rule.holds(self.columns)
        if self.accepts(holds, target):
            return True
        there = present(self.columns, rule.columns)
        enough = there.sum() >= FEWEST_COMPLETE
        return bool(enough and self._says(holds[there], self.codes(target)[there]))

    def _says(self, holds: np.ndarray, codes: np.ndarray) -> bool:
        by_chance = int((codes != np.roll(codes, 1)).sum())
        wrong = int((~holds).sum())
        slack = (1 - self.settings.near) * 1.5 * len(holds)
        return by_chance >= FEW and wrong <= min(slack, 0.2 * by_chance)
