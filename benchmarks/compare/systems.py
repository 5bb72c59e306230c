"""The systems that are compared, each run in a Python of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

HERE = Path(__file__).resolve().parent
RUNNERS = HERE / "runners"
ENVIRONMENTS = HERE.parent / ".environments"
REQUIREMENTS = HERE.parent / "requirements"


@dataclass(frozen=True)
class System:
    """A synthesizer: its runner, the environment that the runner needs, and its model.

    ``model`` is the runner's last argument; ``:7`` at its end and at that of the name: trained for
    7 epochs in place of the system's own number.
    """

    name: str
    environment: str
    model: str = ""
    has_epochs: bool = False

    @property
    def runner(self) -> Path:
        """The script that fits and samples it."""
        return RUNNERS / f"run_{self.environment}.py"


# Ours beside its default, autoregressive; "lakesynth" is what a user has who chooses nothing.
OTHER_GENERATORS = ("diffusion", "tvae", "ctgan", "mixture", "gaussian_copula")

SYSTEMS = {
    system.name: system
    for system in (
        System("lakesynth", "lakesynth"),
        *(System(f"lakesynth-{name}", "lakesynth", name) for name in OTHER_GENERATORS),
        System("mostlyai", "mostlyai"),
        System("sdv-copula", "sdv", "copula"),
        System("sdv-ctgan", "sdv", "ctgan", has_epochs=True),
        System("sdv-tvae", "sdv", "tvae", has_epochs=True),
    )
}


def system_of(text: str) -> System:
    """The system of a name, ``sdv-ctgan`` or ``sdv-ctgan:7``; ValueError says what is wrong.

    >>> system_of("sdv-ctgan:7").model
    'ctgan:7'
    """
    name, colon, epochs = text.partition(":")
    if name not in SYSTEMS:
        raise ValueError(f"{name!r} is not known; choose from {', '.join(SYSTEMS)}")
    system = SYSTEMS[name]
    if not colon:
        return system
    if not system.has_epochs:
        able = ", ".join(one.name for one in SYSTEMS.values() if one.has_epochs)
        raise ValueError(f"epochs can be set of {able}; however: {text!r}")
    if not epochs.isdecimal() or int(epochs) < 1:
        raise ValueError(f"{name}:EPOCHS takes a whole number from 1 on; however: {text!r}")
    return replace(system, name=f"{name}:{int(epochs)}", model=f"{system.model}:{int(epochs)}")


class RunFailed(RuntimeError):
    """A system's process has failed; ``log`` is all that it printed."""

    def __init__(self, reason: str, log: str):
        super().__init__(reason)
        self.log = log


def python_of(system: System, given: Mapping[str, Path]) -> Path:
    """The Python that runs a system: ours, the one given for its environment, or a made one."""
    if system.environment in given:
        return given[system.environment]
    if system.environment == "lakesynth":
        return Path(sys.executable)
    return made_environment(system.environment)


def made_environment(name: str) -> Path:
    """The environment under ``benchmarks/.environments``, made at the first call."""
    folder = ENVIRONMENTS / name
    python = folder / "bin" / "python"
    ready = folder / "ready"  # written last: a half-made environment is made again
    if not ready.exists():
        ENVIRONMENTS.mkdir(exist_ok=True)
        (ENVIRONMENTS / ".gitignore").write_text("*\n")
        needs = REQUIREMENTS / f"{name}.txt"
        run_checked([sys.executable, "-m", "venv", "--clear", str(folder)])
        run_checked([str(python), "-m", "pip", "install", "--quiet", "-r", str(needs)])
        ready.touch()
    return python


def run_system(
    system: System,
    python: Path,
    train: Path,
    folder: Path,
    *,
    seed: int,
    limit_seconds: float | None = None,
) -> dict[str, float | str]:
    """Fit and sample in a process of its own; what it took, by name.

    ``synthetic.parquet`` lies in the folder afterwards. RunFailed says why there is none.
    """
    command = [str(python), str(system.runner), str(train), str(folder), str(seed), system.model]
    run_checked(command, cwd=folder, limit_seconds=limit_seconds)
    measures: dict[str, float | str] = json.loads((folder / "measures.json").read_text())
    return measures


def run_checked(
    command: list[str], *, cwd: Path | None = None, limit_seconds: float | None = None
) -> str:
    """Run a command without our own paths for modules; what it printed, RunFailed if it failed."""
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME")}
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=limit_seconds,
        )
    except subprocess.TimeoutExpired as error:
        reason = f"ended after {error.timeout:,.0f} seconds, the limit"
        raise RunFailed(reason, reason) from error
    if done.returncode:
        raise RunFailed(_reason(done.returncode, done.stdout), done.stdout)
    return done.stdout


def _reason(code: int, log: str) -> str:
    if code < 0:
        return f"ended by {signal.Signals(-code).name} (SIGKILL is mostly: out of memory)"
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    return lines[-1] if lines else f"ended with exit code {code} and no message"
