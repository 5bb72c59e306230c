"""Lakesynth side by side with other synthesizers; ``benchmarks/quality.py`` is the command."""
