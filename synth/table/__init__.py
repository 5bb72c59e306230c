"""What a table is in memory: schema, values, frames, bins. The types that all rooms speak."""
