"""The workshop lent to a generator: task, progress, checkpoints, and a likelihood loop."""
