"""Mergeable statistics of one column: one statistic is one file with update, merge and fields."""
