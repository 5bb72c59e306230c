"""A table in memory as a lake's stages see theirs: profiled, sampled, read, searched for rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa

from synth.audit.content import SensitiveContent
from synth.audit.sensitive_columns import NONE_INFERRED, Inference
from synth.dependencies.composite_keys import confirmed, note_on
from synth.dependencies.finding import DependencySearch
from synth.dependencies.plan import Plan
from synth.encode import SAMPLE_ROWS, EncoderSettings
from synth.encode.written import SearchOf, Written, read_in_forms
from synth.forms.find import find_forms
from synth.forms.table_forms import TableForms
from synth.profiling.entity_support import RowEntities
from synth.profiling.keys import key_candidates
from synth.profiling.table_profile import TableProfile
from synth.table.schema import TableSchema


@dataclass(frozen=True)
class TableInMemory:
    """All rows of a table, their profile with its keys marked, and a bounded sample of them."""

    rows: pa.Table
    profile: TableProfile
    sample: pa.RecordBatch
    entities: RowEntities | None = None
    sampled_least: int | None = None  # so many rows of the sample are of enough entities
    content: tuple[SensitiveContent, ...] = ()  # for which columns are taken for sensitive

    @classmethod
    def of(
        cls,
        rows: pa.Table,
        schema: TableSchema,
        no_keys: frozenset[str],
        entities: RowEntities | None = None,
        coded: pa.Table | None = None,
        inference: Inference = NONE_INFERRED,
    ) -> TableInMemory:
        """The rows profiled; columns that prove to be unique are keys, but for ``no_keys``.

        Where ``entities`` are given, values are counted by those. ``coded`` are the same rows in
        dictionaries, where there are some. Columns are taken for sensitive as ``inference`` says.
        """
        profile = TableProfile(schema)
        for batch in (rows if coded is None else coded).to_batches():
            profile.update(batch)
        if entities is not None:
            entities.tell(profile, rows)
        found = [name for name in key_candidates(profile) if name not in no_keys]
        keys = [name for name in found if len(rows[name].unique()) == len(rows)]
        places = _spread(len(rows), SAMPLE_ROWS)
        sample = rows.take(places).combine_chunks().to_batches()[0]
        least = None if entities is None else entities.least_rows(places)
        content = inference.of_rows(rows.to_batches(), schema)
        marked = profile.marked(keys=keys, sensitive=[one.column for one in content])
        return cls(rows, marked, sample, entities, least, content)

    def written(
        self,
        search: SearchOf,
        settings: EncoderSettings,
        wanted: Mapping[str, str],
        *,
        find: bool,
    ) -> Written:
        """The table as its columns are written: as ``wanted``, the others as found if ``find``."""
        least = self.sampled_least or settings.min_entities
        found, assumed = find_forms(
            self.sample, self.profile.schema, min_entities=least, wanted=wanted, find=find
        )
        return read_in_forms(
            found,
            assumed,
            self.sample,
            settings,
            wanted=wanted,
            profile_of=partial(_read_profile, self.rows, self.profile, self.entities),
            search_of=search,
        )

    def notes_on_keys(self, search: DependencySearch) -> tuple[str, ...]:
        """Columns that are unique together only, in words: they do not stay so."""
        return tuple(map(note_on, confirmed(search.composite_keys(self.sample), self.rows)))


def planned(
    rows: pa.Table, written: Written, search: DependencySearch
) -> tuple[Plan, tuple[str, ...]]:
    """``(plan, notes)`` of the learned rows: candidates of the sample, verified on all of them.

    The notes say what was not looked at, which of the caller's own rules is not used, and what is
    not kept.
    """
    candidates = search.candidates(written.sample)
    verification = search.verification(candidates.rules)
    for batch in rows.to_batches() if candidates.rules else ():
        verification.update(batch)
    plan = search.settle(verification, written.profile)
    return plan, (*candidates.limits, *search.unused(plan), *search.notes(plan))


def _read_profile(
    rows: pa.Table,
    known: TableProfile,
    entities: RowEntities | None,
    forms: TableForms,
    learned: TableSchema,
) -> TableProfile:
    """The profile of some learned columns; what is learned as it is has been profiled already."""
    own = {c.name: known[c.name] for c in known.schema if c.name not in forms.by_column}
    new = TableProfile(learned.select(name for name in learned.names if name not in own))
    if len(new.schema):
        for batch in forms.read_table(rows).to_batches():
            new.update(batch)
        if entities is not None:
            entities.tell(new, rows, forms)
    return known.with_columns(learned, {**own, **new.columns_by_name()})


def _spread(rows: int, wanted: int) -> np.ndarray:
    """At most ``wanted`` places, ascending, at random: every n-th row may be of one kind."""
    return np.sort(np.random.default_rng(0).permutation(rows)[:wanted])
