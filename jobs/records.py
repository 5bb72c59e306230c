"""What a finished stage leaves for those that come after it."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from jobs.identity import digest
from lakehouse.tables import TableRef

# What names an outcome that a stage's settings do not fix: the seed's rows, a training's weights.
_OUTCOMES = ("fingerprint", "model_hash")


@dataclass(frozen=True)
class TableRecord:
    """A table at the version that a stage wrote or read, with its rows."""

    name: str
    version: int
    rows: int

    @property
    def ref(self) -> TableRef:
        return TableRef(self.name, self.version)


@dataclass(frozen=True)
class StageRecord:
    """What a finished stage leaves: tables by role, plain facts, and notes for the report.

    ``identity`` names what it was made of, and is empty once the stage was undone; ``leaves`` names
    what it leaves to other stages, where that is not all that it tells. ``turn`` is how
    often the run has done this stage, and ``as_in`` the earlier run that the record was taken over
    from.
    """

    stage: str
    tables: dict[str, TableRecord] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    step_seconds: dict[str, float] = field(default_factory=dict)
    identity: str = ""
    leaves: str = ""
    turn: int = 1
    as_in: str | None = None

    @property
    def result(self) -> str:
        """The name of what the stage made, by which stages that read it are identified."""
        named = {name: self.facts[name] for name in _OUTCOMES if name in self.facts}
        return digest([self.leaves or self.identity, named])

    @property
    def is_undone(self) -> bool:
        """Whether what the stage did no longer stands: it is neither finished nor out of date."""
        return not self.identity

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> StageRecord:
        tables = {role: TableRecord(**table) for role, table in data["tables"].items()}
        return cls(**{**data, "tables": tables, "notes": tuple(data["notes"])})


def read_record(folder: Path, stage: str) -> StageRecord | None:
    """The record of a stage in a run's folder, whatever it was made of."""
    path = folder / "stages" / f"{stage}.json"
    if not path.is_file():
        return None
    return StageRecord.from_json(json.loads(path.read_text(encoding="utf-8")))


def write_record(folder: Path, record: StageRecord) -> None:
    """Put a record into a run's folder: from now on its stage is finished."""
    text = json.dumps(record.to_json(), indent=1)
    write_atomically(folder / "stages" / f"{record.stage}.json", text)


def undo(folder: Path, stage: str, facts: dict[str, Any]) -> None:
    """What a stage did no longer stands, or is not to be done: its record says so.

    The stage is not finished then. When it is done again, its writes are none of before.
    """
    kept = read_record(folder, stage)
    turn = 1 if kept is None else kept.turn + 1
    write_record(folder, StageRecord(stage, facts=facts, identity="", turn=turn))


def write_atomically(path: Path, text: str) -> None:
    """Write a file so that a reader sees all of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".draft")
    draft.write_text(text, encoding="utf-8")
    os.replace(draft, path)
