"""Whatever a run leaves under lake.files is written whole: Volumes of Databricks take nothing else.

They refuse appends and writes in the middle, and have neither sparse files nor hard links. Python
tells what it opens: in the run's process and in Spark's workers. What other languages write is
not seen: that is the codes' Parquet files, which are Spark's affair.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lakes import ROOT, people, quick, write_csv

pytestmark = pytest.mark.slow  # Spark and Ray in processes of their own

# Every Python that starts with its folder on the path tells what it does under ROOT.
TELL = """
import os, sys

PLACE, TOLD = os.environ["WHOLE_FILES"], os.environ["WHOLE_FILES_TOLD"]
REFUSED = {"os.link", "os.symlink", "os.truncate", "fcntl.flock", "fcntl.lockf"}


def tell(line):
    log = os.open(TOLD, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(log, (line + chr(10)).encode())
    os.close(log)


def told(event, arguments):
    if event == "open":
        path, _, flags = arguments
        if not isinstance(path, (str, bytes, os.PathLike)) or not isinstance(flags, int):
            return
        path = os.path.abspath(os.fsdecode(path))
        if not path.startswith(PLACE + "/") or not flags & (os.O_WRONLY | os.O_RDWR):
            return
        whole = flags & (os.O_TRUNC | os.O_EXCL) and not flags & os.O_APPEND
        tell(("whole " if whole else "in part ") + path)
    elif event in REFUSED and any(place(one).startswith(PLACE) for one in arguments[:2]):
        tell(f"in part {event} {arguments}")


def place(given):
    if isinstance(given, int):
        link = f"/proc/self/fd/{given}"
        return os.readlink(link) if os.path.exists(link) else ""
    return os.path.abspath(os.fsdecode(given))


sys.addaudithook(told)
"""
RUN = """
import json, sys
from pathlib import Path
from jobs.api import run_all
from jobs.session import SessionSettings, open_session

seed, lake, log, changes = sys.argv[1:]
# A session is there already, as on Databricks: its log, which Java appends to, is not of the lake.
open_session(SessionSettings(master="local[2]", log_file=Path(log)))
run_all(seed, lake, changes=json.loads(changes))
"""


def told_by(code: str, tmp_path: Path, *arguments: str) -> list[str]:
    """What the code, run in a process of its own, does to files under the lake's."""
    (tmp_path / "tell").mkdir(exist_ok=True)
    (tmp_path / "tell" / "sitecustomize.py").write_text(TELL)
    told = tmp_path / "told"
    told.unlink(missing_ok=True)
    variables = {
        "PYTHONPATH": os.pathsep.join([str(tmp_path / "tell"), str(ROOT)]),
        "WHOLE_FILES": str(tmp_path / "lake" / "files"),
        "WHOLE_FILES_TOLD": str(told),
        "OMP_NUM_THREADS": "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, **variables},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=500,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return told.read_text().splitlines() if told.exists() else []


@pytest.mark.timeout(600)
def test_a_run_opens_no_file_of_the_lake_but_to_write_it_whole(tmp_path: Path) -> None:
    """Without Ray, whose copies of checkpoints are made by Arrow's C++, which is not heard."""
    seed = write_csv(people(400), tmp_path / "people.csv")
    changes = {key.replace("__", "."): value for key, value in quick().items()}
    changes["train.checkpoint_seconds"] = 0  # one at every evaluation
    lines = told_by(
        RUN, tmp_path, str(seed), str(tmp_path / "lake"), str(tmp_path / "log"), json.dumps(changes)
    )
    assert [line for line in lines if not line.startswith("whole ")] == []
    names = {Path(line).name for line in lines}
    expected = {"run.lock", "run.json.draft", "train.json.draft", "weights.safetensors"}
    expected |= {"training.jsonl.draft", "report.html.draft", "training.safetensors"}
    assert expected - names == set()  # else nobody was listened to


@pytest.mark.parametrize(
    "code",
    [
        "open(path, 'a')",
        "open(path, 'r+')",
        "open(path, 'ab')",
        "os.open(path, os.O_RDWR)",
        "os.link(path, path + '2')",
        "os.truncate(path, 9)",
        "import fcntl; fcntl.flock(open(path), fcntl.LOCK_EX)",
    ],
)
def test_what_writes_in_part_is_told(code: str, tmp_path: Path) -> None:
    (tmp_path / "lake" / "files").mkdir(parents=True)
    path = tmp_path / "lake" / "files" / "x"
    path.write_text("there")
    lines = told_by(f"import os, sys; path = sys.argv[1]; {code}", tmp_path, str(path))
    assert [line.startswith("in part ") for line in lines] == [True]
    lines = told_by("import sys; open(sys.argv[1], 'w')", tmp_path, str(path))
    assert lines == [f"whole {path}"]
