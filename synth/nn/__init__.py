"""Networks in torch. Nothing here is needed to sample."""

from synth.nn.network import FusedNetwork

__all__ = ["FusedNetwork"]
