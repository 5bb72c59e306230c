"""Runs of the past without Spark: their folders as an evaluated and a broken run leave them."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from jobs.opening import ABOUT, keep_configuration
from jobs.run import Run
from jobs.stages import STAGES
from synth.metrics.copies import exact_copies
from synth.metrics.metric import Gate, Metric
from tests.jobs.runs import bare_run, book_all


def left_run(lake: Path, name: str, created: str, last: str = "publish", **given: Any) -> Run:
    """A run whose stages are finished as far as ``last``.

    ``given``: ``fingerprint`` of its seed, ``score`` of its columns, ``pairs`` likewise,
    ``verdict``; changes of the configuration besides.
    """
    fingerprint, score = given.pop("fingerprint", "same"), given.pop("score", 0.98)
    verdict, pairs = given.pop("verdict", "published"), given.pop("pairs", None)
    run = bare_run(lake, name=name, **given)
    run.folder.mkdir(parents=True)
    keep_configuration(run)
    about: dict[str, Any] = {"table": "people", "seed": "people.csv", "created": created}
    about["model"] = None if run.model is None else asdict(run.model)
    run.path(ABOUT).write_text(json.dumps(about), encoding="utf-8")
    figures = [
        exact_copies(0, 100, held_copies=0, held_rows=50),
        Metric("column_similarity", "table", score, reference=0.99, gate=Gate("quality", 0.9)),
    ]
    figures += [] if pairs is None else [Metric("pair_similarity", "table", pairs)]
    passed = verdict == "published"
    facts = {
        "ingest": {"fingerprint": fingerprint},
        "train": {"model": "/lake/model", "model_hash": name, "training": {}},
        "evaluate": {
            "metrics": [figure.to_json() for figure in figures],
            "passed": passed,
            "status": "green" if passed else "red",
            "areas": {"fidelity": "green" if passed else "red"},
            "failed_gates": [] if passed else ["quality"],
            "reasons": ["every gate is kept"],
            "report": str(run.path("report.html")),
        },
        "publish": {"verdict": verdict},
    }
    book_all(run, facts, *STAGES[: STAGES.index(last) + 1])
    columns = [
        Metric("column_similarity", "column", score - place / 100, (f"c{place}",)).to_json()
        for place in range(12)
    ]
    report = {"metrics": [*columns, *(f.to_json() for f in figures)], "sample": [{"city": "Rome"}]}
    run.path("report.json").write_text(json.dumps(report), encoding="utf-8")
    run.path("report.html").write_text("<p>the page</p>", encoding="utf-8")
    return run
