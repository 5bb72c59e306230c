import json
from pathlib import Path
from typing import Any

import pytest

from jobs.fit_spec import LOG, FitSpec, points, write_point
from synth.learning.task import Point


def test_what_workers_are_told_survives_json() -> None:
    spec = FitSpec("/runs/1", "shuffle", {"smoothing": 0.5}, seed=3, device="cuda", about={"a": 1})
    assert FitSpec(**json.loads(json.dumps(spec.to_json()))) == spec


def test_points_are_followed_as_the_log_grows(tmp_path: Path) -> None:
    assert list(points(tmp_path)) == []
    made = [
        Point(step, 9, {"critic": step / 2, "wasserstein distance": 1e-9}) for step in (3, 6, 9)
    ]
    for point in made:
        write_point(tmp_path, point)
    assert list(points(tmp_path)) == made
    assert list(points(tmp_path, start=2)) == made[2:]


def test_the_log_is_written_anew_and_never_opened_to_append(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Path.open

    def opened(path: Path, mode: str = "r", *args: Any, **named: Any) -> Any:
        assert "a" not in mode and "+" not in mode  # Volumes take neither
        return own(path, mode, *args, **named)

    monkeypatch.setattr(Path, "open", opened)
    for step in (3, 6):
        write_point(tmp_path, Point(step, 9, {"loss": 1.0}))
    assert [point.step for point in points(tmp_path)] == [3, 6]
    assert {path.name for path in tmp_path.iterdir()} == {LOG}
