"""Limits that several rooms keep, each once, with its reason."""

MIN_ENTITIES = 10  # a value held by fewer rows of the train part can identify a person
HEAVY_SHARE = 1 / 256  # of the rows: a value that so many hold counts as one that repeats
CHUNK_ROWS = 131_072  # rows that a state takes at a time: more cost memory, fewer time
EXACT_FLOATS = 2.0**53  # whole numbers below this are exact as floats
