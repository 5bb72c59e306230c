"""Who is behind the rows of a table, where ``split.key`` names an entity: what Spark counts of it.

``privacy.min_entities`` then counts entities. Values of a profile are counted by the entities that
hold them; whatever else is counted by rows needs as many as fewer entities cannot have.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from pyspark.sql import DataFrame

from jobs.config import Config
from jobs.rows import profile_table, told_by_table
from jobs.run import Run
from lakehouse.entities import entity_sizes, with_entity
from lakehouse.scan import aggregate
from synth.forms.table_forms import NO_FORMS, TableForms
from synth.profiling.entity_support import ENTITY, EntitySupport, note_on_entities, require_entities
from synth.profiling.table_profile import TableProfile
from synth.statistics.entities import Entities
from synth.table.schema import TableSchema


def count_entities(frame: DataFrame, key: Sequence[str], least: int) -> Entities:
    """How many entities a frame's rows are of, and how many rows fewer than ``least`` may have."""
    return Entities.of_sizes(*entity_sizes(frame, key), least)


def least_rows(frame: DataFrame, key: Sequence[str], least: int, table: str) -> int:
    """So many rows are those of ``least`` entities or more; ``least`` where there is no key.

    InputError names a table of fewer than twice as many entities: none of its values could be told.
    """
    found = enough_entities(frame, key, least, table)
    return least if found is None else found.least_rows


def enough_entities(
    frame: DataFrame, key: Sequence[str], least: int, table: str
) -> Entities | None:
    """Those of a frame's rows, None where there is no key; InputError for a table of too few."""
    if not key:
        return None
    found = count_entities(frame, key, least)
    require_entities(found, table, key)
    return found


def entities_of(run: Run, frame: DataFrame, part: str) -> Entities | None:
    """:func:`enough_entities` of a frame, which is a ``part`` of a run's table; ConfigError."""
    key = run.config.split.key
    if key:
        run.reporter.step(f"counting entities ({', '.join(key)})")
    with told_by_table(run):
        return enough_entities(frame, key, run.config.privacy.min_entities, part)


def rows_of_enough(run: Run, frame: DataFrame, part: str) -> int:
    """:func:`least_rows` of a frame of a run, which is a ``part`` of its table; ConfigError."""
    found = entities_of(run, frame, part)
    return run.config.privacy.min_entities if found is None else found.least_rows


def notes_on_entities(config: Config, rows: int, of: int) -> list[str]:
    """What it costs that entities are counted; nothing without a key."""
    key, least = config.split.key, config.privacy.min_entities
    return [note_on_entities(key, least, rows, of)] if key else []


def profile_by_entity(
    frame: DataFrame,
    schema: TableSchema,
    forms: TableForms = NO_FORMS,
    *,
    key: Sequence[str],
    least: int,
) -> TableProfile:
    """The profile of a schema's columns: one scan, and one more where there is a key."""
    found = profile_table(frame, schema, forms)
    tell_entities(found, frame, forms, key=key, least=least)
    return found


def tell_entities(
    profile: TableProfile,
    frame: DataFrame,
    forms: TableForms = NO_FORMS,
    *,
    key: Sequence[str],
    least: int,
) -> None:
    """Let a profile of these rows know which of its values ``least`` entities hold."""
    if not key:
        return
    names = forms.columns_of(profile.schema.names) if forms.forms else profile.schema.names
    support = aggregate(
        with_entity(frame, key, ENTITY),
        [*names, ENTITY],
        new=partial(EntitySupport, profile, least, forms),
        load=partial(EntitySupport.from_bytes, profile=profile, least=least, forms=forms),
    )
    support.tell()
