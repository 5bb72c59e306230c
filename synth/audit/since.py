"""The audit of a table whose earlier rows were counted before: only later ones are read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from synth.audit.audit import Audit
from synth.audit.conclusions import told_of_columns
from synth.audit.content import SensitiveContent, found
from synth.audit.counted import Counted
from synth.audit.exact_keys import counted_keys, likely_keys
from synth.audit.foreign_keys import ForeignKey, foreign_keys
from synth.audit.kept import KeptPairs, KeptProfile
from synth.audit.question import AuditQuestion
from synth.audit.sensitive_columns import notes_on
from synth.audit.source import Source
from synth.audit.telling import told_of_counted
from synth.profiling.table_profile import TableProfile
from synth.statistics.column_state import NumberState
from synth.table.bins import NAN, NULL
from synth.table.door import called
from synth.table.errors import InputError

ADDED = "{rows:,} rows were added since version {since}, and read alone"
FIRST = (
    "pairs of columns, rules and groups of rows are counted in the bins and forms of a profile of "
    "{rows:,} rows, and by the rules that might hold in it; {more:,} rows came later: what is new "
    "in them falls where unseen values do, and rules that hold only since are not looked for: "
    "profile the whole now and then, without --since"
)
ABSENT = (
    "{names} lacked no value in the first profile and do since: in pairs, what is missing counts "
    "as another value"
)
KEYS = "keys are counted anew in the whole table, but for those that were none before"
UNTOLD = (
    "of sensitive columns a kept state has counts alone: {names} are told by those, and by no "
    "pair, rule, foreign key or group of rows"
)
NO_PAIRS = (
    "pairs of columns, rules, keys and groups of rows are not told ({why}): profile without "
    "--since tells and keeps them"
)
OLDER = "the state of version {since} has none"
NO_OPEN = "no column is left that is not sensitive"
NEWLY = "{names} were not known to be sensitive before, and what was counted rests on them, too"
REMAINS = (
    "states kept of earlier versions have values of {names}, which were not known to be sensitive "
    "then: drop them"
)
TARGET = (
    "the target {name!r} is sensitive: no pairs with it are kept, so that classes, leakage and "
    "groups are not told"
)


@dataclass(frozen=True)
class Since:
    """The audit of all rows, and what may be kept of it for the next time."""

    audit: Audit
    kept: KeptProfile


def audit_since(source: Source, question: AuditQuestion, kept: KeptProfile, since: int) -> Since:
    """The rows of ``since`` as they were kept, and those added later, which ``source`` scans.

    Its exact counts are of the whole table, and foreign keys of all of it, too. Columns that turn
    out to be sensitive by now lose their values, in what is told and in what is kept. InputError
    for an unknown target, and where more rows are to share a value than when the bins were made.
    """
    source.require(question.target)
    _require_bins(source, question, kept)
    source.follow("counting the rows added since")
    state = source.scan(kept.recount.new, kept.recount.load)
    kept.add(state)
    content = _content(kept)
    named = {column.name for column in source.schema if column.sensitive}
    identified = {one.column for one in question.inference.identifying(content)}
    open_names = [column.name for column in kept.schema if not column.sensitive]
    newly = [name for name in open_names if name in named | identified]
    why = _why_no_pairs(kept, newly, since)
    total = kept.without(newly) if newly else kept
    notes = [
        ADDED.format(rows=state.parts[0].rows, since=since),
        *notes_on(question.inference.identifying(content)),
        *_notes(total, newly, question),
    ]
    source = replace(source, schema=total.schema)
    profile = total.columns.profile
    links, said_of_links = foreign_keys(source, profile)
    if why is not None or total.pairs is None:
        notes += [NO_PAIRS.format(why=why), *said_of_links]
        hidden = len(total.columns.counts.nulls)
        told = told_of_columns(source.table, question, profile, content, notes, hidden, links)
        return Since(_with_counts(told, total), total)
    notes += said_of_links
    return _told(source, question, total, total.pairs, content, notes, links)


def _told(
    source: Source,
    question: AuditQuestion,
    kept: KeptProfile,
    pairs: KeptPairs,
    content: tuple[SensitiveContent, ...],
    notes: list[str],
    links: Sequence[ForeignKey],
) -> Since:
    profile, facts = kept.columns.profile, pairs.facts
    counted = Counted.of(pairs.design, pairs.state, profile)
    hidden = {column.name for column in kept.schema if column.sensitive}
    of_hidden = tuple(own for own in facts.keys.confirmed if hidden & set(own))
    likely = (*of_hidden, *likely_keys(profile, counted.groups))
    keys = counted_keys(source, kept.rows, likely, facts.keys)
    first = [FIRST.format(rows=facts.rows, more=kept.rows - facts.rows)]
    if absent := _absent_since(counted, profile):
        first.append(ABSENT.format(names=_listed(absent)))
    told = told_of_counted(
        source,
        question,
        profile,
        counted,
        keys,
        content,
        facts.words,
        links=links,
        notes=(*notes, *first, KEYS, *facts.notes),
    )
    return Since(_with_counts(told, kept), kept.with_keys(keys))


def _absent_since(counted: Counted, profile: TableProfile) -> list[str]:
    """Columns with nulls or NaN by now whose bins have no place for them."""
    labels = {own.name: own.labels for own in counted.histograms.bins}
    found = []
    for name, state in profile.columns_by_name().items():
        bins = [labels[own] for own in _learned(counted, name) if own in labels]
        nans = state.nans if isinstance(state, NumberState) else 0
        for lacking, label in ((state.nulls, NULL), (nans, NAN)):
            if lacking and any(label not in own for own in bins) and name not in found:
                found.append(name)
    return found


def _learned(counted: Counted, name: str) -> tuple[str, ...]:
    """The columns that are learned in the place of one."""
    return counted.design.forms.parts_of(name) or (name,)


def _require_bins(source: Source, question: AuditQuestion, kept: KeptProfile) -> None:
    if kept.pairs is not None and kept.pairs.facts.least < question.least:
        raise InputError(
            f"table {source.table}: bins were kept of values that {kept.pairs.facts.least} rows "
            f"share, and {called('privacy.min_entities')} is {question.least} by now: "
            "profile the whole table without --since"
        )


def _content(kept: KeptProfile) -> tuple[SensitiveContent, ...]:
    """By patterns in all rows; in free text what the sample of the first profile had."""
    inside = () if kept.pairs is None else kept.pairs.facts.content
    return (*found(kept.content), *inside)


def _why_no_pairs(kept: KeptProfile, newly: list[str], since: int) -> str | None:
    if newly:
        return NEWLY.format(names=_listed(newly))
    if kept.pairs is not None:
        return None
    is_open = any(not column.sensitive for column in kept.schema)
    return OLDER.format(since=since) if is_open else NO_OPEN


def _notes(kept: KeptProfile, newly: list[str], question: AuditQuestion) -> Iterator[str]:
    hidden = [column.name for column in kept.schema if column.sensitive]
    if hidden:
        yield UNTOLD.format(names=_listed(hidden))
    if newly:
        yield REMAINS.format(names=_listed(newly))
    if question.target in hidden:
        yield TARGET.format(name=question.target)


def _listed(names: list[str]) -> str:
    return ", ".join(map(repr, names))


def _with_counts(told: Audit, kept: KeptProfile) -> Audit:
    """With the sensitive columns, of which there are counts, in the table's order."""
    by_name: dict[str, dict[str, Any]] = {own["name"]: own for own in told.columns}
    for name, nulls in kept.columns.counts.nulls.items():
        kind = kept.schema[name].type
        by_name[name] = {"name": name, "type": kind, "sensitive": True, "nulls": nulls}
    return replace(told, columns=tuple(by_name[name] for name in kept.schema.names))
