"""Whether a machine has what a training asks for: told before the work, not in its first step."""

from __future__ import annotations

import torch

from synth.learning.settings import TrainingSettings
from synth.table.errors import InputError


def require_means(settings: TrainingSettings, *, workers: int = 1) -> None:
    """ValueError where this machine lacks a GPU for each worker, or what compiles their steps."""
    if settings.gpu:
        _require_gpus(workers)
    if settings.compiled:
        _require_compiler("cuda" if settings.gpu else "cpu")


def _require_gpus(count: int) -> None:
    seen = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if seen < count:
        raise InputError(
            f"training asks for {count} GPU(s), however: torch {torch.__version__} sees {seen} on "
            "this machine. Train on CPU, or install a driver and a build of torch with CUDA"
        )


def _require_compiler(device: str) -> None:
    """Compiles something small: what is missing shows only then."""
    try:
        torch.compile(torch.sin)(torch.zeros(2, device=device))
    except Exception as error:  # of torch, Triton or the compiler, by what is missing
        raise InputError(
            "training asks for compiled steps, however: torch cannot compile on this machine "
            f"({type(error).__name__}). Set compiled to false, or install a C++ compiler and "
            "Python's headers"
        ) from error
