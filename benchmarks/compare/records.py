"""What is kept of each run: one JSON line, and the Markdown table of many."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from .systems import SYSTEMS
from .tables import TABLES

Record = dict[str, Any]
Key = tuple[str, str, int, int | None]


def key_of(record: Record) -> Key:
    """What makes two records runs of the same thing; the later one holds."""
    return record["table"], record["system"], record["seed"], record["cap"]


def read(path: Path) -> dict[Key, Record]:
    """The latest record of each run; none where the file does not exist yet."""
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    return {key_of(record): record for record in map(json.loads, filter(None, lines))}


def append(path: Path, record: Record) -> None:
    """Add a record, so that an interrupted run loses only what it was at."""
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(record) + "\n")


def _score(name: str) -> Callable[[Record], float]:
    return lambda record: float(record["scores"][name])


def _measure(name: str, factor: float = 1.0) -> Callable[[Record], float]:
    return lambda record: factor * float(record["measures"][name])


def _rows_per_cpu_second(record: Record) -> float:
    seconds = float(record["measures"]["sample_cpu_seconds"])
    return float(record["rows"]) / max(seconds, 1e-9)


Column = tuple[str, Callable[[Record], float], str]
COLUMNS: tuple[Column, ...] = (
    ("C2ST AUC (0.5)", _score("c2st_auc"), ".3f"),
    ("unseen as one", _score("c2st_unseen_auc"), ".3f"),
    ("columns", _score("column_similarity"), ".4f"),
    ("of holdout", _score("holdout_column_similarity"), ".4f"),
    ("pairs", _score("pair_similarity"), ".4f"),
    ("of holdout", _score("holdout_pair_similarity"), ".4f"),
    ("TSTR loss (0)", _score("tstr_loss"), ".2%"),
    ("DCR share (0.5)", _score("dcr_share"), ".3f"),
    ("copies", _score("copies"), ".2%"),
    ("of holdout", _score("holdout_copies"), ".2%"),
    ("fit, CPU s", _measure("fit_cpu_seconds"), ",.1f"),
    ("rows per CPU s", _rows_per_cpu_second, ",.0f"),
    ("peak MiB", _measure("peak_bytes", 1 / 2**20), ",.0f"),
)
HEADER = ("table", "rows", "system", *(name for name, _, _ in COLUMNS), "seeds")
TEXT_COLUMNS = ("table", "system")


def spread(values: list[float], style: str) -> str:
    """The mean, and half of what lies between the least and the greatest.

    >>> spread([1.0, 3.0], ".1f")
    '2.0 ± 1.0'
    """
    mean = format(sum(values) / len(values), style)
    if len(values) == 1:
        return mean
    return f"{mean} ± {format((max(values) - min(values)) / 2, style)}"


def lines(records: Iterable[Record]) -> list[tuple[str, ...]]:
    """One line of text per table, size and system, in the order in which they are declared."""
    groups: dict[tuple[str, int, str], list[Record]] = {}
    for record in records:
        group = record["table"], record["rows"], record["system"]
        groups.setdefault(group, []).append(record)
    tables, systems = list(TABLES), list(SYSTEMS)

    def place(group: tuple[str, int, str]) -> tuple[int, int, int, int]:
        name, _, epochs = group[2].partition(":")
        return tables.index(group[0]), group[1], systems.index(name), int(epochs or 0)

    order = sorted(groups, key=place)
    return [_line(group, groups[group]) for group in order]


def _line(group: tuple[str, int, str], runs: list[Record]) -> tuple[str, ...]:
    table, rows, system = group
    good = [record for record in runs if record["error"] is None]
    cells = [spread([of(r) for r in good], style) if good else "" for _, of, style in COLUMNS]
    failed = f"{len(good)}" if len(good) == len(runs) else f"{len(good)} of {len(runs)}"
    return table, f"{rows:,}", system, *cells, failed


def markdown(records: Iterable[Record]) -> str:
    """The lines as a Markdown table, and below it why runs failed."""
    records = list(records)
    rule = ["---" if name in TEXT_COLUMNS else "---:" for name in HEADER]
    rows = [_row(cells) for cells in (HEADER, rule, *lines(records))]
    failures = [
        f"- {r['table']}, {r['system']}, seed {r['seed']}: {r['error']}"
        for r in records
        if r["error"] is not None
    ]
    return "\n".join([*rows, *([""] if failures else []), *failures])


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
