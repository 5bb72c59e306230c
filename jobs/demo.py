"""demo: a lakehouse of one's own, from the embedded census table."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from synth.datasets import adult_path

CONFIG = "lakesynth.yaml"


def prepare(where: Path) -> Path:
    """Lay the configuration into the demo's folder, unless it is there; an edited one is kept."""
    path = where / CONFIG
    if not path.exists():
        text = files("jobs").joinpath("demo.yaml").read_text(encoding="utf-8")
        where.mkdir(parents=True, exist_ok=True)
        filled = text.replace("{seed}", str(adult_path())).replace("{lake}", str(where.absolute()))
        path.write_text(filled, encoding="utf-8")
    return path
