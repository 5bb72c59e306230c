"""Columns to codes and back: one column kind is one file, its whole life in it."""

from synth.encode.fit import SAMPLE_ROWS, fit_encoder, require_drawn
from synth.encode.relations import Relations, partners
from synth.encode.settings import EncoderSettings, SubColumn, groups_of
from synth.encode.statistics import CodeStatistics
from synth.encode.table import TableEncoder

__all__ = [
    "SAMPLE_ROWS",
    "CodeStatistics",
    "EncoderSettings",
    "Relations",
    "SubColumn",
    "TableEncoder",
    "fit_encoder",
    "groups_of",
    "partners",
    "require_drawn",
]
