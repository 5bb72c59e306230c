"""A small GAN: what is not learned by a likelihood fits into the house, too.

A Wasserstein GAN (Arjovsky et al. 2017) over one-hot codes: its clipped critic sees codes that are
drawn by straight-through Gumbel softmax (Jang et al. 2017). It draws whole rows and nothing else.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from typing import Annotated, Any, ClassVar

import numpy as np
import torch
from pydantic import Field
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional

from synth.generators.contract import GeneratorKind, Saved
from synth.learning.network_fit import one_thread_on, seeded
from synth.learning.task import FitTask

CLIP = 0.05  # of the critic's weights
Count = Annotated[int, Field(ge=1)]


@dataclass(frozen=True)
class GanSettings:
    """``rounds`` of ``discriminator_steps`` for the critic and one for the generator."""

    rounds: Count = 40
    discriminator_steps: Count = 2
    noise: Count = 16
    width: Count = 32
    batch_rows: Count = 128
    learning_rate: Annotated[float, Field(gt=0)] = 2e-3
    report_rounds: Count = 10


class GanGenerator:
    """Two layers from noise to logits of all codes; numpy draws as torch has learned."""

    name = "gan"

    def __init__(self, cardinalities: Sequence[int], weights: dict[str, np.ndarray]):
        self.cardinalities, self.weights = tuple(cardinalities), weights

    def sample(self, rows: int, rng: np.random.Generator) -> np.ndarray:
        w = self.weights
        noise, logits = w["0.weight"].shape[1], w["2.weight"].shape[0]
        random = rng.random((rows, noise + logits), np.float32)  # a row's own, one row a line
        hidden = np.maximum((2 * random[:, :noise] - 1) @ w["0.weight"].T + w["0.bias"], 0)
        gumbel = -np.log(-np.log(np.clip(random[:, noise:], 1e-7, 1 - 1e-7)))
        noisy = hidden @ w["2.weight"].T + w["2.bias"] + gumbel
        parts = np.split(noisy, np.cumsum(self.cardinalities)[:-1], axis=1)
        return np.stack([part.argmax(1) for part in parts], axis=1).astype(np.int32)

    def save(self) -> Saved:
        return Saved({"cardinalities": list(self.cardinalities)}, self.weights)


class Duel:
    """Both networks, their optimisers, and how many rounds they have had."""

    def __init__(self, cardinalities: Sequence[int], settings: GanSettings, task: FitTask):
        self.cardinalities, self.settings, self.device = cardinalities, settings, task.worker.device
        codes = sum(cardinalities)
        self.generator = _layers(settings.noise, settings.width, codes).to(self.device)
        self.critic = _layers(codes, settings.width, 1).to(self.device)
        self.share = [task.worker.share(part) for part in (self.generator, self.critic)]
        both = (self.generator, self.critic)
        self.optimizers = [
            torch.optim.RMSprop(n.parameters(), settings.learning_rate) for n in both
        ]
        self.rounds = 0

    def round(self, batches: Iterator[np.ndarray]) -> tuple[float, float]:
        """One round; the Wasserstein distance that the critic sees, and the generator's loss."""
        critic = self.share[1]
        distance = 0.0
        for codes in islice(batches, self.settings.discriminator_steps):
            gain = critic(self._one_hot(codes)).mean() - critic(self._drawn(len(codes))).mean()
            self._step(1, -gain)
            with torch.no_grad():
                for weight in self.critic.parameters():
                    weight.clamp_(-CLIP, CLIP)
            distance = gain.item()
        loss = -critic(self._drawn(self.settings.batch_rows)).mean()
        self._step(0, loss)
        self.rounds += 1
        return distance, loss.item()

    def _step(self, which: int, loss: Tensor) -> None:
        self.optimizers[which].zero_grad()
        loss.backward()
        self.optimizers[which].step()

    def _drawn(self, rows: int) -> Tensor:
        noise = 2 * torch.rand(rows, self.settings.noise, device=self.device) - 1
        parts = self.share[0](noise).split(list(self.cardinalities), 1)
        return torch.cat([functional.gumbel_softmax(part, hard=True) for part in parts], 1)

    def _one_hot(self, codes: np.ndarray) -> Tensor:
        columns = torch.from_numpy(codes.astype(np.int64)).to(self.device).T
        pairs = zip(columns, self.cardinalities, strict=True)
        return torch.cat([functional.one_hot(own, k).float() for own, k in pairs], 1)

    def save(self, folder: Path, curve: list[dict[str, Any]]) -> None:
        tensors = {"random": torch.get_rng_state()}
        for lead, network, optimizer in self._parts():
            tensors |= {f"{lead}.{name}": own for name, own in network.state_dict().items()}
            for place, state in optimizer.state_dict()["state"].items():
                tensors |= {f"{lead}.state.{place}.{name}": own for name, own in state.items()}
        save_file({name: own.clone() for name, own in tensors.items()}, folder / "duel.safetensors")
        (folder / "duel.json").write_text(json.dumps({"rounds": self.rounds, "curve": curve}))

    def load(self, folder: Path) -> list[dict[str, Any]]:
        tensors = load_file(folder / "duel.safetensors")
        for lead, network, optimizer in self._parts():
            network.load_state_dict({n: tensors[f"{lead}.{n}"] for n in network.state_dict()})
            state: dict[int, dict[str, Tensor]] = {}
            for name, own in tensors.items():
                if name.startswith(f"{lead}.state."):
                    place, inner = name.removeprefix(f"{lead}.state.").split(".")
                    state.setdefault(int(place), {})[inner] = own
            optimizer.load_state_dict({**optimizer.state_dict(), "state": state})
        torch.set_rng_state(tensors["random"])
        scalars: dict[str, Any] = json.loads((folder / "duel.json").read_text())
        self.rounds = scalars["rounds"]
        return list(scalars["curve"])

    def _parts(self) -> list[tuple[str, nn.Module, torch.optim.Optimizer]]:
        return [
            ("generator", self.generator, self.optimizers[0]),
            ("critic", self.critic, self.optimizers[1]),
        ]


