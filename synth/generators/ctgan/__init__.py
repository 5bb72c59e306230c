"""Conditional tabular GAN: rows that a critic cannot tell from those of the table."""
