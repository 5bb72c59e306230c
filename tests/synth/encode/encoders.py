"""Encoders of whole tables without a generator: codes, and rows decoded from other rows' codes."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from synth.dependencies.finding import DependencySearch
from synth.encode import EncoderSettings, TableEncoder
from synth.profiling.table_profile import TableProfile
from synth.table.schema import TableSchema
from tests.synth.tables import batch_of


def encoder_of(
    table: pa.Table,
    declared: Sequence[Mapping[str, Any]] = (),
    veto: Sequence[str] = (),
    **limits: int,
) -> TableEncoder:
    """The encoder with the rules that the table itself suggests, as a run would fit it."""
    schema, rows = TableSchema.from_arrow(table.schema), batch_of(table)
    settings = EncoderSettings(**limits)  # type: ignore[arg-type]
    profile = TableProfile(schema)
    profile.update(rows)
    search = DependencySearch(
        schema, settings.min_entities, settings.direct, declared=declared, veto=veto
    )
    verification = search.verification(search.candidates(rows).rules)
    verification.update(rows)
    return TableEncoder.fit(profile, settings, search.settle(verification, profile))


def decoded(table: pa.Table) -> pa.RecordBatch:
    """The rows as their own codes have them."""
    encoder = encoder_of(table)
    return encoder.decode(encoder.encode(batch_of(table)), np.random.default_rng(0))


def mixed(table: pa.Table, encoder: TableEncoder) -> pa.RecordBatch:
    """Rows of which each sub-column comes from another row: the worst that a generator can draw."""
    codes = encoder.encode(batch_of(table))
    rng = np.random.default_rng(1)
    shuffled = np.stack([rng.permutation(column) for column in codes.T], 1)
    return encoder.decode(shuffled, np.random.default_rng(0))


def noise(rows: int, seed: int) -> dict[str, np.ndarray]:
    """Columns in which there is nothing to find: normal, lognormal and whole numbers."""
    rng = np.random.default_rng(seed)
    columns: dict[str, np.ndarray] = {f"n{i}": rng.normal(10, 2, rows) for i in range(10)}
    columns |= {f"e{i}": rng.lognormal(2, 1, rows) for i in range(10)}
    return columns | {f"i{i}": rng.integers(0, 10**4, rows) for i in range(5)}
