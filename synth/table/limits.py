"""Limits that several rooms keep, each once, with its reason."""

MIN_ENTITIES = 11  # fewer rows may tell of a person; the reason is in docs/configuration.md
HEAVY_SHARE = 1 / 256  # of the rows: a value that so many hold counts as one that repeats
CHUNK_ROWS = 131_072  # rows that a state takes at a time: more cost memory, fewer time
EXACT_FLOATS = 2.0**53  # whole numbers below this are exact as floats
