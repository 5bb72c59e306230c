"""What the second scan of a table counts, as its columns and a sample of its rows suggest it.

Bins of columns and pairs, rules that may hold, sets of columns whose groups of equal rows are
counted. A design outlives the rows that it was made from: what comes later is counted by it too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import pyarrow as pa

from synth.audit.counting import Counting
from synth.audit.group_sizes import sets_of
from synth.audit.near_duplicates import row_columns, row_sets
from synth.audit.quasi_identifiers import QuasiColumns, quasi_columns
from synth.dependencies.dependency import Dependency
from synth.dependencies.finding import DependencySearch
from synth.encode import EncoderSettings, TableEncoder
from synth.encode.fit import fit_encoder
from synth.encode.written import Written, read_in_forms
from synth.forms.find import find_forms
from synth.forms.table_forms import TableForms
from synth.metrics.gram import Standard
from synth.metrics.scans import number_columns
from synth.profiling.keys import key_candidates
from synth.profiling.table_profile import TableProfile
from synth.table.errors import InputError
from synth.table.schema import TableSchema

COARSE, DIRECT = 16, 32  # bins of a number, and labels of a category, that pairs are counted in


@dataclass(frozen=True)
class Design:
    """The bins (of ``encoder``), the ``standard`` of products, candidate ``rules``, sets of rows.

    ``more`` rules are those that few rows may break, which no run looks for. ``limits``: rules that
    were not looked for. ``sample``: of the learned columns, while there is one. ``people``: columns
    that may tell people apart. ``alike``: those by which rows are compared. ``parts``: the profile
    of what forms read out of columns, in the sample alone. ``notes``: what was assumed, in words.
    """

    encoder: TableEncoder
    standard: Standard
    rules: tuple[Dependency, ...]
    limits: tuple[str, ...]
    people: QuasiColumns
    alike: tuple[str, ...]
    parts: TableProfile
    notes: tuple[str, ...]
    more: tuple[Dependency, ...] = ()
    sample: pa.RecordBatch | None = field(default=None, compare=False, repr=False)

    @property
    def forms(self) -> TableForms:
        """How the columns are written."""
        return self.encoder.forms

    @cached_property
    def search(self) -> DependencySearch:
        """The search that the rules are from."""
        return _search(self.forms.learned)

    @cached_property
    def counting(self) -> Counting:
        """The states of the scan."""
        return Counting(
            self.encoder,
            self.standard,
            self.search,
            self.rules,
            self.more,
            sets_of(self.people.columns),
            row_sets(self.alike),
        )

    def learned(self, profile: TableProfile) -> TableProfile:
        """The profile of the columns as they are learned, given that of the table's own."""
        return profile.with_columns(self.forms.learned, self.parts.columns_by_name())


def designed(profile: TableProfile, sample: pa.RecordBatch, least: int) -> Design:
    """The design for a table; ``least``: rows that share a value which is told.

    Where too little can be told no pairs are counted, and a note says why.
    """
    settings = EncoderSettings(least, direct=DIRECT, coarse=COARSE)
    written = _written(profile.marked(keys=key_candidates(profile)), sample, settings)
    encoder, said = _encoder(written, settings)
    search = _search(written.profile.schema)
    candidates = search.candidates(written.sample)
    more = search.broken_candidates(written.sample, candidates.rules)
    own = {name for name in profile.schema.names if name not in written.forms.by_column}
    parts = written.forms.learned.select(n for n in written.forms.learned.names if n not in own)
    return Design(
        encoder,
        Standard.of_profile(number_columns(encoder), written.profile),
        tuple(candidates.rules),
        tuple(dict.fromkeys((*candidates.limits, *more.limits))),
        quasi_columns(profile),
        row_columns(profile),
        written.profile.with_columns(parts, {}),
        (*written.notes, *said),
        more.rules,
        written.sample,
    )


def _encoder(written: Written, settings: EncoderSettings) -> tuple[TableEncoder, tuple[str, ...]]:
    """The bins that pairs are counted in; none, and a note, where too little can be told."""
    try:
        return fit_encoder(written.profile, written.sample, settings, forms=written.forms), ()
    except InputError as error:
        nothing = TableEncoder(TableSchema(()), (), settings, (), forms=written.forms)
        return nothing, (f"pairs of columns are not counted: {error}",)


def _search(learned: TableSchema) -> DependencySearch:
    own = EncoderSettings()
    return DependencySearch(learned, own.min_entities, own.direct)


def _search_of(forms: TableForms, profile: TableProfile) -> DependencySearch:
    return _search(profile.schema)


def _written(profile: TableProfile, sample: pa.RecordBatch, settings: EncoderSettings) -> Written:
    """The columns as they are written; parts of a form are profiled in the sample alone."""
    forms, assumed = find_forms(sample, profile.schema, min_entities=settings.min_entities)

    def profile_of(read: TableForms, learned: TableSchema) -> TableProfile:
        own = {c.name: profile[c.name] for c in profile.schema if c.name not in read.by_column}
        new = TableProfile(learned.select(name for name in learned.names if name not in own))
        if len(new.schema):
            new.update(read.read(sample))
        return profile.with_columns(learned, {**own, **new.columns_by_name()})

    return read_in_forms(
        forms, assumed, sample, settings, wanted=(), profile_of=profile_of, search_of=_search_of
    )
