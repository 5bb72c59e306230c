"""A training loop on disk: tensors as safetensors, scalars as JSON, nothing that runs code."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from safetensors.torch import load_file, save
from torch import Tensor

from synth.learning.likelihood import Training
from synth.learning.schedule import TrainingState
from synth.table.errors import InputError

TENSORS, SCALARS = "training.safetensors", "training.json"
RANDOM, GPU_RANDOM = "random_state", "gpu_random_state"


def save_checkpoint(training: Training, folder: Path) -> None:
    """Write weights, averages, best weights, optimiser moments, random state and position."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors = _random_states(training.device)
    for place, parameter in enumerate(training.parameters):
        tensors[f"weight.{place}"] = parameter.detach()
        tensors[f"average.{place}"] = training.average[place]
        tensors[f"best.{place}"] = training.best[place]
        for name, value in training.optimizer.state.get(parameter, {}).items():
            tensors[f"optimizer.{place}.{name}"] = torch.as_tensor(value)
    whole = save({name: value.clone().contiguous() for name, value in tensors.items()})
    (folder / TENSORS).write_bytes(whole)  # save_file makes a sparse file first: none on Volumes
    scalars = {"shapes": _shapes(training), "state": training.state.to_json()}
    (folder / SCALARS).write_text(json.dumps(scalars))


def _random_states(device: torch.device) -> dict[str, Tensor]:
    """Of orders and dropout: they are drawn on CPU, dropout of a GPU on it."""
    states = {RANDOM: torch.get_rng_state()}
    if device.type == "cuda":
        states[GPU_RANDOM] = torch.cuda.get_rng_state()
    return states


def _shapes(training: Training) -> list[list[int]]:
    return [list(parameter.shape) for parameter in training.learned]


@torch.no_grad()
def load_checkpoint(training: Training, folder: Path) -> None:
    """Put a training back to where :func:`save_checkpoint` left it.

    FileNotFoundError if there is none; InputError for one of another network, or that another
    version of Lakesynth left.
    """
    scalars = json.loads((folder / SCALARS).read_text())
    if scalars.get("shapes") != _shapes(training):
        raise InputError(
            "the checkpoint of this training is of another network, or of another version of "
            "Lakesynth: start a new run (lakesynth run --fresh), or go on with the version that "
            f"left it ({folder})"
        )
    tensors = load_file(folder / TENSORS)
    torch.set_rng_state(tensors[RANDOM])
    if training.device.type == "cuda":
        torch.cuda.set_rng_state(tensors[GPU_RANDOM])
    for place, parameter in enumerate(training.parameters):
        parameter.copy_(tensors[f"weight.{place}"])
        training.average[place].copy_(tensors[f"average.{place}"])
        training.best[place].copy_(tensors[f"best.{place}"])
        lead = f"optimizer.{place}."
        moments = {
            name.removeprefix(lead): value.to(training.device)
            for name, value in tensors.items()
            if name.startswith(lead)
        }
        if moments:
            training.optimizer.state[parameter] = moments
    training.state = TrainingState(**scalars["state"])
