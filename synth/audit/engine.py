"""The audit of a table in three scans, whether Spark makes them or they are of rows in memory.

The first profiles the columns and draws a sample, in which is found how columns are written and
which rules may hold. The second counts, in the bins of the first, every column and pair of columns,
sums products of numbers, verifies the rules on every row, and counts groups of equal rows. The
third counts keys exactly, where columns look like one. Other tables that are named beside it are
profiled in a scan each, and references between them counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from synth.audit.audit import Audit
from synth.audit.broken_rules import RuleBook, rule_book
from synth.audit.candidate_keys import candidate_keys, key_columns, single_keys
from synth.audit.conclusions import Seen, told
from synth.audit.counting import Counting
from synth.audit.first_scan import First, first_scan
from synth.audit.foreign_keys import foreign_keys
from synth.audit.group_sizes import GroupSizes, sets_of
from synth.audit.near_duplicates import NearDuplicates, near_duplicates, row_columns, row_sets
from synth.audit.partition_drift import not_counted
from synth.audit.quasi_identifiers import QuasiColumns, quasi_columns, quasi_identifiers
from synth.audit.question import AuditQuestion
from synth.audit.source import Source
from synth.audit.text_formats import text_formats
from synth.audit.unlearned import notes_on
from synth.dependencies.finding import DependencySearch
from synth.dependencies.sample import Sample
from synth.encode import EncoderSettings, TableEncoder
from synth.encode.fit import fit_encoder
from synth.encode.written import Written, read_in_forms
from synth.forms.find import find_forms
from synth.forms.table_forms import TableForms
from synth.metrics.gram import GramState, Standard
from synth.metrics.histograms import CodeHistograms
from synth.metrics.scans import number_columns
from synth.profiling.table_profile import TableProfile
from synth.table.errors import InputError
from synth.table.known_names import known_names
from synth.table.schema import TableSchema

COARSE, DIRECT = 16, 32  # bins of a number, and labels of a category, that pairs are counted in


def audit(
    source: Source, question: AuditQuestion, keep: Callable[[First], None] = lambda first: None
) -> Audit:
    """Three scans of the table, and what follows from them; InputError for an unknown target.

    ``keep`` is given what the first one has told.
    """
    _require_target(source, question)
    source.follow("profiling columns")
    first = first_scan(source, question)
    keep(first)
    profile = first.profile
    if not profile.rows:
        raise InputError(f"table {source.table} has no rows: there is nothing to audit")
    source.follow("looking for forms and rules in a sample")
    alone = single_keys(profile)
    counted = _second_scan(source, question, first, alone)
    groups, people = counted.groups, counted.people
    several = candidate_keys(groups, key_columns(profile))
    keys = _confirmed(source, profile.rows, [(name,) for name in alone], several)
    links, said_of_links = foreign_keys(source, profile)
    formats = tuple(text_formats(profile, question.min_entities))
    structure = {
        "rules": list(counted.rules.facts),
        "keys": [*([column.name] for column in source.schema if column.key), *map(list, keys)],
        "foreign_keys": [one.to_json(source.table) for one in links],
        "forms": {form.column.name: form.describe() for form in counted.written.forms.forms},
        "formats": [one.to_json() for one in formats],
        "not_looked_at": list(counted.limits),
    }
    seen = Seen(
        profile.marked(keys=[key[0] for key in keys if len(key) == 1]),
        first.sample,
        counted.written.forms,
        counted.histograms,
        counted.products,
        structure,
        quasi_identifiers(groups, people.described),
        counted.doubles,
        first.content,
        links,
        source.partitions,
        source.unlearned,
        counted.rules.broken,
        formats,
    )
    notes = (
        *source.notes,
        *notes_on(source.unlearned),
        *first.notes,
        *counted.notes,
        *said_of_links,
        *not_counted(seen.counts, source.partitions),
        *_left_out(people),
        *_by_estimate(groups, people),
    )
    return told(source.table, question, seen, notes)


@dataclass(frozen=True)
class _Second:
    """What the second scan has told; ``limits`` are rules that were not looked for."""

    written: Written
    notes: tuple[str, ...]
    histograms: CodeHistograms
    products: GramState
    rules: RuleBook
    limits: tuple[str, ...]
    people: QuasiColumns
    groups: GroupSizes
    doubles: NearDuplicates | None


def _second_scan(
    source: Source, question: AuditQuestion, first: First, keys: Sequence[str]
) -> _Second:
    """One scan of the table; ``keys`` are columns that look like one."""
    profile = first.profile
    settings = EncoderSettings(question.min_entities, direct=DIRECT, coarse=COARSE)
    written = _written(profile.marked(keys=keys), first.sample, settings)
    encoder, said = _encoder(written, settings)
    people, alike = quasi_columns(profile), row_columns(profile)
    search = _search(written.forms, written.profile)
    candidates = search.candidates(written.sample)
    more = search.broken_candidates(written.sample, candidates.rules)
    counting = Counting(
        encoder,
        Standard.of_profile(number_columns(encoder), written.profile),
        search,
        candidates.rules,
        more.rules,
        sets_of(people.columns),
        row_sets(alike),
    )
    source.follow("counting pairs of columns and groups of rows, and verifying rules")
    learned, groups, doubles = source.scan(counting.new, counting.load).parts
    counts, products, verification, beside = learned.state.parts
    rules = rule_book(
        search.settle(verification, written.profile),
        beside.found(),
        Sample(pa.Table.from_batches([written.sample]), search.schema, search.settings),
        {name: written.profile[name].distinct.estimate() for name in search.schema.names},
        source.schema,
        (*candidates.rules, *more.rules),
        {form.column.name: sql for form in written.forms.forms if (sql := form.in_sql())},
    )
    return _Second(
        written,
        (*written.notes, *said),
        counts.counts[0],
        products,
        rules,
        tuple(dict.fromkeys((*candidates.limits, *more.limits))),
        people,
        groups,
        near_duplicates(doubles, alike) if alike else None,
    )


def _require_target(source: Source, question: AuditQuestion) -> None:
    names = source.schema.names
    if question.target is not None and question.target not in names:
        raise InputError(
            f"table {source.table}: the target {question.target!r} is no column of it; "
            f"{known_names(question.target, names, 'the table')}"
        )


def _encoder(written: Written, settings: EncoderSettings) -> tuple[TableEncoder, tuple[str, ...]]:
    """The bins that pairs are counted in; none, and a note, where too little can be told."""
    try:
        return fit_encoder(written.profile, written.sample, settings, forms=written.forms), ()
    except InputError as error:
        nothing = TableEncoder(TableSchema(()), (), settings, (), forms=written.forms)
        return nothing, (f"pairs of columns are not counted: {error}",)


def _confirmed(
    source: Source,
    rows: int,
    alone: Sequence[tuple[str, ...]],
    several: Sequence[tuple[str, ...]],
) -> list[tuple[str, ...]]:
    """Those of the keys whose values differ in every row: exact counts of the whole table."""
    looked = [*alone, *several]
    if not looked:
        return []
    source.follow(f"counting {len(looked)} keys that there may be")
    return [key for key, n in zip(looked, source.distinct_of(looked), strict=True) if n == rows]


def _left_out(people: QuasiColumns) -> Iterator[str]:
    """Columns whose combinations were not looked at, by why."""
    for why in dict.fromkeys(reason for _, reason in people.left_out):
        names = ", ".join(repr(name) for name, own in people.left_out if own == why)
        yield f"combinations that tell rows apart: without {names} ({why})"


def _by_estimate(groups: GroupSizes, people: QuasiColumns) -> Iterator[str]:
    if people.columns and not all(groups.of(own).is_exact for own in groups.sets):
        yield (
            "combinations that tell rows apart are estimated from a sample of groups of equal "
            f"rows, {groups.kept:,} of each set of columns, drawn from the whole table"
        )


def _search(forms: TableForms, profile: TableProfile) -> DependencySearch:
    own = EncoderSettings()
    return DependencySearch(profile.schema, own.min_entities, own.direct)


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
        forms, assumed, sample, settings, wanted=(), profile_of=profile_of, search_of=_search
    )
