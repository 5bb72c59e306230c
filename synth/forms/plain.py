"""Pieces of a grammar that learns nothing: all are free."""

from __future__ import annotations

from collections.abc import Sequence

from synth.forms.pattern import Field, Segment
from synth.forms.places import Days, Few, Piece
from synth.forms.segments import Choice
from synth.forms.sequences import Free, Mixture

_HELD = 0.95  # of the rows by few values: then one of these is drawn, else free characters


def plain(pieces: Sequence[Piece | Segment]) -> list[Free]:
    """The pieces as free ones: few values that nearly all rows hold are drawn by their shares."""
    found: list[Free] = []
    for piece in pieces:
        if isinstance(piece, Field):
            raise ValueError("a grammar that learns nothing has no fields")
        if isinstance(piece, Days):
            found.append(piece.free)
        elif isinstance(piece, Few):
            held = piece.shared.covered >= _HELD
            shared = piece.shared
            found.append(Choice(shared.values, shared.counts) if held else piece.free)
        else:
            found.append(piece)
    return found


def one_of(segments: list[Free]) -> Free:
    """The segments as one."""
    return segments[0] if len(segments) == 1 else Mixture((tuple(segments),), (1,))
