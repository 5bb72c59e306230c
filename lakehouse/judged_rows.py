"""The rows of a table as repairs leave them, with what happened to each: what cleaning starts from.

Two passes: rules on a row by itself need no other row; rules across rows look at those that have
kept all of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.across_rules import MARK, ORDER, OUT, later_of, with_order
from lakehouse.checks import CleanRules, Rule, layers_of, repaired_columns, repairs_of, whole
from lakehouse.row_rules import repaired_by
from lakehouse.schemas import column, quote
from lakehouse.text_files import BROKEN_LINE

# The row as it came, as one value; numbers of what happened to it; numbers of rules across rows.
ORIGINAL, EVENTS, MARKS = "_lakesynth_original", "_lakesynth_events", "_lakesynth_marks"
ROW, QUARANTINED = -1, -2  # events beside those of rules and repairs


def repaired_with_events(frame: DataFrame, rules: CleanRules, *, first: int) -> DataFrame:
    """The repaired frame, with ``ORIGINAL`` and, in ``EVENTS``, the number of each repair.

    Text repairs are numbered from ``first`` in the order of ``repairs_of``; then, in that of the
    layers, each listed rule that a row breaks has a number, and each cell that it changes. No job.
    """
    steps = list(repairs_of(frame, rules))
    changed = [F.when(step.changed, place) for place, step in enumerate(steps, start=first)]
    events = F.array_compact(F.array(F.lit(ROW), *changed)).alias(EVENTS)
    original = F.struct(*map(quote, frame.columns)).alias(ORIGINAL)
    repaired = frame.select(*repaired_columns(frame, rules), original, events)
    place = first + len(steps)
    for group in layers_of(rules):
        new = repaired_by(repaired, group, whole(repaired))
        happened: list[SparkColumn] = []
        for rule in group:
            happened.append(F.when(rule.broken(repaired, whole(repaired)), place))
            place += 1
            for name in rule.columns:
                happened.append(F.when(~new[name].eqNullSafe(column(name)), place))
                place += 1
        more = F.concat(column(EVENTS), F.array_compact(F.array(*happened)))
        repaired = repaired.withColumns({**new, EVENTS: more})
    return repaired


def reason_of(found: Sequence[Rule]) -> SparkColumn:
    """Why a row is set aside, empty where it is not; never null, or a row would be in no table."""
    return F.concat_ws("; ", *[F.when(rule.broken, rule.reason) for rule in found])


def across_rows(kept: DataFrame, rules: CleanRules) -> DataFrame:
    """Rows that keep the rules on themselves, judged among each other.

    Equal ones are dropped first, where they are to be. ``MARKS`` has the places of the rules that a
    row breaks, ``OUT`` whether one of them puts it into quarantine. A shuffle for the equal ones
    and each rule.
    """
    own = [n for n in kept.columns if n not in (BROKEN_LINE, EVENTS, ORIGINAL)]
    frame = with_order(kept.select(*map(quote, own), ORIGINAL), ORIGINAL)
    if rules.drop_duplicates:
        equal = [column(ORDER)[part] for part in ("one", "two")]
        again = later_of(frame, equal, F.lit(True))
        frame = frame.withColumn(MARK, again).where(~column(MARK)).drop(MARK)
    none = F.array().cast("array<int>")
    frame = frame.withColumns({OUT: F.lit(False), MARKS: none})
    for place, rule in enumerate(rules.across):
        marked = rule.check.marked(frame, rule.columns)
        marks = F.concat(MARKS, F.when(column(MARK), F.array(F.lit(place))).otherwise(none))
        out = column(OUT) if rule.action == "keep" else column(OUT) | column(MARK)
        frame = marked.withColumns({MARKS: marks, OUT: out}).drop(MARK)
    return frame
