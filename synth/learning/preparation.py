"""What a generator's kind wants of encode, done: the same in memory and in the lake."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from synth.dependencies.plan import Plan
from synth.encode import EncoderSettings, TableEncoder, fit_encoder, require_drawn
from synth.encode.fit import require_once, shuffled_codes
from synth.forms.table_forms import NO_FORMS, TableForms
from synth.generators.contract import Arrangement, GeneratorKind
from synth.learning.threads import one_thread
from synth.profiling.table_profile import TableProfile
from synth.table.door import called
from synth.table.errors import InputError


def prepare(
    kind: GeneratorKind,
    settings: Any,
    profile: TableProfile,
    sample: pa.RecordBatch,
    encoder_settings: EncoderSettings,
    *,
    plan: Plan | None = None,
    first: Sequence[str] = (),
    forms: TableForms = NO_FORMS,
) -> tuple[TableEncoder, Arrangement]:
    """The encoder of a train part, its codes in the order that the kind wants, and why so.

    The columns of ``first`` lead; one that follows from others is led by these, since conditions on
    it pass to them. InputError names a column of ``first``, or of the kind's settings, that is not
    drawn at all.
    """
    needs = kind.needs(settings, profile.schema)
    require_leading(kind, needs.first, first)
    encoder = fit_encoder(profile, sample, encoder_settings, plan=plan, forms=forms)
    require_once("first", first)
    first = tuple(dict.fromkeys(own for name in first for own in _leading(name, encoder)))
    for setting, names in {"first": first, **needs.drawn}.items():
        require_drawn(setting, names, encoder)
    if not needs.arranged:
        ordered = encoder.in_order(first)
        columns = tuple(dict.fromkeys(sub.column for sub in ordered.sub_columns))
        return ordered, Arrangement(columns, (None,) * len(ordered.sub_columns))
    codes = shuffled_codes(encoder, sample)
    with one_thread():
        arrangement = kind.arrange(codes, encoder.sub_columns, tuple(first), settings)
    return encoder.in_order(arrangement.order), arrangement


def _leading(name: str, encoder: TableEncoder) -> tuple[str, ...]:
    """The columns that are drawn for this one; itself where it is drawn, or nothing is."""
    known = name in encoder.schema.names
    return (encoder.drawn_for(name) or (name,)) if known else (name,)


def require_leading(kind: GeneratorKind, wanted: Sequence[str], first: Sequence[str]) -> None:
    """InputError where columns that the kind draws first do not lead those of ``first``."""
    if tuple(first[: len(wanted)]) != tuple(wanted):
        names = ", ".join(map(repr, wanted))
        raise InputError(
            f"generator {kind.name!r} draws {names} first, as its settings say: put {names} at the "
            f"start of {called('encode.first')}"
        )
