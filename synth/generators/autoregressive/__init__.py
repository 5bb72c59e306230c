"""The flagship: one code after the other, each from those before it. Loading it needs no torch."""
