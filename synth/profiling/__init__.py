"""What one scan tells of a table: a state per column, findings, and what of it may be written."""
