"""Findings on what a table holds in all: rows, people, prose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from synth.audit.finding import Finding
from synth.audit.remedies import by
from synth.profiling.size import FEW_ROWS, ROWS_A_COLUMN, UNIQUE_SHARE
from synth.profiling.table_profile import TableProfile
from synth.statistics.column_state import TextState

TOO_FEW = "too few rows"
HOPELESS = 2  # times min_entities: with fewer, no value can be told at all
FREE_TEXT_WORDS = 4.0  # words that a value has on average, from which a text is prose


def on_size(
    profile: TableProfile, entities: int | None, least: int, hidden: int = 0
) -> Iterator[Finding]:
    """Too few rows, or entities, for what is to be learned; ``hidden`` columns are not profiled."""
    units = profile.rows if entities is None else entities
    word = "rows" if entities is None else "entities"
    columns = len(profile.schema) + hidden
    if units < HOPELESS * least:
        yield Finding(
            TOO_FEW,
            "error",
            (),
            f"{units:,} {word}; a value is told only if {least} share it, so that nearly none "
            "could be",
            "Use the real table under access control, or gather more of it",
        )
    elif units < FEW_ROWS:
        yield Finding(
            TOO_FEW,
            "warning",
            (),
            f"{units:,} {word}: fewer than {FEW_ROWS} teach little (Lakesynth's benchmark of small "
            "tables: every figure varies by chance)",
            "Read every figure with its interval, or gather more rows",
        )
    elif profile.rows < ROWS_A_COLUMN * columns:
        yield Finding(
            "too few rows for the columns",
            "warning",
            (),
            f"{profile.rows:,} rows for {columns} columns, fewer than {ROWS_A_COLUMN} a column "
            "(events per variable: Peduzzi et al. 1996)",
            f"Leave out columns that nobody needs ({by('columns.ignore')})",
        )


def free_text_columns(profile: TableProfile, words: Mapping[str, float]) -> tuple[str, ...]:
    """Texts nearly all different, of several words, but for keys, which are made anew.

    ``words``: how many a value of a column has on average.
    """
    found = []
    for column in profile.schema:
        state, told = profile[column.name], words.get(column.name, 0.0)
        prose = isinstance(state, TextState) and told >= FREE_TEXT_WORDS and not column.key
        if prose and state.count and state.distinct.estimate() >= UNIQUE_SHARE * state.count:
            found.append(column.name)
    return tuple(found)


def on_free_text(profile: TableProfile, words: Mapping[str, float]) -> Iterator[Finding]:
    """Prose, which no generator here writes."""
    for name in free_text_columns(profile, words):
        yield Finding(
            "free text",
            "warning",
            (name,),
            f"nearly every value is different, of {words[name]:.0f} words on average: it would be "
            "made of what its letters look like, without a meaning",
            f"Leave it out ({by('columns.ignore')}), or replace it by what was coded from it",
        )
