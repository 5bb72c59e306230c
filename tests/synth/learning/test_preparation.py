"""What a kind wants of encode is done, or refused by the name of the setting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from synth.encode import EncoderSettings, TableEncoder
from synth.generators.autoregressive.kind import AutoregressiveKind
from synth.generators.contract import Arrangement, GeneratorKind, Needs
from synth.generators.marginal import MarginalKind
from synth.learning.preparation import prepare
from synth.profiling.table_profile import TableProfile
from synth.table.errors import InputError
from synth.table.sub_column import SubColumn
from tests.synth.fits import quick_settings
from tests.synth.tables import batch_of

ROWS = 600
TABLE = pa.table(
    {
        "a": [f"a{row % 5}" for row in range(ROWS)],
        "b": [row % 7 for row in range(ROWS)],
        "c": [f"c{row % 5}" for row in range(ROWS)],
        "one": ["x"] * ROWS,
    }
)


def prepared(
    kind: GeneratorKind, settings: Any = None, first: Sequence[str] = ()
) -> tuple[TableEncoder, Arrangement]:
    settings = settings or kind.settings_type()
    profile = TableProfile.of(TABLE)
    return prepare(kind, settings, profile, batch_of(TABLE), EncoderSettings(), first=first)


def names(encoder: TableEncoder) -> list[str]:
    return [sub.column for sub in encoder.sub_columns]


def test_a_kind_that_asks_for_nothing_gets_the_columns_as_they_stand() -> None:
    encoder, arrangement = prepared(MarginalKind())
    assert names(encoder) == ["a", "b", "c"]
    assert arrangement == Arrangement(("a", "b", "c"), (None, None, None))
    assert names(prepared(MarginalKind(), first=["c"])[0]) == ["c", "a", "b"]


def test_the_arrangement_of_a_kind_is_the_order_of_the_codes() -> None:
    encoder, arrangement = prepared(AutoregressiveKind(), first=["b"])
    assert tuple(names(encoder)) == arrangement.order
    assert arrangement.order[0] == "b" and set(arrangement.order) == {"a", "b", "c"}
    later = max(arrangement.order.index(name) for name in "ac")
    assert arrangement.partners[later] == min(arrangement.order.index(name) for name in "ac")
    assert set(arrangement.relations) == {"association", "value_embeddings", "parents", "tellers"}


class Asking(MarginalKind):
    """Wants a column first, and makes no arrangement although it asks to."""

    def __init__(self, needs: Needs):
        self.asked = needs

    def needs(self, settings: Any, schema: Any) -> Needs:
        return self.asked


def test_what_cannot_be_done_is_refused_by_the_settings_name() -> None:
    for needs, first, message in (
        (Needs(first=("a",)), ["b", "a"], r"draws 'a' first, .* put 'a' at the start of encode\.f"),
        (Needs(drawn={"targets": ("a", "town")}), [], "targets names 'town', which is no column"),
        (Needs(drawn={"targets": ("one",)}), [], r"targets names 'one', which is not learned"),
        (Needs(), ["a", "a"], "first names 'a' twice"),
    ):
        with pytest.raises(InputError, match=message):
            prepared(Asking(needs), first=first)
    assert names(prepared(Asking(Needs(first=("c",))), first=["c", "b"])[0]) == ["c", "b", "a"]
    with pytest.raises(NotImplementedError, match="asks for an arrangement and makes none"):
        prepared(Asking(Needs(arranged=True)))


def test_conditions_must_name_columns_that_are_drawn() -> None:
    with pytest.raises(InputError, match="conditions names 'town', which is no column"):
        prepared(AutoregressiveKind(), quick_settings(conditions=(("a", "town"),)))


class Reading(Asking):
    """Remembers what it was shown."""

    def arrange(
        self,
        codes: np.ndarray,
        sub_columns: Sequence[SubColumn],
        first: Sequence[str],
        settings: Any,
    ) -> Arrangement:
        self.codes, self.first = codes, tuple(first)
        order = tuple(reversed([sub.column for sub in sub_columns]))
        return Arrangement(order, (None, 0, 1), {"read": len(codes)})


def test_a_kind_reads_shuffled_codes_of_the_sample() -> None:
    kind = Reading(Needs(arranged=True))
    encoder, arrangement = prepared(kind, first=["b"])
    assert names(encoder) == ["c", "b", "a"]
    assert (kind.first, arrangement.relations) == (("b",), {"read": ROWS})
    in_order = encoder.in_order(["a", "b", "c"]).encode(batch_of(TABLE))
    assert (kind.codes != in_order).any()
    assert sorted(map(bytes, kind.codes)) == sorted(map(bytes, in_order))
