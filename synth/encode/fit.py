"""From a profile and a bounded sample of rows to an encoder whose codes stand in a good order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from synth.dependencies.plan import Plan
from synth.encode.settings import EncoderSettings
from synth.encode.table import TableEncoder
from synth.forms.table_forms import NO_FORMS, TableForms
from synth.profiling.table_profile import TableProfile
from synth.table.errors import InputError
from synth.table.known_names import known_names

SAMPLE_ROWS = 50_000  # rows that order and grouping are read off
SHUFFLE_SEED = 0


def fit_encoder(
    profile: TableProfile,
    sample: pa.RecordBatch,
    settings: EncoderSettings,
    *,
    plan: Plan | None = None,
    forms: TableForms = NO_FORMS,
) -> TableEncoder:
    """The encoder, its codes in the order of the table's columns.

    The sample decides on the groups of long text columns; see :mod:`synth.encode` for what is
    stored of values. What the ``plan`` drops is not encoded. Profile and sample are those of the
    columns as the ``forms`` have read them.
    """
    return TableEncoder.fit(profile, settings, plan, forms).regrouped(sample)


def shuffled_codes(encoder: TableEncoder, sample: pa.RecordBatch) -> np.ndarray:
    """int32 codes ``(rows, S)`` of a sample in a random order.

    Tables are often in the order of a date, and halves of the sample are compared.
    """
    return np.random.default_rng(SHUFFLE_SEED).permutation(encoder.encode(sample))


def require_once(setting: str, wanted: Sequence[str]) -> None:
    """InputError for a name that stands twice in a setting."""
    for place, name in enumerate(wanted):
        if name in wanted[:place]:
            raise InputError(f"{setting} names {name!r} twice: name it once")


def require_drawn(setting: str, wanted: Sequence[str], encoder: TableEncoder) -> None:
    """InputError for a name in a setting that stands twice, is unknown, or has no codes."""
    drawn = {sub.column for sub in encoder.sub_columns}
    require_once(setting, wanted)
    for name in wanted:
        if name not in encoder.schema.names:
            raise InputError(
                f"{setting} names {name!r}, which is no column of the table; "
                f"{known_names(name, encoder.schema.names)}"
            )
        if name in encoder.plan.dropped:
            raise InputError(
                f"{setting} names {name!r}, but {encoder.determined_by(name)}: name those "
                "instead, or fit without this dependency (veto)"
            )
        if name not in drawn:
            kind = encoder.encodings[encoder.schema.names.index(name)].kind
            raise InputError(
                f"{setting} names {name!r}, which is not learned ({kind}) and so never drawn: "
                f"leave it out of {setting}"
            )
