"""What is in a table and what is dangerous in it, before any synthesis; numpy and Arrow alone."""
