"""Small runs: which seeds are, what their session is, and that it grows with the next seed."""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

import pytest

from jobs.configure import configure
from jobs.small import SMALL_BYTES, SMALL_ROWS, import_beside, is_small
from tests.lakes import run_python

ROWS = "name,age\n" + "".join(f"n{row % 7},{row % 90}\n" for row in range(400))


def _small(seed: Path | str, **changes: object) -> bool:
    return is_small(configure(None, seed=str(seed), lake="lake", changes=changes))


def test_a_file_is_small_by_its_text_and_a_folder_by_all_its_files(tmp_path: Path) -> None:
    few, many, packed = tmp_path / "few.csv", tmp_path / "many.csv", tmp_path / "few.csv.gz"
    few.write_text(ROWS)
    many.write_text(ROWS * (SMALL_BYTES // len(ROWS) + 1))
    packed.write_bytes(gzip.compress(ROWS.encode()))
    assert _small(few)
    assert _small(packed)
    assert not _small(many)
    folder = tmp_path / "folder"
    (folder / "day=1").mkdir(parents=True)
    assert not _small(folder), "nothing to measure"
    (folder / "day=1" / "part.csv").write_text(ROWS)
    assert _small(folder)
    # Packed eightfold at most: a MiB of text may be in an eighth of a MiB.
    (folder / "day=1" / "part.parquet").write_bytes(b"x" * (SMALL_BYTES // 8 + 1))
    assert not _small(folder)


def test_what_has_no_size_here_or_is_to_make_many_rows_is_not_small(tmp_path: Path) -> None:
    few = tmp_path / "few.csv"
    few.write_text(ROWS)
    assert not _small("main.sales.people")
    assert not _small("s3://bucket/few.csv")
    assert not _small(tmp_path / "none.csv")
    assert _small(few, **{"sample.rows": SMALL_ROWS})
    assert not _small(few, **{"sample.rows": SMALL_ROWS + 1})
    assert not _small(few, **{"sample.given_rows": str(few)})


SESSIONS = """
import os
from pathlib import Path
from jobs.session import SessionSettings, open_session
os.environ["JDK_JAVA_OPTIONS"] = "-XX:+UseSerialGC"
names = ("spark.sql.codegen.wholeStage", "spark.sql.codegen.factoryMode",
         "spark.sql.adaptive.enabled", "spark.sql.shuffle.partitions")
def told(**given):
    spark = open_session(SessionSettings(master="local[1]", log_file=Path(LOG), **given))
    return spark, [spark.conf.get(name) for name in names]
extra = {"spark.sql.adaptive.enabled": "true"}
spark, small = told(small=True, brief=True, extra=extra)
log = Path(LOG).read_text()
print("small", small, "-XX:+UseSerialGC -XX:TieredStopAtLevel=1" in log)
print("rows", spark.range(10).selectExpr("sum(id * 2) s").first().s)
print("again", told(small=True)[1])
print("usual", told()[1])
print("rows", spark.range(10).selectExpr("sum(id * 2) s").first().s)
print("stays", told(small=True)[1])
"""


def test_a_session_for_a_small_seed_grows_for_another_and_the_users_settings_win(
    tmp_path: Path,
) -> None:
    done = run_python(SESSIONS.replace("LOG", repr(str(tmp_path / "spark.log"))))
    small = "['false', 'NO_CODEGEN', 'true', '1']"
    usual = "['true', 'FALLBACK', 'true', '4']"
    lines = [line for line in done.stdout.splitlines() if line]
    assert lines[0] == f"small {small} True", done.stdout + done.stderr
    assert lines[1:] == ["rows 90", f"again {small}", f"usual {usual}", "rows 90", f"stays {usual}"]


def test_modules_are_imported_beside_and_one_that_is_not_there_is_left_to_who_needs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    import_beside(["no_such_module_anywhere", "colorsys"]).join(timeout=30)
    assert "colorsys" in sys.modules
    assert "no_such_module_anywhere" not in sys.modules
