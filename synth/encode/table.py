"""A whole table as codes.

What is stored of values comes from states over all rows, of columns and of rules; what is read from
where, and how it is protected, stands in docs/architecture.md.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any

import numpy as np
import pyarrow as pa

from synth.dependencies.columns import Columns, Rows, present
from synth.dependencies.dependency import Dependency
from synth.dependencies.plan import Plan, Step
from synth.encode.kind import ColumnKind
from synth.encode.kinds import fit_kind, kind_from_json
from synth.encode.placement import follow_anew, place_values
from synth.encode.settings import EncoderSettings
from synth.encode.spared import spared
from synth.forms.table_forms import NO_FORMS, TableForms
from synth.profiling.table_profile import TableProfile
from synth.statistics.entities import shared_from
from synth.table.bins import ColumnBins
from synth.table.door import called, learned_from
from synth.table.errors import InputError
from synth.table.schema import TableSchema
from synth.table.sub_column import SubColumn


@dataclass(frozen=True)
class TableEncoder:
    """Rows to int32 codes ``(rows, n_sub)`` and back.

    ``0 <= codes < cardinalities``. Decoding an encoded value gives it back exactly where it is held
    by enough rows, else a value of the same interval, or of the same shape.
    """

    schema: TableSchema
    encodings: tuple[ColumnKind, ...]
    settings: EncoderSettings
    order: tuple[int, ...]  # places of columns, in the order in which their codes stand
    plan: Plan = field(default_factory=Plan)  # what is determined is put back by rule
    forms: TableForms = NO_FORMS  # how the table's own columns are written; schema has their parts

    @classmethod
    def fit(
        cls,
        profile: TableProfile,
        settings: EncoderSettings | None = None,
        plan: Plan | None = None,
        forms: TableForms = NO_FORMS,
    ) -> TableEncoder:
        """Fit from the profile of the train part; InputError for too few rows, nothing to learn.

        Columns that the ``plan`` drops get no codes. The profile is that of the columns as the
        ``forms`` have read them.
        """
        settings, plan = settings or EncoderSettings(), plan or Plan()
        states = profile.columns_by_name().values()
        least = min((shared_from(state, settings.min_entities) for state in states), default=1)
        if profile.rows < 2 * least:
            raise InputError(
                f"{learned_from()} has {profile.rows} rows; at least {2 * least} are needed while "
                f"{called('privacy.min_entities')} is {least}"
            )
        parented = {step.target: step.found.dependency for step in plan.encoded}
        encodings = tuple(
            fit_kind(
                column,
                profile[column.name],
                settings,
                parented.get(column.name),
                stands_in=column.name in plan.stand_ins,
            )
            for column in profile.schema
        )
        encoder = cls(
            profile.schema, encodings, settings, tuple(range(len(encodings))), plan, forms
        )
        if not encoder.sub_columns:
            raise InputError(
                "no column of the table can be learned: each is constant, empty, a key or made up "
                "of values that too few rows share; give other columns, or set "
                f"{called('privacy.min_entities')} lower"
            )
        return encoder

    @property
    def table_schema(self) -> TableSchema:
        """The table's own columns; ``schema`` has those that are learned in their place."""
        return self.forms.schema if self.forms.forms else self.schema

    @cached_property
    def sub_columns(self) -> tuple[SubColumn, ...]:
        return tuple(sub for place in self.order for sub in self._subs[place])

    @property
    def cardinalities(self) -> tuple[int, ...]:
        return tuple(sub.cardinality for sub in self.sub_columns)

    def encode(self, batch: pa.RecordBatch) -> np.ndarray:
        """int32 codes ``(rows, n_sub)`` of a batch that has the schema's columns, by name."""
        columns = {name: batch.column(name) for name in self.schema.names}
        parts = [self._encode_column(place, columns) for place in self.order]
        return np.concatenate(parts, axis=1)

    def _encode_column(self, place: int, columns: dict[str, pa.Array]) -> np.ndarray:
        name = self.schema.names[place]
        if not self._subs[place]:
            return np.zeros((len(columns[name]), 0), np.int32)
        codes = self.encodings[place].encode_in(columns)
        if name in self._rules:
            if not codes.shape[1]:  # nothing but what the rule says is learned
                codes = np.zeros((len(codes), 1), np.int32)
            holds = self._rules[name].holds(columns)
            codes[holds] = 0
            codes[holds, 0] = self._rule_code(place)
        return codes

    def has_codes(self, place: int, columns: Columns) -> Rows:
        """Bool ``(n,)``: rows whose codes of a column are known from the values that are there.

        What a rule tells is, where its sources are: its value alone would say that these lack.
        """
        has = self.encodings[place].has_code(columns)
        rule = self._spared.get(self.schema.names[place])
        return has if rule is None else has & present(columns, rule.sources)

    def _rule_code(self, place: int) -> int:
        """The code that says "as the rule has it", beyond the encoding's own."""
        own = self.encodings[place].sub_columns
        return own[0].cardinality if own else 1

    def decode(
        self,
        codes: np.ndarray,
        rng: np.random.Generator,
        *,
        known: Mapping[str, pa.Array] | None = None,
        first_row: int = 0,
    ) -> pa.RecordBatch:
        """Rows of the schema's names, order and types.

        ``known`` holds fixed values: rules start from them, and no repair changes them. Where it is
        null, the code speaks. ``first_row`` is the place of the first row in the whole table: keys
        count from it.
        """
        drawn = {}
        as_rule: dict[str, np.ndarray] = {}
        for place, (column, own) in enumerate(zip(self.schema, self.codes_of, strict=True)):
            coded = codes[:, own]
            if column.name in self.plan.dropped:
                continue
            if column.name in self._rules:
                as_rule[column.name] = coded[:, 0] == self._rule_code(place)
                coded = np.where(as_rule[column.name][:, None], 0, coded)
                coded = coded[:, : len(self.encodings[place].sub_columns)]
            drawn[column.name] = self.encodings[place].draw(coded, rng, first_row)
        columns, fixed = place_values(drawn, self._parents, known or {})
        anew = partial(follow_anew, drawn, self._parents, fixed=fixed) if self._parents else None
        columns = self.plan.restore(columns, rng, as_rule=as_rule, fixed=fixed, anew=anew)
        arrays = [columns[name] for name in self.schema.names]
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema.arrow_schema())

    @cached_property
    def _rules(self) -> dict[str, Dependency]:
        """By column: the rule that a code of its own stands for."""
        steps = [step for step in self.plan.steps if step.mode == "exceptions"]
        return {step.target: step.found.dependency for step in steps} | self._spared

    @cached_property
    def _spared(self) -> dict[str, Dependency]:
        return spared(self.plan, self.encodings)

    @cached_property
    def _parents(self) -> dict[str, tuple[str, ...]]:
        """The parents of each column that has any."""
        return {e.column.name: e.parents for e in self.encodings if e.parents}

    @cached_property
    def _subs(self) -> tuple[tuple[SubColumn, ...], ...]:
        """What the generator sees of each column, in the order of the schema."""
        found: list[tuple[SubColumn, ...]] = []
        for encoding in self.encodings:
            subs = encoding.sub_columns
            if encoding.column.name in self.plan.dropped:
                subs = ()
            elif encoding.column.name in self._rules:
                first = subs[0] if subs else SubColumn(encoding.column.name, 0, 1)
                subs = (first.with_one_more(), *subs[1:])
            found.append(subs)
        return tuple(found)

    def determined_by(self, name: str) -> str | None:
        """The rule that has the last word on a column, in words; None where there is none.

        Where a map's key gives way to a target that is modelled, the target has it.
        """
        for step in self.plan.steps:
            rule = step.found.dependency
            if step.target == name and rule.role == "rule" and not rule.repairs_first:
                return rule.describe()
        return None

    def steps_to(self, name: str) -> tuple[Step, ...]:
        """The steps of the plan by which a column follows from others, sources first.

        None where it has values of its own, at least in the exceptions from a rule.
        """
        asked, found = {name}, list[Step]()
        for step in reversed(self.plan.steps):
            rule = step.found.dependency
            if rule.role == "rule" and step.mode != "exceptions" and step.target in asked:
                asked |= set(rule.sources)
                found.append(step)
        return tuple(reversed(found))

    def drawn_for(self, name: str) -> tuple[str, ...]:
        """The columns with codes from which a column's values come: itself, or its sources.

        In the order of the schema; none where nothing of it is drawn.
        """
        steps = self.steps_to(name)
        asked = {name, *(source for step in steps for source in step.found.dependency.sources)}
        asked -= {step.target for step in steps}
        places = enumerate(self.schema.names)
        return tuple(own for place, own in places if own in asked and self._subs[place])

    @cached_property
    def codes_of(self) -> tuple[slice, ...]:
        """Where each column's codes stand, in the order of the schema."""
        widths = [len(self._subs[place]) for place in self.order]
        ends = np.cumsum(widths).tolist()
        found = {
            place: slice(end - width, end)
            for place, width, end in zip(self.order, widths, ends, strict=True)
        }
        return tuple(found[place] for place in range(len(self.encodings)))

    def in_order(self, names: Sequence[str]) -> TableEncoder:
        """The same encoder with the codes of these columns first, in their order."""
        places = [self.schema.names.index(name) for name in names]
        rest = [place for place in self.order if place not in set(places)]
        return replace(self, order=tuple(places + rest))

    def regrouped(self, sample: pa.RecordBatch) -> TableEncoder:
        """The same encoder with long text columns grouped by what they go with in a sample."""
        narrow = {
            encoding.column.name: encoding.encode(sample.column(encoding.column.name))[:, 0]
            for encoding in self.encodings
            if len(encoding.sub_columns) == 1
            and encoding.column.name not in self.plan.dropped
            and encoding.parent is None
        }
        encodings = tuple(
            encoding.regrouped(sample.column(encoding.column.name), narrow, self.settings)
            for encoding in self.encodings
        )
        return replace(self, encodings=encodings)

    @property
    def model_format(self) -> int:
        """The first model format that has all of it; see :class:`ColumnKind`."""
        return max((encoding.model_format for encoding in self.encodings), default=0)

    def bins(self) -> tuple[ColumnBins, ...]:
        """The bins in which fidelity is measured, one entry per column."""
        return tuple(encoding.bins() for encoding in self.encodings)

    def bin_matrix(self, batch: pa.RecordBatch) -> np.ndarray:
        """int32 ``(rows, n_columns)``: the bin of each value; each column lies in one piece."""
        columns = [
            encoding.bin_of(batch.column(encoding.column.name)) for encoding in self.encodings
        ]
        return np.stack(columns).T if columns else np.zeros((len(batch), 0), np.int32)

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """What was not learned from the values themselves, in words for the report."""
        # A form says itself what it makes of a column, of which a part may be the same everywhere.
        parts = {part for name in self.forms.by_column for part in self.forms.parts_of(name)}
        made = [
            f"column {encoding.column.name!r}: {encoding.reason}"
            for encoding in self.encodings
            if encoding.reason and encoding.column.name not in parts
        ]
        drawn = {sub.column for sub in self.sub_columns}
        tails = [e.column.name for e in self.encodings if e.has_tails and e.column.name in drawn]
        if tails:
            made.append(
                f"beyond what {self.settings.min_entities} rows share the values of "
                f"{', '.join(map(repr, tails))} come from fitted tails (generalised Pareto): new "
                "extremes, none of the seed's"
            )
        return (*self.forms.notes, *made)

    def to_json(self) -> dict[str, Any]:
        columns = [{"kind": encoding.kind, **encoding.to_json()} for encoding in self.encodings]
        settings = self.settings.to_json()
        return {
            "schema": self.schema.to_json(),
            "settings": settings,
            "columns": columns,
            "order": list(self.order),
            "plan": self.plan.to_json(),
            "forms": self.forms.to_json(),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> TableEncoder:
        schema = TableSchema.from_json(data["schema"])
        encodings = tuple(
            kind_from_json(column, entry)
            for column, entry in zip(schema, data["columns"], strict=True)
        )
        settings = EncoderSettings(**data["settings"])
        plan = Plan.from_json(data["plan"], schema)
        forms = TableForms.from_json(data["forms"])
        return cls(schema, encodings, settings, tuple(data["order"]), plan, forms)

    def dumps(self) -> str:
        """The encoder as JSON text, the same for the same encoder."""
        return json.dumps(
            self.to_json(), ensure_ascii=False, allow_nan=False, separators=(",", ":")
        )
