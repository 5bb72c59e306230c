"""Keys are confirmed by exact counts, and refuted once and for all."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from synth.audit.exact_keys import Keys, counted_keys, likely_keys
from synth.audit.group_sizes import GroupSizes, sets_of
from synth.audit.source import Source
from synth.profiling.table_profile import TableProfile
from tests.synth.audit.test_engine import Scans


def table() -> Scans:
    numbers = pd.Series(range(600))
    frame = pd.DataFrame({"id": numbers, "shop": numbers // 30, "bill": numbers % 30})
    return Scans(frame.assign(code=(numbers % 590).map("C{:04d}".format)), 1)


def source() -> Source:
    scans = table()
    return Source("bills", scans.schema, scans.scan, scans.distinct_of)


def test_what_looks_like_a_key_is_counted() -> None:
    rows = table().rows
    profile, groups = TableProfile.of(rows), GroupSizes(sets_of(("shop", "bill")))
    for batch in rows.to_batches():
        groups.update(batch)
    likely = likely_keys(profile, groups)
    assert likely == (("id",), ("code",), ("shop", "bill"))  # which nearly all differ in
    keys = counted_keys(source(), 600, (*likely, ("id",)))
    assert keys == Keys((("id",), ("shop", "bill")), (("code",),))
    assert keys.alone == ("id",)


def test_what_was_none_is_not_counted_again() -> None:
    asked: list[tuple[str, ...]] = []
    own = source()

    def counted(keys: object) -> list[int]:
        asked.extend(keys)  # type: ignore[call-overload]
        return list(own.distinct_of(keys))  # type: ignore[arg-type]

    known = Keys((("id",),), (("code",), ("bill", "shop")))
    likely = (("code",), ("shop", "bill"), ("id",))
    keys = counted_keys(replace(own, distinct_of=counted), 600, likely, known)
    assert asked == [("id",)]
    assert keys == Keys((("id",),), known.refuted)
    assert counted_keys(own, 600, (("code",),), known) == Keys((), known.refuted)