class GanKind(GeneratorKind):
    name: ClassVar[str] = GanGenerator.name
    settings_type: ClassVar[type[GanSettings]] = GanSettings

    def fit(self, task: FitTask) -> GanGenerator:
        settings: GanSettings = task.settings
        cardinalities = [sub.cardinality for sub in task.sub_columns]
        with seeded(task), one_thread_on(task.worker.device):
            duel = Duel(cardinalities, settings, task)
            torch.manual_seed(task.seed + 1 + task.worker.rank)
            if task.checkpoints.latest is not None:
                task.progress.curve += duel.load(task.checkpoints.latest)
            self._learn(duel, settings, task)
        task.progress.facts["parameters"] = sum(p.numel() for p in duel.generator.parameters())
        weights = {name: own.cpu().numpy() for name, own in duel.generator.state_dict().items()}
        return GanGenerator(cardinalities, weights)

    def load(self, saved: Saved) -> GanGenerator:
        return GanGenerator(saved.description["cardinalities"], saved.tensors)

    def _learn(self, duel: Duel, settings: GanSettings, task: FitTask) -> None:
        seen = duel.rounds * settings.discriminator_steps
        batches = islice(_stream(task, settings.batch_rows), seen, None)
        saved = time.monotonic()
        while duel.rounds < settings.rounds:
            distance, loss = duel.round(batches)
            if duel.rounds % settings.report_rounds:
                continue
            figures = {"wasserstein_distance": distance, "generator_loss": loss}
            task.progress.point(duel.rounds, settings.rounds, **figures)
            if time.monotonic() - saved >= task.checkpoints.seconds:
                task.checkpoints.save(lambda folder: duel.save(folder, task.progress.curve))
                saved = time.monotonic()


def _layers(inputs: int, width: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(inputs, width), nn.ReLU(), nn.Linear(width, outputs))


def _stream(task: FitTask, rows: int) -> Iterator[np.ndarray]:
    for epoch in count():
        yield from task.train.epoch(epoch, rows)
