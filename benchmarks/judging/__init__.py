"""What the judge costs; ``benchmarks/evaluate.py`` is the command."""
