"""Columns to codes and back: one column kind is one file, its whole life in it."""

from synth.encode.settings import EncoderSettings, SubColumn
from synth.encode.table import TableEncoder

__all__ = ["EncoderSettings", "SubColumn", "TableEncoder"]
