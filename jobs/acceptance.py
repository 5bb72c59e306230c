"""Rows that must keep rules: those that break one are left out, others of further blocks take
their place.

Every block is the same wherever it is made, and the first rows that keep the rules, in the order of
blocks and rows, are the table: the same rows on any cluster.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from synth.sampling.blocks import SamplePlan
from synth.sampling.numbered import BLOCK, ROW
from synth.table.errors import InputError

LEAST_KEPT = 0.01  # of the rows drawn; below, a hundred rows are made for each that is written
ENOUGH_DRAWN = 20_000  # to tell a share of one in a hundred
SPARE = 1.1  # so many times the blocks that the share kept so far asks for
Rows = Callable[[int, int], DataFrame]


@dataclass(frozen=True)
class Acceptance:
    """Which rows of which blocks are kept; ``last_row`` is the last one taken of the last block.

    ``broken`` counts, by rule, the rows drawn that broke it.
    """

    blocks: int
    drawn: int
    kept: int
    last_row: int | None = None
    broken: dict[str, int] = field(default_factory=dict)

    @property
    def is_all(self) -> bool:
        """Whether no row that was drawn broke a rule."""
        return self.kept == self.drawn

    def notes(self) -> tuple[str, ...]:
        """What is to be said of it."""
        rules = ", ".join(self.broken)
        if self.is_all:
            return (f"held by every row as drawn: {rules}",)
        broken = "; ".join(f"{name}: {count:,}" for name, count in self.broken.items() if count)
        return (
            f"held by every row: {rules}. {self.kept / self.drawn:.1%} of {self.drawn:,} rows "
            f"drawn kept them, others took the place of the rest (broken by {broken})",
        )


def accept(rows: Rows, rules: Mapping[str, str], plan: SamplePlan, table: str) -> Acceptance:
    """Count block after block until as many rows as planned keep the rules.

    ``rows(first, end)`` makes the rows of blocks, with their number and that of their block. One
    pass over the blocks of the plan, and one over each lot of further ones. InputError where too
    few rows keep the rules for it to have an end.
    """
    kept: list[int] = []
    drawn, broken = 0, dict.fromkeys(rules, 0)
    end = plan.blocks
    while True:
        counted = _counts(rows(len(kept), end), rules)
        kept += [counted[block][1] if block in counted else 0 for block in range(len(kept), end)]
        drawn += sum(numbers[0] for numbers in counted.values())
        for place, rule in enumerate(rules):
            broken[rule] += sum(numbers[2 + place] for numbers in counted.values())
        missing = plan.rows - sum(kept)
        if missing <= 0:
            break
        _require_hope(sum(kept), drawn, broken, table)
        share = sum(kept) / drawn
        more = missing / share * SPARE if share >= LEAST_KEPT else ENOUGH_DRAWN
        end += int(more) // plan.rows_of(end) + 1
    found = Acceptance(end, drawn, sum(kept), broken=broken)
    if found.is_all:
        return found
    return _cut(rows, rules, plan, kept, found)


def require_all(frame: DataFrame, rules: Mapping[str, str], table: str) -> None:
    """InputError where rows break a rule that none may break, with how many do. One pass."""
    total, *counts = frame.agg(
        F.expr("count(1)"), *[F.expr(f"count_if(NOT ({sql}))") for sql in rules.values()]
    ).collect()[0]
    broken = {name: count for name, count in zip(rules, counts, strict=True) if count}
    if broken:
        said = "; ".join(f"{name} by {count:,}" for name, count in broken.items())
        raise InputError(
            f"table {table}: of {total:,} rows made for given ones (sample.given_rows) some break "
            f"what the seed declares: {said}. Give rows that keep it, with all columns that it is "
            "about, or take it off the seed"
        )


def holding(frame: DataFrame, rules: Mapping[str, str]) -> DataFrame:
    """The rows that keep all rules."""
    return frame.where(" AND ".join(f"({sql})" for sql in rules.values()) or "true")


def accepted_rows(rows: Rows, rules: Mapping[str, str], found: Acceptance) -> DataFrame:
    """The rows that are kept; not more than were planned."""
    frame = rows(0, found.blocks)
    if found.last_row is not None:
        last = found.blocks - 1
        frame = holding(frame, rules).where(f"{BLOCK} < {last} OR {ROW} <= {found.last_row}")
    return frame.drop(BLOCK, ROW)


def _counts(frame: DataFrame, rules: Mapping[str, str]) -> dict[int, tuple[int, ...]]:
    """By block: the rows drawn, those that keep all rules, and those that break each."""
    named = {f"r{place}": sql for place, sql in enumerate(rules.values())}
    told = frame.selectExpr(BLOCK, *[f"({sql}) AS {name}" for name, sql in named.items()])
    counts = [F.expr("count(1)"), F.expr(f"count_if({' AND '.join(named)})")]
    counts += [F.expr(f"count_if(NOT {name})") for name in named]
    return {row[0]: tuple(row[1:]) for row in told.groupBy(BLOCK).agg(*counts).collect()}


def _require_hope(kept: int, drawn: int, broken: Mapping[str, int], table: str) -> None:
    if drawn < ENOUGH_DRAWN or kept >= LEAST_KEPT * drawn:
        return
    said = "; ".join(f"{name} by {count / drawn:.1%}" for name, count in broken.items() if count)
    raise InputError(
        f"table {table}: only {kept:,} of {drawn:,} rows drawn keep what the seed declares, which "
        f"is broken as follows: {said}. Let the model learn the table better (more rows, more "
        "steps of train.settings, its rule in dependencies.add), or take the constraint off the "
        "seed"
    )


def _cut(
    rows: Rows, rules: Mapping[str, str], plan: SamplePlan, kept: list[int], found: Acceptance
) -> Acceptance:
    """The same, up to the row with which the planned number is reached."""
    block, before = 0, 0
    while before + kept[block] < plan.rows:
        before += kept[block]
        block += 1
    taken = holding(rows(block, block + 1), rules).select(ROW).orderBy(ROW)
    last = taken.limit(plan.rows - before).agg(F.max(ROW)).collect()[0][0]
    return Acceptance(block + 1, found.drawn, found.kept, int(last), found.broken)
