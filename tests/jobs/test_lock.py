"""Two processes never work on one run; a dead one's lock is no obstacle."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jobs.lock import LOCK, STALE_SECONDS, RunBusy, hold, release

HOLD = "import sys, time; from pathlib import Path; from jobs.lock import hold; "
HOLD += "hold(Path(sys.argv[1]))"
STAY = f"{HOLD}; print('held', flush=True); time.sleep(60)"


def other(folder: Path, code: str) -> subprocess.Popen[str]:
    line = [sys.executable, "-c", code, str(folder)]
    return subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_a_second_process_is_refused_until_the_first_has_ended(tmp_path: Path) -> None:
    first = other(tmp_path, STAY)
    assert first.stdout is not None and first.stdout.readline() == "held\n"
    with pytest.raises(RunBusy, match=f"process {first.pid} on .*wait for it, or end it"):
        hold(tmp_path)
    first.kill()  # leaves its lock behind
    first.wait()
    assert (tmp_path / LOCK).exists()
    hold(tmp_path)
    hold(tmp_path)  # our own
    second = other(tmp_path, HOLD)
    assert "RunBusy" in second.communicate(timeout=60)[1]


def test_a_process_that_ends_leaves_no_lock(tmp_path: Path) -> None:
    assert other(tmp_path, HOLD).wait(60) == 0
    assert not (tmp_path / LOCK).exists()


def test_a_holder_elsewhere_counts_while_it_gives_signs_of_life(tmp_path: Path) -> None:
    path = tmp_path / LOCK
    path.write_text(json.dumps({"host": "elsewhere", "pid": 1, "started": 0.0}))
    with pytest.raises(RunBusy, match="process 1 on elsewhere"):
        hold(tmp_path)
    silent = time.time() - STALE_SECONDS - 1
    os.utime(path, (silent, silent))
    hold(tmp_path)
    assert json.loads(path.read_text())["pid"] == os.getpid()


def test_only_the_holder_gives_a_lock_back(tmp_path: Path) -> None:
    hold(tmp_path)
    release(tmp_path)
    assert not (tmp_path / LOCK).exists()
    hold(tmp_path)
    path = tmp_path / LOCK
    taken_over = json.dumps({"host": "elsewhere", "pid": 1, "started": 0.0})
    path.write_text(taken_over)
    release(tmp_path)
    assert path.read_text() == taken_over
    assert list(tmp_path.iterdir()) == [path]
