"""A fit in memory, step by step: what the stages of a lake do from profile to train."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from synth.arguments import FitArguments, require_known
from synth.audit.sensitive_columns import Inference, notes_on
from synth.dependencies.finding import DependencySearch
from synth.encode import CodeStatistics, EncoderSettings, TableEncoder
from synth.encode.settings import VALIDATION_FRACTION, VALIDATION_ROWS
from synth.forms.table_forms import TableForms
from synth.generators.contract import Arrangement, Generator, GeneratorKind
from synth.in_memory import TableInMemory, planned
from synth.learning.preparation import prepare
from synth.learning.task import ArrayCodes, FitTask, Point, Progress, Worker, fit_generator
from synth.profiling.entity_support import RowEntities, note_on_entities
from synth.profiling.size import notes_on_size
from synth.profiling.table_profile import TableProfile
from synth.progress import Follower, Following
from synth.table.frame_type import FrameType
from synth.table.frames import as_arrow, learnable
from synth.table.schema import TableSchema


@dataclass(frozen=True)
class Fitted:
    """A fit's outcome: ``rows`` that it was of, and the frame that its samples are to be."""

    encoder: TableEncoder
    generator: Generator
    facts: dict[str, Any]
    frame_type: FrameType
    rows: int


@dataclass(frozen=True)
class Fitting:
    """With what a table is fitted: the kind of generator, settings, ``cpu`` or ``cuda``, a seed."""

    kind: GeneratorKind
    settings: Any
    encoder_settings: EncoderSettings
    device: str
    seed: int

    def fitted(
        self, table: Any, schema: TableSchema | None, asked: FitArguments, follow: Following
    ) -> Fitted:
        """A frame learned; InputError names what of it, or of what is asked, cannot be."""
        follow.step("reading the table")
        rows, looked = as_arrow(table, schema.names if schema else None)
        names, read = rows.column_names, rows.schema
        asked = asked.named(looked, names)
        entities, fitting = self._by_entity(rows, asked.entity, follow)
        rows, schema = learnable(rows, schema)
        for setting, drawn in self.kind.needs(self.settings, schema).drawn.items():
            require_known(setting, drawn, looked, names, parts=True)
        least = fitting.encoder_settings.min_entities
        frame_type, left_out = looked.corrected(read, schema).protected(rows, least)
        schema = schema.marked(keys=asked.keys, sensitive=asked.sensitive)
        follow.step("profiling the columns")
        inference = Inference(asked.infer_sensitive, asked.not_sensitive)
        held = TableInMemory.of(rows, schema, frame_type.no_keys, entities, inference=inference)
        sized = notes_on_size(held.profile, len(schema), self.encoder_settings.min_entities)
        follow.say((*looked.notes, *left_out, *sized, *notes_on(held.content)))
        encoder, codes, arrangement = fitting.encoded(held, asked, follow)
        generator, facts = fitting.trained(encoder, codes, arrangement, follow)
        return Fitted(encoder, generator, facts, frame_type, len(rows))

    def _by_entity(
        self, rows: pa.Table, names: tuple[str, ...], follow: Following
    ) -> tuple[RowEntities | None, Fitting]:
        """Of whom the rows are, and the fit in which counts of rows are of enough people."""
        if not names:
            return None, self
        least = self.encoder_settings.min_entities
        entities = RowEntities.of(rows, names, least)
        needed = entities.least_rows()
        follow.say([note_on_entities(names, least, needed, len(rows))])
        settings = replace(self.encoder_settings, min_entities=needed)
        return entities, replace(self, encoder_settings=settings)

    def encoded(
        self, held: TableInMemory, asked: FitArguments, follow: Follower
    ) -> tuple[TableEncoder, np.ndarray, Arrangement]:
        """The encoder with its forms and rules, the codes ``(rows, sub-columns)``, their order."""
        search = partial(self._search, asked)
        follow.step("finding how columns are written")
        keys_said = held.notes_on_keys(search(TableForms(held.profile.schema), held.profile))
        written = held.written(search, self.encoder_settings, asked.forms, find=asked.find_forms)
        rows: pa.Table = written.forms.read_table(held.rows)
        follow.step("finding rules between columns")
        plan, said = planned(rows, written, search(written.forms, written.profile))
        follow.say((*keys_said, *written.notes, *said))
        follow.step("encoding")
        encoder, arrangement = prepare(
            self.kind,
            self.settings,
            written.profile,
            written.sample,
            self.encoder_settings,
            plan=plan,
            first=written.forms.learned_names("first", asked.first),
            forms=written.forms,
        )
        codes = np.concatenate([encoder.encode(batch) for batch in rows.to_batches()])
        return encoder, codes, arrangement

    def _search(
        self, asked: FitArguments, forms: TableForms, profile: TableProfile
    ) -> DependencySearch:
        """What is looked for in the learned columns; the others are named as the table has them."""
        needs = self.kind.needs(self.settings, profile.schema)
        leading = forms.learned_names("first", asked.first)
        return DependencySearch(
            profile.schema,
            min_entities=self.encoder_settings.min_entities,
            direct=self.encoder_settings.direct,
            find=asked.find_rules,
            declared=asked.rules,
            veto=forms.learned_names("veto", asked.veto),
            conditioned=needs.conditioned | frozenset(leading),
        )

    def trained(
        self,
        encoder: TableEncoder,
        codes: np.ndarray,
        arrangement: Arrangement,
        follow: Follower,
    ) -> tuple[Generator, dict[str, Any]]:
        """The generator that the codes make, and the facts of its fit."""
        order = np.random.default_rng(self.seed).permutation(len(codes))
        held = min(max(int(VALIDATION_FRACTION * len(codes)), 1), VALIDATION_ROWS)
        statistics = CodeStatistics.of(
            codes,
            encoder.sub_columns,
            partners=arrangement.partners,
            relations=arrangement.relations,
            scores=arrangement.scores,
            min_entities=self.encoder_settings.min_entities,
        )
        follow.step("learning")

        def show(point: Point) -> None:
            follow.advance(f"learning, {point.words()}", point.step, point.steps, unit="steps")

        task = FitTask(
            encoder.sub_columns,
            statistics,
            self.settings,
            ArrayCodes(codes[order[held:]], self.seed),
            ArrayCodes(codes[order[:held]]),
            self.seed,
            Worker(device=self.device),
            Progress(show, follow.step),
            min_entities=encoder.settings.min_entities,
        )
        fitted = fit_generator(self.kind, task)
        follow.say(fitted.facts.get("notes", ()))
        return fitted.generator, fitted.facts
