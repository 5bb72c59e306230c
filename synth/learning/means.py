"""Whether a machine has what a fit asks for: said before the work, not in its first step."""

from __future__ import annotations

from importlib.util import find_spec

from synth.table.errors import InputError


def has_gpu() -> bool:
    """Whether torch is installed and sees a GPU on this machine."""
    if find_spec("torch") is None:
        return False
    import torch

    return bool(torch.cuda.is_available())


def require_gpus(count: int) -> None:
    """InputError where torch sees fewer GPUs on this machine."""
    import torch  # late: a fit on CPU may do without

    seen = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if seen < count:
        raise InputError(
            f"training asks for {count} GPU(s), however: torch {torch.__version__} sees {seen} on "
            "this machine. Train on CPU, or install a driver and a build of torch with CUDA"
        )


def require_compiler(device: str) -> None:
    """InputError where torch cannot compile; it compiles something small: what is missing shows."""
    import torch

    try:
        torch.compile(torch.sin)(torch.zeros(2, device=device))
    except Exception as error:  # of torch, Triton or the compiler, by what is missing
        raise InputError(
            "training asks for compiled steps, however: torch cannot compile on this machine "
            f"({type(error).__name__}). Set compiled to false, or install a C++ compiler and "
            "Python's headers"
        ) from error
