"""Three tables in memory, in one set of bins that the real rows alone decide on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial

import numpy as np
import pyarrow as pa

from synth.dependencies.finding import DependencySearch
from synth.encode import EncoderSettings, TableEncoder
from synth.encode.fit import fit_encoder
from synth.forms.table_forms import TableForms
from synth.in_memory import TableInMemory
from synth.metrics.copies import exact_copies
from synth.metrics.metric import Metric
from synth.metrics.row_copies import copied
from synth.metrics.scans import S, WholeTables, scanned
from synth.profiling.entity_support import RowEntities
from synth.profiling.table_profile import TableProfile
from synth.table.dictionaries import InDictionaries
from synth.table.errors import InputError
from synth.table.row_codes import row_codes
from synth.table.schema import TableSchema

BATCH_ROWS = 100_000  # at a time
HOLDOUT_SHARE = 0.2  # of the real rows, where no holdout is given
HOLDOUT_SEED, SAMPLE_SEED = 7_001, 7_002
NO_HOLDOUT = (
    "no holdout was given: a fifth of the real rows is held out here. The generator may have seen "
    "them, so that figures beside them flatter it, and what it gives away of people may not show"
)


@dataclass(frozen=True)
class Compared:
    """Tables by role (``train``, ``holdout``, ``synthetic``), and the encoder that bins them.

    ``coded`` are the same tables in dictionaries, where that has begun.
    """

    tables: Mapping[str, pa.Table]
    encoder: TableEncoder
    notes: tuple[str, ...]
    coded: InDictionaries | None = field(default=None, repr=False)

    @classmethod
    def of(
        cls,
        tables: Mapping[str, pa.Table],
        schema: TableSchema,
        settings: EncoderSettings,
        no_keys: frozenset[str] = frozenset(),
        entity: Sequence[str] = (),
    ) -> Compared:
        """The tables, which have the schema's columns; bins are those of the train part.

        Where columns tell an ``entity``, ``min_entities`` counts those. InputError where the train
        part has too few rows or entities, or nothing to compare.
        """
        train = tables["train"]
        entities = RowEntities.of(train, entity, settings.min_entities) if entity else None
        if entities is not None:
            settings = replace(settings, min_entities=entities.least_rows())
        coded = InDictionaries(tables)
        held = TableInMemory.of(train, schema, no_keys, entities, coded["train"])
        search = partial(no_search, settings)
        written = held.written(search, settings, {}, find=True)
        encoder = fit_encoder(written.profile, written.sample, settings, forms=written.forms)
        return cls(tables, encoder, (*written.notes, *left_out(encoder)), coded)

    def whole(self, follow: Callable[[str], None]) -> WholeTables:
        """What is counted of whole tables."""
        return scanned(self._scan, tuple(self.tables), self.encoder, follow)

    def _scan(self, role: str, new: Callable[[], S], load: Callable[[bytes], S]) -> S:
        """One pass; a state never leaves the process, so that it is not written and read."""
        state = new()
        for batch in self.batches(role):
            state.update(batch)
        return state

    def batches(self, role: str) -> Iterator[pa.RecordBatch]:
        """The rows of a table, as what counts them reads them."""
        return iter(self._coded[role].to_batches(max_chunksize=BATCH_ROWS))

    @cached_property
    def _coded(self) -> Mapping[str, pa.Table]:
        return InDictionaries(self.tables) if self.coded is None else self.coded

    def copies(self) -> Metric:
        """Rows of the synthetic table, and of the holdout, that equal a train row but for keys."""
        names = [column.name for column in self.encoder.table_schema if not column.key]
        train, made = self.tables["train"], self.tables["synthetic"]
        found = int(copied(made, train, names).sum())
        if "holdout" not in self.tables:
            return exact_copies(found, len(made))
        held = self.tables["holdout"]
        same = int(copied(held, train, names).sum())
        return exact_copies(found, len(made), held_copies=same, held_rows=len(held))

    def repeats(self) -> tuple[int, int]:
        """How many of how many real rows equal another one before them."""
        names = [column.name for column in self.encoder.table_schema if not column.key]
        real = [table for role, table in self.tables.items() if role != "synthetic"]
        codes = row_codes(pa.concat_tables([table.select(names) for table in real]))
        return len(codes) - len(np.unique(codes)), len(codes)


def split_holdout(rows: pa.Table, unit: Iterable[str], seed: int) -> tuple[pa.Table, pa.Table]:
    """``(train, holdout)``: a fifth of the rows, or of the entities, at random; the same each time.

    InputError where there are too few to take any from.
    """
    names = list(unit)
    groups = row_codes(rows.select(names)) if names else np.arange(len(rows))
    distinct = np.unique(groups)
    held = round(HOLDOUT_SHARE * len(distinct))
    if held < 1 or held == len(distinct):
        what = "entities" if names else "rows"
        raise InputError(
            f"the real table has {len(distinct):,} {what}: too few to hold some out; give a "
            "holdout of its own"
        )
    rng = np.random.default_rng([HOLDOUT_SEED, seed])
    apart = np.isin(groups, rng.permutation(distinct)[:held])
    return rows.filter(pa.array(~apart)), rows.filter(pa.array(apart))


def sampled(
    tables: Mapping[str, pa.Table], rows: int, seed: int
) -> tuple[dict[str, pa.Table], list[str]]:
    """At most so many rows of each table, at random, in their order, and what is said of it."""
    found, notes = {}, []
    for place, (role, table) in enumerate(tables.items()):
        found[role] = table
        if len(table) > rows:
            rng = np.random.default_rng([SAMPLE_SEED, seed, place])
            found[role] = table.take(np.sort(rng.permutation(len(table))[:rows]))
            notes.append(sampled_note(role, rows, len(table)))
    return found, notes


def sampled_note(role: str, rows: int, of: int) -> str:
    """That models and attacks are given a sample, in words."""
    return (
        f"models and attacks are given {rows:,} of {of:,} {role} rows at random; columns, pairs "
        "and exact copies are counted over all of them"
    )


def no_search(
    settings: EncoderSettings, forms: TableForms, profile: TableProfile
) -> DependencySearch:
    """A search that looks for no rules: the judge knows the tables alone."""
    return DependencySearch(profile.schema, settings.min_entities, settings.direct, find=False)


def left_out(encoder: TableEncoder) -> list[str]:
    """Columns of which nothing is compared, in words."""
    said = [
        f"column {column.name!r} is a key: its values are not compared"
        for column in encoder.table_schema
        if column.key
    ]
    for name in encoder.forms.by_column:
        if not any(part in encoder.schema.names for part in encoder.forms.parts_of(name)):
            said.append(
                f"column {name!r} is made of codes that few rows share: its values are not compared"
            )
    return said
