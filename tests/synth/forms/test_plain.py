"""Pieces as free segments."""

import pytest

from synth.forms.pattern import Field
from synth.forms.places import Few
from synth.forms.plain import one_of, plain
from synth.forms.protected import Shared
from synth.forms.segments import Choice, Literal, Places
from synth.forms.sequences import Free, Mixture


def test_few_values_are_drawn_by_their_shares_where_nearly_all_rows_hold_them() -> None:
    free = Places(("01", "01"))
    assert plain([Literal("x"), Few(Shared(("00", "11"), (60, 39), 1), free)]) == [
        Literal("x"),
        Choice(("00", "11"), (60, 39)),
    ]
    assert plain([Few(Shared(("00",), (60,), 40), free)]) == [free]
    with pytest.raises(ValueError, match="no fields"):
        plain([Field("f", ("a",), (1,))])


def test_several_segments_as_one() -> None:
    assert one_of([Literal("x")]) == Literal("x")
    both: list[Free] = [Literal("x"), Places(("ab",))]
    assert one_of(both) == Mixture((tuple(both),), (1,))
