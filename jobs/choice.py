"""A choice of the best of several runs, as the folder of each of them keeps it. No Spark."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobs.identity import digest
from jobs.records import StageRecord, write_atomically
from synth.report.words import generator_words

CHOICE = "choice.json"
NOT_CHOSEN = "not chosen"


@dataclass(frozen=True)
class Choice:
    """``rows`` has a row for each run, in the order in which they were named.

    Each row has run, generator, settings (of the generator), table and version (of the run's best
    candidate), rank, chosen, why, passed, status, areas, and headline figures. ``notes`` say what
    a reader must know before the figures are held against each other.
    """

    rows: tuple[dict[str, Any], ...]
    notes: tuple[str, ...] = ()

    @property
    def best(self) -> dict[str, Any]:
        """The row of the best run."""
        return next(row for row in self.rows if row["chosen"])

    def row_of(self, run_id: str) -> dict[str, Any]:
        """The row of a run."""
        return next(row for row in self.rows if row["run"] == run_id)

    @property
    def words(self) -> str:
        """Which run is the best, of which others, and why: for the lineage."""
        others = ", ".join(row["run"] for row in self.rows if not row["chosen"])
        beside = f" (the others: {others})"
        return f"run {self.best['run']} of {len(self.rows)}{beside}: {self.best['why']}"

    def verdict_of(self, run_id: str) -> str:
        """Why a run is not the best: what its table says of itself."""
        return f"{NOT_CHOSEN}, run {self.best['run']} is: {self.row_of(run_id)['why']}"

    def lines(self) -> tuple[str, ...]:
        """A line for each run, the best first."""
        ranked = sorted(self.rows, key=lambda row: int(row["rank"]))
        return tuple(
            f"{'chosen' if row['chosen'] else NOT_CHOSEN}: {called(row)}: {row['why']}"
            for row in ranked
        )

    def to_json(self) -> dict[str, Any]:
        """All fields."""
        return {"rows": list(self.rows), "notes": list(self.notes)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Choice:
        """What :meth:`to_json` wrote."""
        return cls(tuple(data["rows"]), tuple(data["notes"]))


def called(row: Mapping[str, Any]) -> str:
    """A run with its generator and the settings that are no default."""
    return f"run {row['run']}, {generator_words(row['generator'], row['settings'])}"


def keep_choice(folder: Path, choice: Choice, evaluated: StageRecord) -> None:
    """Leave a choice in the folder of one of its runs; it is of what was evaluated."""
    data = {"of": _judgement(evaluated), "choice": choice.to_json()}
    write_atomically(folder / CHOICE, json.dumps(data, ensure_ascii=False, indent=1))


def choice_of(folder: Path, records: Mapping[str, StageRecord]) -> Choice | None:
    """The choice that a run's newest evaluation has taken part in; None where there was none.

    None also where the run was not chosen, and has been published on its own since.
    """
    path = folder / CHOICE
    if "evaluate" not in records or not path.is_file():
        return None
    data = json.loads(path.read_text(encoding="utf-8"))
    if data["of"] != _judgement(records["evaluate"]):
        return None
    found = Choice.from_json(data["choice"])
    done = records.get("publish")
    published = done is not None and not done.is_undone
    return None if published and found.best["run"] != folder.name else found


def _judgement(evaluated: StageRecord) -> str:
    """What names one evaluation of a run's tables."""
    return digest([evaluated.identity, evaluated.turn])
