"""Columns to codes and back: one column kind is one file, its whole life in it."""

from synth.encode.fit import SAMPLE_ROWS, fit_encoder, require_drawn
from synth.encode.settings import EncoderSettings
from synth.encode.statistics import CodeStatistics
from synth.encode.table import TableEncoder

__all__ = [
    "SAMPLE_ROWS",
    "CodeStatistics",
    "EncoderSettings",
    "TableEncoder",
    "fit_encoder",
    "require_drawn",
]
