"""A folder is whole where every file is as it was sealed."""

from __future__ import annotations

from pathlib import Path

import pytest

from synth.learning.sealed import SEAL, broken, newest_whole, seal


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    own = tmp_path / "newest"
    own.mkdir()
    (own / "a").write_bytes(b"x" * 3_000_000)
    (own / "b").write_text("{}")
    seal(own)
    return own


def test_a_sealed_folder_is_whole_also_with_more_in_it(folder: Path) -> None:
    assert broken(folder) is None
    (folder / "later").write_text("not known then")
    assert broken(folder) is None


def test_a_byte_that_changed_is_seen_and_named(folder: Path) -> None:
    whole = (folder / "a").read_bytes()
    (folder / "a").write_bytes(whole[:-1] + b"y")
    assert broken(folder) == "a is not as it was written: 3,000,000 bytes"
    (folder / "a").write_bytes(whole)
    assert broken(folder) is None
    (folder / SEAL).write_text("{")
    assert broken(folder) == f"{SEAL} cannot be read"


def test_the_newest_whole_one_is_found(folder: Path) -> None:
    bare = folder.with_name("bare")
    bare.mkdir()
    assert newest_whole([]) == (None, ())
    assert newest_whole([folder, bare]) == (folder, ())
    found, (note,) = newest_whole([bare, folder])
    assert found == folder
    assert note == (
        f"checkpoint bare is broken (it has no {SEAL}): the fit goes on from the one before"
    )
