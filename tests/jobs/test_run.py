from pathlib import Path

import pytest

from jobs.config import ConfigError
from jobs.records import TableRecord, undo
from jobs.run import GivenModel
from jobs.stages import STAGES
from lakehouse.tables import TableRef
from tests.jobs.runs import bare_run, book, book_all


def test_a_stage_is_finished_while_what_it_is_made_of_stays(tmp_path: Path) -> None:
    run = bare_run(tmp_path)
    book_all(run, {}, "ingest", "profile", "clean", "split")
    assert list(run.records()) == ["ingest", "profile", "clean", "split"]
    assert run.outdated() == ()
    cleaned = bare_run(tmp_path, clean__trim=False)
    assert list(cleaned.records()) == ["ingest", "profile"]
    assert cleaned.outdated() == ("clean", "split")  # split's own settings are the same
    assert cleaned.find_record("split") is None
    assert bare_run(tmp_path, ingest__header=False).records() == {}
    assert list(run.records()) == ["ingest", "profile", "clean", "split"]


def test_a_stage_that_was_undone_is_not_out_of_date_and_has_another_turn(tmp_path: Path) -> None:
    run = bare_run(tmp_path)
    book_all(run, {}, *STAGES)
    undo(run.folder, "publish", {"verdict": "not chosen"})
    assert run.find_record("publish") is None and not run.is_finished
    assert (run.outdated(), run.turn("publish")) == ((), 3)


def test_another_outcome_of_a_stage_makes_the_later_ones_unfinished(tmp_path: Path) -> None:
    run = bare_run(tmp_path)
    book_all(run, {"ingest": {"fingerprint": "a"}}, "ingest", "clean")
    book(run, "ingest", {"fingerprint": "b"})
    assert list(run.records()) == ["ingest"]


def test_what_is_not_finished_is_said_with_the_command_to_run(tmp_path: Path) -> None:
    run = bare_run(tmp_path)
    with pytest.raises(
        ConfigError, match="people-0-1 has no finished stage 'ingest': run `lakesynth ingest`"
    ):
        run.record("ingest")
    with pytest.raises(ConfigError, match="no finished stage 'ingest'"):
        run.identity("clean")


def test_a_write_has_another_name_each_time_that_its_stage_is_done_again(tmp_path: Path) -> None:
    run, other = bare_run(tmp_path), bare_run(tmp_path, ingest__header=False)
    first = run.app_id("ingest", "seed")
    assert first == f"lakesynth/people-0-1/ingest/{run.identity('ingest')}/1/seed"
    assert book(run, "ingest").turn == 1
    assert run.app_id("ingest", "seed") == first  # tried again
    assert book(other, "ingest").turn == 2
    assert run.turn("ingest") == 3  # as it was the time before last
    assert run.app_id("ingest", "seed") not in (first, other.app_id("ingest", "seed"))


def test_a_run_is_finished_with_its_last_stage(tmp_path: Path) -> None:
    run = bare_run(tmp_path)
    book_all(run, {}, *STAGES[:-1])
    assert not run.is_finished
    book(run, STAGES[-1])
    assert run.is_finished
    assert not bare_run(tmp_path, gates__copy_rate=0.5).is_finished


def test_a_run_is_named_after_the_settings_of_its_model_or_after_the_model(
    tmp_path: Path,
) -> None:
    run, longer = bare_run(tmp_path), bare_run(tmp_path, train__settings__steps=31)
    assert bare_run(tmp_path, sample__rows=7).digest == run.digest != longer.digest
    given = GivenModel("/models/a", "a")
    ours, theirs = (
        bare_run(tmp_path, model=given, **changes)
        for changes in ({}, {"train__settings__steps": 31})
    )
    assert ours.model_hash == "a" and run.model_hash is None
    assert ours.digest == theirs.digest != run.digest


def test_files_of_a_run_are_in_its_folder(tmp_path: Path) -> None:
    run = bare_run(tmp_path, table="citizens")
    assert run.path("model") == tmp_path / "files" / "people-0-1" / "model"
    assert run.table == "citizens"


def test_a_table_without_a_version_is_never_recorded(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="table /lake/clean has no version to pin"):
        bare_run(tmp_path).table_record(TableRef("/lake/clean"))


def test_records_keep_their_tables(tmp_path: Path) -> None:
    run, seed = bare_run(tmp_path), TableRecord("/lake/seed", 3, 600)
    book(run, "ingest", tables={"seed": seed})
    assert run.record("ingest").tables == {"seed": seed}
