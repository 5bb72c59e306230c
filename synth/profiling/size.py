"""What the size of a table tells before any work: too few rows, too few for its width, too wide."""

from __future__ import annotations

from synth.profiling.table_profile import TableProfile
from synth.statistics.column_state import TextState
from synth.table.door import called, learned_from

FEW_ROWS = 500  # every figure varies by chance (benchmarks/README.md, small tables)
ROWS_A_COLUMN = 20  # with fewer, ties between columns are seen in too few rows to be told apart
WIDE = 100  # columns: beyond, a step of a training costs more than 0.16 s (cost by width)
STEP_SECONDS = 1.6e-3  # a column and step of 512 rows, on one core
UNIQUE_SHARE = 0.95  # distinct texts by rows
MOST_NAMED = 10


def notes_on_size(profile: TableProfile, columns: int, min_entities: int) -> tuple[str, ...]:
    """What is to be said before a fit of a table of so many ``columns``; no value of it.

    ``profile`` is that of its columns, as they are or as they have been read.
    """
    return (*_on_rows(profile.rows, columns, min_entities), *_on_width(profile, columns))


def _on_rows(rows: int, columns: int, min_entities: int) -> list[str]:
    if rows < FEW_ROWS:
        return [
            f"{learned_from()} has {rows:,} rows: fewer than {FEW_ROWS} teach little, and every "
            "figure varies by chance; values that fewer than "
            f"{min_entities} rows share are lost ({called('privacy.min_entities')}). Give more "
            "rows, or read the figures with their intervals"
        ]
    if rows < ROWS_A_COLUMN * columns:
        return [
            f"{learned_from()} has {rows:,} rows for {columns} columns, fewer than "
            f"{ROWS_A_COLUMN} a column: weak ties between columns are lost among those by chance. "
            "Give more rows, or leave out columns that are not needed"
        ]
    return []


def _on_width(profile: TableProfile, columns: int) -> list[str]:
    if columns <= WIDE:
        return []
    spare = [column.name for column in profile.schema if _is_nearly_unique(profile, column.name)]
    named = ", ".join(map(repr, spare[:MOST_NAMED]))
    more = f" and {len(spare) - MOST_NAMED} more" if len(spare) > MOST_NAMED else ""
    first = f", first {named}{more}, whose texts are nearly all different" if spare else ""
    return [
        f"{learned_from()} has {columns} columns: time and memory of a fit grow with them (a step "
        f"of 512 rows takes about {STEP_SECONDS * columns:.1f} s on one core, where it learns by "
        f"steps). Leave out what is not needed{first}; or set fewer steps "
        f"({called('train.settings')})"
    ]


def _is_nearly_unique(profile: TableProfile, name: str) -> bool:
    state = profile[name]
    return (
        isinstance(state, TextState)
        and not state.column.key
        and state.count > 0
        and state.distinct.estimate() >= UNIQUE_SHARE * state.count
    )
