"""A duel on disk: tensors as safetensors, scalars as JSON, nothing that runs code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save
from torch import Tensor

from synth.generators.ctgan.duel import Duel, DuelState
from synth.table.errors import InputError

TENSORS, SCALARS = "duel.safetensors", "duel.json"
RANDOM, GPU_RANDOM = "random_state", "gpu_random_state"


def save_checkpoint(duel: Duel, curve: list[dict[str, Any]], folder: Path) -> None:
    """Write networks, optimisers, random state, position, and the points that were shown."""
    tensors = {RANDOM: torch.get_rng_state()}
    if torch.device(duel.device).type == "cuda":
        tensors[GPU_RANDOM] = torch.cuda.get_rng_state()
    for name, network in _networks(duel).items():
        tensors |= {f"{name}.{key}": own for key, own in network.state_dict().items()}
    for at, optimizer in enumerate(duel.optimizers):
        for place, state in optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer.{at}.{place}.{key}": own for key, own in state.items()}
    whole = save({name: own.detach().clone().contiguous() for name, own in tensors.items()})
    (folder / TENSORS).write_bytes(whole)  # save_file makes a sparse file first: none on Volumes
    scalars = {"shapes": _shapes(duel), "state": duel.state.to_json(), "curve": curve}
    (folder / SCALARS).write_text(json.dumps(scalars))


def load_checkpoint(duel: Duel, folder: Path) -> list[dict[str, Any]]:
    """Put a duel back to where :func:`save_checkpoint` left it; the points that were shown.

    InputError for a checkpoint of other networks.
    """
    scalars = json.loads((folder / SCALARS).read_text())
    if scalars.get("shapes") != _shapes(duel):
        raise InputError(
            "the checkpoint of this training is of other networks, or of another version of "
            "Lakesynth: start a new run (lakesynth run --fresh), or go on with the settings that "
            f"left it ({folder})"
        )
    tensors = load_file(folder / TENSORS)
    for name, network in _networks(duel).items():
        network.load_state_dict({key: tensors[f"{name}.{key}"] for key in network.state_dict()})
    for at, optimizer in enumerate(duel.optimizers):
        state: dict[int, dict[str, Tensor]] = {}
        for name, own in tensors.items():
            if name.startswith(f"optimizer.{at}."):
                place, key = name.split(".")[2:]
                state.setdefault(int(place), {})[key] = own
        optimizer.load_state_dict({**optimizer.state_dict(), "state": state})
    torch.set_rng_state(tensors[RANDOM])
    if torch.device(duel.device).type == "cuda":
        torch.cuda.set_rng_state(tensors[GPU_RANDOM])
    duel.state = DuelState(**scalars["state"])
    curve: list[dict[str, Any]] = scalars["curve"]
    return curve


def _networks(duel: Duel) -> dict[str, torch.nn.Module]:
    return {
        "generator": duel.generator,
        "critic": duel.critic,
        "average": duel.average,
        "best": duel.best,
    }


def _shapes(duel: Duel) -> list[list[int]]:
    networks = (duel.generator, duel.critic)
    return [list(own.shape) for network in networks for own in network.parameters()]
