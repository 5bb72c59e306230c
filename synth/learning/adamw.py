"""AdamW (Loshchilov & Hutter 2019) over torch's own kernel, without torch's optimiser class.

That class brings torch's compiler with it, whose import takes longer than a small table is learned,
and puts a tenth of a millisecond around each step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.optim.adamw import adamw

EPSILON = 1e-8


@dataclass(frozen=True)
class DecayGroup:
    """Parameters whose weights decay by one measure."""

    parameters: Sequence[nn.Parameter]
    weight_decay: float


class AdamW:
    """The steps of the groups' parameters, whose ``grad`` is there from the first step on.

    ``state`` has, for each parameter that has made a step, ``step`` (float32, ``()``), ``exp_avg``
    and ``exp_avg_sq`` (of the parameter's shape). ``captured``: the step is recorded as a CUDA
    graph, and the learning rate then is a tensor.
    """

    def __init__(
        self, groups: Sequence[DecayGroup], *, betas: tuple[float, float], captured: bool = False
    ):
        self.groups, self.betas, self.captured = list(groups), betas, captured
        self.state: dict[nn.Parameter, dict[str, Tensor]] = {}

    def zero_grad(self) -> None:
        """All gradients zero, in the tensors in which they lie."""
        for group in self.groups:
            for parameter in group.parameters:
                if parameter.grad is not None:
                    parameter.grad.zero_()

    @torch.no_grad()
    def step(self, rate: float | Tensor) -> None:
        """One step at a learning rate."""
        for group in self.groups:
            learned = [p for p in group.parameters if p.grad is not None]
            moments = [self._moments(parameter) for parameter in learned]
            adamw(
                learned,  # type: ignore[arg-type]  # a list of parameters is one of tensors
                [p.grad for p in learned if p.grad is not None],
                [own["exp_avg"] for own in moments],
                [own["exp_avg_sq"] for own in moments],
                [],
                [own["step"] for own in moments],
                fused=True,
                capturable=self.captured,
                amsgrad=False,
                beta1=self.betas[0],
                beta2=self.betas[1],
                lr=rate,
                weight_decay=group.weight_decay,
                eps=EPSILON,
                maximize=False,
            )

    def _moments(self, parameter: nn.Parameter) -> dict[str, Tensor]:
        if parameter not in self.state:
            self.state[parameter] = {
                "step": torch.zeros((), dtype=torch.float32, device=parameter.device),
                "exp_avg": torch.zeros_like(parameter),
                "exp_avg_sq": torch.zeros_like(parameter),
            }
        return self.state[parameter]
