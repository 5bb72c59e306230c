"""The autoregressive kind: its settings, what encode does for it, its fit. No torch until then."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from synth.generators.autoregressive.class_weights import require_weighable
from synth.generators.autoregressive.column_order import column_order
from synth.generators.autoregressive.generator import AutoregressiveGenerator
from synth.generators.autoregressive.relations import associations, partners, relations
from synth.generators.autoregressive.settings import AutoregressiveSettings
from synth.generators.contract import Arrangement, Needs, Saved
from synth.generators.network_kind import NetworkKind
from synth.table.schema import TableSchema
from synth.table.sub_column import SubColumn

if TYPE_CHECKING:
    from synth.learning.task import FitTask

CALLS, NUMBERS = 1e-4, 2.5e-6  # seconds of a step: for a sub-column, and for each code of one
LEAST_STEPS, STEPS_BY_ROOT = 400, 10  # what trainings have come to, by the root of the rows


class AutoregressiveKind(NetworkKind):
    """The flagship; conditional, scored and tempered."""

    name: ClassVar[str] = AutoregressiveGenerator.name
    summary: ClassVar[str] = "a network that draws one code after the other; the default"
    settings_type: ClassVar[type[AutoregressiveSettings]] = AutoregressiveSettings
    generator_type: ClassVar[type[AutoregressiveGenerator]] = AutoregressiveGenerator
    fit_imports: ClassVar[tuple[str, ...]] = ("synth.generators.autoregressive.fit",)
    encode_settings: ClassVar[frozenset[str]] = frozenset(
        {"conditions", "flexible", "class_weights"}
    )

    def needs(self, settings: AutoregressiveSettings, schema: TableSchema) -> Needs:
        """Columns that conditions may give, in any order or in the declared ones."""
        named = tuple(name for condition in settings.conditions for name in condition)
        weighted = settings.class_weights
        return Needs(
            first=() if weighted is None else (weighted,),
            conditioned=frozenset(schema.names if settings.flexible else named),
            drawn={"conditions": tuple(dict.fromkeys(named))},
            arranged=True,
        )

    def arrange(
        self,
        codes: np.ndarray,
        sub_columns: Sequence[SubColumn],
        first: Sequence[str],
        settings: AutoregressiveSettings,
    ) -> Arrangement:
        """The columns along the strongest associations, each after those that predict it best."""
        information = associations(codes, sub_columns)
        names = [sub.column for sub in sub_columns]
        order = column_order(names, information, first)
        moved = [place for name in order for place, own in enumerate(names) if own == name]
        ordered = [sub_columns[place] for place in moved]
        if settings.class_weights is not None:
            require_weighable(ordered, settings.class_weights)
        found = relations(codes[:, moved], ordered, information[np.ix_(moved, moved)])
        return Arrangement(tuple(order), partners(found, ordered), found.to_json())

    def expected_seconds(
        self, settings: AutoregressiveSettings, rows: int, sub_columns: int
    ) -> float:
        """By the steps that trainings of so many rows have come to."""
        steps = min(settings.steps, LEAST_STEPS + STEPS_BY_ROOT * math.sqrt(rows))
        return steps * sub_columns * (CALLS + NUMBERS * settings.batch_size(rows))

    def rehearsed(self, settings: AutoregressiveSettings, rows: int) -> AutoregressiveSettings:
        """With heads as wide as those of so many rows."""
        short: AutoregressiveSettings = super().rehearsed(settings, rows)
        return replace(short, hidden=settings.width_for(rows))

    def fit(self, task: FitTask) -> AutoregressiveGenerator:
        """The generator of a task, see :mod:`synth.generators.autoregressive.fit`."""
        from synth.generators.autoregressive.fit import fit  # brings torch

        return fit(task)

    def load(self, saved: Saved) -> AutoregressiveGenerator:
        """The generator of a model folder."""
        return AutoregressiveGenerator.load(saved)
