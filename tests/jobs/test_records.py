import json
from dataclasses import replace
from pathlib import Path

import pytest

from jobs.records import (
    StageRecord,
    TableRecord,
    read_record,
    undo,
    write_atomically,
    write_record,
)
from lakehouse.tables import TableRef

RECORD = StageRecord(
    "train",
    {"seed": TableRecord("/lake/seed", 3, 600)},
    {"model_hash": "m", "training": {"steps": 30}},
    ("30 steps",),
    seconds=1.5,
    step_seconds={"fitting": 1.0},
    identity="0123456789abcdef",
    turn=2,
    as_in="people-0-1",
)


def test_a_record_equals_itself_through_json() -> None:
    assert StageRecord.from_json(json.loads(json.dumps(RECORD.to_json()))) == RECORD


def test_a_record_is_there_once_it_is_written(tmp_path: Path) -> None:
    assert read_record(tmp_path, "train") is None
    write_record(tmp_path, RECORD)
    assert read_record(tmp_path, "train") == RECORD
    assert read_record(tmp_path, "encode") is None


def test_a_result_is_named_after_its_making_and_what_settings_do_not_fix() -> None:
    again = replace(RECORD, notes=(), seconds=9.0, turn=3, as_in=None, tables={})
    assert again.result == RECORD.result == "f0105ad8bcee3375"  # as in any version
    others = [
        replace(RECORD, identity="f" * 16),
        replace(RECORD, facts={"model_hash": "n"}),
        replace(RECORD, facts={"fingerprint": "m"}),
        replace(RECORD, facts={}),
    ]
    assert len({record.result for record in [RECORD, *others]}) == 5


def test_a_table_is_read_at_its_version() -> None:
    assert RECORD.tables["seed"].ref == TableRef("/lake/seed", 3)


def test_a_file_is_written_whole_or_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "a.json"
    write_atomically(path, "größe")
    assert path.read_text(encoding="utf-8") == "größe"
    assert list(path.parent.iterdir()) == [path]
    with pytest.raises(UnicodeEncodeError):
        write_atomically(path, "half of it \ud800")
    assert path.read_text(encoding="utf-8") == "größe"


def test_a_stage_that_was_undone_is_not_finished_and_writes_anew(tmp_path: Path) -> None:
    undo(tmp_path, "publish", {"verdict": "not chosen"})
    first = read_record(tmp_path, "publish")
    assert first is not None and first.is_undone and first.facts == {"verdict": "not chosen"}
    write_record(tmp_path, replace(RECORD, stage="publish", turn=4))
    undo(tmp_path, "publish", {})
    again = read_record(tmp_path, "publish")
    assert (first.turn, again and again.turn) == (1, 5)
    assert not RECORD.is_undone
