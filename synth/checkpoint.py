"""A training loop on disk: tensors as safetensors, scalars as JSON, nothing that runs code."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from synth.training import Training, TrainingState

TENSORS, SCALARS = "training.safetensors", "training.json"


def save_checkpoint(training: Training, folder: Path) -> None:
    """Write weights, averages, best weights, optimiser moments, random state and position."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors: dict[str, Tensor] = {"random_state": torch.get_rng_state()}
    for place, parameter in enumerate(training.parameters):
        tensors[f"weight.{place}"] = parameter.detach()
        tensors[f"average.{place}"] = training.average[place]
        tensors[f"best.{place}"] = training.best[place]
        for name, value in training.optimizer.state.get(parameter, {}).items():
            tensors[f"optimizer.{place}.{name}"] = torch.as_tensor(value)
    save_file(
        {name: value.clone().contiguous() for name, value in tensors.items()}, folder / TENSORS
    )
    (folder / SCALARS).write_text(json.dumps(training.state.to_json()))


@torch.no_grad()
def load_checkpoint(training: Training, folder: Path) -> None:
    """Put a training back to where :func:`save_checkpoint` left it; FileNotFoundError if none."""
    tensors = load_file(folder / TENSORS)
    torch.set_rng_state(tensors["random_state"])
    for place, parameter in enumerate(training.parameters):
        parameter.copy_(tensors[f"weight.{place}"])
        training.average[place].copy_(tensors[f"average.{place}"])
        training.best[place].copy_(tensors[f"best.{place}"])
        lead = f"optimizer.{place}."
        moments = {k[len(lead) :]: v for k, v in tensors.items() if k.startswith(lead)}
        if moments:
            training.optimizer.state[parameter] = moments
    training.state = TrainingState(**json.loads((folder / SCALARS).read_text()))
