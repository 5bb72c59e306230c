import json
from pathlib import Path

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
    with (tmp_path / LOG).open("a") as log:
        log.write('{"step": 12, "st')  # still being written
    assert list(points(tmp_path)) == made
