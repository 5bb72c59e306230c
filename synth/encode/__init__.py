"""Columns to codes and back: one column kind is one file, its whole life in it."""

from synth.encode.fit import SAMPLE_ROWS, fit_encoder, require_drawn
from synth.encode.settings import EncoderSettings
from synth.encode.statistics import CodeStatistics
from synth.encode.table import TableEncoder
from synth.generators.autoregressive.relations import Relations, partners

__all__ = [
    "SAMPLE_ROWS",
    "CodeStatistics",
    "EncoderSettings",
    "Relations",
    "TableEncoder",
    "fit_encoder",
    "partners",
    "require_drawn",
]
