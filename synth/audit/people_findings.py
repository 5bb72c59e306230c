"""Findings on rows: which combinations single people out, which rows are doubles."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from synth.audit.content import SensitiveContent
from synth.audit.finding import Finding, Severity
from synth.audit.near_duplicates import NearDuplicates
from synth.audit.quasi_identifiers import QuasiIdentifier
from synth.audit.remedies import by

TOLD = 5  # combinations in a finding; all stand in the profile
DOUBLED = 0.01  # of the rows: exact doubles beyond are no chance in a table of distinct records
LEAST_COLUMNS = 6  # of fewer, rows are equal, or nearly so, by chance
ALMOST = 0.05  # of the rows: equal to another one but for one column

REPEATED = 0.5  # of the rows: beyond, a table says much less than its size promises


def on_content(
    found: Sequence[SensitiveContent], assumed: Collection[SensitiveContent] = ()
) -> Iterator[Finding]:
    """Columns that hold what identifies people, or speaks of them.

    Those ``assumed`` are taken for sensitive.
    """
    ignore, sensitive = by("columns.ignore"), by("columns.sensitive")
    name = f"Name them as sensitive ({sensitive}), so that their values are told nowhere, or leave"
    certain = [one for one in found if one in assumed]
    if certain:
        yield _on(
            "content that identifies people",
            "warning",
            certain,
            "They are taken for sensitive: their values are told nowhere, and those of few rows "
            f"are made anew. Leave them out ({ignore}), or say which identify nobody "
            f"({by('columns.not_sensitive')})",
        )
    others = [one for one in found if one not in assumed]
    for identifying in (True, False):
        own = [one for one in others if one.identifying is identifying]
        if own:
            yield _on(
                "content that may identify people" if identifying else "content of persons",
                "warning" if identifying else "info",
                own,
                f"{name} them out ({ignore})",
            )


def _on(name: str, severity: Severity, own: Sequence[SensitiveContent], remedy: str) -> Finding:
    columns = tuple(dict.fromkeys(one.column for one in own))
    return Finding(name, severity, columns, "; ".join(map(_told, own)), remedy)


def _told(one: SensitiveContent) -> str:
    by = {"name": "by its name", "values": f"{one.share:.1%} of its values"}
    said = by.get(one.by, f"by its name and {one.share:.1%} of its values")
    return f"{one.column!r} holds {one.kind} ({said}; confidence {one.confidence})"


def on_people(found: Sequence[QuasiIdentifier]) -> Iterator[Finding]:
    """Quasi-identifiers: what others may know of a person, and which singles rows out."""
    described = [one for one in found if one.describes_person]
    if not described:
        return
    worst = sorted(described, key=lambda one: -one.unique_share)[:TOLD]
    said = "; ".join(f"{' x '.join(map(repr, o.columns))} {o.unique_share:.1%}" for o in worst)
    yield Finding(
        "quasi-identifiers",
        "warning" if worst[0].unique_share >= ALMOST else "info",
        tuple(dict.fromkeys(name for one in worst for name in one.columns)),
        f"rows that are the only ones with their values (k-anonymity of 1): {said}",
        "Never publish a cut of the real table with these together; the synthetic table's attacks "
        f"measure what is left of it ({by('evaluate.privacy')})",
    )


def on_doubles(found: NearDuplicates | None) -> Iterator[Finding]:
    """Rows that equal another one, or nearly so."""
    if found is None or not found.rows:
        return
    distinct = found.distinct.value / found.rows
    if distinct < 1 - REPEATED:
        yield Finding(
            "little diversity",
            "warning",
            (),
            f"about {found.distinct.value:,.0f} different rows of {found.rows:,}",
            "Check that the table was not written twice; else few columns of few values need no "
            "large sample",
        )
        return
    if len(found.columns) < LEAST_COLUMNS:
        return
    if found.doubled.value > DOUBLED:
        yield Finding(
            "duplicate rows",
            "info",
            (),
            f"about {found.doubled.value:.1%} of the rows equal another one in every column",
            f"If they are one record loaded twice, drop them ({by('clean.drop_duplicates')})",
        )
    almost = [one for one in found.but_one or () if one.share.value > ALMOST]
    if almost:
        said = "; ".join(f"{one.share.value:.1%} but for {one.column!r}" for one in almost[:TOLD])
        yield Finding(
            "near-duplicate rows",
            "info",
            tuple(one.column for one in almost[:TOLD]),
            f"rows that equal another one in every other column: {said}",
            "If they are versions of one record, keep the newest before the seed is read; a "
            f"holdout among them is no test ({by('split.key')})",
        )
