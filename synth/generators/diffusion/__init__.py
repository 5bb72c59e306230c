"""Diffusion, coarse to fine: codes are unmasked one after the other, positions flow from noise."""
