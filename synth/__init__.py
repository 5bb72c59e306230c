"""The science of synthetic tables: statistics, encoding, generators, metrics. No Spark, no Ray."""
