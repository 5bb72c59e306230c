"""Fitting a network by its likelihood: one loop over batches of codes, on one process or many.

AdamW, warm-up, plateau and decay, an exponential moving average of the
weights, early stop on the average's validation loss. Under torch.distributed every worker runs
the same loop on its own batches; gradients are averaged by the wrapper that the launcher puts
around the network, validation losses here.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from synth.learning.accumulation import parts_of, shared_once
from synth.learning.adamw import AdamW, DecayGroup
from synth.learning.captured_step import CapturedStep
from synth.learning.divergence import require_number
from synth.learning.flat_parameters import flattened
from synth.learning.read_ahead import read_ahead
from synth.learning.schedule import TrainingState, judge, last_step, share_of_rate
from synth.learning.settings import Evaluation, LikelihoodSettings
from synth.learning.workers import sum_over_workers, workers

Batches = Callable[[int], Iterator[np.ndarray]]  # epoch -> int32 (rows, n_sub)
DrawOrder = Callable[[], Tensor | None]  # int64 (n_sub,) on CPU, None for the given order


class Training:
    """The loop with its optimiser, averages and state."""

    def __init__(
        self,
        network: nn.Module,
        settings: LikelihoodSettings,
        draw_order: DrawOrder | None = None,
        *,
        checkpoint_seconds: float = math.inf,
    ):
        """``settings`` are settled; ValueError where rate or decay are open, or nothing learns.

        The network's parameters become views of ``parameters``, one or two tensors. Its losses are
        those of ``network(codes, order)`` where ``draw_order`` draws an order for each step, or
        None, and of ``network(codes)`` without.
        """
        if settings.learning_rate is None or settings.weight_decay is None:
            raise ValueError("rate and decay of weights are open: call settings.settled(rows)")
        self.network, self.settings, self.rate = network, settings, settings.learning_rate
        # Not for the validation, which is rare and has shapes of its own to be compiled for.
        self._learner = _compiled(network) if settings.compiled else network
        self.learned = [p for p in network.parameters() if p.requires_grad]
        groups = _decayed_apart(self.learned, settings.weight_decay)
        self.parameters = [parameter for group in groups for parameter in group.parameters]
        self.device, self._checkpoint_seconds = self.parameters[0].device, checkpoint_seconds
        self._ahead = settings.batches_ahead(self.device.type)
        self._draw_order = draw_order
        # A network that draws on the host within its own steps cannot be recorded, nor can several
        # processes that wait for each other.
        on_gpu = self.device.type == "cuda"
        self.captured = bool(on_gpu and settings.captured and draw_order and workers() == 1)
        self._learn_once = CapturedStep(self._learn) if self.captured else self._learn
        # Both change with the steps; what is recorded reads them where they lie.
        self._rate_now: float | Tensor = self._scalar(self.rate)
        self._forget: float | Tensor = self._scalar(1.0)
        self.optimizer = AdamW(groups, betas=(0.9, 0.98), captured=self.captured)
        self.average = [p.detach().clone() for p in self.parameters]
        self.best = [p.detach().clone() for p in self.parameters]
        self.state = TrainingState()
        self._checkpointed = time.monotonic()

    def run(
        self,
        batches: Batches,
        validation: Callable[[], Iterator[np.ndarray]],
        report: Callable[[Evaluation, Training], None],
    ) -> TrainingState:
        """Learn until the steps are done or patience ends; the network keeps the best average."""
        settings, state = self.settings, self.state
        total, seen = torch.zeros((), device=self.device), 0
        unread = _from_place(batches, state.epoch, state.batch_of_epoch)
        with read_ahead(unread, self._ahead) as read:
            for batch in read:
                if state.step >= self.last_step or state.since_best >= settings.patience:
                    break
                state.epoch, state.batch_of_epoch = batch.epoch, batch.place + 1
                self.network.train()
                total += self._step(self._tensor(batch.codes))
                seen += 1
                due = state.evaluated + settings.evaluation_gap(state.evaluated)
                if state.step in (due, self.last_step):
                    evaluation = self._evaluate(float(total) / seen, validation)
                    report(evaluation, self)
                    total, seen = torch.zeros_like(total), 0
        self._load(self.best)
        if isinstance(self._learn_once, CapturedStep):
            self._learn_once.forget()
        return state

    def _tensor(self, codes: np.ndarray) -> Tensor:
        """int64 where the training is; from pinned memory a GPU copies beside its other work."""
        rows = torch.from_numpy(codes.astype(np.int32))
        if self.device.type == "cuda":
            rows = rows.pin_memory().to(self.device, non_blocking=True)
        return rows.to(torch.int64)

    def _scalar(self, value: float) -> float | Tensor:
        return torch.tensor(value, device=self.device) if self.captured else value

    def _step(self, codes: Tensor) -> Tensor:
        state, settings = self.state, self.settings
        rate = self.rate * share_of_rate(settings, state)
        state.step += 1
        forget = 1 - min(settings.average_decay, (1 + state.step) / (10 + state.step))
        if isinstance(self._rate_now, Tensor) and isinstance(self._forget, Tensor):
            self._rate_now.fill_(rate)
            self._forget.fill_(forget)
        else:
            self._rate_now, self._forget = rate, forget
        order = None if self._draw_order is None else self._draw_order()
        return self._learn_once(codes, None if order is None else order.to(self.device))

    def _learn(self, codes: Tensor, order: Tensor | None) -> Tensor:
        """Gradients, weights and their average of one batch, its loss; no word from the device."""
        settings, losses = self.settings, []
        self.optimizer.zero_grad()  # the network's own are views of these
        with tensor_floats() if settings.precision == "tf32" else nullcontext():
            for part in parts_of(len(codes), settings.accumulation):
                with shared_once(self.network, part):
                    loss = self._loss(codes[part.rows], order) * part.share
                    torch.autograd.backward(loss)
                losses.append(loss.detach())
        nn.utils.clip_grad_norm_(self.parameters, settings.clip_norm, foreach=True)
        self.optimizer.step(self._rate_now)
        with torch.no_grad():
            for average, parameter in zip(self.average, self.parameters, strict=True):
                average.lerp_(parameter, self._forget)
        return torch.stack(losses).sum()

    def _loss(self, codes: Tensor, order: Tensor | None) -> Tensor:
        """Of rows at once ``()``, in nats, in the precision of the settings."""
        halves = self.settings.precision == "bfloat16"  # Micikevicius et al. 2018
        with torch.autocast(self.device.type, torch.bfloat16, enabled=halves):
            losses = self._learner(codes) if order is None else self._learner(codes, order)
        found: Tensor = losses.sum()
        return found

    @property
    def last_step(self) -> int:
        """Where the learning rate reaches zero, as far as is known."""
        return last_step(self.settings, self.state)

    @torch.no_grad()
    def _evaluate(
        self, train_loss: float, validation: Callable[[], Iterator[np.ndarray]]
    ) -> Evaluation:
        """The validation loss of the averaged weights; the live ones come back afterwards."""
        self.state.evaluated = self.state.step
        live = [p.detach().clone() for p in self.parameters]
        self._load(self.average)
        self.network.eval()
        summed, rows = 0.0, 0
        with read_ahead(validation(), self._ahead) as read:
            for codes in read:
                loss = self.network(self._tensor(codes)).sum()
                summed += float(loss) * len(codes)
                rows += len(codes)
        self._load(live)
        elapsed = time.monotonic() - self._checkpointed
        own = np.array([summed, rows, elapsed, 1.0])
        summed, count, waited, together = sum_over_workers(own, str(self.device)).tolist()
        loss_now = summed / max(count, 1.0)
        require_number(loss_now, self.state.step, {"learning_rate": self.rate})
        due = waited / together >= self._checkpoint_seconds
        if due:
            self._checkpointed = time.monotonic()
        self._judge(loss_now)
        point = Evaluation(self.state.step, self.last_step, train_loss, loss_now, due)
        self.state.curve.append(
            {"step": point.step, "train_loss": train_loss, "validation_loss": loss_now}
        )
        return point

    def _judge(self, loss: float) -> None:
        """Keep the averaged weights if their validation loss is the best."""
        if judge(self.settings, self.state, loss):
            self.best = [p.clone() for p in self.average]

    @torch.no_grad()
    def _load(self, values: list[Tensor]) -> None:
        for parameter, value in zip(self.parameters, values, strict=True):
            parameter.copy_(value)


@dataclass(frozen=True)
class _Batch:
    """Codes, and which batch of which epoch they are."""

    epoch: int
    place: int
    codes: np.ndarray


def _from_place(batches: Batches, epoch: int, first: int) -> Iterator[_Batch]:
    """Batches without end, epoch after epoch, from batch ``first`` of ``epoch``."""
    for number in count(epoch):
        for place, codes in enumerate(batches(number)):
            if number > epoch or place >= first:
                yield _Batch(number, place, codes)


@contextmanager
def tensor_floats() -> Iterator[None]:
    """float32 products of a GPU read ten bits of each number: TF32, Kharya 2020 (NVIDIA)."""
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("high")
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before)


def _compiled(network: nn.Module) -> Any:
    """The network compiled; forgets those of earlier tables, of which torch keeps eight at most."""
    torch.compiler.reset()
    return torch.compile(network, dynamic=False)


def _decayed_apart(learned: Sequence[nn.Parameter], decay: float) -> list[DecayGroup]:
    """Groups for the optimiser: biases hold the marginals, and scales the norms; none decays."""
    matrices = [parameter for parameter in learned if _is_matrix(parameter)]
    vectors = [parameter for parameter in learned if not _is_matrix(parameter)]
    groups = [
        DecayGroup([flattened(kind)], own)
        for kind, own in ((matrices, decay), (vectors, 0.0))
        if kind
    ]
    if not groups:
        raise ValueError("nothing to learn: no parameter of the network asks for a gradient")
    return groups


def _is_matrix(parameter: nn.Parameter) -> bool:
    """Whether it is a matrix, or one a head; vectors of heads are ``(S, 1, H)``."""
    return parameter.ndim > 1 and parameter.shape[-2] > 1
