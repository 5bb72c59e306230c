"""From a profile and a bounded sample of rows to an encoder whose codes stand in a good order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from synth.association import association
from synth.dependencies.plan import Plan
from synth.encode.order import column_order
from synth.encode.settings import EncoderSettings
from synth.encode.table import TableEncoder
from synth.profile import TableProfile

SAMPLE_ROWS = 50_000  # rows that order and grouping are read off


def fit_encoder(
    profile: TableProfile,
    sample: pa.RecordBatch,
    settings: EncoderSettings,
    *,
    plan: Plan | None = None,
    first: Sequence[str] = (),
) -> tuple[TableEncoder, np.ndarray]:
    """The encoder, and how much each of its codes tells of each other one ``(S, S)`` in nats.

    What is stored of values comes from the profile alone; the sample decides on groups and order.
    What the ``plan`` drops is not encoded. The columns of ``first`` are drawn first, so that
    conditions on them are exact.
    """
    encoder = TableEncoder.fit(profile, settings, plan).regrouped(sample)
    codes = encoder.encode(sample)
    told = association(codes, encoder.cardinalities)
    names = [sub.column for sub in encoder.sub_columns]
    ordered = encoder.in_order(column_order(names, told, first))
    place = {(sub.column, sub.level): i for i, sub in enumerate(encoder.sub_columns)}
    moved = [place[sub.column, sub.level] for sub in ordered.sub_columns]
    return ordered, told[np.ix_(moved, moved)]
