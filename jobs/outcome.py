"""How a command ends: one message, one JSON object, and the exit code of its kind."""

from __future__ import annotations

import json
import tempfile
import traceback
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import typer
from rich.console import Console

from jobs.api import log_file
from jobs.config import Config
from jobs.publish import GateFailed
from synth.table.errors import InputError

OK, OTHER, BAD_INPUT = 0, 1, 2  # gates are 3 (quality) and 4 (privacy)
C = TypeVar("C", Config, Config | None)


def guarded(
    configure: Callable[[], C],
    work: Callable[[C], dict[str, Any]],
    as_json: bool,
) -> None:
    """Do the work; say what went wrong in one message, and leave with the exit code of its kind."""
    terminal, config = console(), None
    try:
        config = configure()
        result, code = work(config), OK
    except GateFailed as refused:
        result, code = refused.result or {"error": str(refused)}, refused.exit_code
        terminal.print(str(refused), style="bold red", markup=False)
    except Exception as error:
        if isinstance(error, InputError):
            message, code = f"error: {error}", BAD_INPUT
            result = {"error": str(error)}
            if config is not None and log_file(config).exists():
                _write_trace(config)
        else:
            first = (str(error).strip().splitlines() or [""])[0]
            trace = _write_trace(config)
            message = f"{type(error).__name__}: {first}\nThe whole error is in {trace}"
            result, code = {"error": message}, OTHER
        terminal.print(message, style="bold red", markup=False)
    if as_json:
        print(json.dumps(result, ensure_ascii=False))
    raise typer.Exit(code)


def console() -> Console:
    """Standard error, for a person; standard output is for programs."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def _write_trace(config: Config | None) -> Path:
    """Leave the error's whole trace in a file of its own, beside the log of Spark if that may be.

    Nothing is appended to: Volumes of Databricks take whole files only.
    """
    text, now = traceback.format_exc(), datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    with suppress(OSError):  # the lake takes no file, which may be what went wrong
        if config is not None:
            log = log_file(config)
            return _written(log.with_name(f"{log.stem}-error-{now}.log"), text)
    return _written(Path(tempfile.mkdtemp(prefix="lakesynth-")) / "error.log", text)


def _written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8") as file:
        file.write(text)
    return path
