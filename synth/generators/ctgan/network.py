"""The two networks of a conditional GAN over codes.

Xu, Skoularidou, Cuesta-Infante, Veeramachaneni: Modeling Tabular Data using Conditional GAN,
NeurIPS 2019. B rows of F sub-columns whose codes stand for themselves, K codes of these together,
and P positions of places in groups. NOTE[DIFF]: these are the house's own codes of a number, in
place of a mode of a Gaussian mixture and the distance from it (section 4.2).
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from synth.generators.dense import starts_of
from synth.generators.positions import Positions
from synth.learning.dense import CodeEmbedding, Tower

LOGIT_BOUND = 30.0  # beyond it a code is certain, and gradients of the softmax are none
SLOPE = 0.2  # of the critic's leaky ReLU where it is negative


class GeneratorNetwork(nn.Module):
    """Noise and one given code to logits of all codes, and to where positions lie.

    NOTE[DIFF]: layers are residual with LayerNorm in place of BatchNorm, so that a row depends on
    its own noise only; the given code is a vector of a table, not a one-hot part of the input.
    """

    def __init__(
        self, cardinalities: Sequence[int], places: int, *, noise: int, width: int, layers: int
    ):
        super().__init__()
        self.codes = codes = sum(cardinalities)
        self.noise = nn.Linear(noise, width)
        self.given = nn.Parameter(torch.randn(codes, width) * 0.5)
        self.tower = Tower(width, layers)
        self.outputs = nn.Linear(width, codes + 2 * places)

    def forward(self, noise: Tensor, given: Tensor) -> tuple[Tensor, Tensor]:
        """Logits ``(B, K)``, and ``(B, 2 P)``: middles of the positions and logs of their spread.

        ``noise`` is float32 ``(B, noise)``, ``given`` int64 ``(B,)`` among all K codes.
        """
        hidden = self.tower(self.noise(noise) + self.given[given])
        outputs = self.outputs(hidden)
        logits, places = outputs[:, : self.codes], outputs[:, self.codes :]
        return logits.clamp(-LOGIT_BOUND, LOGIT_BOUND), places


class Spans:
    """Codes drawn from logits such that gradients go through the draw.

    Straight-through Gumbel softmax (Jang et al. 2017). NOTE[DIFF]: the critic sees whole codes, as
    it does of the table, where the paper shows it a softmax; so what is learned is what is drawn.
    """

    def __init__(self, cardinalities: Sequence[int], temperature: float, device: str):
        self.sizes, self.temperature = list(cardinalities), temperature
        self.starts = torch.from_numpy(starts_of(tuple(cardinalities))).to(device)

    def codes(self, logits: Tensor) -> Tensor:
        """int64 ``(B, F)``."""
        noisy = logits + _gumbel(logits)
        return torch.stack([own.argmax(1) for own in torch.split(noisy, self.sizes, 1)], 1)

    def shares(self, logits: Tensor) -> tuple[Tensor, Tensor]:
        """Float32 ``(B, K)``, 1 for each code drawn and 0 else, and the int64 codes ``(B, F)``."""
        noisy = (logits + _gumbel(logits)) / self.temperature
        parts = torch.split(noisy, self.sizes, 1)
        soft = torch.cat([own.softmax(1) for own in parts], 1)
        codes = torch.stack([own.argmax(1) for own in parts], 1)
        hard = torch.zeros_like(soft).scatter_(1, codes + self.starts, 1.0)
        return soft + (hard - soft).detach(), codes


class Moving:
    """Where positions say something: 1 there, 0 in groups of one place."""

    def __init__(self, positions: Positions, device: str):
        self.leads = positions.leads
        self.varied = [torch.from_numpy(own).to(device) for own in positions.varied]

    def __call__(self, codes: Tensor) -> Tensor:
        """Float32 ``(B, P)`` of int64 codes ``(B, F)``."""
        found = [own[codes[:, lead]] for own, lead in zip(self.varied, self.leads, strict=True)]
        if not found:
            return torch.zeros(len(codes), 0, device=codes.device)
        return torch.stack(found, 1).float()


def positions_of(places: Tensor) -> Tensor:
    """Float32 ``(B, P)`` in [-1, 1], drawn of the generator's ``(B, 2 P)``.

    NOTE[DIFF]: the paper's tanh is of a number without noise of its own. With logistic noise a
    middle of 0 and a spread of 1 are uniform positions, which is where most columns begin.
    """
    middle, spread = places.chunk(2, 1)
    uniform = torch.rand_like(middle).clamp(1e-6, 1 - 1e-6)
    return torch.tanh((middle + spread.exp() * torch.logit(uniform)) / 2)


class Critic(nn.Module):
    """One number for each pack of rows (PacGAN, Lin et al. 2018), higher where they look real.

    NOTE[DIFF]: a layer of each row by itself comes before the pack's, and there is no dropout.
    """

    def __init__(self, cardinalities: Sequence[int], places: int, *, width: int, pac: int):
        super().__init__()
        self.pac = pac
        self.codes = CodeEmbedding(cardinalities, width)
        self.places = nn.Linear(places, width, bias=False) if places else None
        self.given = nn.Parameter(torch.randn(sum(cardinalities), width) * 0.1)
        self.row = nn.Linear(width, width)
        self.pack = nn.Linear(pac * width, width)
        self.score = nn.Linear(width, 1)

    def embedded(self, codes: Tensor, positions: Tensor) -> Tensor:
        """Float32 ``(B, width)`` of int64 codes ``(B, F)``, or of shares ``(B, K)`` of them."""
        is_codes = not codes.is_floating_point()
        found: Tensor = self.codes(codes) if is_codes else self.codes.mixed(codes)
        return found if self.places is None else found + self.places(positions)

    def forward(self, embedded: Tensor, given: Tensor) -> Tensor:
        """Float32 ``(B / pac,)`` of embedded rows and the code given for each, int64 ``(B,)``."""
        hidden = functional.leaky_relu(embedded + self.given[given], SLOPE)
        hidden = functional.leaky_relu(self.row(hidden), SLOPE)
        packs = hidden.view(len(hidden) // self.pac, -1)  # (B / pac, pac * width)
        packs = functional.leaky_relu(self.pack(packs), SLOPE)
        found: Tensor = self.score(packs)[:, 0]
        return found

    def squared_slopes(self, gradient: Tensor) -> Tensor:
        """Float32 ``(B,)``: the squared length of a gradient by the row itself.

        ``gradient`` g is by the embedded row, ``(B, width)``. By a one-hot row of K it is ``T g``,
        with the table T of codes, whose squared length is ``g (T' T) g``: no row is ever one-hot.
        """
        table: Tensor = self.codes.table
        if self.places is not None:
            table = torch.cat([table, self.places.weight.T])
        found: Tensor = (gradient @ (table.T @ table) * gradient).sum(1)
        return found


def _gumbel(like: Tensor) -> Tensor:
    uniform = torch.rand_like(like).clamp(1e-7, 1 - 1e-7)
    return -torch.log(-torch.log(uniform))
