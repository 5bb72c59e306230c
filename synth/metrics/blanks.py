"""Texts that would be equal but for white space around them: told, for they are judged apart."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc


def notes_on_blanks(real: pa.Table, synthetic: pa.Table) -> tuple[str, ...]:
    """By text column how many synthetic rows differ from real texts by nothing else, in words.

    A lake's run cuts white space before it learns, so that its table lacks that of its seed.
    """
    texts = [field.name for field in real.schema if pa.types.is_string(field.type)]
    counted = ((name, _rows(real[name], synthetic[name])) for name in texts)
    return tuple(
        f"column {name!r}: {rows:,} synthetic rows have a text that equals a real one but for "
        "white space around it, and are judged as different: cut it in both tables if it means "
        "nothing"
        for name, rows in counted
        if rows
    )


def _rows(real: pa.ChunkedArray, made: pa.ChunkedArray) -> int:
    known = pc.unique(real.drop_null())
    others = made.drop_null()
    others = others.filter(pc.invert(pc.is_in(others, value_set=known)))
    bare = pc.utf8_trim_whitespace(known)
    found = pc.is_in(pc.utf8_trim_whitespace(others), value_set=bare)
    return int(pc.sum(found).as_py() or 0)
